"""
The courier: claim → send → mark. What to do about a failure is read from the error's type.

At least once: no channel has an idempotency key, so a crash between sending and marking repeats a message. The window
is one statement wide.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import structlog
from prometheus_client import Counter

from bot.channels.base import Blocked, Channel, Closed, Refused, SendError, Throttled, Unknown, Unreachable
from bot.clock import Clock
from bot.pulse import Beat, courier_of, unheard
from db.errors import DatabaseError
from db.records import OutboxMessage, OutboxRow, OutboxState, Priority
from db.uow import Database, UnitOfWork
from handlers import texts
from handlers.dispatch import TOLD
from handlers.messages import SENT, ConversationKey, Reply, reply_from_json, reply_to_json
from knowledge.workdays import next_morning

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
"""How long a process that died holds its messages. A send that takes longer keeps its lease by renewing it."""
RENEW = LEASE / 3
BATCH = 20
AT_ONCE = 2
"""Batches under way on a channel with a pace."""
A_SECOND = timedelta(seconds=1)
MOST_ATTEMPTS = 12
MOST_DOUBTS = 2
FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(minutes=30)
IDLE = timedelta(seconds=1)
LAST_WAIT = timedelta(seconds=2)

Verify = Callable[[Reply], bool]
Make = Callable[[str, ConversationKey], Awaitable[bytes | None]]
"""Makes the paper that a reply promises, for the conversation that it goes to; None: it may not have it."""
Word = Callable[[str, ConversationKey], Awaitable[Reply | None]]
"""Words the digest of a moment for the conversation that it goes to; None: nothing is left to say."""
Lose = Callable[[ConversationKey], Awaitable[ConversationKey | None]]
"""Notes that a conversation can no longer be reached; says where else the person can be."""
SENDS = Counter(
    "chungtay_sends",
    "Tries to send, by the state that they ended in or the error that lets them come again",
    ["channel", "outcome"],
)
FINAL = (OutboxState.SENT, OutboxState.REFUSED, OutboxState.FAILED, OutboxState.UNCERTAIN, OutboxState.DROPPED)
DIGEST = "digest"
"""In a payload: the moment of the digest that it stands for. What was said is put beside it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one send: final with a state, or again at a moment. `instead`: it goes to this conversation.
    """

    state: OutboxState
    reason: str | None = None
    again_at: datetime | None = None
    doubtful: bool = False
    counted: bool = True
    provider_id: str | None = None
    instead: ConversationKey | None = None

    @property
    def name(self) -> str:
        """
        As it is counted: the state that it ended in, or the kind of error after which it comes again.
        """
        return self.state if self.again_at is None else (self.reason or "").partition(":")[0].lower()


NOTHING_LEFT = Outcome(OutboxState.DROPPED, "done, moved or handed over before it left")
BY_NIGHT = "Night: nobody is reminded before the morning"
GIVEN_UP = Outcome(OutboxState.FAILED, f"unreadable, or the process ended in each of {MOST_ATTEMPTS} attempts")


class Gate:
    """
    Keeps a pace at the far end: in no second do more arrive there than it allows, also when a stall made several
    turns due at once. When one arrives is not seen, only that it is before its answer; so its place is free again a
    second after that.
    """

    def __init__(self, pace: timedelta) -> None:
        self._places = asyncio.Semaphore(round(A_SECOND / pace))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """
        Wait for a place, and hold it for what is sent meanwhile.
        """
        await self._places.acquire()
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(A_SECOND.total_seconds(), self._places.release)


class Courier:
    """
    Delivers what stands in the outbox, for all channels of this process.
    """

    def __init__(
        self,
        database: Database,
        channels: Iterable[Channel],
        clock: Clock,
        verify: Verify,
        make: Make,
        word: Word,
        lose: Lose,
        owner: str,
        beat: Beat = unheard,
    ) -> None:
        self._database = database
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._verify = verify
        self._make = make
        self._word = word
        self._lose = lose
        self._owner = owner
        self._gates = {name: Gate(one.limits.pace) for name, one in self._channels.items() if one.limits.pace}
        self._beat = beat
        self._leaving = dict[asyncio.Task[Outcome], int]()
        self._wakes = {name: asyncio.Event() for name in self._channels}
        for name, state in product(self._channels, FINAL):
            SENDS.labels(name, state)  # from 0 on, or Prometheus misses the first

    @property
    def parts(self) -> list[str]:
        """
        Its rounds as the pulse knows them, one for each channel.
        """
        return [courier_of(name) for name in self._channels]

    def wake(self) -> None:
        """
        There is something new; don't wait for the next tick.
        """
        for wake in self._wakes.values():
            wake.set()

    async def take_over(self, name: str) -> None:
        """
        Go on at once with what a process that was killed was sending on this channel, without waiting for its lease.
        """
        async with self._database.write() as uow:
            await uow.outbox.put_back(name, self._clock())
            await uow.commit()

    async def let_go(self) -> None:
        """
        At the end: wait for what is just leaving, no longer than `LAST_WAIT`, and let others have at once what has
        not begun to.
        """
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=LAST_WAIT.total_seconds())
        async with self._database.write() as uow:
            await uow.outbox.let_go(self._owner, self._leaving.values())
            await uow.commit()

    async def run(self) -> None:
        """
        Deliver for ever, on every wake and at least once a second: each channel in rounds of its own, so that
        the bulk of one holds up no reply on another. A database that is away is waited for.
        """
        await asyncio.gather(*(self._run(channel) for channel in self._channels.values()))

    async def _run(self, channel: Channel) -> None:
        wake = self._wakes[channel.name]
        while True:
            wake.clear()
            try:
                await self._drain(channel)
            except DatabaseError:
                log.exception("outbox_tick_failed", channel=channel.name)
            # not asyncio.wait_for: before Python 3.12 it loses a cancellation that comes together with the wake
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE.total_seconds()):
                    await wake.wait()

    async def deliver(self, *names: str) -> int:
        """
        Send all that is due now, on these channels (none named: on all). Returns how many sends were tried. A channel
        that takes nothing of a batch is left until the next round, so that it does not hold up the others.
        """
        channels = [channel for name, channel in self._channels.items() if not names or name in names]
        tried = await asyncio.gather(*(self._drain(channel) for channel in channels))
        return sum(tried)

    async def _drain(self, channel: Channel) -> int:
        if channel.limits.pace is not None:
            return await self._drain_in_turns(channel)
        tried = 0
        while rows := await self._claim(channel):
            tried += len(rows)
            if not await self._send_all(channel, rows):
                break
        return tried

    async def _drain_in_turns(self, channel: Channel) -> int:
        """
        On a channel with a pace the next batch is taken while the last one waits for its turns, so that no turn is
        lost between them.
        """
        tried, goes_on, sending = 0, True, set[asyncio.Task[bool]]()
        try:
            while True:
                rows = await self._claim(channel) if goes_on and len(sending) < AT_ONCE else []
                if rows:
                    tried += len(rows)
                    sending.add(asyncio.create_task(self._send_all(channel, rows)))
                    continue
                if not sending:
                    return tried
                done, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                goes_on = goes_on and all(batch.result() for batch in done)
        except DatabaseError:
            if sending:
                await asyncio.wait(sending)  # their messages stay ours until they have left
            raise
        finally:
            for batch in sending:
                batch.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def _send_all(self, channel: Channel, rows: Sequence[OutboxRow]) -> bool:
        """
        Send a batch. False: the channel took nothing of it. One that could not be noted is told of when the others
        have left too: until then they stay ours, or somebody else would send them as well.
        """
        async with self._held([row.id for row in rows]):
            outcomes = await asyncio.gather(*(self._send(channel, row) for row in rows), return_exceptions=True)
        ended = [_known(outcome) for outcome in outcomes]
        return not all(outcome.again_at for outcome in ended)

    @asynccontextmanager
    async def _held(self, ids: Sequence[int]) -> AsyncIterator[None]:
        """
        While this lasts, those of the messages that are still being sent stay ours.
        """
        holding = asyncio.create_task(self._hold(ids))
        try:
            yield
        finally:
            while not holding.done():  # a cancellation that meets a database error is outlived
                holding.cancel()
                await asyncio.wait({holding}, timeout=1)

    async def _hold(self, ids: Sequence[int]) -> None:
        while True:
            await asyncio.sleep(RENEW.total_seconds())
            try:
                async with self._database.write() as uow:
                    await uow.outbox.renew(ids, self._owner, self._clock() + LEASE)
                    await uow.commit()
            except DatabaseError:
                log.exception("leases_not_renewed")

    async def _claim(self, channel: Channel) -> list[OutboxRow]:
        async with self._database.read() as uow:
            waiting = await uow.outbox.waiting([channel.name], self._clock())
        self._beat(courier_of(channel.name))
        if not waiting:
            return []
        async with self._database.write() as uow:
            pace = channel.limits.pace
            rows = await uow.outbox.claim(channel.name, self._owner, self._clock(), LEASE, BATCH, pace)
            await uow.commit()
        return list(rows)

    async def _send(self, channel: Channel, row: OutboxRow) -> Outcome:
        if _moment_of(row.payload) is not None and (morning := next_morning(self._clock())):
            return await self._mark(row, Outcome(OutboxState.PENDING, BY_NIGHT, again_at=morning, counted=False))
        worded = await self._worded(row)
        if worded is None:
            return await self._mark(row, NOTHING_LEFT)
        reply = await self._checked(worded)
        async with self._turn_of(row, channel):
            leaving = asyncio.create_task(self._leave(channel, worded, reply))
            self._leaving[leaving] = row.id
            leaving.add_done_callback(self._leaving.pop)
            return await asyncio.shield(leaving)

    async def _leave(self, channel: Channel, row: OutboxRow, reply: Reply | None) -> Outcome:
        """
        Send and note it. Nobody breaks this off: what has begun to leave is noted; `let_go` waits for the last of it.
        """
        return await self._mark(row, GIVEN_UP if reply is None else await self._try(channel, row, reply))

    @asynccontextmanager
    async def _turn_of(self, row: OutboxRow, channel: Channel) -> AsyncIterator[None]:
        """
        Wait for the turn of a row on a channel with a pace. Its words are made before, in the second or two until
        then: made after it, they would take now more time and now less, and several messages would leave together.
        """
        if row.send_at is None:
            yield
            return
        await asyncio.sleep((row.send_at - self._clock()).total_seconds())
        async with self._gates[channel.name].place():
            yield

    async def _worded(self, row: OutboxRow) -> OutboxRow | None:
        """
        The row with its words: those of a digest are made now, each time anew, and kept, so that a pressed choice is
        found in them. None: nothing is left to say.
        """
        moment = _moment_of(row.payload)
        if moment is None:
            return row
        reply = await self._word(moment, ConversationKey(row.channel, row.address))
        if reply is None:
            return None
        payload = {**reply_to_json(reply), DIGEST: moment}
        async with self._database.write() as uow:
            await uow.outbox.replace(row.id, self._owner, payload)
            await uow.commit()
        return replace(row, payload=payload)

    async def _checked(self, row: OutboxRow) -> Reply | None:
        """
        The reply of a row, or an apology where a quote of it is not verbatim. None when it cannot be read or the
        process ended in each of its attempts: it may be the cause.
        """
        try:
            reply = reply_from_json(row.payload)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.exception("outbox_row_unreadable", outbox_id=row.id)
            return None
        if row.attempts > MOST_ATTEMPTS:
            return None
        if self._verify(reply):
            return await self._with_paper(row, reply)
        log.error("quote_mismatch", outbox_id=row.id)
        apology = Reply(texts.QUOTE_MISMATCH)
        async with self._database.write() as uow:
            await uow.outbox.replace(row.id, self._owner, reply_to_json(apology))
            await uow.commit()
        return apology

    async def _with_paper(self, row: OutboxRow, reply: Reply) -> Reply:
        """
        The reply with its file, or with a word in its place where the file is not to be had.
        """
        if reply.attachment is None or reply.attachment.paper.startswith(SENT):
            return reply
        try:
            content = await self._make(reply.attachment.paper, ConversationKey(row.channel, row.address))
        except DatabaseError:
            raise
        except Exception:  # a defect of the papers must not hold back what follows
            log.exception("paper_not_made", outbox_id=row.id)
            content = None
        if content is None:
            return replace(reply, text=f"{reply.text}\n\n{texts.NO_PAPER}", attachment=None)
        return replace(reply, attachment=replace(reply.attachment, content=content))

    async def _try(self, channel: Channel, row: OutboxRow, reply: Reply) -> Outcome:
        try:
            return Outcome(OutboxState.SENT, provider_id=await channel.send(row.address, reply, row.id))
        except SendError as error:
            problem = error
        except Exception as error:  # a defect of the channel: whether the message left is not known
            log.exception("channel_broke", channel=channel.name, outbox_id=row.id)
            problem = Unknown(type(error).__name__)
        outcome = decide(row, problem, self._clock())
        if isinstance(problem, Blocked | Closed):
            instead = await self._lose(ConversationKey(row.channel, row.address))
            outcome = outcome if instead is None or not _unasked(row) else _moved(outcome, instead)
        await self._pause(channel.name, problem)
        log.warning("send_failed", outbox_id=row.id, error=type(problem).__name__, outcome=outcome.state)
        return outcome

    async def _pause(self, name: str, error: SendError) -> None:
        if not isinstance(error, Throttled):
            return
        async with self._database.write() as uow:
            await uow.outbox.pause(name, self._clock() + error.retry_after)
            await uow.commit()

    async def _mark(self, row: OutboxRow, outcome: Outcome) -> Outcome:
        now = self._clock()
        SENDS.labels(row.channel, outcome.name).inc()
        async with self._database.write() as uow:
            if outcome.again_at is not None:
                await uow.outbox.retry_at(
                    row.id,
                    self._owner,
                    outcome.again_at,
                    outcome.reason or "",
                    doubtful=outcome.doubtful,
                    counted=outcome.counted,
                )
            elif outcome.state is OutboxState.SENT:
                await uow.outbox.mark_sent(row.id, self._owner, outcome.provider_id, now)
            elif await uow.outbox.give_up(row.id, self._owner, outcome.state, outcome.reason or "", now):
                await self._send_instead(uow, row, outcome.instead, now)
            await uow.commit()
        return outcome

    async def _send_instead(self, uow: UnitOfWork, row: OutboxRow, to: ConversationKey | None, now: datetime) -> None:
        """
        Queue what was not asked for once more, where else the person can be reached.
        """
        if to is None:
            return
        key = f"{row.business_key}>{to.channel}"
        await uow.outbox.add(OutboxMessage(to.channel, to.address, key, row.payload, row.priority), now)
        self.wake()


def _known(ended: Outcome | BaseException) -> Outcome:
    """
    What became of a send; the error where none is known.
    """
    if isinstance(ended, BaseException):
        raise ended
    return ended


def _moment_of(payload: Any) -> str | None:
    """
    The moment whose digest a row stands for, if it is one.
    """
    moment = payload.get(DIGEST) if isinstance(payload, dict) else None
    return moment if isinstance(moment, str) else None


def _unasked(row: OutboxRow) -> bool:
    """
    Whether nobody waits for it in this very conversation.
    """
    return row.priority is Priority.BULK or TOLD in row.business_key


def _moved(outcome: Outcome, to: ConversationKey) -> Outcome:
    return replace(outcome, reason=f"went to {to.channel}: {outcome.reason}", instead=to)


def decide(row: OutboxRow, error: SendError, now: datetime) -> Outcome:
    """
    What to do about a failed send, by the type of the error alone.
    """
    reason = f"{type(error).__name__}: {error}"
    match error:
        case Throttled():
            return Outcome(OutboxState.PENDING, reason, again_at=now + error.retry_after, counted=False)
        case Blocked() | Refused():
            return Outcome(OutboxState.REFUSED, reason)
        case Unknown() if row.doubts + 1 >= MOST_DOUBTS:
            return Outcome(OutboxState.UNCERTAIN, reason)
        case Unknown():
            return Outcome(OutboxState.PENDING, reason, again_at=now + back_off(row.attempts), doubtful=True)
        case Unreachable() if row.attempts < MOST_ATTEMPTS:
            return Outcome(OutboxState.PENDING, reason, again_at=now + back_off(row.attempts))
        case Unreachable() if _moment_of(row.payload) is not None:  # ends with its words: when nothing is left to say
            return Outcome(OutboxState.PENDING, reason, again_at=now + back_off(row.attempts), counted=False)
        case _:
            return Outcome(OutboxState.FAILED, reason)


def back_off(attempts: int) -> timedelta:
    """
    How long to wait after this many attempts: doubled each time, capped, and spread by a fifth either way.
    """
    wait = min(FIRST_BACK_OFF * (1 << min(attempts - 1, 20)), LONGEST_BACK_OFF)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  spreading, not secrecy
