"""
What a question means: its words spelled out, its places, groups, numbers, what kind of answer it wants, and what the
turns before it were about.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from knowledge.numbers import document_numbers, figures_in, names_a_sum, percents_in, spell_numbers, years_in
from knowledge.places import Gazetteer, Named, Place
from knowledge.similarity import Vocabulary
from knowledge.spelling import Speller
from knowledge.text import clean, fold, tokens

GROUPS = Path(__file__).parent / "groups.toml"

FILLERS = frozenset(["a", "ah", "ad", "admin", "oi", "nhe", "nhi", "nghen", "hen", "ha", "z"])
"""Words of address and politeness: they carry nothing to search for and are left out where other words remain."""

PHRASES = re.compile(
    r" (?:(?:xin |vui long )?cho (?:toi|em|minh|chau|con|tui|u|bac|co)? ?hoi(?: la)?|xin hoi|xin cho biet|cho biet"
    r"|(?:trong |theo )?ke hoach (?:co )?(?:ghi|noi|viet|neu)(?: la)? (?:sao|gi|the nao|ra sao|khong|nhu the nao)"
    r"|quan tri vien(?: oi)?|moi nguoi oi|giup (?:toi|em|minh|tui|chau) (?:voi|nha)|voi a)(?= )"
)
"""Ways to begin or end any question; they say nothing about its subject."""

COMPARING = re.compile(
    r" (?:so sanh|so voi|so giup|giong nhau|khac nhau|khac sao|giong|chenh nhau|hon kem|ben nao|noi nao|hai ben"
    r"|hai noi|moi noi|vs|(?:(?:dat|de) )?(?:voi )?canh nhau(?: xem)?)(?= )"
)
"""Words that only put places side by side; left out where several places are named."""

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
    r"^(?:the|con|vay|roi|neu|thi|va|rua|o|ben|hay|cung)\b"
    r"|\bcung (?:phai|duoc|co|nop|lam)\b|(?:thi sao|ra sao|nua|cung vay|cung the|co vay|sao nua|nua ha)\W*$"
)
POINTS_BACK = re.compile(
    r"\b(?:cai do|cai nay|viec do|viec nay|chuyen do|may cai do|do la|no|nhu vay|nhu the|muc do|khoan do|y do|"
    r"may cai|hai noi do|ben do|cho do)\b"
)


SUPPOSES = re.compile(
    r" (?:(?:dung|phai|that|chinh xac) (?:khong|hong|chua|vay|the)|co (?:phai|dung)|nghe (?:noi|bao|don|dau)) "
    r"| (?:ha|a|nhi|chu) $"
)
"""Words with which people put forward what they heard."""
SEVERAL = re.compile(r" (?:ca (?:hai|ba|2|3|bon|4)|vs|tung loai|cac loai|moi loai|ca may|lan) ")
"""A question about several things of one place at once."""
INTRODUCES = re.compile(
    r"(?:(?:da|chao|xin chao|vang|u)\b[\w ]{0,16})?"
    r"\b(?:toi|em|tui|minh|chau|con|u|bac|co|anh|chi|me|ba|nha \w+|gia dinh \w+)"
    r" (?:la|o|song o|lam|dang o|que|den tu)\b"
)
ASKS = re.compile(
    r" (?:khong|gi|nao|sao|bao nhieu|may|ai|dau|khi|muon|duoc|phai|can|chua|the nao|lam sao|xin|hoi|bao gio) "
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
    A question, understood. `terms` are folded words and word pairs with the factor each counts; `supposed` are the
    figures that it puts forward to be confirmed; `fresh` says that a follow-up names another group or number than the
    question before.
    """

    typed: str
    spelled: str
    terms: Mapping[str, float]
    words: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    named: bool = False
    elsewhere: tuple[str, ...] = ()
    parent: tuple[str, Place] | None = None
    groups: frozenset[str] = frozenset()
    percents: tuple[float, ...] = ()
    years: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    names_a_sum: bool = False
    wants: frozenset[str] = frozenset()
    follows: bool = False
    both: bool = False
    introduces: bool = False
    several: bool = False
    supposed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fresh: bool = False
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
        spelled = spell_numbers(self._speller.spell_out(self._gazetteer.spell_initials(typed)))
        named = self._gazetteer.named(spelled)
        parent = self._gazetteer.inside_parent(spelled) if not named.places else None
        if parent is not None and not named.elsewhere:
            named = replace(named, places=(parent[1],))
        places, said = self._places(named, profile)
        query = Query(
            typed=typed,
            spelled=spelled,
            terms={},
            places=places,
            named=said,
            elsewhere=named.elsewhere,
            parent=parent,
            both=named.both,
        )
        return self.of_words(PHRASES.sub(" ", f" {named.rest} ").split() or tokens(named.rest), query)

    def of_words(self, words: Sequence[str], base: Query) -> Query:
        """
        The query with other words; its places stay.
        """
        folded = f" {' '.join(words)} "
        kept = COMPARING.sub("", folded).split() if len(base.places) > 1 else list(words)
        return replace(
            base,
            terms=self.terms(kept),
            words=tuple(substance(kept)),
            groups=groups_in(self.groups, folded),
            percents=percents_in(folded),
            years=years_in(folded),
            numbers=document_numbers(folded),
            names_a_sum=names_a_sum(folded),
            wants=frozenset(name for name, pattern in WANTED.items() if pattern.search(folded.strip())),
            follows=bool(FOLLOWS.search(folded.strip()) or POINTS_BACK.search(folded)) or base.both,
            introduces=bool(INTRODUCES.match(folded.strip()) and not ASKS.search(folded)),
            several=bool(SEVERAL.search(folded)),
            supposed=figures_in(folded) if SUPPOSES.search(folded) else {},
            known=_share_known(words, self._known),
        )

    def without_figures(self, query: Query) -> Query:
        """
        The question without the figures that it supposes, which stay known as supposed.
        """
        words = [word for word in query.words if not word[0].isdigit()]
        return replace(self.of_words(words, query), supposed=query.supposed)

    def terms(self, words: Sequence[str]) -> dict[str, float]:
        """
        Folded words as terms that count once each; words of address are left out where others remain.
        """
        return dict.fromkeys(self._vocabulary.terms(substance(words) or words), 1.0)

    def set_apart(self, parts: Iterable[Sequence[str]]) -> bool:
        """
        Whether the parts of a comparison are about different groups.
        """
        groups = [groups_in(self.groups, f" {' '.join(part)} ") for part in parts]
        return len({found for found in groups if found}) > 1

    def replacing_groups(self, words: Sequence[str], by: Sequence[str]) -> list[str]:
        """
        The words with the first group that they name replaced, and further ones left out.
        """
        folded = f" {' '.join(words)} "
        forms = sorted((form for group in self.groups for form in group.forms), key=len, reverse=True)
        named = sorted((folded.find(f" {form} "), form) for form in forms if f" {form} " in folded)
        for n, (_, form) in enumerate(named):
            folded = folded.replace(f" {form} ", f" {' '.join(by)} " if n == 0 else " ")
        return folded.split()

    def _places(self, named: Named, profile: Place | None) -> tuple[tuple[Place, ...], bool]:
        if named.places:
            both = named.own and profile is not None and profile not in named.places
            return ((profile, *named.places) if both and profile else named.places), True
        if named.elsewhere:
            return (), True
        if named.every and profile is None:
            return self._gazetteer.places, True
        return ((profile,) if profile else ()), False


def asks_something(text: str) -> bool:
    """
    Whether a text has a word that asks or wishes.
    """
    return bool(ASKS.search(f" {' '.join(tokens(text))} "))


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
    folded = folded.replace(" so ket ", " ¤ ")  # "sơ kết", no "sở"
    found = set()
    for form, id in forms:
        if f" {form} " in folded:
            found.add(id)
            folded = folded.replace(f" {form} ", " ¤ ")
    return frozenset(found)
