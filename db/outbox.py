"""
What goes out: claim → send → mark. The claim is one statement, so two couriers never hold the same message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import Unusable
from db.inserts import insert_new
from db.records import OutboxGroup, OutboxMessage, OutboxRow, OutboxState, Priority, Standing
from db.seal import Seal
from db.tables import channels, outbox

AHEAD = timedelta(seconds=1)
"""How far ahead turns of a channel with a pace are given out."""
MOST_ARRIVED = 20
UNSENT = (OutboxState.PENDING, OutboxState.SENDING)
LOST_KEY = "sealed with a key that is not there"
LARGEST_ID = 2**31 - 1
"""PostgreSQL refuses to compare an id with a larger number."""


class Outbox:
    """
    The outbox of one unit of work.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    async def add(self, message: OutboxMessage, now: datetime) -> int | None:
        """
        Queue a message. Returns its id, or None when its business key was queued before.
        """
        values = {
            "channel": message.channel,
            "address": message.address,
            "business_key": message.business_key,
            "priority": int(message.priority),
            "payload": self._seal.close(message.payload),
            "state": OutboxState.PENDING,
            "attempts": 0,
            "doubts": 0,
            "not_before": message.not_before or now,
            "created_at": now,
        }
        return await insert_new(self._connection, outbox, values)

    async def claim(
        self,
        channel: str,
        owner: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        pace: timedelta | None = None,
    ) -> Sequence[OutboxRow]:
        """
        Take up to `limit` due messages of a channel for `lease`: replies first, oldest first, and never one that
        has an older unsent message before it in its lane. A lease that ran out is taken over. What no
        key opens has failed. Commit before sending.

        With a `pace`, the time between two messages of the channel whoever sends them, each one in bulk gets its
        turn; replies leave at once and take turns away from it. While the turns that are given out reach further than
        `AHEAD`, only replies are taken.
        """
        first = now if pace is None else await self._first_turn(channel, now)
        due = _due(channel, now).limit(limit)
        if first > now + AHEAD:
            due = due.where(outbox.c.priority == int(Priority.REPLY))
        if self._connection.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True, of=outbox)
        taken = (
            update(outbox)
            .where(outbox.c.id.in_(due.scalar_subquery()))
            .values(
                state=OutboxState.SENDING,
                attempts=outbox.c.attempts + 1,
                lease_owner=owner,
                lease_until=now + lease,
            )
            .returning(*_COLUMNS)
        )
        found = await self._opened((await self._connection.execute(taken)).all(), owner, now)
        rows = sorted(found, key=lambda row: (row.priority, row.id))
        if pace is None or not rows:
            return rows
        await self._connection.execute(
            update(channels).where(channels.c.channel == channel).values(paced_until=first + pace * len(rows))
        )
        turns = {row.id: first + pace * n for n, row in enumerate(rows) if row.priority is Priority.BULK}
        return [replace(row, send_at=turns.get(row.id)) for row in rows]

    async def _first_turn(self, channel: str, now: datetime) -> datetime:
        """
        The next free turn of a channel; the row is held until the end of the transaction, so turns are given out by
        one process at a time.
        """
        query = select(channels.c.paced_until).where(channels.c.channel == channel).with_for_update()
        held = (await self._connection.execute(query)).one_or_none()
        if held is None:
            await insert_new(self._connection, channels, {"channel": channel, "paused_until": now})
            held = (await self._connection.execute(query)).one()
        return max(held.paced_until or now, now)

    async def _opened(self, taken: Sequence[Any], owner: str, now: datetime) -> list[OutboxRow]:
        """
        The claimed rows; those that no key opens have failed, so that they hold up nobody.
        """
        opened = list[OutboxRow]()
        for row in taken:
            try:
                opened.append(self._row(row))
            except Unusable:
                await self.give_up(row.id, owner, OutboxState.FAILED, LOST_KEY, now)
        return opened

    async def renew(self, ids: Collection[int], owner: str, until: datetime) -> None:
        """
        Hold longer those of these messages that are still being sent by their owner.
        """
        mine = outbox.c.id.in_(ids), outbox.c.lease_owner == owner, outbox.c.state == OutboxState.SENDING
        await self._connection.execute(update(outbox).where(*mine).values(lease_until=until))

    async def put_back(self, channel: str, now: datetime) -> int:
        """
        Let go of all that is being sent on a channel, whoever holds it: for a channel where only processes that have
        ended can hold anything, or where sending twice is harmless. Returns how many.
        """
        change = (
            update(outbox)
            .where(outbox.c.channel == channel, outbox.c.state == OutboxState.SENDING)
            .values(state=OutboxState.PENDING, not_before=now, lease_owner=None, lease_until=None)
        )
        return (await self._connection.execute(change)).rowcount

    async def let_go(self, owner: str, but: Collection[int]) -> None:
        """
        Let others have at once what an owner holds, `but` these; to have been held says nothing against a message.
        """
        held = outbox.c.lease_owner == owner, outbox.c.state == OutboxState.SENDING, outbox.c.id.not_in(but)
        values = {"state": OutboxState.PENDING, "lease_owner": None, "lease_until": None}
        await self._connection.execute(update(outbox).where(*held).values(**values, attempts=outbox.c.attempts - 1))

    async def mark_sent(self, id: int, owner: str, provider_id: str | None, now: datetime) -> bool:
        """
        The channel took it. False: the lease had passed to somebody else.
        """
        return await self._finish(id, owner, OutboxState.SENT, None, now, provider_id=provider_id)

    async def give_up(self, id: int, owner: str, state: OutboxState, reason: str, now: datetime) -> bool:
        """
        End in a final state with its reason. False: the lease had passed to somebody else.
        """
        return await self._finish(id, owner, state, reason, now)

    async def retry_at(
        self, id: int, owner: str, moment: datetime, reason: str, doubtful: bool = False, counted: bool = True
    ) -> bool:
        """
        Put it back for later. `doubtful` counts a send whose outcome is unknown; not `counted` is an attempt that
        the channel held back, which says nothing against the message.
        """
        return await self._change(
            id,
            owner,
            state=OutboxState.PENDING,
            reason=reason[:256],
            not_before=moment,
            doubts=outbox.c.doubts + int(doubtful),
            attempts=outbox.c.attempts - int(not counted),
        )

    async def send_again(self, channel: str, address: str, reason: str, now: datetime) -> None:
        """
        Queue again the replies to a conversation that were refused for a reason that begins like this.
        """
        refused = (
            outbox.c.channel == channel,
            outbox.c.address == address,
            outbox.c.priority == int(Priority.REPLY),
            outbox.c.state == OutboxState.REFUSED,
            outbox.c.reason.startswith(reason),
        )
        values = {"state": OutboxState.PENDING, "attempts": 0, "not_before": now, "finished_at": None}
        await self._connection.execute(update(outbox).where(*refused).values(**values))

    async def replace(self, id: int, owner: str, payload: Mapping[str, Any]) -> bool:
        """
        Put another message in its place while it is being sent, so that the row says what was said (the web chat
        reads it there). False: the lease had passed to somebody else.
        """
        change = (
            update(outbox)
            .where(outbox.c.id == id, outbox.c.lease_owner == owner, outbox.c.state == OutboxState.SENDING)
            .values(payload=self._seal.close(payload))
        )
        return (await self._connection.execute(change)).rowcount == 1

    async def pause(self, channel: str, until: datetime) -> None:
        """
        Hold the whole channel back, as it asked for.
        """
        if await insert_new(self._connection, channels, {"channel": channel, "paused_until": until}) is None:
            await self._connection.execute(
                update(channels)
                .where(channels.c.channel == channel, channels.c.paused_until < until)
                .values(paused_until=until)
            )

    async def after(self, channel: str, address: str, id: int, limit: int = 100) -> Sequence[OutboxRow]:
        """
        The messages of a conversation that are younger than `id`, oldest first: what a browser fetches.
        """
        query = (
            select(*_COLUMNS)
            .where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.id > id)
            .order_by(outbox.c.id)
            .limit(limit)
        )
        rows = [self._readable(row) for row in (await self._connection.execute(query)).all()]
        return [row for row in rows if row is not None]

    async def in_conversation(self, id: int, channel: str, address: str) -> OutboxRow | None:
        """
        One message, if it went to this conversation: what a pressed choice refers to.
        """
        if id > LARGEST_ID:
            return None
        query = select(*_COLUMNS).where(outbox.c.id == id, outbox.c.channel == channel, outbox.c.address == address)
        row = (await self._connection.execute(query)).one_or_none()
        return row and self._readable(row)

    async def arrived(self, channel: str, address: str, since: datetime) -> Sequence[OutboxRow]:
        """
        What reached a conversation since a moment, the newest first.
        """
        query = (
            select(*_COLUMNS)
            .where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.finished_at >= since)
            .where(outbox.c.state.in_((OutboxState.SENT, OutboxState.UNCERTAIN)))
            .order_by(outbox.c.finished_at.desc(), outbox.c.id.desc())
            .limit(MOST_ARRIVED)
        )
        found = [self._readable(row) for row in (await self._connection.execute(query)).all()]
        return [row for row in found if row is not None]

    async def waiting(self, names: Collection[str], now: datetime) -> bool:
        """
        Whether any of these channels has a message that could be claimed now.
        """
        for name in names:
            if (await self._connection.execute(_due(name, now).limit(1))).first() is not None:
                return True
        return False

    async def counts(self) -> dict[tuple[str, str], Standing]:
        """
        How many messages stand in each (channel, state), and when the oldest of them was queued.
        """
        by = outbox.c.channel, outbox.c.state
        query = select(*by, func.count(), func.min(outbox.c.created_at)).group_by(*by)
        found = (await self._connection.execute(query)).all()
        return {(channel, state): Standing(n, oldest) for channel, state, n, oldest in found}

    async def standing(self) -> Sequence[OutboxGroup]:
        """
        How many messages stand in each channel, state and reason, and since when the oldest of them waits.
        """
        by = outbox.c.channel, outbox.c.state, outbox.c.reason
        query = select(*by, func.count().label("number"), func.min(outbox.c.created_at).label("oldest"))
        rows = (await self._connection.execute(query.group_by(*by).order_by(*by))).all()
        return [OutboxGroup(row.channel, OutboxState(row.state), row.reason, row.number, row.oldest) for row in rows]

    async def forget(self, channel: str, address: str, unsent: bool = False) -> None:
        """
        Delete what was sent in a conversation; with `unsent`, what is still to be sent too.
        """
        here = outbox.c.channel == channel, outbox.c.address == address
        kept = () if unsent else (outbox.c.state.not_in(UNSENT),)
        await self._connection.execute(delete(outbox).where(*here, *kept))

    async def forget_before(self, moment: datetime) -> int:
        """
        Delete the replies that ended before a moment. Returns how many.
        """
        old = outbox.c.finished_at < moment, outbox.c.priority == int(Priority.REPLY)
        return (await self._connection.execute(delete(outbox).where(*old))).rowcount

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        query = select(outbox.c.id, outbox.c.payload).with_for_update()
        rows = (await self._connection.execute(query)).all()
        for row in rows:
            payload = self._seal.close(self._seal.open(row.payload))
            await self._connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))
        return len(rows)

    def _readable(self, row: Any) -> OutboxRow | None:
        try:
            return self._row(row)
        except Unusable:
            return None

    def _row(self, row: Any) -> OutboxRow:
        return OutboxRow(
            id=row.id,
            channel=row.channel,
            address=row.address,
            payload=self._seal.open(row.payload),
            priority=Priority(row.priority),
            state=OutboxState(row.state),
            attempts=row.attempts,
            doubts=row.doubts,
            business_key=row.business_key,
        )

    async def _finish(
        self,
        id: int,
        owner: str,
        state: OutboxState,
        reason: str | None,
        now: datetime,
        provider_id: str | None = None,
    ) -> bool:
        return await self._change(
            id,
            owner,
            state=state,
            reason=reason and reason[:256],
            provider_id=provider_id,
            finished_at=now,
        )

    async def _change(self, id: int, owner: str, **values: Any) -> bool:
        change = (
            update(outbox)
            .where(outbox.c.id == id, outbox.c.lease_owner == owner, outbox.c.state == OutboxState.SENDING)
            .values(lease_owner=None, lease_until=None, **values)
        )
        return (await self._connection.execute(change)).rowcount == 1


_COLUMNS = (
    outbox.c.id,
    outbox.c.channel,
    outbox.c.address,
    outbox.c.payload,
    outbox.c.priority,
    outbox.c.state,
    outbox.c.attempts,
    outbox.c.doubts,
    outbox.c.business_key,
)
_OLDER = outbox.alias("older")
_OLDER_UNSENT = exists().where(
    _OLDER.c.channel == outbox.c.channel,
    _OLDER.c.address == outbox.c.address,
    _OLDER.c.priority == outbox.c.priority,
    _OLDER.c.id < outbox.c.id,
    _OLDER.c.state.in_(UNSENT),
)


def _due(channel: str, now: datetime) -> Select[tuple[int]]:
    paused = exists().where(channels.c.channel == channel, channels.c.paused_until > now)
    return (
        select(outbox.c.id)
        .where(outbox.c.channel == channel, _free(now), ~_OLDER_UNSENT, ~paused)
        .order_by(outbox.c.priority, outbox.c.id)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    waiting = and_(outbox.c.state == OutboxState.PENDING, outbox.c.not_before <= now)
    abandoned = and_(outbox.c.state == OutboxState.SENDING, outbox.c.lease_until < now)
    return or_(waiting, abandoned)
