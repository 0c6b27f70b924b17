"""
Ways on: the choices under an answer. Each is bound to the unit that it leads to and not to a search for its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from knowledge.answer import PAGE_ASK, Option
from knowledge.compose import OPTIONS, WHOLE_LIST, WHOLE_LIST_OF
from knowledge.finding import Found
from knowledge.pages import page_ask
from knowledge.places import Gazetteer
from knowledge.quoting import overlap
from knowledge.search import Shelves
from knowledge.units import Unit

NEIGHBOUR = 0.4
"""Share of the best unit's score from which another one is offered as a way on."""
LOOKED_AT = 8


class Ways:
    """
    Finds what to offer, and offers it.
    """

    def __init__(self, shelves: Shelves, gazetteer: Gazetteer) -> None:
        self._shelves = shelves
        self._gazetteer = gazetteer

    def from_answer(self, units: Sequence[Unit], found: Found) -> list[Option]:
        """
        The whole section of what was quoted, and what else stands near the question, else what follows in the plan.
        """
        whole = self._whole(units[0])
        return [*whole, *self.to([*self.near(found, units), *self._after(units)], OPTIONS - len(whole))]

    def from_unit(self, unit: Unit) -> list[Option]:
        """
        The whole section of a unit that was chosen, and what follows it.
        """
        whole = self._whole(unit)
        return [*whole, *self.to(self._after([unit]), OPTIONS - len(whole))]

    def from_section(self, unit: Unit) -> list[Option]:
        """
        What follows a section.
        """
        return self.to(self._after([unit]))

    def sections(self, units: Iterable[Unit]) -> list[Option]:
        """
        The whole section of each of these units of different plans.
        """
        options = []
        for unit in units:
            whole, place = self._shelves.list_around(unit), self._gazetteer.by_plan(unit.plan)
            if whole is not None:
                options.append(Option(WHOLE_LIST_OF.format(place=place.name), page_ask(whole, 1), place.slug))
        return options

    def near(self, found: Found, shown: Sequence[Unit] = ()) -> Iterator[Unit]:
        """
        What the best plan holds near the question, best first, without what is shown already; nothing where the
        question was not understood at all.
        """
        for one in found.evidence[:LOOKED_AT] if found.likely else ():
            best = found.evidence[0]
            near = one.unit.plan == best.unit.plan and one.score >= best.score * NEIGHBOUR
            if near and not _shown(one.unit, shown):
                yield one.unit

    def to(self, units: Iterable[Unit], most: int = OPTIONS) -> list[Option]:
        """
        At most so many choices that lead to these units; a unit without a label is passed over.
        """
        ways: dict[str, Option] = {}
        for unit in units:
            label = self._shelves.label(unit)
            if label and len(ways) < most:
                ways.setdefault(
                    label, Option(label, f"{PAGE_ASK}{unit.key}", self._gazetteer.by_plan(unit.plan).slug)
                )
        return list(ways.values())

    def _whole(self, unit: Unit) -> list[Option]:
        whole = self._shelves.list_around(unit)
        return [] if whole is None else [Option(WHOLE_LIST, page_ask(whole, 1))]

    def _after(self, shown: Sequence[Unit]) -> list[Unit]:
        """
        In reading order what follows the first unit shown, then what stands before it, as many as may be offered.
        """
        unit = shown[0]
        others = [one for one in self._shelves.units(unit.plan) if (one.form == "list") == (unit.form == "list")]
        at = others.index(unit)
        beside = (one for one in (*others[at + 1 :], *reversed(others[:at])) if not _shown(one, shown))
        return list(islice(filter(self._shelves.label, beside), OPTIONS))


def _shown(unit: Unit, shown: Iterable[Unit]) -> bool:
    return any(unit.key == one.key or overlap(unit, one) for one in shown)
