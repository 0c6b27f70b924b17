"""
Tokens that a channel rotates: the pair in use, and who is renewing it. A refresh token is good for one renewal, so
only the process that holds the lease may use it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.inserts import insert_new
from db.records import TokenPair
from db.seal import Seal
from db.tables import tokens


class Tokens:
    """
    The tokens of one unit of work, sealed.
    """

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    async def plant(self, channel: str, seed: str, now: datetime) -> None:
        """
        Begin with a refresh token that an operator gave. One that was given before changes nothing: it is used up,
        and the pair that grew out of it goes on.
        """
        fresh = {
            "channel": channel,
            "seeds": [_mark(seed)],
            "sealed": self._seal.close({"access": "", "refresh": seed}),
            "expires_at": now,
        }
        if await insert_new(self._connection, tokens, fresh) is not None:
            return
        seeds = await self._seeds(channel)
        if _mark(seed) not in seeds:
            anew = {**fresh, "seeds": [*seeds, _mark(seed)], "lease_owner": None, "lease_until": None}
            await self._connection.execute(update(tokens).where(tokens.c.channel == channel).values(**anew))

    async def find(self, channel: str) -> TokenPair | None:
        """
        The pair in use; its `access` is empty before the first renewal.
        """
        query = select(tokens.c.sealed, tokens.c.expires_at).where(tokens.c.channel == channel)
        row = (await self._connection.execute(query)).one_or_none()
        return row and _pair(self._seal.open(row.sealed), row.expires_at)

    async def hold(self, channel: str, owner: str, seen: TokenPair, now: datetime, lease: timedelta) -> bool:
        """
        Be the one who renews the pair that was `seen`. False: somebody else is at it, or has done it.
        """
        free = or_(tokens.c.lease_until.is_(None), tokens.c.lease_until < now)
        here = tokens.c.channel == channel, tokens.c.expires_at == seen.expires_at
        change = update(tokens).where(*here, free).values(lease_owner=owner, lease_until=now + lease)
        return (await self._connection.execute(change)).rowcount == 1

    async def renew(self, channel: str, owner: str, pair: TokenPair) -> bool:
        """
        Keep the new pair. False: the lease had passed to somebody else.
        """
        values = {
            "sealed": self._seal.close({"access": pair.access, "refresh": pair.refresh}),
            "expires_at": pair.expires_at,
            "lease_owner": None,
            "lease_until": None,
        }
        mine = tokens.c.channel == channel, tokens.c.lease_owner == owner
        return (await self._connection.execute(update(tokens).where(*mine).values(**values))).rowcount == 1

    async def expire(self, channel: str, access: str, now: datetime) -> None:
        """
        The channel takes this access token no more, whatever its date says.
        """
        pair = await self.find(channel)
        if pair is not None and pair.access == access and pair.expires_at > now:
            await self._connection.execute(update(tokens).where(tokens.c.channel == channel).values(expires_at=now))

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        rows = (await self._connection.execute(select(tokens.c.channel, tokens.c.sealed).with_for_update())).all()
        for row in rows:
            sealed = self._seal.close(self._seal.open(row.sealed))
            await self._connection.execute(
                update(tokens).where(tokens.c.channel == row.channel).values(sealed=sealed)
            )
        return len(rows)

    async def _seeds(self, channel: str) -> list[str]:
        query = select(tokens.c.seeds).where(tokens.c.channel == channel).with_for_update()
        return list((await self._connection.execute(query)).scalar_one())


def _mark(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _pair(opened: Mapping[str, Any], expires_at: datetime) -> TokenPair:
    return TokenPair(opened["access"], opened["refresh"], expires_at)
