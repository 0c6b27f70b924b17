"""
What channels' servers delivered and nobody has handled yet: store → claim → done. One update of a conversation at a
time, whichever process takes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import Unusable
from db.inserts import insert_new
from db.records import Standing, StoredUpdate, UpdateMark
from db.seal import Seal
from db.tables import updates

MOST_TRIES = 8
"""How often an update that makes the bot itself fail is tried before it is set aside."""

WAITING, SET_ASIDE = "waiting", "set_aside"

_OTHER = updates.alias("other")


class Updates:
    """
    The stored updates of one unit of work. Their payload is sealed: it holds what a person said.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    async def add(self, mark: UpdateMark, payload: Any, now: datetime) -> bool:
        """
        Keep an update. False: it stands there already.
        """
        values = {
            "channel": mark.channel,
            "external_id": mark.external_id,
            "lane": mark.lane,
            "position": mark.position,
            "sealed": self._seal.close(payload),
            "attempts": 0,
            "not_before": now,
            "received_at": now,
        }
        return await insert_new(self._connection, updates, values) is not None

    async def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[StoredUpdate]:
        """
        Take up to `limit` updates for `lease`: of each conversation the first, and only while no other of it is held.
        A lease that ran out is taken over. What no key opens is set aside. Commit before handling.
        """
        due = _due(now).limit(limit)
        if self._connection.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        taken = (
            update(updates)
            .where(updates.c.id.in_(due.scalar_subquery()))
            .values(attempts=updates.c.attempts + 1, lease_owner=owner, lease_until=now + lease)
            .returning(updates.c.id, updates.c.channel, updates.c.sealed, updates.c.attempts, updates.c.received_at)
        )
        claimed = list[StoredUpdate]()
        for row in (await self._connection.execute(taken)).all():
            try:
                payload = self._seal.open(row.sealed)
            except Unusable:
                lost = {"attempts": MOST_TRIES, "lease_owner": None, "lease_until": None}
                await self._connection.execute(update(updates).where(updates.c.id == row.id).values(**lost))
            else:
                claimed.append(StoredUpdate(row.id, row.channel, payload, row.attempts, row.received_at))
        return claimed

    async def waiting(self, now: datetime) -> bool:
        """
        Whether any update could be claimed now.
        """
        return (await self._connection.execute(_due(now).limit(1))).first() is not None

    async def done(self, id: int, owner: str) -> None:
        """
        It was handled: forget it. A second delivery is known by the inbox.
        """
        await self._connection.execute(delete(updates).where(updates.c.id == id, updates.c.lease_owner == owner))

    async def retry_at(self, id: int, owner: str, moment: datetime, counted: bool = True) -> None:
        """
        Put it back for later; its conversation waits for it. Not `counted`: the failure says nothing against it.
        After `MOST_TRIES` counted tries it is set aside: it stays, is never claimed, and holds nobody up.
        """
        values = {
            "lease_owner": None,
            "lease_until": None,
            "not_before": moment,
            "attempts": updates.c.attempts - int(not counted),
        }
        mine = updates.c.id == id, updates.c.lease_owner == owner
        await self._connection.execute(update(updates).where(*mine).values(**values))

    async def counts(self) -> dict[str, int]:
        """
        How many updates of each channel wait or were set aside.
        """
        query = select(updates.c.channel, func.count().label("n")).group_by(updates.c.channel)
        return {row.channel: row.n for row in (await self._connection.execute(query)).all()}

    async def standing(self) -> dict[tuple[str, str], Standing]:
        """
        How many updates of each channel wait, or were set aside, and when the oldest of them was received.
        """
        state = case((updates.c.attempts < MOST_TRIES, WAITING), else_=SET_ASIDE)
        query = select(updates.c.channel, state, func.count(), func.min(updates.c.received_at))
        found = (await self._connection.execute(query.group_by(updates.c.channel, text("2")))).all()
        return {(channel, state): Standing(n, oldest) for channel, state, n, oldest in found}

    async def forget(self, channel: str, lane: str) -> None:
        """
        Delete what was set aside of a conversation.
        """
        theirs = updates.c.channel == channel, updates.c.lane == lane
        await self._connection.execute(delete(updates).where(*theirs, updates.c.attempts >= MOST_TRIES))

    async def forget_before(self, moment: datetime) -> int:
        """
        Delete what was received before a moment. Returns how many.
        """
        return (await self._connection.execute(delete(updates).where(updates.c.received_at < moment))).rowcount

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        rows = (await self._connection.execute(select(updates.c.id, updates.c.sealed).with_for_update())).all()
        for row in rows:
            sealed = self._seal.close(self._seal.open(row.sealed))
            await self._connection.execute(update(updates).where(updates.c.id == row.id).values(sealed=sealed))
        return len(rows)


def _due(now: datetime) -> Select[tuple[int]]:
    free = or_(updates.c.lease_until.is_(None), updates.c.lease_until < now)
    return (
        select(updates.c.id)
        .where(free, updates.c.not_before <= now, updates.c.attempts < MOST_TRIES, ~_another_first(now))
        .order_by(updates.c.id)
    )


def _another_first(now: datetime) -> ColumnElement[bool]:
    """
    Another update of the conversation is held, or stands before this one.
    """
    before = or_(
        _OTHER.c.position < updates.c.position,
        and_(_OTHER.c.position == updates.c.position, _OTHER.c.id < updates.c.id),
    )
    return exists(
        select(_OTHER.c.id).where(
            _OTHER.c.channel == updates.c.channel,
            _OTHER.c.lane == updates.c.lane,
            _OTHER.c.id != updates.c.id,
            or_(_OTHER.c.lease_until >= now, and_(_OTHER.c.attempts < MOST_TRIES, before)),
        )
    )
