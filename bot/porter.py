"""
The porter: what channels' servers deliver is stored before it is acknowledged, then carried to the dispatcher.

Claim → handle → done. A process that dies in the middle holds its updates for `LEASE` at most; then another takes
them, and the inbox knows which had been handled already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

import structlog
from prometheus_client import Counter

from bot.channels.base import Handle, Hook, showing
from bot.clock import Clock
from bot.pulse import PORTER, Beat, unheard
from db.errors import DatabaseError
from db.records import StoredUpdate, UpdateMark
from db.uow import Database
from db.updates import MOST_TRIES
from handlers.messages import IncomingMessage, Json

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
TAKE = timedelta(seconds=16)
"""Longest that one update is handled: less than the lease."""
MOST_AT_ONCE = 4
"""A turn is work for the processor, so that few at once should do: 4 carried as many turns a second as 32 did. That
what is delivered meanwhile is kept sooner is hoped, not measured."""
IDLE = timedelta(seconds=1)
DRAIN = timedelta(seconds=4)
"""How long a stop waits for what is being handled."""
FIRST_BACK_OFF = timedelta(seconds=1)
LONGEST_BACK_OFF = timedelta(minutes=1)

SET_ASIDE = Counter("chungtay_updates_set_aside", "Stored updates given up because handling failed", ["channel"])


class ChannelOff(Exception):
    """
    The channel of an update is not on in this process. Not a LookupError: a defect of a flow is one easily.
    """


class Porter:
    """
    Keeps and carries the updates of these channels, in this process; others may do the same on the same database.
    """

    def __init__(
        self,
        database: Database,
        hooks: Iterable[Hook],
        receive: Handle,
        clock: Clock,
        owner: str,
        beat: Beat = unheard,
    ) -> None:
        self._database = database
        self._hooks = {hook.name: hook for hook in hooks}
        self._receive = receive
        self._clock = clock
        self._owner = owner
        self._beat = beat
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._keeping: set[asyncio.Task[None]] = set()
        for name in self._hooks:
            SET_ASIDE.labels(name)

    @property
    def names(self) -> list[str]:
        """
        The channels whose servers may call us.
        """
        return list(self._hooks)

    def hook(self, name: str) -> Hook | None:
        """
        The channel of this name, if its server may call us.
        """
        return self._hooks.get(name)

    async def store(self, name: str, payload: Json) -> None:
        """
        Keep an update as it stands, if it holds a message for the bot; one that stands there already changes nothing.
        Who waits may give up; the keeping goes on. Raises DatabaseError.
        """
        keeping = asyncio.create_task(self._keep(name, payload), name=f"keeping-{name}")
        self._keeping.add(keeping)
        keeping.add_done_callback(self._keeping.discard)
        await asyncio.shield(keeping)

    async def run(self) -> None:
        """
        Carry for ever, on every wake and at least once a second; what is under way at the end gets `DRAIN` to finish.
        """
        try:
            while True:
                self._wake.clear()
                try:
                    await self._begin()
                except DatabaseError:
                    log.exception("updates_tick_failed")
                await self._rest()
        finally:
            await self._stop()

    async def carry(self) -> None:
        """
        Carry all that is there or is being kept now, and wait until it is done.
        """
        while await self._begin() or self._under_way or self._keeping:
            await asyncio.wait(self._under_way | self._keeping)

    async def _keep(self, name: str, payload: Json) -> None:
        hook, now = self._hooks[name], self._clock()
        message = hook.parse(payload, now)
        if message is None:
            return
        mark = UpdateMark(name, message.external_id, message.key.address, hook.position(payload, now))
        async with self._database.write() as uow:
            await uow.updates.add(mark, payload, now)
            await uow.commit()
        self._wake.set()

    async def _rest(self) -> None:
        # not asyncio.wait_for: before Python 3.12 it loses a cancellation that comes together with the wake
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE.total_seconds()):
                await self._wake.wait()

    async def _stop(self) -> None:
        if begun := self._under_way | self._keeping:
            await asyncio.wait(begun, timeout=DRAIN.total_seconds())
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> int:
        """
        Begin to handle what is due, as far as hands are free. Returns how many.
        """
        free, now = MOST_AT_ONCE - len(self._under_way), self._clock()
        if free <= 0:
            return 0
        async with self._database.read() as uow:
            waiting = await uow.updates.waiting(now)
        self._beat(PORTER)
        if not waiting:
            return 0
        async with self._database.write() as uow:
            claimed = await uow.updates.claim(self._owner, now, LEASE, free)
            await uow.commit()
        for update in claimed:
            task = asyncio.create_task(self._take(update), name=f"update-{update.id}")
            self._under_way.add(task)
            task.add_done_callback(self._finished)
        return len(claimed)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("update_not_marked", exc_info=task.exception())

    async def _take(self, update: StoredUpdate) -> None:
        try:
            async with asyncio.timeout(TAKE.total_seconds()):
                await self._handle(update)
        except Exception as error:
            await self._put_back(update, error)
            return
        async with self._database.write() as uow:
            await uow.updates.done(update.id, self._owner)
            await uow.commit()

    async def _handle(self, update: StoredUpdate) -> None:
        hook = self._hooks.get(update.channel)
        if hook is None:
            raise ChannelOff(update.channel)
        message = hook.parse(update.payload, update.received_at)
        if message is not None:
            await self._speak(hook, message)
            hook.settle(update.payload)

    async def _speak(self, hook: Hook, message: IncomingMessage) -> None:
        async with showing(lambda: hook.typing(message.key.address)):
            await self._receive(message)

    async def _put_back(self, update: StoredUpdate, error: Exception) -> None:
        """
        Later again; a database that is away or slow, or a channel that is off here, says nothing against the update.
        Nothing but the database is waited for within a turn.
        """
        counted = not isinstance(error, DatabaseError | TimeoutError | ChannelOff)
        if counted and update.attempts >= MOST_TRIES:
            SET_ASIDE.labels(update.channel).inc()
            log.error("update_set_aside", update=update.id, channel=update.channel, exc_info=error)
        else:
            log.warning("update_failed", update=update.id, tries=update.attempts, exc_info=error)
        wait = min(FIRST_BACK_OFF * (1 << min(update.attempts - 1, 16)), LONGEST_BACK_OFF)
        async with self._database.write() as uow:
            await uow.updates.retry_at(update.id, self._owner, self._clock() + wait, counted)
            await uow.commit()
