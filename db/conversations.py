"""
Conversations: loaded with their version, stored only if nobody was faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.errors import StaleConversation
from db.inserts import insert_new
from db.records import StoredConversation
from db.tables import conversations


class Conversations:
    """
    The conversations of one unit of work.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load(self, channel: str, address: str) -> StoredConversation | None:
        """
        The conversation at this address, or None before its first turn.
        """
        query = select(conversations.c.state, conversations.c.version).where(
            conversations.c.channel == channel, conversations.c.address == address
        )
        row = (await self._connection.execute(query)).one_or_none()
        return row and StoredConversation(state=row.state, version=row.version)

    async def save(
        self, channel: str, address: str, state: Mapping[str, Any], loaded: int | None, now: datetime
    ) -> None:
        """
        Store the state over the version that was loaded (None: there was none). Raises StaleConversation.
        """
        if loaded is None:
            stored = await self._insert(channel, address, state, now)
        else:
            stored = await self._update(channel, address, state, loaded, now)
        if not stored:
            raise StaleConversation(f"a conversation on {channel} changed while a turn was taken")

    async def _insert(self, channel: str, address: str, state: Mapping[str, Any], now: datetime) -> bool:
        values = {
            "channel": channel,
            "address": address,
            "state": state,
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        return await insert_new(self._connection, conversations, values) is not None

    async def _update(self, channel: str, address: str, state: Mapping[str, Any], loaded: int, now: datetime) -> bool:
        change = (
            update(conversations)
            .where(
                conversations.c.channel == channel,
                conversations.c.address == address,
                conversations.c.version == loaded,
            )
            .values(state=state, version=loaded + 1, updated_at=now)
        )
        return (await self._connection.execute(change)).rowcount == 1
