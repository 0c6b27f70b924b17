"""
What makes an answer right, and how much of what it quotes was wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.answer import Answer, Citation, Kind
from knowledge.eval.gold import Item, Wanted
from knowledge.text import squash

ONE_PLACE, SEVERAL_PLACES = 1_500, 3_000
"""Characters that can be read on a phone, for one place and for a comparison."""
NEARLY_ALL = 92
"""Percent of a clause's letters, in order, from which it counts as quoted."""


@dataclass(frozen=True, slots=True)
class Mark:
    """
    Whether an answer is right, else why not; `focus` is the share of quoted letters that were wanted.
    """

    right: bool
    why: str = ""
    focus: float = 0.0


def mark(item: Item, answer: Answer, verbatim: bool) -> Mark:
    """
    Judge one answer. Without an answer in the plans, any kind but "answer" is right.
    """
    if not item.answerable:
        return Mark(answer.kind is not Kind.ANSWER, f"said {answer.kind}")
    if answer.kind is not Kind.ANSWER:
        return Mark(False, f"said {answer.kind}")
    if not verbatim:
        return Mark(False, "not verbatim")
    if not _quoted(item, answer.citations):
        return Mark(False, "the wanted clause is not quoted")
    missing = _missing(item, answer)
    if missing:
        return Mark(False, f"lacks {missing[0]!r}")
    if len(answer.text) > (SEVERAL_PLACES if item.several else ONE_PLACE):
        return Mark(False, f"too long: {len(answer.text)} characters")
    return Mark(True, focus=_focus(item, answer.citations))


def covers(wanted: Wanted, cited: Citation) -> bool:
    """
    Whether a citation quotes (nearly) all of a wanted clause, or at least half of it and nothing else.
    """
    if wanted.plan != cited.document:
        return False
    want, have = _plain(wanted.quote), _plain(cited.quote)
    if want in have or (have in want and 2 * len(have) >= len(want)):
        return True
    return 2 * len(have) >= len(want) and fuzz.partial_ratio(want, have) >= NEARLY_ALL


def _quoted(item: Item, cited: Sequence[Citation]) -> bool:
    found = [_answered(item, wanted, cited) for wanted in item.gold]
    return all(found) if item.several else any(found) or not found


def _answered(item: Item, wanted: Wanted, cited: Sequence[Citation]) -> bool:
    accepted = [wanted, *(other for other in item.alternatives if other.plan == wanted.plan)]
    return any(covers(one, citation) for one in accepted for citation in cited)


def _missing(item: Item, answer: Answer) -> list[str]:
    """
    The strings that must be shown and are not; waived where an alternative replaced the clause that holds them.
    """
    shown = _plain(answer.text)
    replaced = "".join(
        _plain(wanted.quote)
        for wanted in item.gold
        if not any(covers(wanted, citation) for citation in answer.citations)
    )
    return [text for text in item.must_include if _plain(text) not in shown and _plain(text) not in replaced]


def _focus(item: Item, cited: Sequence[Citation]) -> float:
    wanted = [_plain(one.quote) for one in (*item.gold, *item.alternatives)]
    quoted = [_plain(citation.quote) for citation in cited]
    hit = sum(
        min(len(quote), max(len(want) if want in quote else len(quote) if quote in want else 0 for want in wanted))
        for quote in quoted
        if wanted
    )
    return hit / sum(map(len, quoted)) if quoted else 0.0


def _plain(text: str) -> str:
    return squash(text).casefold()
