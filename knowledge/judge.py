"""
Structure on top of words: does the unit speak of the group, the numbers and the kind of thing that was asked for?
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.numbers import document_numbers, years_in
from knowledge.text import fold
from knowledge.understand import Group, Query
from knowledge.units import Unit

OPENING = 90
"""Letters of a clause's beginning in which its group is looked for."""

HOLDS = {
    "percent": re.compile(r"\d\s*%|\blan\b"),
    "money": re.compile(r"\d[\d.,]*\s*(?:dong|trieu|nghin|ty)\b|muc thuong"),
    "when": re.compile(r"\d{1,2}/\d{1,2}|\bnam (?:19|20)\d\d|\bthang \d|hang nam|dinh ky|den nam|cuoi nam|ngay \d"),
    "who": re.compile(r"chu tri|phoi hop|uy ban|\bso\b|phong|ban thi dua|hoi dong|mat tran|doanh nghiep|cac cap"),
    "how_many": re.compile(r"\d"),
}
UPPER = re.compile(r"duoi (\d{1,3}(?:,\d+)?)\s*%")
LOWER = re.compile(r"tu (\d{1,3}(?:,\d+)?)\s*% tro len")
CONDITION = re.compile(r"ty le ho ngheo (?:dau|cuoi) nam[^,;]{0,60}|xa co ti? ?le ho ngheo[^,;]{0,40}")
ADDRESS = re.compile(r"(?:[-+\s]|[^\W_]{1,3}[.)])*(?:rieng )?(?:doi voi|ho|gia dinh)\b")
"""How a heading or a clause opens that says whom it is for."""
WELL_OFF = re.compile(r"khong (?:phai|thuoc) ho ngheo|ho (?:giau|kha)\b")
POOR = re.compile(r"ho ngheo|can ngheo|thoat ngheo")
ASKS_POOR, ASKS_WELL_OFF = frozenset(["ho-ngheo", "can-ngheo", "moi-thoat"]), frozenset(["khong-ngheo"])
HELPED = frozenset(["ho-ngheo", "can-ngheo", "moi-thoat"])
"""Groups that a question mostly names as those whom others help: "huyện phải giảm bao nhiêu hộ nghèo"."""
HELPING = re.compile(
    r"\b(?:giup|ho tro|do dau|ung ho|cho|tang|gop)(?: \w+){0,3} (?:ho|nha|nguoi|gia dinh) (?:can )?ngheo\b"
)
"""A question about what is done for the poor, which need not come from them."""


@dataclass(frozen=True, slots=True)
class Traits:
    """
    What a unit's structure says: its groups, what kinds of things it names, and the condition it sets on a share.
    """

    groups: frozenset[str]
    holds: frozenset[str]
    below: float | None
    at_least: float | None
    numbers: frozenset[str]
    years: frozenset[str]


class Judge:
    """
    Reads units' traits (once each) and weighs them against questions.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups_of: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            for head in group.heads:
                self._groups_of[head].add(group.id)
        longest_first = sorted(map(re.escape, self._groups_of), key=len, reverse=True)
        self._head = re.compile(rf"\b(?:{'|'.join(longest_first)})\b")
        self.traits = lru_cache(maxsize=100_000)(self._traits)
        self.meant = lru_cache(maxsize=100_000)(_meant)

    def _traits(self, unit: Unit) -> Traits:
        folded = fold(unit.text)
        condition = CONDITION.search(folded)
        below = UPPER.search(condition[0]) if condition else None
        at_least = LOWER.search(condition[0]) if condition else None
        return Traits(
            groups=self._groups(unit, folded),
            holds=frozenset(name for name, pattern in HOLDS.items() if pattern.search(folded)),
            below=_share(below),
            at_least=_share(at_least),
            numbers=document_numbers(folded),
            years=years_in(folded),
        )

    def _groups(self, unit: Unit, folded: str) -> frozenset[str]:
        """
        The groups of the clause's own opening words, else of the nearest heading that names any.
        """
        places = [folded[:OPENING], *(fold(heading) for heading in reversed(unit.headings[-2:]))]
        if unit.form == "list":
            places = places[1:]
        return next((found for found in map(self._named, places) if found), frozenset())

    def _named(self, folded: str) -> frozenset[str]:
        return frozenset(id for head in self._head.findall(folded) for id in self._groups_of[head])

    def opposed(self, query: Query, unit: Unit) -> bool:
        """
        Whether the unit is for households that are not poor and the question about poor ones, or the other way round.
        """
        meant = self.meant(unit)
        if meant is None or bool(query.groups & ASKS_POOR) == bool(query.groups & ASKS_WELL_OFF):
            return False
        if query.groups & ASKS_WELL_OFF:
            return meant is POOR
        return meant is WELL_OFF and not HELPING.search(fold(query.spelled))

    def features(self, query: Query, unit: Unit) -> dict[str, float]:
        """
        What the structure says for (1) or against (-1) a unit, 0 where it says nothing.
        """
        traits = self.traits(unit)
        return {
            "group": _group(query, traits),
            "branch": _branch(query, traits),
            "kind": _kind(query, traits),
            "number": _number(query, traits),
            "year": _year(query, traits),
            "money": _money(query, traits),
        }


def for_one_group(unit: Unit) -> bool:
    """
    Whether a list's heading says whom it is for: "đ) Đối với hộ nghèo, hộ cận nghèo".
    """
    return unit.form == "list" and bool(unit.headings) and bool(ADDRESS.match(fold(unit.headings[-1])))


def _share(found: re.Match[str] | None) -> float | None:
    return float(found[1].replace(",", ".")) if found else None


def _meant(unit: Unit) -> re.Pattern[str] | None:
    """
    The kind of household that the unit is for, by its own opening or the nearest heading that says so.
    """
    own = () if unit.form == "list" else (unit.text.partition(":")[0],)
    for text in map(fold, (*own, *reversed(unit.headings))):
        if ADDRESS.match(text):
            return next((kind for kind in (WELL_OFF, POOR) if kind.search(text)), None)
    return None


def _group(query: Query, traits: Traits) -> float:
    asked = query.groups - HELPED or query.groups
    if not asked or not traits.groups:
        return 0.0
    return 1.0 if asked & traits.groups else -1.0


def _branch(query: Query, traits: Traits) -> float:
    """
    A share named in the question chooses between "dưới 5%" and "từ 5% trở lên".
    """
    if not query.percents or (traits.below is None and traits.at_least is None):
        return 0.0
    share = query.percents[0]
    fits = (traits.below is None or share < traits.below) and (traits.at_least is None or share >= traits.at_least)
    return 1.0 if fits else -1.0


def _number(query: Query, traits: Traits) -> float:
    """
    A document's number in the question points at the clauses that name it.
    """
    if not query.numbers:
        return 0.0
    return 1.0 if query.numbers & traits.numbers else -1.0


def _year(query: Query, traits: Traits) -> float:
    """
    A year in the question that the unit does not name is another year.
    """
    if not query.years:
        return 0.0
    return 1.0 if query.years & traits.years else -1.0


def _money(query: Query, traits: Traits) -> float:
    """
    A sum of money in the question, where the unit names none, is somebody's rumour.
    """
    return -1.0 if query.names_a_sum and "money" not in traits.holds else 0.0


def _kind(query: Query, traits: Traits) -> float:
    asked = [name for name in ("percent", "money", "when", "who") if name in query.wants]
    if not asked:
        return 0.0
    return 1.0 if any(name in traits.holds for name in asked) else -1.0
