"""
Which commune of today a person means, by its name, by an old name, in any spelling.

An old unit that was split gives all its parts, a name that several units have gives each, and a bare name of a
province gives none: the bot asks, it does not guess. What old name was understood is always said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap

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
    leads_a_name,
    read,
)
from knowledge.catalogue import PLANS, Area, Catalogue, Former
from knowledge.country import installed
from knowledge.names import Lookup, Name, Names, bare, forgiven, sound
from knowledge.text import fold

__all__ = ["Area", "Areas", "Match"]

NAME = 6
"""A name of a unit has at most so many words."""
STRAY = 3
"""
So many unknown words may stand before a bare name with its district or province; after a comma, so few are rather an
unknown place than chatter ("phường 10, Vũng Tàu").
"""
CARELESS_WORDS = 16
"""Wrong letters are forgiven in addresses up to so many words."""


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

    @property
    def is_number(self) -> bool:
        """
        Whether it is only a number: it needs its kind to be a name.
        """
        return all(known.isdecimal() for known in self.keys)

    def is_inside(self, other: _Span) -> bool:
        """
        Whether another name that is as sure holds this one and more.
        """
        longer = other.stop - other.name > self.stop - self.name
        return longer and other.name <= self.name and self.stop <= other.stop and other.cost <= self.cost

    def apart(self, other: _Span | Hamlet) -> bool:
        """
        Whether the two share no word.
        """
        return self.stop <= other.start or other.stop <= self.start


@dataclass(frozen=True, slots=True)
class _Reading:
    """
    One way to understand an address: the smallest unit and what it can be, the district and province beside it, the
    hamlet, and the words that say nothing known.
    """

    words: Sequence[Word]
    target: _Span
    names: tuple[Name, ...]
    above: tuple[_Span, ...]
    small: tuple[Hamlet, ...]

    @property
    def explained(self) -> frozenset[int]:
        """
        The words that are understood.
        """
        parts: tuple[_Span | Hamlet, ...] = (self.target, *self.above, *self.small)
        return frozenset(at for part in parts for at in range(part.start, part.stop))

    @property
    def stray(self) -> list[int]:
        """
        The words that may be a place, and are not understood.
        """
        explained = self.explained
        return [at for at, word in enumerate(self.words) if at not in explained and not word.says_nothing]

    @property
    def weight(self) -> tuple[int, int]:
        """
        The more is explained the better, then the fewer letters are forgiven.
        """
        return len(self.explained), -self.target.cost - sum(span.cost for span in self.above)

    @property
    def hamlet(self) -> str | None:
        """
        The smallest unit as it is shown: "tổ 5, khóm 3".
        """
        return ", ".join(hamlet.shown for hamlet in self.small) or None

    @property
    def typed(self) -> Sequence[Word]:
        """
        The words of the name itself.
        """
        return self.words[self.target.name : self.target.stop]


@dataclass(frozen=True, slots=True)
class _Understood:
    """
    The best ways to understand an address, and whether a name was refused that lies elsewhere than the address says.
    """

    readings: tuple[_Reading, ...] = ()
    refused: bool = False

    @property
    def weight(self) -> tuple[int, int]:
        """
        How well the best way explains the address.
        """
        return max((reading.weight for reading in self.readings), default=(0, 0))

    @property
    def doubtful(self) -> bool:
        """
        Whether wrong letters may be to blame: nothing was refused, and no way explains all.
        """
        return not self.refused and all(reading.stray for reading in self.readings)


class Areas:
    """
    All communes of a catalogue, found by what people type.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._provinces = catalogue.provinces
        self._areas = {area.code: area for area in catalogue.areas}
        self._plans = _plans(catalogue.former)
        self._names = Names(catalogue)

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
        return tuple(sorted(((code, self._provinces[code]) for code in codes), key=lambda pair: fold(bare(pair[1]))))

    def of_plan(self, slug: str) -> tuple[Area, ...]:
        """
        The communes of today that lie, with all or a part of them, where the plan of a place ("soc-trang") holds.
        """
        codes = (code for code, place in self._plans.items() if place == slug)
        return tuple(self._areas[code] for code in sorted(codes) if code in self._areas)

    def communes(self, province_code: str) -> tuple[Area, ...]:
        """
        The communes of a province that are known, by name. Without the package most provinces have none, and only
        Đồng Nai has all.
        """
        inside = (area for area in self._areas.values() if area.province_code == province_code)
        return tuple(sorted(inside, key=lambda area: (fold(bare(area.name)), area.code)))

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
        understood = self._understood(words, self._names.exactly)
        if understood.doubtful and len(words) <= CARELESS_WORDS:
            understood = max(
                understood, self._understood(words, self._names.carelessly), key=lambda either: either.weight
            )
        matches = tuple(self._matches(understood.readings))
        closer = tuple(match for match in matches if near in (match.plan_place, match.area.province_code))
        return (closer if near else ()) or matches

    def _understood(self, words: Sequence[Word], lookup: Lookup) -> _Understood:
        spans = self._spans(words, lookup)
        small = _hamlets(words, spans)
        spans = [span for span in spans if all(span.apart(hamlet) for hamlet in small)]
        uppers = self._upper_spans(words, spans)
        readings: list[_Reading] = []
        refused = False
        for target in spans:
            above = _above(target, uppers)
            possible = self._possible(target)
            possible = tuple(name for name in possible if _resembles(words[target.name : target.stop], target, name))
            fitting = tuple(name for name in possible if all(name.uppers & self._meant(span) for span in above))
            reading = _Reading(words, target, fitting, above, small)
            refused = refused or bool(possible and not fitting and not reading.stray)
            if fitting and _leaves_no_doubt(reading):
                readings.append(reading)
        best = max((reading.weight for reading in readings), default=None)
        return _Understood(tuple(reading for reading in readings if reading.weight == best), refused)

    def _spans(self, words: Sequence[Word], lookup: Lookup) -> list[_Span]:
        """
        All runs of words that are a known name; "Trăng" in "Sóc Trăng" is none.
        """
        careless = lookup == self._names.carelessly
        spans: list[_Span] = []
        for start, word in enumerate(words):
            kind = kind_before(words, start, careless=careless)
            named, led = (kind.name, kind.start) if kind else (None, start)
            for stop, typed in _runs(words, start):
                look = self._names.exactly if leads_a_name(words, start) else lookup
                spans += [_Span(led, start, stop, frozenset({known}), named, cost) for known, cost in look(typed)]
            spans += self._glued(word, start)
        return [span for span in spans if span.kind or not any(map(span.is_inside, spans))]

    def _glued(self, word: Word, at: int) -> Iterator[_Span]:
        """
        "xacamngoc" as one word.
        """
        for kind, rest in kind_glued(word.key):
            if any(self._names.exactly(rest)):
                yield _Span(at, at, at + 1, frozenset({rest}), kind)

    def _upper_spans(self, words: Sequence[Word], spans: Iterable[_Span]) -> list[_Span]:
        """
        The spans that can be a district or a province, longest first: their names, and initials that end the address
        or are led by a kind ("p10 st", "tp st").
        """
        uppers = [
            span
            for span in spans
            if span.kind not in COMMUNE_KINDS
            and any(map(self._names.is_upper, span.keys))
            and not (span.kind is None and span.is_number)
        ]
        for at, word in enumerate(words):
            kind = kind_before(words, at)
            above = kind is not None and kind.name not in COMMUNE_KINDS
            if word.key in self._names.initials and (above or (kind is None and at == len(words) - 1)):
                led = kind.start if kind else at
                uppers.append(_Span(led, at, at + 1, self._names.initials[word.key], kind.name if kind else None))
        return sorted(uppers, key=lambda span: (span.cost, span.start - span.stop))

    def _meant(self, upper: _Span) -> frozenset[str]:
        """
        The keys that an upper unit can be: with its kind where a unit of that kind has the name, else by name.
        """
        exact = frozenset(filter(self._names.is_upper, (f"{upper.kind} {name}" for name in upper.keys)))
        return exact or upper.keys

    def _possible(self, target: _Span) -> tuple[Name, ...]:
        """
        The units that a span can be. A number needs its kind; the bare name of a province is not one of its communes.
        """
        names = [name for known in target.keys for name in self._names.of(known)]
        if target.kind is None:
            return () if target.is_number or target.keys & self._names.provinces else _openly(names)
        if target.kind == "tỉnh":
            return ()
        sized = tuple(name for name in names if name.commune == (target.kind in COMMUNE_KINDS))
        return tuple(name for name in sized if name.kind == target.kind) or sized

    def _matches(self, readings: Sequence[_Reading]) -> Iterator[Match]:
        """
        The communes of all readings, each once: those of today's names first, those of districts last.
        """
        seen: set[str] = set()
        for name, hamlet in sorted(_spelled(readings), key=lambda pair: (not pair[0].commune, bool(pair[0].was))):
            for code in name.codes:
                if code not in seen:
                    seen.add(code)
                    yield Match(self._areas[code], name.was, hamlet, self._plans.get(code))


def _plans(former: Iterable[Former]) -> dict[str, str]:
    """
    The plan place of each commune that has a part in one.
    """
    return {code: slug for old in former for slug, area in PLANS.items() if old.inside(area) for code in old.codes}


def _runs(words: Sequence[Word], start: int) -> Iterator[tuple[int, str]]:
    """
    The runs of words that may be one name: where each stops, and its key.
    """
    for stop in range(start + 1, min(len(words), start + NAME) + 1):
        if words[stop - 1].part != words[start].part:
            return
        yield stop, "".join(word.key for word in words[start:stop])


def _openly(names: Sequence[Name]) -> tuple[Name, ...]:
    """
    The units of a bare name. A district that became one commune is shown as the district: nobody who names it is
    taken for somebody who named the commune.
    """
    districts = tuple(name for name in names if not name.commune)
    return districts if districts and _is_one(names) else tuple(names)


def _is_one(names: Iterable[Name]) -> bool:
    return len({code for name in names for code in name.codes}) == 1


def _hamlets(words: Sequence[Word], spans: Iterable[_Span]) -> tuple[Hamlet, ...]:
    spans = [span for span in spans if span.cost == 0 or span.kind]
    inside = {at for span in spans if span.stop - span.start > 1 for at in range(span.start, span.stop)}
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


def _leaves_no_doubt(reading: _Reading) -> bool:
    """
    Whether no unknown place follows the name and little stands before a bare one: nothing when it is alone, and never
    a name that is led by a kind. Chatter may follow the whole after a comma. A district beside an unknown name offers
    its communes, when there are several.
    """
    target, words, stray = reading.target, reading.words, reading.stray
    after = [at for at in stray if at >= target.stop]
    apart = bool(after) and words[after[0]].part > words[max(reading.explained)].part
    if after and not (apart and (reading.above or (target.kind and len(after) > STRAY))):
        return False
    if len(stray) > len(after) and _is_one(reading.names) and not all(name.commune for name in reading.names):
        return False
    few = len(stray) - len(after) <= (STRAY if reading.above and not target.cost else 0)
    return target.kind is not None or (few and not any(leads_a_name(words, at) for at in stray))


def _resembles(typed: Sequence[Word], target: _Span, name: Name) -> bool:
    """
    Whether the words of a target are like the name. One word is several syllables only without diacritics ("camngoc",
    not "tuyên" for Tứ Yên). Wrong letters are counted word by word, with the diacritics that were typed: a word that
    says nothing is taken for no other ("vâng ạ" is not La Ngà), and a bare name has one wrong letter at most.
    """
    syllables = [syllable.casefold() for syllable in TYPED.findall(name.name)]
    if len(typed) == 1 < len(syllables):
        return typed[0].bare and not typed[0].says_nothing
    if target.cost == 0:
        return True
    if len(typed) != len(syllables) or any(
        word.says_nothing and word.key != key(syllable) for word, syllable in zip(typed, syllables, strict=True)
    ):
        return False
    wrong = sum(starmap(_letters_wrong, zip(typed, syllables, strict=True)))
    return wrong <= (forgiven("".join(word.key for word in typed)) if target.kind else 1)


def _letters_wrong(word: Word, syllable: str) -> int:
    if word.bare:
        return OSA.distance(sound(word.key), sound(key(syllable)))
    return OSA.distance(sound(word.typed.casefold()), sound(syllable))


def _spelled(readings: Iterable[_Reading]) -> list[tuple[Name, str | None]]:
    """
    The names of all readings with their hamlets; where diacritics were typed and some name has just these, only such.
    """
    pairs = [
        (name, reading.hamlet, not name.spelled or _agrees(reading.typed, name.name))
        for reading in readings
        for name in reading.names
    ]
    exact = any(agrees for _, _, agrees in pairs)
    return [(name, hamlet) for name, hamlet, agrees in pairs if agrees or not exact]


def _agrees(words: Sequence[Word], name: str) -> bool:
    """
    Whether each word that was typed with diacritics has those of the name; old and new tone placement are the same.
    """
    syllables = TYPED.findall(name)
    return len(words) == len(syllables) and all(
        word.bare or _marks(word.typed) == _marks(syllable) for word, syllable in zip(words, syllables, strict=True)
    )


def _marks(syllable: str) -> list[str]:
    return sorted(unicodedata.normalize("NFD", syllable.casefold()))
