"""
The fake servers: one process each for all tests of this folder, emptied for each.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.channels.rehearsal import FakeTelegram, FakeZaloBot, FakeZaloOa, process_of, stack


@pytest.fixture(scope="session")
def telegram_process() -> Iterator[FakeTelegram]:
    with process_of("fake_telegram") as running:
        yield FakeTelegram(*running)


@pytest.fixture(scope="session")
def zalo_bot_process() -> Iterator[FakeZaloBot]:
    with process_of("fake_zalo_bot") as running:
        yield FakeZaloBot(*running)


@pytest.fixture(scope="session")
def zalo_oa_process() -> Iterator[FakeZaloOa]:
    with process_of("fake_zalo_oa") as running:
        yield FakeZaloOa(*running)


@pytest.fixture
def zalo_oa(zalo_oa_process: FakeZaloOa) -> FakeZaloOa:
    """
    The fake OpenAPI, empty.
    """
    zalo_oa_process.reset()
    return zalo_oa_process


@pytest.fixture
def fake(telegram_process: FakeTelegram) -> FakeTelegram:
    """
    The fake Telegram, empty.
    """
    telegram_process.reset()
    return telegram_process


@pytest.fixture
def zalo_bot(zalo_bot_process: FakeZaloBot) -> FakeZaloBot:
    """
    The fake Zalo Bot Platform, empty.
    """
    zalo_bot_process.reset()
    return zalo_bot_process


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "ct.db"
    with ThreadPoolExecutor(1) as own_loop:
        own_loop.submit(asyncio.run, _migrate(file)).result()
    return file


async def _migrate(file: Path) -> None:
    app = stack(file)
    await app.database.migrate()
    await app.database.close()


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """
    A SQLite file with the newest schema and nothing in it.
    """
    return Path(shutil.copy(migrated, tmp_path / "ct.db"))
