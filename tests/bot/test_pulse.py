"""
Who is at work: a part that hangs, a server that is silent, a database that is behind are named; no person is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.channels.base import Limits, Throttled, Unknown
from bot.pulse import PORTER, Pulse, courier_of, server_of, tick_of
from bot.schedule import every
from bot.web import site
from db.records import OutboxMessage, UpdateMark
from db.updates import MOST_TRIES
from handlers.messages import ConversationKey, IncomingMessage, Reply, reply_to_json
from tests.channels.rehearsal import until
from tests.fakes import NOW, HandClock, Notebook, stack

MINUTE = timedelta(minutes=1)
ROOT = Path(__file__).parents[2]


class Seconds:
    """
    A count of seconds that is moved by hand.
    """

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Hanging:
    """
    A channel whose sends never end.
    """

    name = "hanging"
    limits = Limits(text=100, buttons=False)

    def __init__(self) -> None:
        self.called = asyncio.Event()

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        self.called.set()
        await asyncio.Event().wait()
        return None


def letter(channel: str, n: int = 1) -> OutboxMessage:
    return OutboxMessage(channel, "Bí Mật", f"{channel}:{n}", reply_to_json(Reply(f"Chào {n}")))


async def queue(app: App, *letters: OutboxMessage) -> None:
    async with app.database.write() as uow:
        for one in letters:
            await uow.outbox.add(one, NOW)
        await uow.commit()


def browser(app: App) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://chat.test")


# The pulse alone


def test_a_part_is_still_until_it_is_seen_and_when_it_is_seen_no_more() -> None:
    seconds = Seconds()
    pulse = Pulse(seconds)
    pulse.expect(PORTER, MINUTE)
    assert pulse.still() == {PORTER: "chưa thấy hoạt động, đã 0 giây"}
    pulse.beat(PORTER)
    seconds.now = 60
    assert pulse.still() == {}
    seconds.now = 61
    assert pulse.still() == {PORTER: "không thấy hoạt động, đã 61 giây"}
    pulse.beat(PORTER)
    assert (pulse.still(), pulse.ages()) == ({}, {PORTER: 0})


def test_a_part_that_nobody_expects_is_not_noted() -> None:
    pulse = Pulse()
    pulse.beat("nobody")
    assert pulse.ages() == {}


async def test_a_tick_that_ends_well_is_seen_and_one_that_fails_is_not() -> None:
    seconds, ticked = Seconds(), asyncio.Event()
    pulse = Pulse(seconds)

    async def good() -> None:
        return None

    async def bad() -> None:
        if seconds.now:
            ticked.set()
        raise RuntimeError("the database is away")

    interval = timedelta(milliseconds=20)
    scheduler = every({"good": (interval, good), "bad": (interval, bad)}, pulse)
    seconds.now = 1000
    scheduler.start()
    async with asyncio.timeout(10):
        await ticked.wait()
    await until(lambda: not pulse.ages()[tick_of("good")])
    scheduler.shutdown(wait=False)
    assert list(pulse.still()) == [tick_of("bad")]


# A whole process


@pytest.fixture
async def hanging(database_url: str) -> AsyncIterator[tuple[App, Hanging, Notebook]]:
    """
    A bot at work on two channels, one of which hangs in the middle of a send.
    """
    channel, notebook = Hanging(), Notebook()
    app = stack(database_url, channel, notebook)
    for part in (*app.courier.parts, PORTER):
        app.pulse.expect(part, MINUTE)
    await queue(app, letter("hanging"))
    tasks = [asyncio.create_task(app.courier.run()), asyncio.create_task(app.porter.run())]
    async with asyncio.timeout(10):
        await channel.called.wait()
    yield app, channel, notebook
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await app.database.close()


async def test_a_channel_that_hangs_holds_up_no_other(hanging: tuple[App, Hanging, Notebook]) -> None:
    app, _, notebook = hanging
    await queue(app, letter("notebook"))
    app.courier.wake()
    await until(lambda: notebook.sent)


async def test_a_courier_that_hangs_is_named_and_the_others_are_not(hanging: tuple[App, Hanging, Notebook]) -> None:
    app, _, _ = hanging
    app.pulse.expect(courier_of("hanging"), timedelta(), seen=True)
    await until(lambda: list(app.pulse.still()) == [courier_of("hanging")])
    async with browser(app) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert [one.partition(":")[0] for one in answer.json()["wrong"]] == ["courier hanging"]


async def test_a_silent_server_is_named_and_a_proxy_may_leave_it_aside(database_url: str) -> None:
    app = stack(database_url, Notebook())
    app.pulse.expect(server_of("telegram"), MINUTE)
    async with browser(app) as client:
        strict, proxy = await client.get("/readyz"), await client.get("/readyz?channels=no")
        assert (strict.status_code, strict.json()["wrong"]) == (
            503,
            ["server telegram: chưa thấy hoạt động, đã 0 giây"],
        )
        assert (proxy.status_code, proxy.json()["ready"]) == (200, True)
        app.pulse.beat(server_of("telegram"))
        assert (await client.get("/readyz")).status_code == 200
    await app.database.close()


async def test_a_database_that_was_not_migrated_is_not_ready(empty_url: str) -> None:
    app = stack(empty_url, Notebook())
    async with browser(app) as client:
        assert (await client.get("/readyz")).status_code == 503
        await app.database.migrate()
        assert (await client.get("/readyz")).status_code == 200
        async with app.database.engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'newer'")
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "newer" in answer.json()["wrong"][0]
    await app.database.close()


# What Prometheus collects


def figures(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if line.startswith("chungtay_")]
    return {series: float(figure) for series, _, figure in lines}


async def test_messages_turns_sends_and_what_waits_are_counted(database_url: str, engine: str) -> None:
    clock, failing = HandClock(), list[Exception]([Throttled(MINUTE), Unknown("cut")])
    notebook = Notebook(f"counted-{engine}", lambda address, reply: failing.pop(0) if failing else None)
    app = stack(database_url, notebook, clock=clock)
    hello = IncomingMessage(ConversationKey(notebook.name, "Bí Mật"), "1", NOW, text="/help")
    await app.receive(hello)
    await app.receive(hello)
    async with browser(app) as client:
        waiting = figures((await client.get("/metrics")).text)
        for _ in range(3):
            clock.forward(2 * MINUTE)
            await app.courier.deliver()
        text = (await client.get("/metrics")).text
    await app.database.close()
    sent, here = figures(text), f'channel="{notebook.name}"'
    outcomes = {
        it: sent.get(f'chungtay_sends_total{{{here},outcome="{it}"}}') for it in ("throttled", "unknown", "sent")
    }
    assert outcomes == {"throttled": 1, "unknown": 1, "sent": 1}
    assert waiting[f'chungtay_outbox_messages{{{here},state="pending"}}'] == 1
    assert sent[f'chungtay_messages_total{{{here},outcome="taken"}}'] == 1
    assert sent[f'chungtay_messages_total{{{here},outcome="repeated"}}'] == 1
    assert sent[f"chungtay_turn_seconds_count{{{here}}}"] == 2
    assert sent[f'chungtay_outbox_oldest_seconds{{{here},state="sent"}}'] == 360
    assert sent["chungtay_database_up"] == 1
    assert "Bí Mật" not in text


async def test_updates_that_wait_and_that_were_set_aside_are_told_apart(database_url: str) -> None:
    clock = HandClock()
    app = stack(database_url, Notebook(), clock=clock)
    async with app.database.write() as uow:
        for n in range(3):
            await uow.updates.add(UpdateMark("bell", f"{n}", f"Bí Mật {n}", n), {}, NOW)
        await uow.commit()
    async with app.database.write() as uow:
        (bad,) = await uow.updates.claim("a", NOW, MINUTE, 1)
        for _ in range(MOST_TRIES - 1):
            await uow.updates.retry_at(bad.id, "a", NOW)
            await uow.updates.claim("a", NOW, MINUTE, 1)
        await uow.updates.retry_at(bad.id, "a", NOW)
        await uow.commit()
    clock.forward(MINUTE)
    async with browser(app) as client:
        found = figures((await client.get("/metrics")).text)
    assert found['chungtay_updates{channel="bell",state="waiting"}'] == 2
    assert found['chungtay_updates{channel="bell",state="set_aside"}'] == 1
    assert found['chungtay_updates_oldest_seconds{channel="bell",state="waiting"}'] == 60
    await app.database.close()
