"""
Thousands of plans on disk, asked like `Shelves`: SQLite holds the texts and the units, tantivy finds the units, and
what is computed from them is computed when somebody first asks about a plan.

The plans that come with questions stay in a `Shelves`, the base. A view is a copy of the base with the units of one
plan put in, so that every rule of `Shelves` holds here too. A plan that is put gets a new shelf number: other
processes see it with their next question, and who holds the old one keeps a whole plan. One process writes.
"""

from __future__ import annotations

import copy
import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from knowledge.exemplars import Aside, Exemplars, Gap, unit_of
from knowledge.index import Index
from knowledge.parse import Plan, parse
from knowledge.search import ALIKE, CLAUSES_READ, TWINS_READ, Elsewhere, Evidence, Shelves
from knowledge.similarity import Bag, Vocabulary
from knowledge.text import tokens
from knowledge.units import Unit, units_of

VIEWS, PLANS = 32, 64
TERMS, BAGS, TWINS = 4_000, 2_000, 20_000
"""How many views, parsed plans, and what was computed of how many texts are kept: little enough for the garbage
collector, which looks through all of it while somebody waits."""
ROOM = 1 << 16
"""Numbers that a shelf has for its units."""
FOREIGN_READ = 24
"""Units outside the base that a question without a place is compared with."""
NO_SHELF = -1

SCHEMA = """
create table if not exists plans (
    shelf integer primary key autoincrement, id text not null unique, source blob not null, review text
);
create table if not exists units (number integer primary key, unit blob not null);
"""


@dataclass(frozen=True, slots=True)
class PlanText:
    """
    A plan as it is handed in: its id, its text, and the .toml of its review if there is one.
    """

    id: str
    source: str
    review: str | None = None


@dataclass(frozen=True, slots=True)
class _Home:
    """
    A unit that people's questions were written for, with the numbers of those kinds and what is compared of it.
    """

    unit: Unit
    kinds: tuple[int, ...]
    bag: Bag


class _Found:
    """
    Hits that were found before, in the place of an index.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._hits = [(number, 0.0) for number in numbers]

    def search(self, terms: Mapping[str, float], limit: int, shelf: int | None = None) -> list[tuple[int, float]]:
        """
        The hits, whatever is asked.
        """
        return self._hits


class View(Shelves):
    """
    The base with other units: those of one plan, or those that one question found.
    """

    _base: Shelves
    _foreign: Sequence[int]
    _shares: Mapping[tuple[int, int], float]

    @classmethod
    def over(
        cls,
        base: Shelves,
        units: Sequence[Unit],
        bags: Sequence[tuple[Bag, Bag]],
        joins: Sequence[Sequence[tuple[int, float]]],
        hits: Iterable[int] = (),
    ) -> View:
        """
        A view of these units with their bags and the (kind, share) that each takes questions from.
        """
        view = cls.__new__(cls)
        view.__dict__.update(copy.copy(base.__dict__))
        view._units = list(units)
        view._own = list(bags)
        view._number = {unit.key: n for n, unit in enumerate(units)}
        view._at = defaultdict(list)
        for n, unit in enumerate(units):
            view._at[unit.plan].append(n)
        known = set(base._units)
        view._foreign = [n for n, unit in enumerate(units) if unit not in known]
        view._base = base
        view._shelf = defaultdict(lambda: NO_SHELF, base._shelf)
        view._clauses = _Found(hits)  # type: ignore[assignment]
        view._units_of_kind, view._kinds_of_unit = defaultdict(list), defaultdict(list)
        view._shares = {(kind, n): share for n, kinds in enumerate(joins) for kind, share in kinds}
        for (kind, n), share in view._shares.items():
            view._join(kind, n, share)
        return view

    def _profile(self, terms: Mapping[str, float], plan: str | None) -> Mapping[str, float]:
        """
        As in the base; a unit that the base does not hold has its share of the profiles of those it is like.
        """
        if not self._foreign:
            return super()._profile(terms, plan)
        profile = dict(self._base._profile(terms, None))
        for n in self._foreign:
            homes = [
                (self._base._units_of_kind[kind][0][0], self._shares[kind, n]) for kind in self._kinds_of_unit[n]
            ]
            like = (share * profile.get(self._base._units[home].key, 0.0) for home, share in homes)
            profile[self._units[n].key] = max(like, default=0.0)
        return profile


class Archive:
    """
    All plans of a folder, with the public methods of `Shelves`; `base` are the plans that questions were written for.
    """

    def __init__(self, base: Sequence[Plan], exemplars: Exemplars, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.exemplars = exemplars
        self._base = Shelves(base, exemplars)
        self._plans = {plan.id: plan for plan in base}
        self._database = sqlite3.connect(folder / "plans.sqlite", check_same_thread=False, isolation_level=None)
        self._database.executescript(f"pragma journal_mode = wal; pragma synchronous = normal; {SCHEMA}")
        self._index = Index(folder / "index")
        self._seen = -1
        self._lock = Lock()
        self._terms = lru_cache(TERMS)(self._index_terms)
        self._bag = lru_cache(BAGS)(self.vocabulary.bag)
        self._twins = lru_cache(TWINS)(self._find_twins)
        self._view = lru_cache(VIEWS)(self._open)
        self.plan = lru_cache(PLANS)(self._plan)
        self._base_joins = self._find_base_joins()
        self._homes = self._find_homes()
        self._home_index = Index()
        self._home_index.put({1: [(n, self._terms(home.unit.text)) for n, home in enumerate(self._homes)]})
        self._put_missing(base)

    @property
    def vocabulary(self) -> Vocabulary:
        """
        The vocabulary of the base: words that only other plans have weigh most.
        """
        return self._base.vocabulary

    # ── changing ──

    def put(self, plans: Iterable[PlanText]) -> None:
        """
        Add these plans, or replace those of the same id, in one step. Raises PlanError.
        """
        parsed = [(text, list(units_of(parse(text.id, text.source, text.review)))) for text in plans]
        self._store(parsed)

    def withdraw(self, plan: str) -> None:
        """
        Forget a plan; one that is not there is no error.
        """
        with self._lock, _transaction(self._database):
            self._index.put(dict.fromkeys(self._forget(plan), ()))

    def _put_missing(self, base: Iterable[Plan]) -> None:
        missing = [plan for plan in base if self._shelf_of(plan.id) is None]
        if missing:
            self._store([(PlanText(plan.id, plan.source), list(units_of(plan))) for plan in missing])

    def _store(self, plans: Iterable[tuple[PlanText, Sequence[Unit]]]) -> None:
        """
        The index is committed before the rows: a hit without a row is passed over, a row without a hit is not found.
        """
        with self._lock, _transaction(self._database):
            shelves: dict[int, Iterable[tuple[int, Sequence[str]]]] = {}
            for text, units in plans:
                shelves.update(dict.fromkeys(self._forget(text.id), ()))
                shelf = self._write(text, units)
                shelves[shelf] = self._documents(shelf, units)
            self._index.put(shelves)

    def _forget(self, plan: str) -> list[int]:
        """
        Delete the rows of a plan and return its shelf, if it has one.
        """
        shelf = self._shelf_of(plan)
        if shelf is None:
            return []
        self._database.execute("delete from plans where shelf = ?", (shelf,))
        self._database.execute("delete from units where number between ? and ?", _numbers(shelf))
        return [shelf]

    def _write(self, text: PlanText, units: Iterable[Unit]) -> int:
        row = (text.id, zlib.compress(text.source.encode()), text.review)
        shelf = self._database.execute("insert into plans (id, source, review) values (?, ?, ?)", row).lastrowid or 0
        rows = ((shelf * ROOM + n, _packed(unit)) for n, unit in enumerate(units))
        self._database.executemany("insert into units values (?, ?)", rows)
        return shelf

    def _documents(self, shelf: int, units: Iterable[Unit]) -> Iterator[tuple[int, Sequence[str]]]:
        return ((shelf * ROOM + n, self._terms(unit.text)) for n, unit in enumerate(units))

    # ── asking, as in Shelves ──

    def evidence(self, terms: Mapping[str, float], plan: str | None) -> tuple[list[Evidence], list[Elsewhere]]:
        """
        What speaks for each unit of the plan (of any plan: None), and what speaks for none; unscored, in no order.
        """
        view = self._everywhere(terms) if plan is None else self._view_of(plan)
        return view.evidence(terms, plan)

    def covered(self, words: Sequence[str], unit: Unit) -> tuple[float, float]:
        """
        How much of a question a unit accounts for.
        """
        return self._view_of(unit.plan).covered(words, unit)

    def covered_elsewhere(self, words: Sequence[str], target: Gap | Aside) -> tuple[float, float]:
        """
        The same for the questions of a gap, another topic or small talk.
        """
        return self._base.covered_elsewhere(words, target)

    def leaning(self, terms: Mapping[str, float]) -> float:
        """
        Above 0 where a question sounds like those that plans answer, below 0 where like others.
        """
        return self._base.leaning(terms)

    def unit(self, key: str) -> Unit | None:
        """
        The unit with this key.
        """
        return self._view_of(key.split("/", maxsplit=1)[0]).unit(key)

    def units(self, plan: str) -> Sequence[Unit]:
        """
        The units of a plan.
        """
        return self._view_of(plan).units(plan)

    def nearness(self, unit: Unit, last: Unit, fresh: bool) -> float:
        """
        How near a unit stands to the last one.
        """
        if unit.plan == last.plan:
            return self._view_of(unit.plan).nearness(unit, last, fresh)
        return self._view_of_units([unit, last]).nearness(unit, last, fresh)

    def _plan(self, id: str) -> Plan | None:
        """
        The plan with this id, parsed anew where it is not of the base.
        """
        if id in self._plans:
            return self._plans[id]
        row = self._database.execute("select source, review from plans where id = ?", (id,)).fetchone()
        return row and parse(id, zlib.decompress(row[0]).decode(), row[1])

    def _view_of(self, plan: str) -> Shelves:
        shelf = self._shelf_of(plan)
        return self._view(NO_SHELF if shelf is None else shelf)

    def _shelf_of(self, plan: str) -> int | None:
        row = self._database.execute("select shelf from plans where id = ?", (plan,)).fetchone()
        return None if row is None else int(row[0])

    def _open(self, shelf: int) -> View:
        rows = self._database.execute("select unit from units where number between ? and ?", _numbers(shelf))
        units = [unpacked(row[0]) for row in rows]
        return View.over(self._base, units, self._bags(units), self._joins(units))

    def _view_of_units(self, units: Sequence[Unit], hits: Iterable[int] = ()) -> View:
        joins = [self._joins_alone(unit) for unit in units]
        return View.over(self._base, units, self._bags(units), joins, hits)

    def _everywhere(self, terms: Mapping[str, float]) -> View:
        """
        The units of the base that still stand, and the best of the others.
        """
        self._look_again()
        indexed = {term: factor for term, factor in terms.items() if term[0] != "~"}
        standing = {plan for plan in self._plans if self._shelf_of(plan) is not None}
        units = [unit for unit in self._base._units if unit.plan in standing]
        number = {unit.key: n for n, unit in enumerate(units)}
        hits, foreign = [], 0
        for unit in self._units(self._index.search(indexed, CLAUSES_READ)):
            if unit.key not in number:
                if foreign == FOREIGN_READ:
                    continue
                foreign += 1
                number[unit.key] = len(units)
                units.append(unit)
            hits.append(number[unit.key])
        return self._view_of_units(units, hits)

    def _units(self, hits: Iterable[tuple[int, float]]) -> Iterator[Unit]:
        for number, _ in hits:
            row = self._database.execute("select unit from units where number = ?", (number,)).fetchone()
            if row is not None:
                yield unpacked(row[0])

    def _look_again(self) -> None:
        """
        See what another process changed since the last question.
        """
        version = self._database.execute("pragma data_version").fetchone()[0]
        if version != self._seen:
            self._index.refresh()
            self._seen = version

    # ── whose questions a unit takes ──

    def _find_homes(self) -> list[_Home]:
        kinds: dict[str, list[int]] = defaultdict(list)
        found: dict[str, Unit] = {}
        for n, kind in enumerate(self.exemplars.kinds):
            plan = self._plans.get(kind.plan)
            unit = plan and unit_of(kind, plan, self._base.units(plan.id))
            if unit:
                kinds[unit.key].append(n)
                found[unit.key] = unit
        return [_Home(unit, tuple(kinds[key]), self._compared(unit)) for key, unit in found.items()]

    def _compared(self, unit: Unit) -> Bag:
        return self._bag(" ".join(unit.headings[-2:])) if unit.form == "list" else self._bag(unit.text)

    def _bags(self, units: Iterable[Unit]) -> list[tuple[Bag, Bag]]:
        return [(self._bag(unit.text), self._bag(" ".join(unit.headings[-2:]))) for unit in units]

    def _joins(self, units: Sequence[Unit]) -> list[list[tuple[int, float]]]:
        """
        For each unit of one plan, whose questions it takes: its own, then those of similar units of other plans.
        """
        joins = {unit.key: list(self._joins_alone(unit)) for unit in units}
        for kind, unit in self._own_kinds(units):
            joins[unit.key].append((kind, 1.0))
        return list(joins.values())

    def _own_kinds(self, units: Sequence[Unit]) -> Iterator[tuple[int, Unit]]:
        """
        The kinds that were written for a plan of the base, where its text was replaced since.
        """
        plan = self._plans.get(units[0].plan) if units else None
        if plan is None or all(unit in self._base_joins for unit in units):
            return
        for n, kind in enumerate(self.exemplars.kinds):
            unit = unit_of(kind, plan, units) if kind.plan == plan.id else None
            if unit is not None:
                yield n, unit

    def _joins_alone(self, unit: Unit) -> Sequence[tuple[int, float]]:
        """
        What the base found out about a unit of its own; for others, the kinds of the homes that they are like.
        """
        if unit in self._base_joins:
            return self._base_joins[unit]
        side = " ".join(unit.headings[-2:]) if unit.form == "list" else unit.text
        alike = ((self._homes[at], likeness) for at, likeness in self._twins(unit.form, side))
        return [(kind, share) for home, share in alike if home.unit.plan != unit.plan for kind in home.kinds]

    def _find_base_joins(self) -> dict[Unit, list[tuple[int, float]]]:
        joins: dict[Unit, list[tuple[int, float]]] = {unit: [] for unit in self._base._units}
        for kind, shares in self._base._units_of_kind.items():
            for at, share in shares:
                joins[self._base._units[at]].append((kind, share))
        return joins

    def _find_twins(self, form: str, text: str) -> tuple[tuple[int, float], ...]:
        """
        The homes that are like a text of this form, found by the search engine, with how alike they are.
        """
        weighted = self.vocabulary.weighted(dict.fromkeys(self._bag(text).terms, 1.0))
        if form == "list":
            near: Iterable[int] = range(len(self._homes))
        else:
            near = (at for at, _ in self._home_index.search(dict.fromkeys(self._terms(text), 1.0), TWINS_READ))
        homes = ((at, self._homes[at]) for at in near)
        alike = [(at, weighted.likeness(home.bag)) for at, home in homes if home.unit.form == form]
        return tuple((at, likeness) for at, likeness in alike if likeness >= ALIKE)

    def _index_terms(self, text: str) -> list[str]:
        return self.vocabulary.index_terms(tokens(text))


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """
    All changes inside, or none of them.
    """
    database.execute("begin immediate")
    try:
        yield
    except BaseException:
        database.execute("rollback")
        raise
    database.execute("commit")


def _numbers(shelf: int) -> tuple[int, int]:
    return shelf * ROOM, shelf * ROOM + ROOM - 1


def _packed(unit: Unit) -> bytes:
    row = [unit.key, unit.plan, unit.path, unit.form, unit.text, "" if unit.quote == unit.text else unit.quote]
    rest = [unit.headings, unit.items, unit.members, unit.shown]
    return zlib.compress(json.dumps([*row, *rest], ensure_ascii=False).encode(), 1)


def unpacked(packed: bytes) -> Unit:
    """
    A unit as a row of the archive holds it.
    """
    key, plan, path, form, text, quote, headings, items, members, shown = json.loads(zlib.decompress(packed))
    return Unit(key, plan, path, form, text, quote or text, tuple(headings), tuple(items), tuple(members), shown)
