"""
Conversations and the inbox: stored only if nobody was faster, seen only once.
"""

from __future__ import annotations

import asyncio

import pytest

from db.errors import StaleConversation
from db.uow import Database
from tests.fakes import NOW

STATE = {"flow": "ask", "slots": {"đ": ["Đồng Nai", 1, None]}}


async def test_a_conversation_is_unknown_before_its_first_turn(store: Database) -> None:
    async with store.read() as uow:
        assert await uow.conversations.load("web", "5") is None


async def test_a_state_comes_back_as_it_was_with_its_version(store: Database) -> None:
    async with store.write() as uow:
        await uow.conversations.save("web", "5", STATE, None, NOW)
        await uow.conversations.save("web", "5", STATE, 1, NOW)
        await uow.commit()
    async with store.read() as uow:
        stored = await uow.conversations.load("web", "5")
        assert await uow.conversations.load("telegram", "5") is None
    assert stored is not None
    assert (stored.state, stored.version) == (STATE, 2)


@pytest.mark.parametrize("loaded", [None, 1, 3])
async def test_a_change_over_another_version_is_stale_and_stores_nothing(store: Database, loaded: int | None) -> None:
    async with store.write() as uow:
        await uow.conversations.save("web", "5", STATE, None, NOW)
        await uow.conversations.save("web", "5", STATE, 1, NOW)
        await uow.commit()
    async with store.write() as uow:
        with pytest.raises(StaleConversation):
            await uow.conversations.save("web", "5", {"flow": "late"}, loaded, NOW)
    async with store.read() as uow:
        stored = await uow.conversations.load("web", "5")
    assert stored is not None
    assert stored.state == STATE


async def test_of_two_first_turns_at_once_one_is_stale(store: Database) -> None:
    async def first_turn(n: int) -> bool:
        async with store.write() as uow:
            try:
                await uow.conversations.save("web", "5", {"n": n}, None, NOW)
            except StaleConversation:
                return False
            await uow.commit()
            return True

    assert sorted(await asyncio.gather(first_turn(1), first_turn(2))) == [False, True]


async def test_a_message_is_new_once_in_its_channel(store: Database) -> None:
    async with store.write() as uow:
        assert await uow.inbox.add("web", "1", NOW)
        assert not await uow.inbox.add("web", "1", NOW)
        assert await uow.inbox.add("telegram", "1", NOW)


async def test_of_twenty_deliveries_at_once_one_is_new(store: Database) -> None:
    async def deliver() -> bool:
        async with store.write() as uow:
            new = await uow.inbox.add("web", "1", NOW)
            await uow.commit()
            return new

    assert sum(await asyncio.gather(*(deliver() for _ in range(20)))) == 1
