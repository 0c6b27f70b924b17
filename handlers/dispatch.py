"""
One message, one transaction, taken again when stale.

The turn is computed on the state as read, before the writing transaction opens; the version check at the end
decides. So SQLite's one write lock is held for a few inserts and not while an answer is looked up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from db.errors import StaleConversation
from db.records import OutboxMessage, Priority
from db.uow import Database, UnitOfWork
from handlers.flow import Book, State, Tools, Turn, advance, state_from_json, state_to_json
from handlers.messages import ConversationKey, IncomingMessage, reply_from_json, reply_to_json

TRIES = 8
"""How often a turn is taken when others keep changing the conversation; with lanes, only replicas can."""

UNKNOWN_CHOICE = "stale"


class Dispatcher:
    """
    Takes messages, one lane a conversation, and stores what each led to.
    """

    def __init__(self, database: Database, book: Book, tools_at: Callable[[datetime], Tools]) -> None:
        self._database = database
        self._book = book
        self._tools_at = tools_at
        self._lanes = Lanes()

    async def handle(self, message: IncomingMessage) -> bool:
        """
        Take one message: state, replies and the note that it was seen are stored together or not at all.

        Returns False if it was seen before; then nothing changes. Raises StaleConversation after `TRIES` tries.
        """
        async with self._lanes.of(message.key):
            for _ in range(TRIES - 1):
                try:
                    return await self._take(message)
                except StaleConversation:
                    continue
            return await self._take(message)

    async def _take(self, message: IncomingMessage) -> bool:
        version, turn = await self._turn(message)
        async with self._database.write() as uow:
            if not await uow.inbox.add(message.key.channel, message.external_id, message.at):
                return False
            await _store(uow, message, version, turn)
            await uow.commit()
            return True

    async def _turn(self, message: IncomingMessage) -> tuple[int | None, Turn]:
        key = message.key
        async with self._database.read() as uow:
            stored = await uow.conversations.load(key.channel, key.address)
            message = await _with_choice(uow, message)
        state = state_from_json(stored.state) if stored else State()
        turn = advance(self._book, state, message, self._tools_at(message.at))
        return (stored.version if stored else None), turn


async def _with_choice(uow: UnitOfWork, message: IncomingMessage) -> IncomingMessage:
    if message.choice is None:
        return message
    return replace(message, choice=await _meant(uow, message.key, message.choice))


async def _meant(uow: UnitOfWork, key: ConversationKey, ref: str) -> str:
    """
    What a pressed choice means: `<outbox id>.<n>`, looked up in this conversation only.
    """
    id, _, n = ref.partition(".")
    if not (id.isascii() and id.isdigit() and n.isascii() and n.isdigit() and len(ref) < 18):
        return UNKNOWN_CHOICE
    row = await uow.outbox.in_conversation(int(id), key.channel, key.address)
    choices = reply_from_json(row.payload).choices if row else ()
    return choices[int(n)].id if int(n) < len(choices) else UNKNOWN_CHOICE


async def _store(uow: UnitOfWork, message: IncomingMessage, version: int | None, turn: Turn) -> None:
    key = message.key
    await uow.conversations.save(key.channel, key.address, state_to_json(turn.state), version, message.at)
    for n, reply in enumerate(turn.replies):
        outgoing = OutboxMessage(
            channel=key.channel,
            address=key.address,
            business_key=f"re:{key.channel}:{message.external_id}:{n}",
            payload=reply_to_json(reply),
            priority=Priority.REPLY,
        )
        await uow.outbox.add(outgoing, message.at)


class Lanes:
    """
    One exclusive lane a conversation within this process; other conversations go on.
    """

    def __init__(self) -> None:
        self._locks: dict[ConversationKey, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: ConversationKey) -> AsyncIterator[None]:
        """
        Wait for the lane of this conversation and hold it.
        """
        lock, waiting = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(key)
            if waiting > 1:
                self._locks[key] = (lock, waiting - 1)
