"""
What a channel's server delivers: kept before it is acknowledged, handled once, one at a time of a conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
import pytest

from bot.porter import LEASE, MOST_AT_ONCE, Porter
from bot.web import LARGEST_UPDATE, site
from db.errors import Away
from db.seal import Seal, new_key
from db.uow import Database
from db.updates import MOST_TRIES
from handlers.messages import ConversationKey, IncomingMessage, Json
from tests.channels.rehearsal import stack
from tests.fakes import HandClock

SECRET = {"x-secret": "đúng".encode().hex()}


class Doorbell:
    """
    A channel of ours: {"id", "from", "text", "n"}; anything else is nothing.
    """

    name = "bell"

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        return headers.get("x-secret") == SECRET["x-secret"]

    def parse(self, payload: Json, now: datetime) -> IncomingMessage | None:
        if not isinstance(payload, dict) or "id" not in payload:
            return None
        return IncomingMessage(ConversationKey("bell", payload["from"]), payload["id"], now, text=payload["text"])

    def position(self, payload: Json, now: datetime) -> int:
        return int(payload["n"])

    def settle(self, payload: Json) -> None:
        return None

    async def typing(self, address: str) -> None:
        return None


class Heard:
    """
    A receiver that remembers, fails as told, and notes how many were inside at once, of a conversation and of all.
    """

    def __init__(self, *failures: Exception) -> None:
        self.texts: list[str] = []
        self.most = self.at_once = 0
        self._failures = list(failures)
        self._inside: dict[str, int] = {}

    async def __call__(self, message: IncomingMessage) -> None:
        if self._failures:
            raise self._failures.pop(0)
        address = message.key.address
        self._inside[address] = self._inside.get(address, 0) + 1
        self.most = max(self.most, self._inside[address])
        self.at_once = max(self.at_once, sum(self._inside.values()))
        await asyncio.sleep(0.01)
        self._inside[address] -= 1
        self.texts.append(message.text)


def said(n: int, address: str = "5") -> Json:
    return {"id": f"{address}-{n}", "from": address, "text": f"{address}: {n}", "n": n}


async def left(store: Database) -> int:
    async with store.read() as uow:
        return (await uow.updates.counts()).get("bell", 0)


async def test_two_replicas_handle_each_update_once_and_one_at_a_time_of_a_conversation(store: Database) -> None:
    heard, clock = Heard(), HandClock()
    porters = [Porter(store, [Doorbell()], heard, clock, owner) for owner in ("a", "b")]
    for n in (3, 1, 2, 2):
        for address in ("5", "6", "7"):
            await porters[0].store("bell", said(n, address))
    while await left(store):
        await asyncio.gather(*(porter.carry() for porter in porters))
    for address in ("5", "6", "7"):
        assert [text for text in heard.texts if text[0] == address] == [f"{address}: {n}" for n in (1, 2, 3)]
    assert heard.most == 1


async def test_a_crowd_is_handled_a_few_at_a_time(store: Database) -> None:
    heard = Heard()
    porter = Porter(store, [Doorbell()], heard, HandClock(), "a")
    for address in range(3 * MOST_AT_ONCE):
        await porter.store("bell", said(1, str(address)))
    await porter.carry()
    assert len(heard.texts) == 3 * MOST_AT_ONCE
    assert 1 < heard.at_once <= MOST_AT_ONCE


async def test_what_a_dead_replica_held_is_taken_over_after_its_lease(store: Database) -> None:
    heard, clock = Heard(), HandClock()
    porter = Porter(store, [Doorbell()], heard, clock, "alive")
    await porter.store("bell", said(1))
    await porter.store("bell", said(2))
    async with store.write() as uow:
        assert len(await uow.updates.claim("dead", clock(), LEASE, 10)) == 1
        await uow.commit()
    await porter.carry()
    assert heard.texts == []
    assert timedelta(seconds=30) >= LEASE
    clock.forward(LEASE + timedelta(seconds=1))
    await porter.carry()
    assert heard.texts == ["5: 1", "5: 2"]


@pytest.mark.parametrize("defect", [ValueError("hỏng"), KeyError("hỏng"), IndexError("hỏng")])
async def test_an_update_that_always_fails_is_set_aside_and_holds_up_nobody(
    store: Database, defect: Exception
) -> None:
    heard, clock = Heard(*[defect] * MOST_TRIES), HandClock()
    porter = Porter(store, [Doorbell()], heard, clock, "a")
    await porter.store("bell", said(1))
    await porter.store("bell", said(2))
    for _ in range(MOST_TRIES + 1):
        await porter.carry()
        clock.forward(timedelta(minutes=2))
    assert heard.texts == ["5: 2"]
    assert await left(store) == 1


async def test_an_update_that_no_key_opens_is_set_aside_and_holds_up_nobody(
    store: Database, database_url: str
) -> None:
    heard, clock = Heard(), HandClock()
    other = Database(database_url, Seal(new_key()))
    await Porter(other, [Doorbell()], heard, clock, "b").store("bell", said(1))
    await other.close()
    porter = Porter(store, [Doorbell()], heard, clock, "a")
    await porter.store("bell", said(2))
    await porter.carry()
    await porter.carry()
    assert heard.texts == ["5: 2"]
    assert await left(store) == 1


async def test_what_a_channel_that_is_off_here_left_waits_for_it(store: Database) -> None:
    heard, clock = Heard(), HandClock()
    await Porter(store, [Doorbell()], heard, clock, "b").store("bell", said(1))
    for _ in range(MOST_TRIES + 1):
        await Porter(store, [], heard, clock, "a").carry()
        clock.forward(timedelta(minutes=2))
    await Porter(store, [Doorbell()], heard, clock, "b").carry()
    assert heard.texts == ["5: 1"]


@pytest.mark.parametrize("problem", [Away("away"), TimeoutError()])
async def test_a_database_that_is_away_or_slow_says_nothing_against_an_update(
    store: Database, problem: Exception
) -> None:
    heard, clock = Heard(*[problem] * (MOST_TRIES + 2)), HandClock()
    porter = Porter(store, [Doorbell()], heard, clock, "a")
    await porter.store("bell", said(1))
    for _ in range(MOST_TRIES + 3):
        await porter.carry()
        clock.forward(timedelta(minutes=2))
    assert heard.texts == ["5: 1"]


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/hooks/bell", SECRET, b'{"id": "1", "from": "5", "text": "a", "n": 1}', 200),
        ("/hooks/bell", SECRET, b'{"edited": 1}', 200),
        ("/hooks/bell", {}, b'{"id": "1", "from": "5", "text": "a", "n": 1}', 401),
        ("/hooks/bell", {"x-secret": "no"}, b"{}", 401),
        ("/hooks/bell", SECRET, b'{"id": ', 400),
        ("/hooks/bell", SECRET, b" " * (LARGEST_UPDATE + 1), 413),
        ("/hooks/none", SECRET, b"{}", 404),
    ],
)
async def test_each_call_gets_its_status(
    tmp_path_factory: pytest.TempPathFactory, path: str, headers: Mapping[str, str], body: bytes, status: int
) -> None:
    app = stack(tmp_path_factory.mktemp("hook") / "ct.db", hooks=[Doorbell()])
    await app.database.migrate()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://bot") as server:
        answer = await server.post(path, headers=headers, content=body)
    async with app.database.read() as uow:
        kept = await uow.updates.counts()
    await app.database.close()
    assert (answer.status_code, kept) == (status, {"bell": 1} if b'"from"' in body and status == 200 else {})


async def test_what_cannot_be_kept_is_not_acknowledged(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = stack(tmp_path_factory.mktemp("hook") / "ct.db", hooks=[Doorbell()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(app)), base_url="http://bot") as server:
        answer = await server.post("/hooks/bell", headers=SECRET, json=said(1))
    await app.database.close()
    assert answer.status_code == 503


async def test_a_stop_that_comes_together_with_an_update_is_heard(store: Database) -> None:
    porter = Porter(store, [Doorbell()], Heard(), HandClock(), "a")
    running = asyncio.create_task(porter.run())
    await asyncio.sleep(0.2)
    await porter.store("bell", said(1))
    running.cancel()

    done, _ = await asyncio.wait({running}, timeout=10)
    assert done
