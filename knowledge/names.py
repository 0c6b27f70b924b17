"""
The names of all units by key, and how a typed key is looked up among them: exactly, or with letters forgiven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.address import COMMUNE_KINDS, TYPED, key, squashed
from knowledge.catalogue import KINDS, PLANS, Catalogue, Former
from knowledge.text import fold

SOUNDS = (("tr", "ch"), ("s", "x"), ("gi", "d"), ("l", "n"))
"""Letters that dialects mix up."""
EARLIER_KINDS = ("phường", "xã", "thị trấn")

Lookup = Callable[[str], Iterable[tuple[str, int]]]
"""A typed key → the known keys that it can be, each with the letters that were forgiven."""
Shelf = tuple[int, str, str]
"""The length of a key, with its first letter or its last."""


@dataclass(frozen=True, slots=True)
class Name:
    """
    A name of a unit, and its kind; the communes that it stands for today, what it was (none when it is of today), and
    the keys of all that it lies or lay in. `spelled` says whether the name has its diacritics.
    """

    name: str
    kind: str
    codes: tuple[str, ...]
    was: str | None
    uppers: frozenset[str]
    spelled: bool

    @property
    def commune(self) -> bool:
        """
        Whether it is the size of a commune; else it is an old district.
        """
        return self.kind in COMMUNE_KINDS


class Names:
    """
    All names of a catalogue: communes of today, former ones, what had gone into those before, old districts,
    provinces.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        provinces = (*catalogue.provinces.values(), *catalogue.merged)
        self._names = _names(catalogue)
        self._uppers = _keys(provinces).union(*(name.uppers for names in self._names.values() for name in names))
        spelled = {known for known, names in self._names.items() if any(name.spelled for name in names)}
        self._sounds = _sounds(spelled.union(upper for upper in self._uppers if " " not in upper))
        self.initials = _initials((*provinces, *(area.split(",")[0] for area in PLANS.values())))
        self.provinces = frozenset(squashed(bare(name)) for name in provinces)

    def of(self, known: str) -> Sequence[Name]:
        """
        The communes and districts with this key.
        """
        return self._names.get(known, ())

    def is_upper(self, known: str) -> bool:
        """
        Whether a district or province has this key: "soctrang", or with its kind, "thành phố soctrang".
        """
        return known in self._uppers

    def exactly(self, typed: str) -> Iterator[tuple[str, int]]:
        """
        The key itself, when it is known.
        """
        if typed in self._names or typed in self._uppers:
            yield typed, 0

    def carelessly(self, typed: str) -> Iterator[tuple[str, int]]:
        """
        The key itself, else known keys with one letter wrong, or two in a long name, and with letters that dialects
        mix up. Numbers must be right, and so must names whose diacritics aren't known.
        """
        if typed in self._names or typed in self._uppers:
            yield typed, 0
        elif len(typed) >= 5 and typed.isalpha():
            for heard in {typed, sound(typed)}:
                yield from self._near(heard, forgiven(typed))

    def _near(self, typed: str, most: int) -> Iterator[tuple[str, int]]:
        for shelf in _shelves(typed, most):
            there = self._sounds.get(shelf, {})
            for heard, distance, _ in process.extract(
                typed, there.keys(), scorer=OSA.distance, score_cutoff=most, limit=8
            ):
                yield from ((known, int(distance) + 1) for known in there[heard])


def forgiven(typed: str) -> int:
    """
    How many wrong letters are forgiven in a key.
    """
    return 1 if len(typed) < 9 else 2


def sound(typed: str) -> str:
    """
    How a word sounds where dialects mix letters up.
    """
    for written, heard in SOUNDS:
        typed = typed.replace(written, heard)
    return typed


def bare(full: str) -> str:
    """
    A name without its kind: "phường 10" → "10".
    """
    return _parts(full)[1]


def _parts(full: str) -> tuple[str, str]:
    kind = next(kind for kind in KINDS if full.startswith(f"{kind} "))
    return kind, full[len(kind) + 1 :]


def _names(catalogue: Catalogue) -> dict[str, list[Name]]:
    names: dict[str, list[Name]] = {}
    for name in (*_of_today(catalogue), *_of_before(catalogue), *_of_districts(catalogue)):
        names.setdefault(squashed(name.name), []).append(name)
    return names


def _of_today(catalogue: Catalogue) -> Iterator[Name]:
    lay_in: dict[str, set[str]] = {}
    for old in catalogue.former:
        for code in old.codes:
            lay_in.setdefault(code, set()).update((old.district, old.province))
    for area in catalogue.areas:
        uppers = _keys((area.province, *lay_in.get(area.code, ())))
        yield _name(area.name, (area.code,), None, uppers)


def _of_before(catalogue: Catalogue) -> Iterator[Name]:
    provinces = {area.code: area.province for area in catalogue.areas}
    for old in catalogue.former:
        uppers = _keys((old.district, old.province, *(provinces[code] for code in old.codes)))
        yield _name(old.name, old.codes, old.full, uppers)
        for earlier in old.earlier:
            yield _name(_parted(earlier), old.codes, old.full, uppers, spelled=False)


def _of_districts(catalogue: Catalogue) -> Iterator[Name]:
    provinces = {area.code: area.province for area in catalogue.areas}
    inside = sorted((old for old in catalogue.former if old.district), key=_seat)
    for (district, province), olds in groupby(inside, key=_seat):
        codes = tuple(dict.fromkeys(code for old in olds for code in old.codes))
        uppers = _keys((province, *(provinces[code] for code in codes)))
        yield _name(district, codes, f"{district}, {province}", uppers)


def _name(
    full: str, codes: tuple[str, ...], was: str | None, uppers: frozenset[str], *, spelled: bool = True
) -> Name:
    kind, name = _parts(full)
    return Name(name, kind, codes, was, uppers, spelled)


def _seat(old: Former) -> tuple[str, str]:
    return old.district, old.province


def _parted(folded: str) -> str:
    """
    "xacamson" → "xã camson".
    """
    kind = next(kind for kind in EARLIER_KINDS if folded.startswith(fold(kind).replace(" ", "")))
    return f"{kind} {folded[len(kind.replace(' ', '')) :]}"


def _keys(uppers: Iterable[str]) -> frozenset[str]:
    """
    The keys of upper units, without and with their kinds: "soctrang", "thành phố soctrang".
    """
    return frozenset(name for full in uppers if full for name in _upper_keys(full))


@lru_cache(maxsize=2_000)
def _upper_keys(full: str) -> tuple[str, str]:
    kind, name = _parts(full)
    return squashed(name), f"{kind} {squashed(name)}"


def _initials(uppers: Iterable[str]) -> dict[str, frozenset[str]]:
    """
    "st" → {"soctrang"}.
    """
    short: dict[str, set[str]] = {}
    for full in uppers:
        words = [key(word) for word in TYPED.findall(bare(full))]
        short.setdefault("".join(word[0] for word in words), set()).add(squashed(bare(full)))
    return {letters: frozenset(names) for letters, names in short.items() if len(letters) > 1}


def _sounds(known: Iterable[str]) -> dict[Shelf, dict[str, list[str]]]:
    """
    Keys by how they are written and by how they sound, on shelves.
    """
    sounds: dict[Shelf, dict[str, list[str]]] = {}
    for name in known:
        for heard in {name, sound(name)}:
            for shelf in _shelves(heard, 0):
                sounds.setdefault(shelf, {}).setdefault(heard, []).append(name)
    return sounds


def _shelves(heard: str, most: int) -> list[Shelf]:
    """
    Where to look for what differs in so many letters: about as long, and the same at the one end or the other.
    """
    lengths = range(len(heard) - most, len(heard) + most + 1)
    return [shelf for length in lengths for shelf in ((length, heard[0], ""), (length, "", heard[-1]))]
