"""
Which place a person means: by its name, by a place inside it, by an old or a new unit, or "chỗ mình".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.parse import Plan
from knowledge.text import fold

PLACES = Path(__file__).parent / "places.toml"


JOINTS = re.compile(r" (?:với|voi|và|va|còn|con|vs|so với|so voi) |[,;:]")
"""Words and marks that join the parts of a comparison."""
WORD = re.compile(r"\d+(?:[.,/]\d+)*%?|[a-z0-9]+")
"""A folded word or number, without the punctuation around it."""
BARE = re.compile(r"(?:tinh|thanh pho|huyen|thi xa|thi tran|quan|xa|phuong|dac khu) (?=\S)")
"""A folded level before a name."""
INITIALS = r"(?<![\w.&(-]){short}(?![\w&)-])(?!\s+(?:UBND|HĐND|MTQG|và (?:các )?PCT))"
"""Initials that can be a place's: not "(DN)", not those of an office ("VP UBND", "CT và các PCT")."""
JOINED = r"(?:tỉnh|huyện|h\.|TP\.?|ở|bên|tại|với|và|vs|còn|,)\s*{short}|{short}\s*(?:,|với|và|vs|so với)(?:\s|$)"
"""Initials beside a place that is named: led by a word for a place, or joined to another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place that a plan is about: its slug ("ben-tre"), its full name ("tỉnh Bến Tre"), and the plan's id.
    """

    slug: str
    name: str
    plan: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """
    Where a text says that somebody is: a `place` that a plan is held for; else the name of another `area`, with the
    places `within` it that plans are held for. `told` says that it tells so and does not only name it: "tôi ở …".
    """

    place: Place | None = None
    area: str = ""
    within: tuple[Place, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """
    The places that a text names, in order; `elsewhere` are names of places that no plan is held for.
    """

    places: tuple[Place, ...]
    elsewhere: tuple[str, ...]
    own: bool
    every: bool
    both: bool
    rest: str


class Gazetteer:
    """
    The names of all places, longest first.
    """

    def __init__(self, plans: Iterable[Plan], path: Path = PLACES) -> None:
        table = tomllib.loads(path.read_text("utf-8"))
        plans = sorted(plans, key=lambda plan: plan.meta.place)
        known: dict[str, Place] = {}
        for plan in plans:
            name = plan.meta.place_name or plan.meta.place
            known.setdefault(plan.meta.place, Place(plan.meta.place, name, plan.id))
        self.places = tuple(known.values())
        listed = _listed(table["place"], known)
        own = _own_names(known, {entry["slug"] for entry in table["place"]}, listed.proper)
        self._names = _longest_first({**listed.inside, **own, **_with_outer(own, listed), **listed.proper})
        self._parents = {
            fold(parent): known[entry["slug"]]
            for entry in table["place"]
            for parent in entry["parents"]
            if entry["slug"] in known
        }
        withdrawn = [entry["names"][0] for entry in table["place"] if entry["slug"] not in known]
        elsewhere = (*table["elsewhere"]["names"], *withdrawn)
        parents = [name for one in table["place"] for name in one["parents"]]
        self._areas = {fold(name): name.title() for name in (*elsewhere, *parents)}
        self._home = {key: frozenset(table["home"][key].split()) for key in table["home"]}
        self._elsewhere = {fold(name): name.title() for name in elsewhere}
        self.names = (*self._elsewhere, *(name for name, _ in self._names))
        self._initials = {
            short: entry["names"][0].title()
            for entry in table["place"]
            if entry["slug"] in known
            for short in entry["initials"]
        }
        self._careful = frozenset(
            [fold(name) for name in (*table["elsewhere"]["careful"], *table["words"]["careful"])]
            + list(_everyday(own, plans))
        )
        self._before = tuple(fold(word) for word in table["words"]["before"])
        self._cues = {key: _pattern(table["words"][key]) for key in ("own", "all", "both")}

    def by_slug(self, slug: str | None) -> Place | None:
        """
        The place with this slug.
        """
        return next((place for place in self.places if place.slug == slug), None)

    def by_plan(self, plan: str) -> Place:
        """
        The place that a plan is about.
        """
        return next(place for place in self.places if place.plan == plan)

    def named(self, text: str) -> Named:
        """
        What places a text speaks of.
        """
        rest = f" {' '.join(WORD.findall(fold(text)))} "
        found: list[tuple[int, Place]] = []
        for name, place in self._names:
            if name in self._careful and not self._led(rest, name) and rest.strip() != name:
                continue
            while (at := rest.find(f" {name} ")) >= 0:
                found.append((at, place))
                rest = rest[: at + 1] + "¤" * len(name) + rest[at + 1 + len(name) :]
        elsewhere = [] if found else self._named_elsewhere(rest, text.casefold())
        places = tuple(dict.fromkeys(place for _, place in sorted(found, key=lambda pair: pair[0])))
        return Named(
            places=places,
            elsewhere=tuple(elsewhere),
            own=bool(self._cues["own"].search(rest)),
            every=bool(self._cues["all"].search(rest)),
            both=bool(self._cues["both"].search(rest)),
            rest=" ".join(rest.replace("¤", " ").split()),
        )

    def whereabouts(self, text: str) -> Whereabouts | None:
        """
        The one place or area that a text names where it says nothing else than that somebody is there or goes there:
        "em ở Bến Tre ạ", "đổi qua Phú Thọ đi", "Hà Nội". None for anything that says more.
        """
        named = self.named(text)
        if len(named.places) == 1:
            return self._told(Whereabouts(named.places[0]), named.rest)
        rest = f" {named.rest} "
        name = next((name for name in sorted(self._areas, key=len, reverse=True) if f" {name} " in rest), None)
        if named.places or name is None:
            return None
        within = (self._parents[name],) if name in self._parents else ()
        return self._told(Whereabouts(None, self._areas[name], within), rest.replace(f" {name} ", " "))

    def begins_as_a_unit(self, text: str) -> bool:
        """
        Whether a text begins as the name of an administrative unit does: "xã Tân Hưng", "em ở ấp 5".
        """
        words = self._after_home(text)
        return len(words) > 1 and fold(words[0]) in self._home["units"]

    def is_capitalised(self, text: str) -> bool:
        """
        Whether a text is written as a name is, in two words or more: "quê tui Long Mỹ".
        """
        words = self._after_home(text)
        return len(words) > 1 and not text.isupper() and all(word[0].isupper() for word in words)

    def _after_home(self, text: str) -> list[str]:
        words = text.split()
        while words and fold(words[0]) in self._home["who"] | self._home["lives"]:
            words.pop(0)
        return words

    def _told(self, where: Whereabouts, rest: str) -> Whereabouts | None:
        beside = set(rest.split())
        if not beside <= frozenset().union(*self._home.values()):
            return None
        lives = bool(beside & self._home["who"] and beside & self._home["lives"])
        return replace(where, told=lives or bool(beside & self._home["moves"]))

    def spell_initials(self, typed: str) -> str:
        """
        "BT với VP", "ST: …": capital initials of places spelled out, where two stand together, one leads with a
        colon, or another place is named.
        """
        found = {short for short in self._initials if re.search(INITIALS.format(short=short), typed)}
        leads = any(re.match(rf"\s*(?:TP\.? ?)?{short}\s*:", typed) for short in found)
        if len(found) < 2 and not leads:
            named = bool(self.named(typed).places)
            found = {short for short in found if named and re.search(JOINED.format(short=short), typed)}
        for short in found:
            typed = re.sub(INITIALS.format(short=short), self._initials[short], typed)
        return typed

    def split(self, text: str) -> dict[str, list[str]]:
        """
        The folded words that go with each place, where a text joins parts that name one place each; else nothing.
        """
        own: dict[str, list[str]] = {}
        for part in JOINTS.split(f" {text} "):
            named = self.named(part)
            if len(named.places) == 1:
                own.setdefault(named.places[0].slug, []).extend(named.rest.split())
        return own if len(own) > 1 else {}

    def inside_parent(self, text: str) -> tuple[str, Place] | None:
        """
        A wider area that is named, with the one place in it that a plan is held for.
        """
        rest = f" {' '.join(WORD.findall(fold(text)))} "
        return next(
            ((name, place) for name, place in self._parents.items() if f" {name} " in rest and self._led(rest, name)),
            None,
        )

    def _named_elsewhere(self, rest: str, typed: str) -> list[str]:
        """
        Names of other places: after a word such as "ở", or spelled with all their diacritics and no everyday word.
        "Vĩnh Long" is not Vinh, nor "chính trị - xã hội an sinh" Hội An.
        """
        for longer in ("xa hoi", *self._parents):
            rest = rest.replace(f" {longer} ", " ¤ ")
        return [
            shown
            for name, shown in self._elsewhere.items()
            if f" {name} " in rest
            and (self._led(rest, name) or (name not in self._careful and _stands_out(rest, name, shown, typed)))
        ]

    def _led(self, rest: str, name: str) -> bool:
        return any(f" {word} {name} " in rest for word in self._before)


def _stands_out(rest: str, name: str, shown: str, typed: str) -> bool:
    """
    Whether a name that no word leads to has its accents, or begins the text and has several syllables.
    """
    return shown.casefold() in typed or (" " in name and rest.startswith(f" {name} "))


@dataclass(frozen=True, slots=True)
class _Listed:
    """
    What places.toml says: folded names of the places that are held, and of places inside them.
    """

    proper: Mapping[str, Place]
    inside: Mapping[str, Place]


def _listed(entries: Sequence[Mapping[str, Any]], known: Mapping[str, Place]) -> _Listed:
    held = [(entry, known[entry["slug"]]) for entry in entries if entry["slug"] in known]
    return _Listed(
        {_folded(name): place for entry, place in held for name in entry["names"]},
        {_folded(name): place for entry, place in held for name in entry["inside"]},
    )


def _own_names(known: Mapping[str, Place], listed: Set[str], taken: Container[str]) -> dict[str, Place]:
    """
    The names by which a plan itself calls its place: with its level, and bare where no other place is called so.
    """
    names: dict[str, Place] = {}
    several: set[str] = set()
    for place in known.values():
        full = {_folded(place.name), _folded(place.name.partition(",")[0])}
        bare = {BARE.sub("", name) for name in full} | {place.slug.replace("-", " ")}
        for name in {*full, *(() if place.slug in listed else bare)}:
            if names.setdefault(name, place) is not place:
                several.add(name)
    return {
        name: place
        for name, place in names.items()
        if name not in several and name not in taken and not name.replace(" ", "").isdigit()
    }


def _with_outer(own: Mapping[str, Place], listed: _Listed) -> dict[str, Place]:
    """
    "phường Phú Lợi, thành phố Sóc Trăng": one place, not two to compare.
    """
    return {
        f"{name} {outer}": place
        for name, place in own.items()
        for inner, around in listed.inside.items()
        if inner == BARE.sub("", name)
        for outer, outside in listed.proper.items()
        if outside == around and place != around
    }


def _everyday(own: Iterable[str], plans: Iterable[Plan]) -> Iterator[str]:
    """
    The names that are everyday words too ("đoàn kết"): one syllable, or written small in some plan.
    """
    small = " ".join(word if word[:1].islower() else "¤" for plan in plans for word in plan.source.split())
    text = f" {' '.join(WORD.findall(fold(small).replace('¤', '0')))} "
    return (name for name in own if not BARE.match(name) and (" " not in name or f" {name} " in text))


def _folded(name: str) -> str:
    return " ".join(WORD.findall(fold(name)))


def _longest_first(names: Mapping[str, Place]) -> list[tuple[str, Place]]:
    return sorted(names.items(), key=lambda pair: -len(pair[0]))


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(" (?:" + "|".join(re.escape(fold(word)) for word in words) + ") ")
