"""
The dialogues in tests/transcripts/can-bo: an officer's work, word for word, with what reaches whom.
`pytest --update-transcripts` writes them anew from the lines that are said.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.office import act, furnish, office_at, with_known_codes
from tests.talk import transcripts

FOLDER = Path(__file__).parents[1] / "transcripts" / "can-bo"


@pytest.mark.parametrize("path", transcripts(FOLDER), ids=lambda path: path.stem)
def test_an_officers_work_reads_as_in_the_transcript(
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
    async with office_at(address, library) as office:
        await furnish(office)
        return await act(office, written)
