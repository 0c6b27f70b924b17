"""
The dialogues in tests/transcripts, word for word as a commune officer may read them, with what reaches whom.
`pytest --update-transcripts` writes them anew from the lines that are said. A folder says where they play.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.cases import Role
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.library import Library
from knowledge.workdays import VIET_NAM
from tests.office import LAN as LANS_FORM
from tests.office import LANS, Office, act, furnish, office_at, with_known_codes
from tests.talk import play, talking, transcripts

FOLDER = Path(__file__).parents[1] / "transcripts"
HAS_SENT = ("rut-don", "xoa-du-lieu", "tra-loi-can-bo", "trung-don", "may-chung")
"""Here Lan has sent a registration before."""
FRIDAY = datetime(2026, 10, 30, 8, tzinfo=VIET_NAM)
LAP_THACH, PHU_THO = "08761", "25"
WEB = "https://chungtay.example.vn"


@dataclass(frozen=True, slots=True)
class Stage:
    """
    Where dialogues of several people play: the office on a database, and what has happened before one of a name.
    """

    office: Callable[[str, Library], AbstractAsyncContextManager[Office]]
    ready: Callable[[str, Office], Coroutine[Any, Any, None]]

    async def play(self, name: str, written: str, address: str, library: Library) -> str:
        async with self.office(address, library) as office:
            await self.ready(name, office)
            return await act(office, written)


async def alone(name: str, written: str, address: str, library: Library) -> str:
    """
    One person and the bot.
    """
    async with talking(address, library) as talk:
        return await play(talk, written)


async def officers_work(name: str, office: Office) -> None:
    """
    What lies ready, see `furnish`.
    """
    await furnish(office)


async def household(name: str, office: Office) -> None:
    """
    November 2026; Hoa is the officer of phường Mỹ Xuyên.
    """
    office.clock.now = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    await office.appoint("Hoa")
    if name in HAS_SENT:
        await office.register("Lan", LANS, LANS_FORM)


async def deadlines(name: str, office: Office) -> None:
    """
    Communes that were Vĩnh Phúc, from 30 October 2026 at 08:00. Hoa is the officer of xã Lập Thạch, Phú the deputy,
    Sếp the leader; Sở is the officer of the province.
    """
    office.clock.now = FRIDAY
    await office.app.begin()
    await office.appoint("Hoa", unit=LAP_THACH)
    await office.appoint("Phú", Role.DEPUTY, LAP_THACH)
    await office.appoint("Sếp", Role.LEADER, LAP_THACH)
    await office.appoint("Sở", unit=PHU_THO)


STAGES: Mapping[str, Stage] = {
    "can-bo": Stage(office_at, officers_work),
    "ho-dan": Stage(lambda at, library: office_at(at, library, Areas.load(), channel="telegram"), household),
    "han-nop": Stage(lambda at, library: office_at(at, library, Areas(Catalogue.seed()), WEB), deadlines),
}
EACH = [path for folder in (".", *STAGES) for path in transcripts(FOLDER / folder)]


def test_each_transcript_is_played() -> None:
    assert sorted(EACH) == sorted(FOLDER.rglob("*.txt"))
    assert len(EACH) >= 40


@pytest.mark.parametrize("path", EACH, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
def test_the_bot_says_what_stands_in_the_transcript(
    path: Path,
    library: Library,
    migrated_file: Path,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_known_codes(monkeypatch)
    written = path.read_text("utf-8")
    address = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'ct.db')}"
    stage = STAGES.get(path.parent.name)
    played = asyncio.run((stage.play if stage else alone)(path.stem, written, address, library))
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(played, "utf-8")
    else:
        assert played == written
