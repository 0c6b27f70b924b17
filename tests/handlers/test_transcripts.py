"""
The dialogues in tests/transcripts, word for word as a commune officer may read them. `pytest --update-transcripts`
writes them anew from the lines that the person says.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.talk import play, talking, transcripts

FOLDER = Path(__file__).parents[1] / "transcripts"


def test_there_are_transcripts() -> None:
    assert len(list(transcripts(FOLDER))) >= 5


@pytest.mark.parametrize("path", transcripts(FOLDER), ids=lambda path: path.stem)
def test_the_bot_says_what_stands_in_the_transcript(
    path: Path, library: Library, migrated_file: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    written = path.read_text("utf-8")
    address = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'ct.db')}"
    played = asyncio.run(played_today(written, address, library))
    if pytestconfig.getoption("--update-transcripts"):
        path.write_text(played, "utf-8")
    else:
        assert played == written


async def played_today(written: str, address: str, library: Library) -> str:
    async with talking(address, library) as talk:
        return await play(talk, written)
