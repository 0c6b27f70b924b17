"""
The rights to speak for accounts at channels' servers. A token that renews one works once, so one process renews at a
time: whoever holds the lease.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.inserts import insert_new
from db.records import StoredGrant
from db.seal import Seal
from db.tables import grants


class Grants:
    """
    The grants of one unit of work. The tokens are sealed.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    async def load(self, channel: str) -> StoredGrant | None:
        """
        The grant of a channel, or None before the first. Raises Unusable when no key opens it.
        """
        sealed = (await self._connection.execute(select(grants.c.sealed).where(grants.c.channel == channel))).scalar()
        if sealed is None:
            return None
        told = self._seal.open(sealed)
        return StoredGrant(**{**told, "expires_at": datetime.fromisoformat(told["expires_at"])})

    async def claim(self, channel: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """
        Take the right to renew for `lease`. False: another holds it. Commit before asking the server.
        """
        await insert_new(self._connection, grants, {"channel": channel})
        free = or_(grants.c.lease_until.is_(None), grants.c.lease_until < now)
        change = update(grants).where(grants.c.channel == channel, free)
        taken = await self._connection.execute(change.values(lease_owner=owner, lease_until=now + lease))
        return taken.rowcount == 1

    async def keep(self, channel: str, grant: StoredGrant, now: datetime) -> None:
        """
        Store a renewed grant, whoever holds the lease: the server takes the one before it no more.
        """
        told = {
            "access": grant.access,
            "refresh": grant.refresh,
            "seed": grant.seed,
            "expires_at": grant.expires_at.isoformat(),
        }
        await self._change(channel, sealed=self._seal.close(told), renewed_at=now)

    async def release(self, channel: str, owner: str) -> None:
        """
        Let others renew.
        """
        await self._change(channel, owner, lease_owner=None, lease_until=None)

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        query = select(grants.c.channel, grants.c.sealed).where(grants.c.sealed.is_not(None)).with_for_update()
        rows = (await self._connection.execute(query)).all()
        for row in rows:
            await self._change(row.channel, sealed=self._seal.close(self._seal.open(row.sealed)))
        return len(rows)

    async def _change(self, channel: str, owner: str | None = None, **values: Any) -> None:
        mine = [grants.c.channel == channel, *([grants.c.lease_owner == owner] if owner else [])]
        await self._connection.execute(update(grants).where(*mine).values(**values))
