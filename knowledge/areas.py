"""
Which commune of today a person means, by its name, by an old name, in any spelling.

An old unit that was split gives all its parts, a name that several units have gives each, and a bare name of a
province gives none: the bot asks, it does not guess. What old name was understood is always said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.address import (
    COMMUNE_KINDS,
    TYPED,
    Hamlet,
    Word,
    hamlets,
    key,
    kind_before,
    kind_glued,
    read,
    squashed,
)
from knowledge.catalogue import KINDS, PLANS, Area, Catalogue, Former
from knowledge.country import installed
from knowledge.text import fold

__all__ = ["Area", "Areas", "Match"]

NAME = 6
"""A name of a unit has at most so many words."""
STRAY = 3
"""
So many unknown words may stand before a bare name; after a name and a comma, so few are rather a place that is not
known ("phường 10, Vũng Tàu") than chatter.
"""
CARELESS_WORDS = 16
"""Wrong letters are forgiven in addresses up to so many words."""
SOUNDS = (("tr", "ch"), ("s", "x"), ("gi", "d"), ("l", "n"))
"""Letters that dialects mix up."""


@dataclass(frozen=True, slots=True)
class Match:
    """
    A commune that is meant; the old name that was understood ("phường 10, thành phố Sóc Trăng"; none when they named
    the commune of today); the smallest unit as typed but tidied ("khóm 3"); and the slug of the plan place that the
    commune lies in, wholly or in part.
    """

    area: Area
    was: str | None
    hamlet: str | None
    plan_place: str | None


@dataclass(frozen=True, slots=True)
class _Name:
    """
    A name of a unit, and its kind; the communes that it stands for today, what it was, and the keys of all that it
    lies or lay in. `spelled` says whether the name has its diacritics.
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


@dataclass(frozen=True, slots=True)
class _Span:
    """
    Words that are a name: where they begin with and without their kind, and end; the keys that they can be; and how
    many letters were forgiven.
    """

    start: int
    name: int
    stop: int
    keys: frozenset[str]
    kind: str | None
    cost: int = 0

    def apart(self, other: _Span | Hamlet) -> bool:
        """
        Whether the two share no word.
        """
        return self.stop <= other.start or other.stop <= self.start


@dataclass(frozen=True, slots=True)
class _Reading:
    """
    One way to understand an address: the names that its smallest unit can be, and how much is explained.
    """

    target: _Span
    names: tuple[_Name, ...]
    explained: int
    cost: int


Lookup = Callable[[str], Iterable[tuple[str, int]]]
"""A key → the known keys that it can be, each with the letters that were forgiven."""
Shelf = tuple[int, str, str]
"""The length of a key, with its first letter or its last."""


class Areas:
    """
    All communes of a catalogue, found by what people type.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._provinces = catalogue.provinces
        self._areas = {area.code: area for area in catalogue.areas}
        self._plans = _plans(catalogue.former)
        self._province_keys = frozenset(
            squashed(_bare(name)) for name in (*catalogue.provinces.values(), *catalogue.merged)
        )
        self._initials = _initials(catalogue)
        self._names = _names(catalogue)
        self._uppers = frozenset().union(
            _keys((*catalogue.provinces.values(), *catalogue.merged)),
            *(name.uppers for names in self._names.values() for name in names),
        )
        self._sounds = _sounds({*self._names, *(upper for upper in self._uppers if " " not in upper)})

    @classmethod
    def load(cls) -> Areas:
        """
        The whole country when the optional package is installed, else the places of the plans and around them.
        """
        return cls(installed() or Catalogue.seed())

    def by_code(self, code: str) -> Area | None:
        """
        The commune of today with this code.
        """
        return self._areas.get(code)

    def province(self, code: str) -> str | None:
        """
        The province of today with this code: "thành phố Cần Thơ".
        """
        return self._provinces.get(code)

    def plan_provinces(self) -> tuple[tuple[str, str], ...]:
        """
        Code and name of each province of today that a plan's place lies in, by name.
        """
        codes = {self._areas[code].province_code for code in self._plans if code in self._areas}
        return tuple(sorted(((code, self._provinces[code]) for code in codes), key=lambda pair: fold(_bare(pair[1]))))

    def communes(self, province_code: str) -> tuple[Area, ...]:
        """
        The communes of a province that are known, by name. Without the package most provinces have none, and only
        Đồng Nai has all.
        """
        inside = (area for area in self._areas.values() if area.province_code == province_code)
        return tuple(sorted(inside, key=lambda area: (fold(_bare(area.name)), area.code)))

    def covers(self, upper: str, lower: str) -> bool:
        """
        Whether the unit with the one code is the other, or the province that it lies in.
        """
        area = self._areas.get(lower)
        return upper == lower or (area is not None and area.province_code == upper)

    def find(self, text: str, near: str | None = None) -> tuple[Match, ...]:
        """
        The communes that a typed address can mean, best first: none when it is not understood, several when the
        person must choose. `near`, a plan place or a province's code, narrows what fits and never overrides words.
        """
        words = read(text)
        readings, refused = self._readings(words, self._exactly)
        if not readings and not refused and len(words) <= CARELESS_WORDS:
            readings, _ = self._readings(words, self._carelessly)
        matches = tuple(self._matches(words, readings))
        closer = tuple(match for match in matches if near in (match.plan_place, match.area.province_code))
        return (closer if near else ()) or matches

    def _readings(self, words: Sequence[Word], lookup: Lookup) -> tuple[list[tuple[_Reading, str | None]], bool]:
        """
        The best ways to understand an address, each with its hamlet; and whether a name was refused because it does
        not lie where the address says.
        """
        spans = self._spans(words, lookup)
        small = _hamlets(words, spans)
        spans = [span for span in spans if all(span.apart(hamlet) for hamlet in small)]
        uppers = self._upper_spans(words, spans)
        readings: list[_Reading] = []
        refused = False
        for target in spans:
            if names := self._possible(target):
                above = _above(target, uppers)
                fitting = tuple(name for name in names if all(name.uppers & self._meant(span) for span in above))
                refused = refused or not fitting
                if fitting and _understood(words, target, above, small):
                    readings.append(_reading(words, target, fitting, above, small))
        best = max(((reading.explained, -reading.cost) for reading in readings), default=None)
        hamlet = ", ".join(hamlet.shown for hamlet in small) or None
        return [(one, hamlet) for one in readings if (one.explained, -one.cost) == best], refused

    def _spans(self, words: Sequence[Word], lookup: Lookup) -> list[_Span]:
        """
        All runs of words that are a known name.
        """
        careless = lookup == self._carelessly
        spans: list[_Span] = []
        for start in range(len(words)):
            kind = kind_before(words, start, careless=careless)
            for stop in range(start + 1, min(len(words), start + NAME) + 1):
                if words[stop - 1].part != words[start].part:
                    break
                typed = "".join(word.key for word in words[start:stop])
                for known, cost in lookup(typed):
                    led = kind.start if kind else start
                    spans.append(_Span(led, start, stop, frozenset({known}), kind.name if kind else None, cost))
            spans += self._glued(words[start], start)
        return spans

    def _glued(self, word: Word, at: int) -> Iterator[_Span]:
        """
        "xacamngoc" as one word.
        """
        for kind, rest in kind_glued(word.key):
            if rest in self._names or rest in self._uppers:
                yield _Span(at, at, at + 1, frozenset({rest}), kind)

    def _upper_spans(self, words: Sequence[Word], spans: Iterable[_Span]) -> list[_Span]:
        """
        The spans that can be a district or a province, longest first: their names, and initials that end the address
        or are led by a kind ("p10 st", "tp st").
        """
        uppers = [span for span in spans if span.kind not in COMMUNE_KINDS and span.keys & self._uppers]
        for at, word in enumerate(words):
            kind = kind_before(words, at)
            above = kind is not None and kind.name not in COMMUNE_KINDS
            if word.key in self._initials and (above or (kind is None and at == len(words) - 1)):
                led = kind.start if kind else at
                uppers.append(_Span(led, at, at + 1, self._initials[word.key], kind.name if kind else None))
        return sorted(uppers, key=lambda span: (span.cost, span.start - span.stop))

    def _meant(self, upper: _Span) -> frozenset[str]:
        """
        The keys that an upper unit can be: with its kind where a unit of that kind has the name, else by name.
        """
        exact = frozenset(f"{upper.kind} {name}" for name in upper.keys) & self._uppers
        return exact or upper.keys

    def _possible(self, target: _Span) -> tuple[_Name, ...]:
        """
        The units that a span can be. A number needs its kind; the bare name of a province is not one of its communes.
        """
        names = [name for known in target.keys for name in self._names.get(known, ())]
        if target.kind is None:
            return () if target.keys & self._province_keys or _is_number(target) else _openly(names)
        if target.kind == "tỉnh":
            return ()
        sized = [name for name in names if name.commune == (target.kind in COMMUNE_KINDS)]
        return tuple(name for name in sized if name.kind == target.kind) or tuple(sized)

    def _matches(self, words: Sequence[Word], readings: Sequence[tuple[_Reading, str | None]]) -> Iterator[Match]:
        """
        The communes of all readings, each once: those of today's names first.
        """
        seen: set[str] = set()
        for name, hamlet in sorted(
            _spelled(words, readings), key=lambda pair: (not pair[0].commune, bool(pair[0].was))
        ):
            for code in name.codes:
                if code not in seen and code in self._areas:
                    seen.add(code)
                    yield Match(self._areas[code], name.was, hamlet, self._plans.get(code))

    def _exactly(self, typed: str) -> Iterator[tuple[str, int]]:
        if typed in self._names or typed in self._uppers:
            yield typed, 0

    def _carelessly(self, typed: str) -> Iterator[tuple[str, int]]:
        """
        Known keys with one letter wrong, or two in a long name, and letters that dialects mix up. Numbers must be
        right.
        """
        if typed in self._names or typed in self._uppers:
            yield typed, 0
            return
        if len(typed) < 5 or not typed.isalpha():
            return
        most = 1 if len(typed) < 9 else 2
        for sound in {typed, _sound(typed)}:
            for shelf in _shelves(sound, most):
                for heard, distance, _ in process.extract(
                    sound, self._sounds.get(shelf, {}).keys(), scorer=OSA.distance, score_cutoff=most, limit=8
                ):
                    yield from ((known, int(distance) + 1) for known in self._sounds[shelf][heard])


def _names(catalogue: Catalogue) -> dict[str, list[_Name]]:
    """
    All names by key: communes of today, former ones, what had gone into those before, and old districts.
    """
    provinces = {area.code: area.province for area in catalogue.areas}
    lay_in: dict[str, set[str]] = {}
    for old in catalogue.former:
        for code in old.codes:
            lay_in.setdefault(code, set()).update((old.district, old.province))
    names: dict[str, list[_Name]] = {}
    for area in catalogue.areas:
        uppers = _keys((area.province, *lay_in.get(area.code, ())))
        _add(names, area.name, (area.code,), None, uppers)
    for old in catalogue.former:
        uppers = _keys((old.district, old.province, *(provinces[code] for code in old.codes if code in provinces)))
        _add(names, old.name, old.codes, old.full, uppers)
        for earlier in old.earlier:
            _add(names, _unglued(earlier), old.codes, old.full, uppers, spelled=False)
    for (district, province), olds in groupby(sorted(catalogue.former, key=_seat), key=_seat):
        if district:
            codes = tuple(dict.fromkeys(code for old in olds for code in old.codes))
            above = _keys((province, *(provinces[code] for code in codes if code in provinces)))
            _add(names, district, codes, f"{district}, {province}", above)
    return names


def _add(
    names: dict[str, list[_Name]],
    full: str,
    codes: tuple[str, ...],
    was: str | None,
    uppers: frozenset[str],
    *,
    spelled: bool = True,
) -> None:
    kind, bare = _parts(full)
    names.setdefault(squashed(bare), []).append(_Name(bare, kind, codes, was, uppers, spelled))


def _seat(old: Former) -> tuple[str, str]:
    return old.district, old.province


def _parts(full: str) -> tuple[str, str]:
    """
    The kind of a unit and its bare name: "phường 10" → "phường", "10".
    """
    kind = next(kind for kind in KINDS if full.startswith(f"{kind} "))
    return kind, full[len(kind) + 1 :]


def _bare(full: str) -> str:
    return _parts(full)[1]


def _unglued(folded: str) -> str:
    """
    "xacamson" → "xã camson".
    """
    kind = next(kind for kind in ("phường", "xã", "thị trấn") if folded.startswith(fold(kind).replace(" ", "")))
    return f"{kind} {folded[len(kind.replace(' ', '')) :]}"


def _keys(uppers: Iterable[str]) -> frozenset[str]:
    """
    The keys of upper units, without and with their kinds: "soctrang", "thành phố soctrang".
    """
    return frozenset(name for full in uppers if full for name in _upper_keys(full))


@lru_cache(maxsize=2_000)
def _upper_keys(full: str) -> tuple[str, str]:
    kind, bare = _parts(full)
    return squashed(bare), f"{kind} {squashed(bare)}"


def _plans(former: Iterable[Former]) -> dict[str, str]:
    """
    The plan place of each commune that has a part in one.
    """
    return {code: slug for old in former for slug, area in PLANS.items() if old.inside(area) for code in old.codes}


def _initials(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """
    "st" → {"soctrang"}: initials of the provinces, and of the plans' own places.
    """
    short: dict[str, set[str]] = {}
    for full in (*catalogue.provinces.values(), *catalogue.merged, *(area.split(",")[0] for area in PLANS.values())):
        words = [key(word) for word in TYPED.findall(_bare(full))]
        short.setdefault("".join(word[0] for word in words), set()).add(squashed(_bare(full)))
    return {letters: frozenset(names) for letters, names in short.items() if len(letters) > 1}


def _sounds(known: Iterable[str]) -> dict[Shelf, dict[str, list[str]]]:
    """
    Keys by how they are written and by how they sound, on shelves.
    """
    sounds: dict[Shelf, dict[str, list[str]]] = {}
    for name in known:
        for heard in {name, _sound(name)}:
            for shelf in _shelves(heard, 0):
                sounds.setdefault(shelf, {}).setdefault(heard, []).append(name)
    return sounds


def _shelves(sound: str, most: int) -> list[Shelf]:
    """
    Where to look for what differs in so many letters: about as long, and the same at the one end or the other.
    """
    lengths = range(len(sound) - most, len(sound) + most + 1)
    return [shelf for length in lengths for shelf in ((length, sound[0], ""), (length, "", sound[-1]))]


def _sound(typed: str) -> str:
    for written, heard in SOUNDS:
        typed = typed.replace(written, heard)
    return typed


def _is_number(target: _Span) -> bool:
    return all(known.isdecimal() for known in target.keys)


def _openly(names: Sequence[_Name]) -> tuple[_Name, ...]:
    """
    The units of a bare name. A district that became one commune is shown as the district: nobody who names it is
    taken for somebody who named the commune.
    """
    districts = tuple(name for name in names if not name.commune)
    alone = len({code for name in names for code in name.codes}) == 1
    return districts if districts and alone else tuple(names)


def _hamlets(words: Sequence[Word], spans: Iterable[_Span]) -> tuple[Hamlet, ...]:
    spans = [span for span in spans if span.cost == 0 or span.kind]
    inside = {at for span in spans if span.stop - span.name > 1 or span.kind for at in range(span.name, span.stop)}
    return hamlets(words, {span.start for span in spans}, inside)


def _above(target: _Span, uppers: Sequence[_Span]) -> tuple[_Span, ...]:
    """
    The district and province that are named beside the target.
    """
    chosen: list[_Span] = []
    for upper in uppers:
        if upper.apart(target) and all(upper.apart(other) for other in chosen):
            chosen.append(upper)
    return tuple(chosen)


def _explained(target: _Span, above: Iterable[_Span], small: Iterable[Hamlet]) -> set[int]:
    parts: tuple[_Span | Hamlet, ...] = (target, *above, *small)
    return {at for part in parts for at in range(part.start, part.stop)}


def _understood(words: Sequence[Word], target: _Span, above: Iterable[_Span], small: Iterable[Hamlet]) -> bool:
    """
    Whether the rest of the address leaves no doubt: no unknown place after the name, and little before a bare one.
    Chatter may follow a comma.
    """
    explained = _explained(target, above, small)
    stray = [at for at, word in enumerate(words) if at not in explained and not word.says_nothing]
    after = [at for at in stray if at >= target.stop]
    before = len(stray) - len(after)
    chatter = len(after) > STRAY and words[after[0]].part > words[target.stop - 1].part
    return (chatter or not after) and (target.kind is not None or before <= (0 if target.cost else STRAY))


def _reading(
    words: Sequence[Word],
    target: _Span,
    names: tuple[_Name, ...],
    above: Sequence[_Span],
    small: Iterable[Hamlet],
) -> _Reading:
    explained = len(_explained(target, above, small))
    return _Reading(target, names, explained, target.cost + sum(span.cost for span in above))


def _spelled(
    words: Sequence[Word], readings: Sequence[tuple[_Reading, str | None]]
) -> list[tuple[_Name, str | None]]:
    """
    The names of all readings; where diacritics were typed and some name has just these, only such names.
    """
    pairs = [
        (name, hamlet, not name.spelled or _agrees(words[reading.target.name : reading.target.stop], name.name))
        for reading, hamlet in readings
        for name in reading.names
    ]
    exact = any(agrees for _, _, agrees in pairs)
    return [(name, hamlet) for name, hamlet, agrees in pairs if agrees or not exact]


def _agrees(words: Sequence[Word], name: str) -> bool:
    """
    Whether each word that was typed with diacritics has those of the name; old and new tone placement are the same.
    """
    syllables = [word for word in TYPED.findall(name) if word not in ",;()"]
    return len(words) == len(syllables) and all(
        word.bare or _marks(word.typed) == _marks(syllable) for word, syllable in zip(words, syllables, strict=True)
    )


def _marks(syllable: str) -> list[str]:
    return sorted(unicodedata.normalize("NFD", syllable.casefold()))
