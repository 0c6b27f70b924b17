"""
The sentences themselves: short, in plain words, none that is never said, and none that says a household has left
poverty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from handlers import texts, texts_household, texts_officer, texts_reminders

ROOMS = (texts, texts_household, texts_officer, texts_reminders)
SOURCE = "\n".join(path.read_text("utf-8") for room in ("bot", "handlers") for path in Path(room).rglob("*.py"))
LONGEST = 24
"""Words of a sentence; the movement's own name alone has eleven."""
OFFICIAL = ("UBND", "CCCD", "rà soát", "văn bản", "hồ sơ cá nhân", "biểu mẫu", "theo quy định tại")
"""What an office says among itself."""
TO_HOUSEHOLDS = re.compile(r"(?:TELL_(?!NEW|CORRECTED|WITHDRAWN|REPLIED|REQUEST|REFUSED)|ASK_(?!MORE|CODE))\w+")


def sentences(room: ModuleType, only: re.Pattern[str] = re.compile("[A-Z_]+")) -> Iterator[tuple[str, str]]:
    """
    The texts of a room by name.
    """
    for name, value in vars(room).items():
        if name.isupper() and only.fullmatch(name):
            yield from ((name, text) for text in flat(value))


def flat(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in flat(part))
    elif isinstance(value, tuple):
        yield from (text for part in value for text in flat(part))


HOUSEHOLDS = [
    *sentences(texts),
    *((name, text) for name, text in sentences(texts_household) if not re.match("TELL_|REFUSED", name)),
    *sentences(texts_officer, TO_HOUSEHOLDS),
]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_no_sentence_says_that_a_household_has_left_poverty(room: ModuleType) -> None:
    claims = re.compile(r"đã (?:được công nhận )?thoát nghèo|công nhận là thoát nghèo", re.IGNORECASE)

    assert [name for name, text in sentences(room) if claims.search(text)] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_each_sentence_is_said_somewhere(room: ModuleType) -> None:
    names = {name for name in vars(room) if name.isupper()}

    assert {name for name in names if len(re.findall(rf"\b{name}\b", SOURCE)) < 2} == set()


def test_what_a_household_reads_is_short() -> None:
    long = [
        (name, part)
        for name, text in HOUSEHOLDS
        for part in re.split(r"(?<=[.?!;:])\s+|\n", text)
        if len(part.split()) > LONGEST
    ]

    assert long == []


def test_what_a_household_reads_is_no_office_language() -> None:
    assert [(name, word) for name, text in HOUSEHOLDS for word in OFFICIAL if word in text] == []
