"""
The dialogues in tests/transcripts/han-nop: deadlines of the communes that were Vĩnh Phúc, word for word, with what
reaches whom. They begin on 30 October 2026 at 08:00. `pytest --update-transcripts` writes them anew.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from handlers.cases import Role
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.library import Library
from knowledge.workdays import VIET_NAM
from tests.office import Office, act, office_at, with_known_codes
from tests.talk import transcripts

FOLDER = Path(__file__).parents[1] / "transcripts" / "han-nop"
FRIDAY = datetime(2026, 10, 30, 8, tzinfo=VIET_NAM)
LAP_THACH, PHU_THO = "08761", "25"


@pytest.mark.parametrize("path", transcripts(FOLDER), ids=lambda path: path.stem)
def test_deadlines_read_as_in_the_transcript(
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
    played = asyncio.run(played_today(written, address, library))
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


async def played_today(written: str, address: str, library: Library) -> str:
    async with office_at(address, library, Areas(Catalogue.seed()), "https://chungtay.example.vn") as office:
        office.clock.now = FRIDAY
        await office.app.begin()
        await appoint_all(office)
        return await act(office, written)


async def appoint_all(office: Office) -> None:
    """
    Hoa is the officer of xã Lập Thạch, Phú the deputy, Sếp the leader; Sở is the officer of the province.
    """
    await office.appoint("Hoa", unit=LAP_THACH)
    await office.appoint("Phú", Role.DEPUTY, LAP_THACH)
    await office.appoint("Sếp", Role.LEADER, LAP_THACH)
    await office.appoint("Sở", unit=PHU_THO)
