"""
The outbox as a queue: queued once, claimed once, in order within a lane, taken over when a lease ran out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from db.outbox import LARGEST_ID
from db.records import OutboxMessage, OutboxRow, OutboxState, Priority, Standing
from db.uow import Database
from tests.fakes import NOW, rows_of

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def letter(key: str, address: str = "5", priority: Priority = Priority.REPLY, channel: str = "web") -> OutboxMessage:
    return OutboxMessage(channel, address, key, {"text": key}, priority)


async def queue(store: Database, *letters: OutboxMessage) -> list[int | None]:
    async with store.write() as uow:
        ids = [await uow.outbox.add(one, NOW) for one in letters]
        await uow.commit()
    return ids


async def claim(
    store: Database, owner: str = "a", later: timedelta = timedelta(), limit: int = 20
) -> list[OutboxRow]:
    async with store.write() as uow:
        rows: Sequence[OutboxRow] = await uow.outbox.claim("web", owner, NOW + later, LEASE, limit)
        await uow.commit()
    return list(rows)


def keys(rows: Sequence[OutboxRow]) -> list[str]:
    return [row.payload["text"] for row in rows]


async def sent(store: Database, row: OutboxRow, owner: str = "a") -> bool:
    async with store.write() as uow:
        done = await uow.outbox.mark_sent(row.id, owner, f"p{row.id}", NOW)
        await uow.commit()
    return done


async def test_a_business_key_is_queued_once_for_ever(store: Database) -> None:
    (id,) = await queue(store, letter("k"))
    assert id is not None
    assert await queue(store, letter("k", address="6")) == [None]
    (row,) = await claim(store)
    await sent(store, row)
    assert await queue(store, letter("k")) == [None]
    assert await claim(store, later=LEASE * 2) == []


async def test_a_claimed_message_is_not_claimed_again_while_its_lease_lasts(store: Database) -> None:
    await queue(store, letter("k"))
    assert keys(await claim(store)) == ["k"]
    assert await claim(store, "b", LEASE) == []


async def test_a_lease_that_ran_out_is_taken_over_and_the_first_owner_can_mark_nothing(store: Database) -> None:
    await queue(store, letter("k"))
    (first,) = await claim(store, "a")
    (second,) = await claim(store, "b", LEASE + SECOND)
    assert (first.attempts, second.attempts) == (1, 2)
    assert not await sent(store, first, "a")
    async with store.write() as uow:
        assert not await uow.outbox.give_up(first.id, "a", OutboxState.FAILED, "late", NOW)
        assert not await uow.outbox.retry_at(first.id, "a", NOW, "late")
        assert not await uow.outbox.replace(first.id, "a", {})
        await uow.commit()
    assert await sent(store, second, "b")
    (row,) = await rows_of(store)
    assert (row.state, row.provider_id, row.reason, row.lease_owner) == (OutboxState.SENT, f"p{row.id}", None, None)


async def test_one_lane_gives_out_one_message_at_a_time_oldest_first(store: Database) -> None:
    await queue(store, letter("1"), letter("2"), letter("3"), letter("other", address="6"))
    given = []
    while rows := await claim(store):
        given.append(keys(rows))
        for row in rows:
            await sent(store, row)
    assert given == [["1", "other"], ["2"], ["3"]]


async def test_a_message_waits_for_an_older_one_that_waits_for_later(store: Database) -> None:
    await queue(store, letter("1"), letter("2"))
    (row,) = await claim(store)
    async with store.write() as uow:
        await uow.outbox.retry_at(row.id, "a", NOW + LEASE, "later")
        await uow.commit()
    assert await claim(store) == []
    assert keys(await claim(store, later=LEASE)) == ["1"]


@pytest.mark.parametrize("state", [OutboxState.REFUSED, OutboxState.FAILED, OutboxState.UNCERTAIN])
async def test_a_message_that_was_given_up_holds_nobody_up(store: Database, state: OutboxState) -> None:
    await queue(store, letter("1"), letter("2"))
    (row,) = await claim(store)
    async with store.write() as uow:
        assert await uow.outbox.give_up(row.id, "a", state, "why " * 100, NOW)
        await uow.commit()
    assert keys(await claim(store)) == ["2"]
    first, _ = await rows_of(store)
    assert (first.state, first.finished_at) == (state, NOW)
    assert first.reason is not None
    assert len(first.reason) == 256


async def test_replies_overtake_bulk_even_to_the_same_person(store: Database) -> None:
    bulk = [letter(f"bulk {n}", address=str(n), priority=Priority.BULK) for n in range(3)]
    await queue(store, *bulk, letter("reply", address="0"), letter("reply 9", address="9"))
    assert keys(await claim(store, limit=3)) == ["reply", "reply 9", "bulk 0"]
    assert keys(await claim(store)) == ["bulk 1", "bulk 2"]


async def test_a_message_for_later_is_not_claimed_before(store: Database) -> None:
    later = OutboxMessage("web", "5", "k", {"text": "k"}, not_before=NOW + LEASE)
    await queue(store, later)
    async with store.read() as uow:
        assert not await uow.outbox.waiting(["web"], NOW + LEASE - SECOND)
        assert await uow.outbox.waiting(["sms", "web"], NOW + LEASE)
    assert await claim(store, later=LEASE - SECOND) == []
    assert keys(await claim(store, later=LEASE)) == ["k"]


async def test_a_paused_channel_gives_out_nothing_and_the_longest_pause_counts(store: Database) -> None:
    await queue(store, letter("k"), letter("other", channel="telegram"))
    async with store.write() as uow:
        for pause in (LEASE, LEASE * 3, LEASE * 2):
            await uow.outbox.pause("web", NOW + pause)
        await uow.commit()
    assert await claim(store, later=LEASE * 3 - SECOND) == []
    async with store.read() as uow:
        assert not await uow.outbox.waiting(["web"], NOW)
        assert await uow.outbox.waiting(["telegram"], NOW)
    assert keys(await claim(store, later=LEASE * 3)) == ["k"]


async def test_four_claimers_at_once_never_get_the_same_message_nor_more_than_they_asked_for(store: Database) -> None:
    await queue(store, *(letter(f"{n}", address=f"{n % 60}") for n in range(180)))

    async def take_all(owner: str) -> list[str]:
        taken = []
        while rows := await claim(store, owner, limit=7):
            assert len(rows) <= 7
            taken.extend(keys(rows))
            for row in rows:
                assert await sent(store, row, owner)
        return taken

    shares = await asyncio.gather(*(take_all(owner) for owner in "abcd"))
    taken = [key for share in shares for key in share]
    assert len(taken) == len(set(taken))
    # A claimer may find every lane held by the others and go home; what is left is there for the next.
    left = await take_all("e")
    assert sorted(taken + left, key=int) == [str(n) for n in range(180)]


async def test_doubts_are_counted_and_an_attempt_that_was_held_back_is_not(store: Database) -> None:
    await queue(store, letter("k"))
    (row,) = await claim(store)
    async with store.write() as uow:
        await uow.outbox.retry_at(row.id, "a", NOW, "maybe", doubtful=True)
        await uow.commit()
    (row,) = await claim(store)
    async with store.write() as uow:
        await uow.outbox.retry_at(row.id, "a", NOW, "too fast", counted=False)
        await uow.commit()
    (stored,) = await rows_of(store)
    assert (stored.attempts, stored.doubts, stored.reason) == (1, 1, "too fast")


@pytest.mark.parametrize("id", [0, 2, LARGEST_ID, LARGEST_ID + 1, 10**15])
async def test_an_id_of_no_message_or_of_another_conversation_finds_nothing(store: Database, id: int) -> None:
    await queue(store, letter("mine"), letter("other", address="6"))
    async with store.read() as uow:
        assert await uow.outbox.in_conversation(id, "web", "5") is None
        mine = await uow.outbox.in_conversation(1, "web", "5")
    assert mine is not None
    assert keys([mine]) == ["mine"]


async def test_messages_are_counted_by_channel_and_state(store: Database) -> None:
    await queue(store, letter("1"), letter("2", address="6"), letter("3", channel="telegram"))
    (row, _) = await claim(store)
    await sent(store, row)
    async with store.read() as uow:
        assert await uow.outbox.counts() == {
            ("web", OutboxState.SENT): Standing(1, NOW),
            ("web", OutboxState.SENDING): Standing(1, NOW),
            ("telegram", OutboxState.PENDING): Standing(1, NOW),
        }


PACE = timedelta(milliseconds=100)


async def paced(store: Database, owner: str, later: timedelta = timedelta(), limit: int = 20) -> list[OutboxRow]:
    async with store.write() as uow:
        rows = await uow.outbox.claim("web", owner, NOW + later, LEASE, limit, PACE)
        await uow.commit()
    return list(rows)


def crowd(number: int) -> list[OutboxMessage]:
    return [letter(f"bulk {n}", str(n), Priority.BULK) for n in range(number)]


async def test_with_a_pace_each_message_gets_its_turn_whoever_sends_it(store: Database) -> None:
    await queue(store, *crowd(30))

    first = await paced(store, "a", limit=8)
    second = await paced(store, "b", timedelta(milliseconds=50), 8)

    assert [row.send_at for row in (*first, *second)] == [NOW + PACE * n for n in range(16)]


async def test_turns_are_given_out_a_second_ahead_and_no_further(store: Database) -> None:
    await queue(store, *crowd(40))
    assert len(await paced(store, "a")) == 20

    assert await paced(store, "b", timedelta(milliseconds=900)) == []
    (row, *_) = await paced(store, "b", timedelta(milliseconds=1000))
    assert row.send_at == NOW + PACE * 20


async def test_a_reply_waits_for_no_turn_and_takes_one_from_the_crowd(store: Database) -> None:
    await queue(store, *crowd(30))
    await paced(store, "a")
    await queue(store, letter("reply", "r"))

    (reply,) = await paced(store, "a", timedelta(milliseconds=500))
    (row, *_) = await paced(store, "a", timedelta(seconds=2))
    assert (reply.payload["text"], reply.send_at) == ("reply", None)
    assert row.send_at == NOW + PACE * 21


async def test_after_a_rest_turns_begin_now(store: Database) -> None:
    await queue(store, *crowd(2))
    await paced(store, "a", limit=1)

    (row,) = await paced(store, "a", timedelta(seconds=5), 1)
    assert row.send_at == NOW + timedelta(seconds=5)
