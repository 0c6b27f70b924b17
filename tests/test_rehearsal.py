"""
A small one of `make bench-rehearsal`: the bot is ended while it reminds, and goes on in the rehearsal's database.
"""

from __future__ import annotations

import signal
from datetime import datetime
from pathlib import Path

import pytest

from tests.channels.rehearsal import FakeTelegram, process_of
from tests.rehearsal_reminders import Morning

AT_EIGHT = datetime.fromisoformat("2026-11-23T08:00:01+07:00")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_every_officer_is_told_once_though_the_bot_is_ended_meanwhile(by: signal.Signals, tmp_path: Path) -> None:
    with process_of("fake_telegram") as running:
        telegram = FakeTelegram(*running)
        morning = Morning(tmp_path, telegram, 30, 2, by, AT_EIGHT, module="tests.reminding_bot")
        morning.settle()

        morning.pass_by()

        assert len(morning.told()) == 30
        assert morning.told_wrongly() == {}
        assert by is signal.SIGKILL or not morning.caught
    assert (tmp_path / "ct.db").stat().st_size == 0
