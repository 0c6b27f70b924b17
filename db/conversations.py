"""
Conversations: loaded with their version, stored sealed, and only if nobody was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import StaleConversation
from db.inserts import insert_new
from db.records import DraftHolder, StoredConversation
from db.seal import Seal
from db.tables import conversations


class Conversations:
    """
    The conversations of one unit of work.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    async def load(self, channel: str, address: str) -> StoredConversation | None:
        """
        The conversation at this address, or None before its first turn.
        """
        query = select(conversations.c.state, conversations.c.version, conversations.c.updated_at).where(
            conversations.c.channel == channel, conversations.c.address == address
        )
        row = (await self._connection.execute(query)).one_or_none()
        return StoredConversation(self._seal.open(row.state), row.version, row.updated_at) if row else None

    async def see_that_keys_open(self) -> None:
        """
        Open the conversation that changed last and the one that rested longest. Raises Unusable.
        """
        at = conversations.c.updated_at
        for first, which in ((at.desc(), "mới nhất"), (at.asc(), "cũ nhất")):
            state = (await self._connection.execute(select(conversations.c.state).order_by(first).limit(1))).scalar()
            self._seal.must_open(state, f"cuộc trò chuyện {which}")

    async def save(
        self,
        channel: str,
        address: str,
        state: Mapping[str, Any],
        loaded: int | None,
        now: datetime,
        draft_at: datetime | None = None,
    ) -> None:
        """
        Store the state over the version that was loaded (None: there was none). `draft_at`: when an unfinished draft
        in it was last touched. Raises StaleConversation.
        """
        values = {"state": self._seal.close(state), "draft_at": draft_at, "updated_at": now}
        if loaded is None:
            stored = await self._insert({**values, "channel": channel, "address": address}, now)
        else:
            stored = await self._update(channel, address, values, loaded)
        if not stored:
            raise StaleConversation(f"a conversation on {channel} changed while a turn was taken")

    async def with_drafts(
        self, touched_before: datetime, limit: int, nudged_less_than: int | None = None
    ) -> Sequence[DraftHolder]:
        """
        The conversations whose draft was last touched by then, oldest first; only those spoken of less often.
        """
        query = select(conversations).where(conversations.c.draft_at <= touched_before)
        if nudged_less_than is not None:
            query = query.where(conversations.c.nudges < nudged_less_than)
        rows = (await self._connection.execute(query.order_by(conversations.c.draft_at).limit(limit))).all()
        return [
            DraftHolder(
                channel=row.channel,
                address=row.address,
                state=self._seal.open(row.state),
                version=row.version,
                draft_at=row.draft_at,
                nudges=row.nudges,
                updated_at=row.updated_at,
            )
            for row in rows
        ]

    async def nudged(self, holder: DraftHolder, nudges: int) -> bool:
        """
        Note how often the person was reminded of this draft. False: the conversation went on since.
        """
        change = update(conversations).where(
            conversations.c.channel == holder.channel,
            conversations.c.address == holder.address,
            conversations.c.version == holder.version,
        )
        return (await self._connection.execute(change.values(nudges=nudges))).rowcount == 1

    async def forget_before(self, moment: datetime) -> int:
        """
        Delete the conversations in which nobody spoke since then, with all that was typed in them. Returns how many.
        """
        rested = delete(conversations).where(conversations.c.updated_at <= moment)
        return (await self._connection.execute(rested)).rowcount

    async def forget(self, channel: str, address: str) -> None:
        """
        Delete a conversation with all that was typed in it.
        """
        here = conversations.c.channel == channel, conversations.c.address == address
        await self._connection.execute(delete(conversations).where(*here))

    async def forget_offered(self, channel: str, address: str) -> None:
        """
        Forget the choices that were offered last: their labels may name somebody who erased what was told.
        """
        stored = await self.load(channel, address)
        if stored is not None and stored.state.get("offered"):
            state = self._seal.close({**stored.state, "offered": []})
            change = update(conversations).where(
                conversations.c.channel == channel,
                conversations.c.address == address,
                conversations.c.version == stored.version,
            )
            await self._connection.execute(change.values(state=state, version=stored.version + 1))

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        query = select(conversations.c.id, conversations.c.state).with_for_update()
        rows = (await self._connection.execute(query)).all()
        for row in rows:
            state = self._seal.close(self._seal.open(row.state))
            change = update(conversations).where(conversations.c.id == row.id).values(state=state)
            await self._connection.execute(change)
        return len(rows)

    async def _insert(self, values: Mapping[str, Any], now: datetime) -> bool:
        first = {**values, "version": 1, "created_at": now, "nudges": 0}
        return await insert_new(self._connection, conversations, first) is not None

    async def _update(self, channel: str, address: str, values: Mapping[str, Any], loaded: int) -> bool:
        another_draft = conversations.c.draft_at.is_distinct_from(values["draft_at"])
        change = (
            update(conversations)
            .where(
                conversations.c.channel == channel,
                conversations.c.address == address,
                conversations.c.version == loaded,
            )
            .values(**values, version=loaded + 1, nudges=case((another_draft, 0), else_=conversations.c.nudges))
        )
        return (await self._connection.execute(change)).rowcount == 1
