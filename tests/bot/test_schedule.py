"""
The ticks: one that fails is counted and the next one comes; the tidying forgets what no channel delivers again.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.app import INBOX_KEPT
from bot.pulse import Pulse
from bot.schedule import TICK_FAILURES, every, guarded
from tests.fakes import NOW, HandClock, stack


def failures(tick: str) -> float:
    return float(TICK_FAILURES.labels(tick)._value.get())


async def test_a_tick_that_fails_is_counted_and_the_next_one_comes() -> None:
    ticked = asyncio.Event()
    tries = list[None]()

    async def tick() -> None:
        tries.append(None)
        if len(tries) == 1:
            raise RuntimeError("the database is away")
        ticked.set()

    before = failures("shaky")
    scheduler = every({"shaky": (timedelta(milliseconds=20), tick)}, Pulse())
    scheduler.start()
    async with asyncio.timeout(10):
        await ticked.wait()
    scheduler.shutdown(wait=False)
    assert failures("shaky") == before + 1


async def test_a_tick_that_works_is_not_counted() -> None:
    async def tick() -> None:
        pass

    before = failures("calm")
    await guarded("calm", tick)()
    assert failures("calm") == before


async def test_tidying_forgets_only_what_no_channel_delivers_again(database_url: str) -> None:
    clock = HandClock()
    app = stack(database_url, clock=clock)
    async with app.database.write() as uow:
        await uow.inbox.add("web", "old", NOW)
        await uow.inbox.add("web", "young", NOW + timedelta(seconds=1))
        await uow.commit()
    clock.forward(INBOX_KEPT + timedelta(seconds=1))
    await app.tidy()
    async with app.database.write() as uow:
        assert await uow.inbox.add("web", "old", NOW)
        assert not await uow.inbox.add("web", "young", NOW)
    await app.database.close()
