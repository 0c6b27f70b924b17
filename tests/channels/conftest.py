"""
The fake Telegram: one process for all tests of this folder, emptied for each.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.channels.rehearsal import FakeTelegram


@pytest.fixture(scope="session")
def telegram_process() -> Iterator[FakeTelegram]:
    command = [sys.executable, "-m", "tests.channels.fake_telegram", "--until-eof"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=url, timeout=10) as client:
            yield FakeTelegram(url, client)
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


@pytest.fixture
def fake(telegram_process: FakeTelegram) -> FakeTelegram:
    """
    The fake Telegram, empty.
    """
    telegram_process.reset()
    return telegram_process
