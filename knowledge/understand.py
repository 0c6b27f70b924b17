"""
What a question means: its words spelled out, its places, groups, numbers, what kind of answer it wants, and what the
turns before it were about.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.numbers import percents_in, spell_numbers, years_in
from knowledge.places import Gazetteer, Place
from knowledge.similarity import Vocabulary
from knowledge.spelling import Speller
from knowledge.text import clean, fold, tokens

GROUPS = Path(__file__).parent / "groups.toml"

FILLERS = frozenset(
    word
    for line in (
        "a ad admin oi da vang thua nhe nha nhi nghen hen ha hoi voi xin vui long giup gium dum e em u hay",
        "cho toi minh ban tui anh chi co chu bac bot",
    )
    for word in line.split()
)
"""Words of address and politeness: they carry nothing to search for and are left out where other words remain."""

WANTS = {
    "percent": r"phan tram|%|ty le|ti le",
    "money": r"bao nhieu tien|may tien|bao nhieu dong|may dong|bao nhieu trieu|may trieu|so tien|muc tien",
    "when": r"khi nao|chung nao|bao gio|hoi nao|ngay nao|ngay may|nam nao|nam may|luc nao|thang may|thang nao|may gio"
    r"|thoi han|han chot|han nop|han cuoi|dip nao|ngay bao nhieu|het han|thoi gian nao|khi mo|chung mo",
    "who": r"\bai\b|ben nao|don vi nao|co quan nao|phong nao|so nao|nganh nao|dua nao|to chuc nao|nguoi nao|cq nao",
    "where": r"o dau|gui ve dau|nop o dau|ve dau|cho nao|noi nao|dia chi",
    "how_many": r"bao nhieu|may\b",
    "list": r"nhung gi|cac tieu chi|nhung tieu chi|tieu chi gi|gom gi|gom nhung|may tieu chi|dieu kien gi|can gi|"
    r"nhung viec gi|liet ke|tat ca|day du|viec gi",
    "yes_no": r"co .*(?:khong|hong|chua)$|phai khong|dung khong|duoc khong|co phai",
}
WANTED = {name: re.compile(pattern) for name, pattern in WANTS.items()}

FOLLOWS = re.compile(
    r"^(?:the|con|vay|roi|a ma|vay con|the con|con neu|neu|thi|va|ma|u|uh|ok|da|the neu|the o|con o|o)\b"
    r"|(?:thi sao|ra sao|nua|cung vay|cung the|co vay|sao nua|nua ha)\W*$"
)
POINTS_BACK = re.compile(
    r"\b(?:cai do|cai nay|viec do|viec nay|chuyen do|may cai do|do la|no|nhu vay|nhu the|muc do|khoan do|y do|"
    r"may cai|hai noi do|ben do|cho do)\b"
)


@dataclass(frozen=True, slots=True)
class Group:
    """
    Whom a clause is about.
    """

    id: str
    name: str
    forms: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """
    A question, understood. `terms` are folded words and word pairs with the factor each counts.
    """

    typed: str
    spelled: str
    terms: Mapping[str, float]
    places: tuple[Place, ...] = ()
    named: bool = False
    elsewhere: tuple[str, ...] = ()
    parent: tuple[str, Place] | None = None
    groups: frozenset[str] = frozenset()
    percents: tuple[float, ...] = ()
    years: tuple[int, ...] = ()
    wants: frozenset[str] = frozenset()
    follows: bool = False
    known: float = 1.0


class Understanding:
    """
    Reads questions: the speller, the gazetteer and the groups.
    """

    def __init__(
        self, speller: Speller, gazetteer: Gazetteer, known: Mapping[str, int], vocabulary: Vocabulary
    ) -> None:
        self._speller = speller
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._known = known
        self.groups = load_groups()

    def read(self, text: str, profile: Place | None) -> Query:
        """
        The question on its own, without what came before.
        """
        typed = clean(text)
        spelled = spell_numbers(self._speller.spell_out(typed))
        named = self._gazetteer.named(spelled)
        words = tokens(named.rest)
        places, said = self._places(named.places, named.own, named.every, named.elsewhere, profile)
        folded = f" {' '.join(words)} "
        return Query(
            typed=typed,
            spelled=spelled,
            terms=self.terms(words),
            places=places,
            named=said,
            elsewhere=named.elsewhere,
            parent=self._gazetteer.inside_parent(spelled) if not named.places else None,
            groups=groups_in(self.groups, folded),
            percents=percents_in(folded),
            years=years_in(folded),
            wants=frozenset(name for name, pattern in WANTED.items() if pattern.search(folded.strip())),
            follows=bool(FOLLOWS.search(folded.strip()) or POINTS_BACK.search(folded)) or named.both,
            known=_share_known(words, self._known),
        )

    def terms(self, words: Sequence[str]) -> dict[str, float]:
        """
        Folded words as terms that count once each; words of address are left out where others remain.
        """
        return dict.fromkeys(self._vocabulary.terms(substance(words) or words), 1.0)

    def without_groups(self, words: Sequence[str]) -> list[str]:
        """
        The words without those that name a group.
        """
        folded = f" {' '.join(words)} "
        for form in sorted((form for group in self.groups for form in group.forms), key=len, reverse=True):
            folded = folded.replace(f" {form} ", " ")
        return folded.split()

    def _places(
        self,
        named: tuple[Place, ...],
        own: bool,
        every: bool,
        elsewhere: tuple[str, ...],
        profile: Place | None,
    ) -> tuple[tuple[Place, ...], bool]:
        if named:
            both = own and profile is not None and profile not in named
            return (((profile, *named) if both and profile else named), True)
        if elsewhere:
            return (), True
        if every and profile is None:
            return self._gazetteer.places, True
        return ((profile,) if profile else ()), False


def substance(words: Sequence[str]) -> list[str]:
    """
    The words without those of address and politeness.
    """
    return [word for word in words if word not in FILLERS]


def _share_known(words: Sequence[str], known: Mapping[str, int]) -> float:
    letters = [word for word in words if word.isalpha()]
    return sum(word in known for word in letters) / len(letters) if letters else 0.0


def load_groups(path: Path = GROUPS) -> tuple[Group, ...]:
    """
    Read the groups.
    """

    def group(entry: Mapping[str, Any]) -> Group:
        return Group(
            id=entry["id"],
            name=entry["name"],
            forms=tuple(fold(form) for form in entry["forms"]),
            heads=tuple(fold(head) for head in entry["heads"]),
        )

    return tuple(group(entry) for entry in tomllib.loads(path.read_text("utf-8"))["group"])


def groups_in(groups: Iterable[Group], folded: str) -> frozenset[str]:
    """
    The groups that folded words (with blanks at both ends) speak of; a longer form hides the shorter ones inside it.
    """
    forms = sorted(((form, group.id) for group in groups for form in group.forms), key=lambda pair: -len(pair[0]))
    found = set()
    for form, id in forms:
        if f" {form} " in folded:
            found.add(id)
            folded = folded.replace(f" {form} ", " ¤ ")
    return frozenset(found)


def joined(now: Query, before: Mapping[str, float], share: float) -> Query:
    """
    The question with what the last one was about mixed in at a lower factor.
    """
    terms = {term: factor * share for term, factor in before.items()}
    return replace(now, terms={**terms, **now.terms})
