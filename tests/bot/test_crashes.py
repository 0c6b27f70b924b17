"""
The courier is killed at each of its steps: nothing is lost, and what is repeated was in flight.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.outbox import BATCH, LEASE
from db.records import OutboxMessage, OutboxState
from db.uow import Database
from handlers.messages import Reply, reply_to_json
from tests.bot.crashing import POINTS
from tests.bot.test_outbox import courier_of
from tests.fakes import KEY, NOW, HandClock, Notebook, rows_of
from tests.processes import PATIENCE, ROOT

PEOPLE = 70
CRASHED = -9


async def queue(store: Database) -> None:
    async with store.write() as uow:
        for n in range(PEOPLE):
            await uow.outbox.add(OutboxMessage("notebook", str(n), f"k{n}", reply_to_json(Reply(f"tin {n}"))), NOW)
        await uow.commit()


def crash(url: str, letters: Path, point: str, processes: int) -> Sequence[int]:
    """
    So many couriers at once, each killed the third time that it is at that point, or the first for a whole batch.
    Returns how each ended.
    """
    count = "1" if point in {"claiming", "claimed"} else "3"
    command = [sys.executable, "-m", "tests.bot.crashing", url, KEY, NOW.isoformat(), str(letters)]
    running = [
        subprocess.Popen([*command, f"crashed {n}", point, count], cwd=ROOT, stderr=subprocess.DEVNULL)
        for n in range(processes)
    ]
    return [process.wait(PATIENCE) for process in running]


async def deliver_the_rest(store: Database, letters: Path) -> Counter[str]:
    """
    Another courier goes on after the leases ran out. Returns how often each message arrived, before and after.
    """
    clock, notebook = HandClock(NOW), Notebook()
    clock.forward(2 * LEASE)
    await courier_of(store, clock, notebook, owner="survivor").deliver()
    return Counter([*lines_of(letters), *notebook.texts()])


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("point", POINTS)
async def test_a_courier_killed_at_any_step_loses_nothing_and_repeats_only_what_was_in_flight(
    database_url: str, store: Database, tmp_path: Path, point: str, processes: int, engine: str
) -> None:
    if engine == "sqlite" and processes > 1:
        pytest.skip("SQLite is for one process")
    await queue(store)
    letters = tmp_path / "letters"
    ended = crash(database_url, letters, point, processes)
    assert CRASHED in ended
    assert set(ended) <= {CRASHED, 0}

    in_flight = {row.id for row in await rows_of(store) if row.state == OutboxState.SENDING}
    assert len(in_flight) <= BATCH * ended.count(CRASHED)
    arrived = await deliver_the_rest(store, letters)

    assert set(arrived) == {f"tin {n}" for n in range(PEOPLE)}
    rows = await rows_of(store)
    assert {row.state for row in rows} == {OutboxState.SENT}
    repeated = {text for text, times in arrived.items() if times > 1}
    counted = {row.payload["text"] for row in rows if row.attempts > 1}
    assert repeated <= counted
    assert len(counted) <= len(in_flight)
    assert max(arrived.values()) <= 2
    if point in {"claiming", "claimed"}:
        assert not repeated
