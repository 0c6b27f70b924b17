"""
What came in: one row a message, so that a second delivery is recognised.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from db.inserts import insert_new
from db.tables import inbox


class Inbox:
    """
    The inbox of one unit of work.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, channel: str, external_id: str, now: datetime) -> bool:
        """
        Note that this message is being handled. False: it was handled before, stop.
        """
        values = {"channel": channel, "external_id": external_id, "received_at": now}
        return await insert_new(self._connection, inbox, values) is not None

    async def forget_before(self, moment: datetime) -> int:
        """
        Drop rows older than any redelivery could be. Returns how many.
        """
        return (await self._connection.execute(delete(inbox).where(inbox.c.received_at < moment))).rowcount
