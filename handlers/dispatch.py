"""
One message, one transaction, taken again when stale.

The turn is computed on what one reading transaction shows, before the writing one opens; the version checks at the
end decide. So SQLite's one write lock is held for a few inserts and not while an answer is looked up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from db.desk import DeskRows
from db.errors import Stale
from db.records import Account, OutboxMessage, Priority
from db.uow import Database, UnitOfWork
from handlers.desk import Desk, Look, carry_out
from handlers.effects import Erase, Join
from handlers.flow import Book, Registry, State, Tools, Turn, advance, state_from_json, state_to_json
from handlers.flows.drafts import shared, together
from handlers.messages import ConversationKey, IncomingMessage, Json, Reply, reply_from_json, reply_to_json
from knowledge.areas import Areas
from knowledge.workdays import next_morning

TRIES = 8
"""How often a turn is taken when others keep changing the conversation; with lanes, only replicas can."""

UNKNOWN_CHOICE = "stale"
CLOSED = "Closed:"
"""Begins the reason why a message did not leave: the person had not written for too long. Now he has."""
TOLD = ":tell:"
"""In a business key: somebody else's turn led to the message."""


ToolsAt: TypeAlias = Callable[[datetime, Registry], Tools]


@dataclass(frozen=True, slots=True)
class Taken:
    """
    A turn with what it was computed from: the version of the conversation, and what was looked at.
    """

    version: int | None
    turn: Turn
    looks: Sequence[Look]


class Dispatcher:
    """
    Takes messages, one lane a conversation, and stores what each led to.
    """

    def __init__(self, database: Database, book: Book, areas: Areas, tools_at: ToolsAt) -> None:
        self._database = database
        self._book = book
        self._areas = areas
        self._tools_at = tools_at
        self._lanes = Lanes()

    async def handle(self, message: IncomingMessage) -> bool:
        """
        Take one message: state, replies, effects and the note that it was seen are stored together or not at all.

        Returns False if it was seen before; then nothing changes. Raises Stale after `TRIES` tries.
        """
        async with self._lanes.of(message.key):
            for _ in range(TRIES - 1):
                try:
                    return await self._take(message)
                except Stale:
                    continue
            return await self._take(message)

    async def _take(self, message: IncomingMessage) -> bool:
        taken = await self._turn(message)
        async with self._database.write() as uow:
            if not await uow.inbox.add(message.key.channel, message.external_id, message.at):
                return False
            await self._store(uow, message, taken)
            await uow.commit()
            return True

    async def _turn(self, message: IncomingMessage) -> Taken:
        key = message.key
        async with self._database.read() as uow:
            stored = await uow.conversations.load(key.channel, key.address)
            message = await _with_choice(uow, message)
            state = state_from_json(stored.state) if stored else await _known_elsewhere(uow, key)
            if message.numbered and stored:
                state = await _with_unasked(uow, key, state, stored.updated_at)

            def turn(rows: DeskRows) -> Taken:
                desk = Desk(rows, key, message.at, self._areas)
                led_to = advance(self._book, state, message, self._tools_at(message.at, desk))
                return Taken(stored.version if stored else None, led_to, desk.looks)

            return await uow.desk(turn)

    async def _store(self, uow: UnitOfWork, message: IncomingMessage, taken: Taken) -> None:
        key, turn = message.key, taken.turn
        account = Account(key.channel, key.address)
        known = await uow.desk(lambda rows: rows.people.accounts(account, hold=True))
        state = await _with_joined(uow, turn, message.at)
        await _save(uow, account, state, taken.version, message.at)
        if any(isinstance(effect, Erase) for effect in turn.effects):
            await uow.outbox.forget(key.channel, key.address, unsent=True)
            await uow.updates.forget(key.channel, key.address)

        def work(rows: DeskRows) -> tuple[Desk, bool]:
            desk = Desk(rows, key, message.at, self._areas)
            carry_out(desk, turn.effects, taken.looks)
            return desk, rows.duties.find(account)

        done, is_back = await uow.desk(work)
        if len(known) > 1 or any(isinstance(effect, Join) for effect in turn.effects):
            await _share(uow, account, state)
        if is_back:
            await uow.outbox.send_again(key.channel, key.address, CLOSED, message.at)
        for other in done.emptied:
            await uow.outbox.forget(other.channel, other.address, unsent=True)
            await uow.conversations.forget(other.channel, other.address)
            await uow.updates.forget(other.channel, other.address)
        for other in done.forgotten:
            await uow.outbox.forget(other.channel, other.address)
            if other != account:
                await uow.conversations.forget_offered(other.channel, other.address)
        said = f"re:{key.channel}:{message.external_id}"
        for n, reply in enumerate(turn.replies):
            await _send(uow, key, f"{said}:{n}", reply, message.at)
        for n, telling in enumerate(done.tellings):
            morning = next_morning(message.at) if telling.by_day else None
            await _send(uow, telling.to, f"{said}{TOLD}{n}", telling.reply, message.at, morning)


async def _save(uow: UnitOfWork, of: Account, state: State, version: int | None, at: datetime) -> None:
    draft_at = state.profile.get("draft_at")
    touched = datetime.fromisoformat(draft_at) if draft_at else None
    await uow.conversations.save(of.channel, of.address, state_to_json(state), version, at, touched)


async def _known_elsewhere(uow: UnitOfWork, key: ConversationKey) -> State:
    """
    How a conversation begins: with what is known of the person from the other channels.
    """
    accounts = await uow.desk(lambda rows: rows.people.accounts(Account(key.channel, key.address)))
    return State(profile=await _profile(uow, accounts))


async def _profile(uow: UnitOfWork, accounts: Iterable[Account]) -> Mapping[str, Json]:
    """
    What a person's conversations remember together.
    """
    for account in accounts:
        stored = await uow.conversations.load(account.channel, account.address)
        if stored is not None:
            return state_from_json(stored.state).profile
    return {}


async def _with_joined(uow: UnitOfWork, turn: Turn, now: datetime) -> State:
    """
    The state of a turn, with what the person had on the channel that is joined by it.
    """
    state = turn.state
    for effect in turn.effects:
        if isinstance(effect, Join):
            accounts = await uow.desk(partial(_behind, secret=effect.secret, now=now))
            state = together(state, await _profile(uow, accounts))
    return state


def _behind(rows: DeskRows, secret: str, now: datetime) -> tuple[Account, ...]:
    first = rows.people.offered(secret, now)
    return rows.people.accounts(first, hold=True) if first else ()


async def _share(uow: UnitOfWork, account: Account, state: State) -> None:
    """
    Let the person's other conversations know the same place and the same forms; each stands where it stood.
    """
    accounts = await uow.desk(lambda rows: rows.people.accounts(account))
    for other in accounts:
        stored = await uow.conversations.load(other.channel, other.address) if other != account else None
        there = state_from_json(stored.state) if stored else None
        if stored and there and there.profile != state.profile:
            await _save(uow, other, shared(there, state.profile), stored.version, stored.updated_at)


async def _with_unasked(uow: UnitOfWork, key: ConversationKey, state: State, since: datetime) -> State:
    """
    The state with the choices of the newest message in place of the last turn's, where it came unasked (a reminder,
    an officer's word): where choices are numbered lines, a bare number means those that are read last.
    """
    own = f"re:{key.channel}:"
    for row in await uow.outbox.arrived(key.channel, key.address, since):
        choices = reply_from_json(row.payload).choices
        if choices:
            asked = row.business_key.startswith(own) and TOLD not in row.business_key
            return state if asked else replace(state, offered=choices)
    return state


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


async def _send(
    uow: UnitOfWork,
    to: ConversationKey,
    business_key: str,
    reply: Reply,
    now: datetime,
    later: datetime | None = None,
) -> None:
    """
    Queue a reply. One for `later` is bulk until then: no reply of the same conversation shall wait behind it.
    """
    outgoing = OutboxMessage(
        channel=to.channel,
        address=to.address,
        business_key=business_key,
        payload=reply_to_json(reply),
        priority=Priority.BULK if later else Priority.REPLY,
        not_before=later,
    )
    await uow.outbox.add(outgoing, now)


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
