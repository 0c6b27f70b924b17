"""
The courier: every message leaves once, in order, or ends in a final state that says why.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from bot import admin
from bot.channels.base import Blocked, Closed, Refused, SendError, Throttled, Unknown, Unreachable
from bot.outbox import (
    BATCH,
    FIRST_BACK_OFF,
    LEASE,
    LONGEST_BACK_OFF,
    MOST_ATTEMPTS,
    MOST_DOUBTS,
    Courier,
    Gate,
    back_off,
)
from db.errors import Away
from db.outbox import Outbox
from db.records import OutboxMessage, OutboxState, Priority
from db.tables import outbox
from db.uow import Database, UnitOfWork
from handlers import texts
from handlers.messages import Attachment, Choice, ConversationKey, Reply, reply_to_json
from tests.fakes import DOCUMENT, KEY, NOW, QUOTE, SEAL, HandClock, Notebook, SmallLibrary, rows_of

DAY = timedelta(days=1)
FINAL = {OutboxState.SENT, OutboxState.REFUSED, OutboxState.FAILED, OutboxState.UNCERTAIN}


def verify(reply: Reply) -> bool:
    library = SmallLibrary()
    return all(library.holds(document, quote) and quote in reply.text for document, quote in reply.quotes)


async def make(paper: str, reader: ConversationKey) -> bytes | None:
    """
    "broken" cannot be made, "secret" is not for anybody.
    """
    if paper == "broken":
        raise ValueError(paper)
    return None if paper == "secret" else f"{paper} for {reader.address}".encode()


async def word(moment: str, reader: ConversationKey) -> Reply | None:
    """
    A digest of "nothing" has nothing left to say.
    """
    return None if moment == "nothing" else Reply(f"{moment} for {reader.address}", (Choice("due:all", "Xem"),))


LOST = list[ConversationKey]()


async def lose(key: ConversationKey) -> None:
    LOST.append(key)


def courier_of(store: Database, clock: HandClock, *channels: Notebook, owner: str = "a") -> Courier:
    return Courier(store, channels, clock, verify, make, word, lose, owner)


def letter(
    text: str, address: str = "5", channel: str = "notebook", priority: Priority = Priority.REPLY
) -> OutboxMessage:
    return OutboxMessage(channel, address, f"{channel}:{text}", reply_to_json(Reply(text)), priority)


async def queue(store: Database, letters: Iterable[OutboxMessage]) -> None:
    async with store.write() as uow:
        for one in letters:
            await uow.outbox.add(one, NOW)
        await uow.commit()


async def test_all_that_is_due_leaves_in_order(store: Database) -> None:
    notebook = Notebook()
    await queue(store, [letter("1"), letter("2"), letter("3")])
    assert await courier_of(store, HandClock(), notebook).deliver() == 3
    assert notebook.texts() == ["1", "2", "3"]
    rows = await rows_of(store)
    assert [(row.state, row.provider_id, row.attempts) for row in rows] == [
        (OutboxState.SENT, f"n{row.id}", 1) for row in rows
    ]
    assert all(row.finished_at == NOW for row in rows)


async def test_four_couriers_send_each_message_once_and_in_order(store: Database) -> None:
    notebook, clock = Notebook(), HandClock()
    await queue(store, [letter(f"{n}", address=f"{n % 30}") for n in range(180)])
    couriers = [courier_of(store, clock, notebook, owner=owner) for owner in "abcd"]
    await asyncio.gather(*(courier.deliver() for courier in couriers))
    await couriers[0].deliver()
    assert sorted(notebook.texts(), key=int) == [f"{n}" for n in range(180)]
    for address in map(str, range(30)):
        assert notebook.texts(address) == sorted(notebook.texts(address), key=int)


async def test_a_reply_overtakes_bulk(store: Database) -> None:
    notebook = Notebook()
    await queue(store, [letter(f"bulk {n}", f"{n}", priority=Priority.BULK) for n in range(BATCH + 5)])
    await queue(store, [letter("reply", "3")])
    await courier_of(store, HandClock(), notebook).deliver()
    assert notebook.texts()[0] == "reply"
    assert len(notebook.sent) == BATCH + 6


async def test_a_throttled_channel_waits_as_a_whole_and_the_other_goes_on(store: Database) -> None:
    clock, wait = HandClock(), timedelta(seconds=30)
    hurried = Notebook("hurried", lambda address, reply: Throttled(wait) if clock.now < NOW + wait else None)
    calm = Notebook("calm")
    courier = courier_of(store, clock, hurried, calm)
    await queue(store, [letter("1", channel="hurried"), letter("2", channel="calm")])
    await courier.deliver()
    await queue(store, [letter("3", "9", channel="hurried"), letter("4", channel="calm")])
    await courier.deliver()
    assert (hurried.tried, calm.texts()) == (1, ["2", "4"])
    clock.forward(wait - timedelta(seconds=1))
    await courier.deliver()
    assert hurried.tried == 1
    clock.forward(timedelta(seconds=1))
    await courier.deliver()
    assert hurried.texts() == ["1", "3"]


async def test_being_throttled_is_not_held_against_a_message(store: Database) -> None:
    clock = HandClock()
    problems: list[SendError] = [Throttled(timedelta(seconds=30))] * (MOST_ATTEMPTS + 5)
    problems.append(Unreachable("away"))
    notebook = Notebook(answering=lambda address, reply: problems.pop(0) if problems else None)
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1")])
    for _ in range(MOST_ATTEMPTS + 7):
        await courier.deliver()
        clock.forward(timedelta(minutes=1))
    (row,) = await rows_of(store)
    assert (row.state, row.attempts, notebook.texts()) == (OutboxState.SENT, 2, ["1"])


async def test_an_unreachable_channel_is_tried_ever_more_rarely_and_then_given_up(store: Database) -> None:
    clock = HandClock()
    notebook = Notebook(answering=lambda address, reply: Unreachable("no route") if reply.text == "1" else None)
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1"), letter("2")])
    waits = []
    for attempt in range(1, MOST_ATTEMPTS):
        await courier.deliver()
        row, behind = await rows_of(store)
        assert (row.state, row.attempts, row.reason) == (OutboxState.PENDING, attempt, "Unreachable: no route")
        assert behind.attempts == 0
        waits.append(row.not_before - clock.now)
        clock.now = row.not_before - timedelta(seconds=1)
        assert await courier.deliver() == 0
        clock.now = row.not_before
    assert all(later > earlier for earlier, later in pairwise(waits[:8]))
    await courier.deliver()
    row, behind = await rows_of(store)
    assert (row.state, row.attempts, row.reason) == (OutboxState.FAILED, MOST_ATTEMPTS, "Unreachable: no route")
    assert row.finished_at == clock.now
    await courier.deliver()
    assert notebook.texts() == ["2"]


def test_the_wait_doubles_up_to_a_cap_give_or_take_a_fifth() -> None:
    for attempts in range(1, 40):
        middle = min(FIRST_BACK_OFF * 2 ** min(attempts - 1, 20), LONGEST_BACK_OFF)
        assert middle * 0.8 <= back_off(attempts) <= middle * 1.2


async def test_an_unknown_outcome_is_tried_once_more_and_then_uncertain(store: Database) -> None:
    clock = HandClock()
    notebook = Notebook(answering=lambda address, reply: Unknown("cut off") if reply.text == "1" else None)
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1"), letter("2")])
    await courier.deliver()
    (row, _) = await rows_of(store)
    assert (row.state, row.doubts, notebook.tried) == (OutboxState.PENDING, 1, 1)
    clock.forward(DAY)
    await courier.deliver()
    (row, _) = await rows_of(store)
    assert (row.state, row.reason) == (OutboxState.UNCERTAIN, "Unknown: cut off")
    clock.forward(DAY)
    await courier.deliver()
    assert (notebook.tried, notebook.texts()) == (MOST_DOUBTS + 1, ["2"])


async def test_a_doubt_that_clears_up_is_sent(store: Database) -> None:
    problems = [Unknown("cut off")]
    notebook = Notebook(answering=lambda address, reply: problems.pop() if problems else None)
    clock = HandClock()
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1")])
    await courier.deliver()
    clock.forward(DAY)
    await courier.deliver()
    (row,) = await rows_of(store)
    assert (row.state, row.reason, row.doubts) == (OutboxState.SENT, None, 1)


@pytest.mark.parametrize("problem", [Refused("too long"), Blocked("left"), Closed("7 days")])
async def test_a_refusal_is_final_and_holds_nobody_up(store: Database, problem: SendError) -> None:
    clock = HandClock()
    notebook = Notebook(answering=lambda address, reply: problem if reply.text == "1" else None)
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1"), letter("2")])
    for _ in range(3):
        await courier.deliver()
        clock.forward(DAY)
    row, _ = await rows_of(store)
    assert (row.state, row.reason) == (OutboxState.REFUSED, f"{type(problem).__name__}: {problem}")
    assert (notebook.tried, notebook.texts()) == (2, ["2"])


async def test_a_channel_that_breaks_is_a_doubt_and_does_not_stop_the_courier(store: Database) -> None:
    clock = HandClock()
    notebook = Notebook(answering=lambda address, reply: KeyError("Nguyễn Văn A") if address == "5" else None)
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter("1"), letter("2", "6")])
    for _ in range(3):
        await courier.deliver()
        clock.forward(DAY)
    broken, _ = await rows_of(store)
    assert notebook.texts() == ["2"]
    assert (broken.state, broken.reason) == (OutboxState.UNCERTAIN, "Unknown: KeyError")


async def test_one_person_who_cannot_be_reached_holds_nobody_else_up(store: Database) -> None:
    notebook = Notebook(answering=lambda address, reply: Unreachable("away") if address == "0" else None)
    await queue(store, [letter(f"{n}", f"{n}") for n in range(BATCH * 2)])
    await courier_of(store, HandClock(), notebook).deliver()
    assert len(notebook.sent) == BATCH * 2 - 1


async def test_a_channel_that_takes_nothing_is_left_for_the_next_round(store: Database) -> None:
    notebook = Notebook(answering=lambda address, reply: Unreachable("away"))
    await queue(store, [letter(f"{n}", f"{n}") for n in range(BATCH * 3)])
    courier = courier_of(store, HandClock(), notebook)
    assert [await courier.deliver() for _ in range(4)] == [BATCH, BATCH, BATCH, 0]


async def test_a_message_of_a_courier_that_died_is_sent_by_another_after_its_lease(store: Database) -> None:
    clock, notebook = HandClock(), Notebook()
    dead = Notebook(answering=lambda address, reply: asyncio.CancelledError())  # type: ignore[arg-type,return-value]
    await queue(store, [letter("1"), letter("2")])
    with suppress(asyncio.CancelledError):
        await courier_of(store, clock, dead, owner="dead").deliver()
    other = courier_of(store, clock, notebook, owner="b")
    clock.forward(LEASE)
    assert await other.deliver() == 0
    clock.forward(timedelta(seconds=1))
    assert await other.deliver() == 2
    assert notebook.texts() == ["1", "2"]


class Slow(Notebook):
    """
    A channel that takes a message only once it is let.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        self.asked.set()
        await self.let.wait()
        return await super().send(address, reply, ref)


async def test_a_send_that_lasts_keeps_its_lease(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.RENEW", timedelta(milliseconds=10))
    clock, slow, notebook = HandClock(), Slow(), Notebook()
    await queue(store, [letter("1")])
    sending = asyncio.create_task(courier_of(store, clock, slow, owner="slow").deliver())
    await slow.asked.wait()
    for _ in range(3):
        clock.forward(LEASE * 0.9)
        await until_held_at(store, clock() + LEASE)
        assert await courier_of(store, clock, notebook, owner="b").deliver() == 0
    slow.let.set()
    await sending
    assert (slow.texts(), notebook.texts()) == (["1"], [])
    assert [row.state for row in await rows_of(store)] == [OutboxState.SENT]


@pytest.mark.parametrize("pace", [None, timedelta(milliseconds=100)])
async def test_a_send_that_lasts_keeps_its_lease_when_another_of_its_batch_cannot_be_noted(
    store: Database, monkeypatch: pytest.MonkeyPatch, pace: timedelta | None
) -> None:
    async def fail(*_: object) -> bool:
        raise Away("away")

    monkeypatch.setattr("bot.outbox.RENEW", timedelta(milliseconds=10))
    monkeypatch.setattr(Outbox, "give_up", fail)
    clock, slow, notebook = HandClock(), Slow(), Notebook()
    slow.limits = replace(Slow.limits, pace=pace)
    await queue(store, [letter("1"), replace(letter("2", "6"), payload={})])
    sending = asyncio.create_task(courier_of(store, clock, slow, owner="slow").deliver())
    await slow.asked.wait()
    await asyncio.sleep(0.1)
    clock.forward(LEASE * 2)
    await asyncio.sleep(0.1)
    assert await courier_of(store, clock, notebook, owner="b").deliver() == 0
    slow.let.set()
    with pytest.raises(Away):
        await sending
    assert (slow.texts(), notebook.texts()) == (["1"], [])


async def until_held_at(store: Database, moment: datetime) -> None:
    """
    Wait until the lease of the one message ends then.
    """
    query = select(outbox.c.lease_until)
    while True:
        async with store.engine.connect() as connection:
            if (await connection.execute(query)).scalar_one() == moment:
                return
        await asyncio.sleep(0.01)


async def test_a_message_that_its_couriers_always_die_of_is_given_up(store: Database) -> None:
    clock, notebook = HandClock(), Notebook()
    await queue(store, [letter("1"), letter("2")])
    for _ in range(MOST_ATTEMPTS):
        async with store.write() as uow:
            assert await uow.outbox.claim("notebook", "dead", clock(), LEASE, BATCH)
            await uow.commit()
        clock.forward(LEASE + timedelta(seconds=1))
    await courier_of(store, clock, notebook).deliver()
    row, _ = await rows_of(store)
    assert row.state is OutboxState.FAILED
    assert row.reason
    assert notebook.texts() == ["2"]


@pytest.mark.parametrize(
    "payload", [{}, {"text": "a"}, {"text": "a", "choices": 1}, {"text": "a", "choices": [1]}, 7]
)
async def test_a_row_that_cannot_be_read_is_given_up_and_the_next_one_leaves(store: Database, payload: Any) -> None:
    notebook = Notebook()
    await queue(store, [OutboxMessage("notebook", "5", "old", payload), letter("2")])
    await courier_of(store, HandClock(), notebook).deliver()
    row, _ = await rows_of(store)
    assert row.state is OutboxState.FAILED
    assert row.reason
    assert notebook.texts() == ["2"]


def quoting(text: str, quote: str) -> OutboxMessage:
    return OutboxMessage("notebook", "5", text, reply_to_json(Reply(text, quotes=((DOCUMENT, quote),))))


async def test_a_verbatim_quote_leaves_as_it_is(store: Database) -> None:
    notebook = Notebook()
    await queue(store, [quoting(f"Kế hoạch viết: {QUOTE}", QUOTE)])
    await courier_of(store, HandClock(), notebook).deliver()
    assert notebook.texts() == [f"Kế hoạch viết: {QUOTE}"]


CHANGED = QUOTE.replace("30/11", "30/12")


@pytest.mark.parametrize(
    ("text", "quote"),
    [(CHANGED, QUOTE), (QUOTE, CHANGED), (CHANGED, CHANGED), (QUOTE[:-1], QUOTE), (QUOTE, ""), (f"a{QUOTE}", "a")],
)
async def test_a_changed_byte_of_a_quote_is_caught_before_it_leaves(store: Database, text: str, quote: str) -> None:
    notebook = Notebook()
    await queue(store, [quoting(text, quote)])
    await courier_of(store, HandClock(), notebook).deliver()
    assert notebook.texts() == [texts.QUOTE_MISMATCH]
    (row,) = await rows_of(store)
    assert row.payload["text"] == texts.QUOTE_MISMATCH
    assert row.state is OutboxState.SENT


async def test_whatever_happens_every_message_ends_in_a_final_state_with_a_reason(store: Database) -> None:
    dice, clock = random.Random(7), HandClock()
    kinds = [None, Unreachable("a"), Unknown("b"), Refused("c"), Blocked("d"), Throttled(timedelta(seconds=9))]
    notebook = Notebook(
        answering=lambda address, reply: dice.choices([*kinds, KeyError("e")], [6, 8, 2, 1, 1, 1, 1])[0]
    )
    courier = courier_of(store, clock, notebook)
    await queue(store, [letter(f"{n}", f"{n % 8}") for n in range(40)])
    for _ in range(400):
        await courier.deliver()
        clock.forward(LONGEST_BACK_OFF)
        if all(row.state in FINAL for row in await rows_of(store)):
            break
    rows = await rows_of(store)
    assert {row.state for row in rows} <= FINAL
    assert len({row.state for row in rows}) >= 3
    for row in rows:
        assert row.finished_at is not None
        assert row.lease_owner is None
        assert bool(row.reason) == (row.state is not OutboxState.SENT)
    assert len(notebook.sent) == sum(row.state is OutboxState.SENT for row in rows)


async def test_of_two_processes_each_delivers_what_its_channels_are_for(store: Database) -> None:
    web, telegram = Notebook("web"), Notebook("telegram")
    await queue(store, [letter("1", channel="web"), letter("2", channel="telegram")])
    await courier_of(store, HandClock(), web).deliver()
    assert web.texts() == ["1"]
    await courier_of(store, HandClock(), telegram).deliver()
    assert telegram.texts() == ["2"]


async def test_only_the_named_channels_are_delivered(store: Database) -> None:
    web, telegram = Notebook("web"), Notebook("telegram")
    await queue(store, [letter("1", channel="web"), letter("2", channel="telegram")])
    courier = courier_of(store, HandClock(), web, telegram)
    assert await courier.deliver("telegram") == 1
    assert (web.texts(), telegram.texts()) == ([], ["2"])


class Shaky(Database):
    """
    A database that is away for the next `away` looks.
    """

    away = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        if self.away:
            self.away -= 1
            raise Away("the database does not answer")
        async with super().read() as uow:
            yield uow


class Awaited(Notebook):
    """
    A notebook that can be waited for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.news = asyncio.Event()

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        self.news.set()
        return await super().send(address, reply, ref)


@asynccontextmanager
async def at_work(courier: Courier) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(courier.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_courier_at_work_waits_for_a_database_that_is_away(database_url: str) -> None:
    store, notebook = Shaky(database_url, SEAL), Awaited()
    await queue(store, [letter("1")])
    store.away = 2
    courier = courier_of(store, HandClock(), notebook)
    async with at_work(courier) as task, asyncio.timeout(10):
        while not notebook.news.is_set():
            courier.wake()
            await asyncio.sleep(0)
        assert not task.done()
    assert store.away == 0
    await store.close()


async def test_a_courier_at_work_finds_by_itself_what_another_process_queued(store: Database) -> None:
    notebook = Awaited()
    courier = courier_of(store, HandClock(), notebook)
    async with at_work(courier), asyncio.timeout(10):
        await queue(store, [letter("1")])
        await notebook.news.wait()
    assert notebook.tried == 1


async def test_a_reply_leaves_with_the_paper_that_it_promises(store: Database) -> None:
    notebook = Notebook()
    promise = Reply("Đơn đây.", attachment=Attachment("don.pdf", "letter.pdf:1"))
    await queue(store, [OutboxMessage("notebook", "5", "1", reply_to_json(promise))])
    await courier_of(store, HandClock(), notebook).deliver()
    [sent] = notebook.sent
    assert sent.reply.attachment == Attachment("don.pdf", "letter.pdf:1", b"letter.pdf:1 for 5")
    [row] = await rows_of(store)
    assert "content" not in str(row.payload)


@pytest.mark.parametrize("paper", ["secret", "broken"])
async def test_a_paper_that_is_not_to_be_had_does_not_hold_back_the_words(store: Database, paper: str) -> None:
    notebook = Notebook()
    promise = Reply("Đơn đây.", attachment=Attachment("don.pdf", paper))
    await queue(store, [OutboxMessage("notebook", "5", "1", reply_to_json(promise)), letter("2")])
    await courier_of(store, HandClock(), notebook).deliver()
    assert notebook.texts() == [f"Đơn đây.\n\n{texts.NO_PAPER}", "2"]
    assert notebook.sent[0].reply.attachment is None


def digest(moment: str) -> OutboxMessage:
    return OutboxMessage("notebook", "5", f"rem:{moment}", {"digest": moment}, Priority.BULK)


async def test_a_digest_is_worded_when_it_leaves_and_its_choices_are_kept(store: Database) -> None:
    notebook = Notebook()
    await queue(store, [digest("2026-11-23")])

    await courier_of(store, HandClock(), notebook).deliver()

    assert notebook.texts() == ["2026-11-23 for 5"]
    (row,) = await rows_of(store)
    assert row.payload["choices"] == [["due:all", "Xem"]]


async def test_a_digest_with_nothing_left_to_say_ends_with_its_reason(store: Database) -> None:
    notebook = Notebook()
    await queue(store, [digest("nothing")])

    await courier_of(store, HandClock(), notebook).deliver()

    assert notebook.texts() == []
    (row,) = await rows_of(store)
    assert (row.state, row.reason) == (OutboxState.DROPPED, "done, moved or handed over before it left")


async def test_a_digest_that_is_tried_again_is_worded_again(store: Database) -> None:
    clock, problems = HandClock(), [Unreachable("down")]
    notebook = Notebook(answering=lambda address, reply: problems.pop() if problems else None)
    await queue(store, [digest("2026-11-23")])

    courier = courier_of(store, clock, notebook)
    await courier.deliver()
    clock.forward(timedelta(minutes=1))
    await courier.deliver()

    (row,) = await rows_of(store)
    assert row.state is OutboxState.SENT
    assert row.payload["digest"] == "2026-11-23"


async def test_who_blocked_the_bot_is_noted_as_lost(store: Database) -> None:
    LOST.clear()
    notebook = Notebook(answering=lambda address, reply: Blocked("no"))
    await queue(store, [digest("2026-11-23")])

    await courier_of(store, HandClock(), notebook).deliver()

    assert [ConversationKey("notebook", "5")] == LOST


async def test_the_operator_sees_where_messages_stand_and_why_and_none_of_their_words(
    database_url: str, store: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await queue(store, [letter("bí mật 1", "1"), letter("bí mật 2", "2")])
    refusing = Notebook(answering=lambda address, reply: Refused("chat not found") if address == "1" else None)
    await courier_of(store, HandClock(), refusing).deliver()
    await queue(store, [letter("bí mật 3", "3")])
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    capsys.readouterr()
    assert await admin.outbox(as_json=True) == 0
    printed = capsys.readouterr().out
    found = {(line["state"], line["count"]) for line in map(json.loads, printed.splitlines())}
    assert found == {("refused", 1), ("sent", 1), ("pending", 1)}
    assert "chat not found" in printed
    assert "bí mật" not in printed


async def test_however_long_each_is_on_its_way_no_more_arrive_within_a_second_than_the_pace_allows() -> None:
    gate, arrived = Gate(timedelta(seconds=0.1)), list[float]()

    async def leave(slow: float) -> None:
        async with gate.place():
            await asyncio.sleep(slow)
            arrived.append(asyncio.get_running_loop().time())
            await asyncio.sleep(slow)

    await asyncio.gather(*(leave(0.1 * (n < 10)) for n in range(25)))

    arrived.sort()
    assert all(later - earlier >= 1 for earlier, later in zip(arrived, arrived[10:], strict=False))


async def test_a_stop_that_comes_together_with_something_new_is_heard(store: Database) -> None:
    courier = courier_of(store, HandClock(), Notebook())
    running = asyncio.create_task(courier.run())
    await asyncio.sleep(0.2)
    courier.wake()
    running.cancel()

    done, _ = await asyncio.wait({running}, timeout=10)
    assert done


async def test_a_stop_notes_what_is_leaving_and_lets_go_of_what_only_waits_for_its_turn(store: Database) -> None:
    await queue(store, [letter(str(n), str(n), priority=Priority.BULK) for n in range(6)])
    slow = Slow()
    slow.limits = replace(Slow.limits, pace=timedelta(seconds=0.5))
    courier = courier_of(store, HandClock(), slow)
    running = asyncio.create_task(courier.run())
    await slow.asked.wait()
    running.cancel()
    await asyncio.wait({running}, timeout=10)

    slow.let.set()
    await courier.let_go()

    rows = await rows_of(store)
    assert slow.texts() == ["0"]
    assert [(row.state, row.attempts) for row in rows] == [(OutboxState.SENT, 1), *[(OutboxState.PENDING, 0)] * 5]
