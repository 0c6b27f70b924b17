"""
The right to send: an access token for 25 hours, renewed ahead of time by a refresh token that works once.

The pair lies sealed in the database. Whoever renews holds a lease there, and keeps the new pair before it is used; so
of several processes one asks Zalo, and the others read what it kept.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import structlog

from bot.channels import http
from bot.channels.base import SendError, Throttled, object_of
from bot.channels.zalo_oa.parse import NAME
from bot.channels.zalo_oa.wire import MOMENT, STANDSTILL
from bot.clock import Clock
from db.errors import DatabaseError
from db.records import StoredGrant
from db.uow import Database
from handlers.messages import Json

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
"""Longer than Zalo is waited for."""
AHEAD = timedelta(hours=5)
"""How long before its end an access token is renewed."""
ANOTHER = timedelta(seconds=2)
"""How long to wait for another process that renews."""
SECONDS = re.compile(r"[0-9]{1,8}")
LAST_CALL = 10.0
"""Seconds that a stop leaves to a renewal under way: its token may be used up already."""


@dataclass(frozen=True, slots=True)
class App:
    """
    What the developer's console and the account's owner gave: the refresh token begins the chain of renewals.
    """

    id: str
    secret: str = field(repr=False)
    refresh: str = field(repr=False)


class Keys:
    """
    Hands out the access token of one Official Account.
    """

    def __init__(
        self, database: Database, web: httpx.AsyncClient, url: str, app: App, clock: Clock, owner: str
    ) -> None:
        self._database = database
        self._http = web
        self._url = f"{url}/v4/oa/access_token"
        self._app = app
        self._clock = clock
        self._owner = owner
        self._renewing: asyncio.Task[str] | None = None

    async def access(self, refused: str | None = None) -> str:
        """
        A token that should be taken; `refused` is one that was not. Raises Throttled, DatabaseError.
        """
        grant = await self._load()
        if access := self._good(grant, AHEAD, refused):
            return access
        try:
            return await self._renewed(refused)
        except SendError:
            if access := self._good(grant, timedelta(), refused):
                return access
            raise

    async def close(self) -> None:
        """
        Let a renewal end that is under way.
        """
        if self._renewing is not None:
            await asyncio.wait({self._renewing}, timeout=LAST_CALL)
            self._renewing.cancel()

    def _good(self, grant: StoredGrant | None, ahead: timedelta, refused: str | None) -> str | None:
        """
        The access token of a grant, if it is still good for a while and of the chain that the settings began.
        """
        if grant is None or grant.seed != self._app.refresh or grant.access == refused:
            return None
        return grant.access if self._clock() + ahead < grant.expires_at else None

    async def _renewed(self, refused: str | None) -> str:
        """
        A renewed token. Who waits may give up; the renewal goes on.
        """
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(refused), name="zalo-oa-renewal")
            self._renewing.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewing)

    async def _renew(self, refused: str | None) -> str:
        if not await self._claim():
            raise Throttled(ANOTHER)
        try:
            grant = await self._load()
            if access := self._good(grant, AHEAD, refused):
                return access
            begun = grant is not None and grant.seed == self._app.refresh
            fresh = await self._ask(grant.refresh if grant and begun else self._app.refresh)
            await self._keep(fresh)
            log.info("zalo_oa_renewed")
            return fresh.access
        finally:
            await self._release()

    async def _ask(self, refresh: str) -> StoredGrant:
        """
        A new pair for a refresh token, which is used up by it. Raises Throttled: without a token nothing is sent, and
        no message is to blame.
        """
        form = {"app_id": self._app.id, "grant_type": "refresh_token", "refresh_token": refresh}
        try:
            status, answer = await http.post(
                self._http, self._url, data=form, headers={"secret_key": self._app.secret}
            )
        except SendError as error:
            log.warning("zalo_oa_not_renewed", error=type(error).__name__)
            raise Throttled(MOMENT) from None
        told = object_of(answer)
        fresh = self._grant(told)
        if fresh is None:
            raise _not_renewed(status, told)
        return fresh

    def _grant(self, told: Mapping[str, Json]) -> StoredGrant | None:
        access, refresh, lasts = told.get("access_token"), told.get("refresh_token"), str(told.get("expires_in"))
        if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
            return None
        seconds = int(lasts) if SECONDS.fullmatch(lasts) else 0
        return StoredGrant(access, refresh, self._app.refresh, self._clock() + timedelta(seconds=seconds))

    async def _load(self) -> StoredGrant | None:
        async with self._database.read() as uow:
            return await uow.grants.load(NAME)

    async def _claim(self) -> bool:
        async with self._database.write() as uow:
            taken = await uow.grants.claim(NAME, self._owner, self._clock(), LEASE)
            await uow.commit()
        return taken

    async def _keep(self, grant: StoredGrant) -> None:
        """
        Keep the new pair, however long the database is away: the old one is worth nothing any more.
        """
        for tries in itertools.count():
            try:
                async with self._database.write() as uow:
                    await uow.grants.keep(NAME, grant, self._clock())
                    await uow.commit()
            except DatabaseError:
                log.exception("zalo_oa_grant_not_kept")
                await asyncio.sleep(min(0.2 * (1 << min(tries, 8)), 10))
            else:
                return

    async def _release(self) -> None:
        async with self._database.write() as uow:
            await uow.grants.release(NAME, self._owner)
            await uow.commit()


AUTHORISE_AGAIN = (
    "Zalo does not renew the right to send. Let the owner of the Official Account authorise the app again, put the "
    "new refresh token into .env as ZALO_OA_REFRESH_TOKEN, and restart. Look at ZALO_OA_APP_ID and "
    "ZALO_OA_APP_SECRET too."
)


def _not_renewed(status: int, told: Mapping[str, Json]) -> Throttled:
    code = told.get("error")
    if status < 500 and type(code) is int and code not in {0, -32}:
        log.error("zalo_oa_refresh_refused", code=code, hint=AUTHORISE_AGAIN)
        return Throttled(STANDSTILL)
    log.warning("zalo_oa_not_renewed", status=status, code=code if type(code) is int else None)
    return Throttled(MOMENT)
