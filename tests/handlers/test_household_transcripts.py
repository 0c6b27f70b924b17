"""
The dialogues in tests/transcripts/ho-dan: what a household goes through, word for word, with what reaches whom.
`pytest --update-transcripts` writes them anew from the lines that are said.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.areas import Areas
from knowledge.library import Library
from tests.office import LAN as LANS_FORM
from tests.office import LANS, Office, act, office_at, with_known_codes
from tests.talk import transcripts

FOLDER = Path(__file__).parents[1] / "transcripts" / "ho-dan"
HAS_SENT = ("rut-don", "xoa-du-lieu", "tra-loi-can-bo", "trung-don", "may-chung")
"""Here Lan has sent a registration before."""


@pytest.mark.parametrize("path", transcripts(FOLDER), ids=lambda path: path.stem)
def test_a_household_hears_what_stands_in_the_transcript(
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
    played = asyncio.run(played_today(written, address, library, has_sent=path.stem in HAS_SENT))
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


async def played_today(written: str, address: str, library: Library, has_sent: bool) -> str:
    async with office_at(address, library, Areas.load(), channel="telegram") as office:
        await make_ready(office, has_sent)
        return await act(office, written)


async def make_ready(office: Office, has_sent: bool) -> None:
    """
    November 2026; Hoa is the officer of phường Mỹ Xuyên.
    """
    office.clock.now = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    await office.appoint("Hoa")
    if has_sent:
        await office.register("Lan", LANS, LANS_FORM)
