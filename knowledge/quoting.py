"""
Which of what was found is quoted: the best unit, its short list, a runner-up that is too close to call.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.finding import Finder, Found
from knowledge.search import Evidence, Shelves
from knowledge.understand import Query
from knowledge.units import Unit

TWO_QUOTES = 1_000
"""Characters that several quotes may have together."""
SEVERAL_CLOSE, BESIDE_CLOSE = 0.35, 0.1
SHORT_ITEM, SHORT_LIST = 80, 350
"""Characters up to which an item is quoted with its whole list, and up to which a list is whole."""
CLEAR_LEAD = 0.22
MORE_COVERED = 0.3
"""Without a place: by what share of its score the best unit must lead the best one of another plan, or how much more
of the question it must account for."""


class Quoter:
    """
    Chooses units to quote.
    """

    def __init__(self, shelves: Shelves, finder: Finder, without: frozenset[str] = frozenset()) -> None:
        self._shelves = shelves
        self._finder = finder
        self._without = without

    def quoted(self, found: Found, close: float, room: int = TWO_QUOTES) -> list[Unit]:
        """
        The best unit, with the runner-up where the two are too close to call and both fit on a screen; all that come
        near where the question is about several things.
        """
        first, *others = self._without_mixed(found)
        several = found.query.several
        units = [self._whole(first.unit, found.query)]
        if "second quote" in self._without:
            return units
        for other in others[: 5 if several else 2]:
            near = other.score >= first.score * (1 - (SEVERAL_CLOSE if several else close))
            unit = self._whole(other.unit, found.query)
            apart = unit.plan == first.unit.plan and not any(overlap(one, unit) for one in units)
            fits = self._fits(found.query, other.unit)
            if near and apart and fits and sum(len(one.text) for one in (*units, unit)) <= room:
                units.append(unit)
        return units[: 3 if several else 2]

    def _without_mixed(self, found: Found) -> Sequence[Evidence]:
        """
        What was found; where the best is a list that also holds what is for the other kind of household, from the
        best of its own items on.
        """
        best = found.evidence[0].unit
        if self._mixed(found.query, best):
            for n, one in enumerate(found.evidence):
                if one.unit.key.split("#")[0] in best.members and not self._mixed(found.query, one.unit):
                    return found.evidence[n:]
        return found.evidence

    def _mixed(self, query: Query, unit: Unit) -> bool:
        members = (one for one in self._shelves.units(unit.plan) if one.key.split("#")[0] in unit.members)
        return bool(unit.members) and any(self._finder.opposed(query, one) for one in members)

    def _fits(self, query: Query, unit: Unit) -> bool:
        """
        Whether a second quote is for the household and about the share that were asked about.
        """
        return not self._finder.opposed(query, unit) and (
            query.several or self._finder.structure(query, unit)["branch"] >= 0
        )

    def _whole(self, unit: Unit, query: Query) -> Unit:
        """
        The unit, or its whole list where both are short: one award of four says little.
        """
        around = self._shelves.list_around(unit) if unit.form != "list" and len(unit.text) <= SHORT_ITEM else None
        if around is None or len(around.text) > SHORT_LIST or around.shown < 2 or self._finder.opposed(query, around):
            return unit
        return around

    def stands_out(self, found: Found) -> bool:
        """
        Without a place: whether the best unit is clearly this plan's and not just as well another's.
        """
        best = found.evidence[0]
        rival = next((one for one in found.evidence if one.unit.plan != best.unit.plan), None)
        if rival is None or best.score - rival.score >= CLEAR_LEAD * best.score:
            return True
        words = found.query.words
        return (
            self._shelves.covered(words, best.unit)[0] - self._shelves.covered(words, rival.unit)[0] >= MORE_COVERED
        )


def overlap(first: Unit, second: Unit) -> bool:
    """
    Whether one holds the other, so that quoting both would say it twice.
    """
    inside = {first.key.split("#")[0], *first.members} & {second.key.split("#")[0], *second.members}
    return bool(inside) and first.key.split("#")[0] != second.key.split("#")[0]
