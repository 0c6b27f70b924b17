"""
Emergencies, heard by their words before anything else is made of a message.

The words stand with what is said in `asks/offtopic.toml`, reviewed like it: each a pattern over whole words, `…` for
up to four words between. A pattern without marks is looked for in the folded text, one with marks in the text as it
is typed ("tự tử" is not "từ từ"). Where one of `unless` is found, the topic is not meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.exemplars import Aside
from knowledge.text import clean, fold

WORD = re.compile(r"[^\W_]+")
GAP = r"(?: \w+){0,4} "
NOTHING = r"(?!)"
SAID_AT_MOST = 2
"""Topics whose sentence is said where a message is about several."""


@dataclass(frozen=True, slots=True)
class _Net:
    topic: Aside
    words: re.Pattern[str]
    unless: re.Pattern[str]


class Alarm:
    """
    Hears the urgent topics in any spelling: in a message as typed and in the same message spelled out.
    """

    def __init__(self, topics: Iterable[Aside], spell_out: Callable[[str], str]) -> None:
        self._spell_out = spell_out
        self._nets = [_Net(one, _pattern(one.words), _pattern(one.unless)) for one in topics if one.urgent]

    def heard(self, text: str) -> tuple[Aside, ...]:
        """
        The emergencies that a message speaks of, at most two, as they stand in the file; mostly none.
        """
        forms = _forms(clean(text), self._spell_out)
        found = (net.topic for net in self._nets if _found(net.words, forms) and not _found(net.unless, forms))
        return tuple(found)[:SAID_AT_MOST]

    def speaks_against(self, topic: Aside, text: str) -> bool:
        """
        Whether a text that is like an emergency's questions is none: "hộ có người bị tai nạn được hỗ trợ gì".
        """
        return _found(_pattern(topic.unless), _forms(clean(text), self._spell_out))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """
    Any of these, as whole words; of none, nothing is found.
    """
    return re.compile(rf"(?<!\w)(?:{'|'.join(words).replace(' … ', GAP)})(?!\w)" if words else NOTHING)


def _forms(typed: str, spell_out: Callable[[str], str]) -> tuple[str, ...]:
    """
    The words as typed and as spelled out, each with its marks and folded.
    """
    said = [" ".join(WORD.findall(one.casefold())) for one in (typed, spell_out(typed))]
    return tuple(dict.fromkeys([*said, *(fold(one) for one in said)]))


def _found(pattern: re.Pattern[str], forms: Sequence[str]) -> bool:
    return any(pattern.search(form) for form in forms)
