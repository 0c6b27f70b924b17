"""
A typed address as words: which of them lead a name ("p", "tt", "tp"), which name the smallest unit ("ấp 2"), which
say nothing. No names of communes are known here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge.text import clean, fold

TYPED = re.compile(r"[^\W\d_]+|\d+|[,;()\n]")
"""A run of letters, a number, or a mark that ends a part of the address."""
ADDRESS_LENGTH = 240
WORDS = 32
"""So many letters and words of a text are read; no address is longer."""
ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
"""Numbers in names ("Hòa Tú II")."""

KIND_FORMS = {
    "phường": ("phường", "p", "ph", "f"),
    "xã": ("xã", "x"),
    "thị trấn": ("thị trấn", "tt", "ttr"),
    "đặc khu": ("đặc khu",),
    "tỉnh": ("tỉnh", "t"),
    "thành phố": ("thành phố", "tp", "t p"),
    "thị xã": ("thị xã", "tx"),
    "huyện": ("huyện", "h"),
    "quận": ("quận", "q"),
}
"""Words that lead the name of a unit, with their abbreviations."""
COMMUNE_KINDS = frozenset({"phường", "xã", "thị trấn", "đặc khu"})

HAMLET_KINDS = {
    "khu phố": ("khu phố", "kp"),
    "tổ dân phố": ("tổ dân phố", "tdp"),
    "tổ nhân dân": ("tổ nhân dân", "tnd"),
    "khu dân cư": ("khu dân cư", "kdc"),
    "khu vực": ("khu vực", "kv"),
    "khóm": ("khóm",),
    "ấp": ("ấp",),
    "thôn": ("thôn",),
    "bản": ("bản",),
    "xóm": ("xóm",),
    "buôn": ("buôn",),
    "làng": ("làng",),
    "khối": ("khối",),
    "khu": ("khu",),
    "tổ": ("tổ",),
}
"""Words for the smallest unit; those of two or three syllables first."""
HAMLET_NAME = 5
"""A hamlet's name has at most so many words."""

SAYS_NOTHING = (
    "ở tại thuộc của cũ mới nay là trước đây hồi xưa dạ thưa vâng ạ nha nhé nhe nghen hen đó đấy à ơi vn việt nam "
    "nhà em tôi tui mình cháu con chị anh chú bác cô ông bà đang sống quê địa chỉ hộ nghèo cận gia đình số đường "
    "hiện muốn xin đăng ký thoát hỏi cho được không giờ thì lỗi cảm ơn rồi đúng chưa biết"
)
"""Words around an address that name nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """
    A word as typed, its key for comparing, the part of the address that it stands in (parts end at commas), and
    whether nothing stood between it and the word before.
    """

    typed: str
    key: str
    part: int
    glued: bool

    @property
    def says_nothing(self) -> bool:
        """
        Whether it names nothing: a number, or a word such as "ở".
        """
        return not self.key.isalpha() or self.key in _fillers()

    @property
    def bare(self) -> bool:
        """
        Whether it was typed without diacritics.
        """
        return fold(self.typed) == self.typed.casefold()


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A word for a kind of unit ("thị trấn") and where it begins.
    """

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class Hamlet:
    """
    The smallest unit as it is shown ("ấp 2", "khu phố Bình Thắng") and the words that it stands in.
    """

    start: int
    stop: int
    shown: str


def read(text: str) -> tuple[Word, ...]:
    """
    The first words of an address.
    """
    # A line break parts an address as a comma does, and clean() would make it a blank.
    cleaned = clean(text[: ADDRESS_LENGTH * 8].replace("\n", ", "))[:ADDRESS_LENGTH]
    words: list[Word] = []
    part, end = 0, -1
    for found in TYPED.finditer(cleaned):
        if found[0] in ",;()\n":
            part += 1
        else:
            words.append(Word(found[0], key(found[0]), part, found.start() == end))
        end = found.end()
    return tuple(words[:WORDS])


@lru_cache(maxsize=20_000)
def key(word: str) -> str:
    """
    A word for comparing: folded, y as i, numbers in digits without leading zeros ("Mỹ" → "mi", "02" → "2").
    """
    if word.isdecimal():
        return word.lstrip("0") or "0"
    folded = fold(word)
    return ROMAN.get(folded) or folded.replace("y", "i")


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    return frozenset(key(word) for word in SAYS_NOTHING.split())


def squashed(name: str) -> str:
    """
    A name for comparing, without blanks: "Ea H'Leo" → "eahleo".
    """
    return "".join(key(word) for word in TYPED.findall(name) if word not in ",;()\n")


def kind_before(words: Sequence[Word], at: int, *, careless: bool = False) -> Kind | None:
    """
    The kind that leads the name beginning at a word ("thị xã", not "xã"); carelessly, one wrong letter in a long word
    is forgiven.
    """
    found = [
        Kind(start[0], name)
        for name, forms in KIND_FORMS.items()
        for form in forms
        if (start := _ends(words, at, form, careless))
    ]
    return min(found, key=lambda kind: kind.start, default=None)


def leads_a_name(words: Sequence[Word], at: int) -> bool:
    """
    Whether a kind of unit begins at a word.
    """
    return any(_begins(words, at, form) for forms in KIND_FORMS.values() for form in forms)


def kind_glued(typed: str) -> Iterator[tuple[str, str]]:
    """
    "xacamngoc" as a kind and the rest of the key, in each way that it can be read.
    """
    for name, forms in KIND_FORMS.items():
        for form in forms:
            led = squashed(form)
            if typed.startswith(led) and len(typed) - len(led) >= 4:
                yield name, typed[len(led) :]


def hamlets(words: Sequence[Word], starts: Collection[int], inside: Collection[int]) -> tuple[Hamlet, ...]:
    """
    The smallest units that are named. `starts` are words that a name of a unit begins at, with its kind; words
    `inside` such a name lead no hamlet ("xã Lang Minh", "đặc khu Côn Đảo").
    """
    found: list[Hamlet] = []
    at = 0
    while at < len(words):
        hamlet = None if at in inside else _hamlet(words, at, starts)
        if hamlet:
            found.append(hamlet)
        at = hamlet.stop if hamlet else at + 1
    return tuple(found)


def _hamlet(words: Sequence[Word], at: int, starts: Collection[int]) -> Hamlet | None:
    for name, forms in HAMLET_KINDS.items():
        for form in forms:
            first = at + len(form.split())
            if _begins(words, at, form) and first < len(words) and words[first].part == words[at].part:
                stop = _name_stop(words, first, starts)
                return Hamlet(at, stop, f"{name} {_shown(words[first:stop])}")
    return None


def _name_stop(words: Sequence[Word], first: int, starts: Collection[int]) -> int:
    """
    Where a hamlet's name ends: a number is a whole name, with a letter that is glued to it ("4a").
    """
    stop = first + 1
    if words[first].key.isdecimal():
        glued = stop < len(words) and words[stop].glued and len(words[stop].key) == 1
        return stop + 1 if glued else stop
    while stop < min(len(words), first + HAMLET_NAME) and words[stop].part == words[first].part:
        if stop in starts or any(_begins(words, stop, form) for forms in HAMLET_KINDS.values() for form in forms):
            break
        stop += 1
    return stop


def _shown(words: Sequence[Word]) -> str:
    """
    The words of a name, as typed, each with a capital.
    """
    parts = [word.typed[:1].upper() + word.typed[1:] for word in words]
    return "".join(f"{'' if word.glued else ' '}{part}" for word, part in zip(words, parts, strict=True)).strip()


def _begins(words: Sequence[Word], at: int, form: str) -> bool:
    syllables = form.split()
    there = words[at : at + len(syllables)]
    return len(there) == len(syllables) and all(map(_is, there, syllables))


def _ends(words: Sequence[Word], at: int, form: str, careless: bool) -> tuple[int] | None:
    start = at - len(form.split())
    if start < 0 or words[start].part != words[at].part:
        return None
    there = words[start:at]
    if all(map(_is, there, form.split())) or (careless and len(there) == 1 and _nearly(there[0], form)):
        return (start,)
    return None


def _is(word: Word, syllable: str) -> bool:
    """
    Whether the word is this syllable, with its diacritics or with none: "bạn" is no "bản".
    """
    return word.key == key(syllable) and (word.bare or word.typed.casefold() == syllable)


def _nearly(word: Word, syllable: str) -> bool:
    return len(syllable) >= 5 and OSA.distance(word.key, key(syllable)) <= 1
