"""
A Zalo Official Account: Zalo calls our webhook, and we send by the OpenAPI v3.

Zalo takes a message for a person who wrote within 7 days (the first 48 hours cost nothing). Later it takes no more
than an approved template: a reply that has a `brief` goes as one where ZALO_OA_TEMPLATE names it, any other is
Closed. There are no buttons and no files: choices are numbered lines.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.channels import http
from bot.channels.base import (
    LOOK_AFTER,
    Closed,
    Limits,
    Pace,
    PartWay,
    Refused,
    SendError,
    Throttled,
    Unknown,
    Unreachable,
    object_of,
    plain,
)
from bot.channels.zalo_oa.keys import App, Keys
from bot.channels.zalo_oa.parse import NAME, id_of, parse, position_of, timestamp_of
from bot.channels.zalo_oa.wire import ApiError, TokenRefused, data_of, send_error
from bot.clock import Clock, system_clock
from bot.pulse import Beat, server_of, unheard
from bot.settings import Settings
from db.errors import DatabaseError
from db.uow import Database
from handlers.messages import IncomingMessage, Json, Reply

log = structlog.get_logger()

LIMITS = Limits(text=2000, buttons=False, pace=timedelta(seconds=1 / 60))
"""2000 characters a message, counted in UTF-16 units to be safe; 3,600 messages a minute leave room below the 4,000
calls that an app may make."""


class ZaloOa:
    """
    The account at Zalo. `be_called` once, `send` at will, `close` at the end.
    """

    name = NAME
    limits = LIMITS

    def __init__(
        self,
        database: Database,
        app: App,
        secret: str,
        urls: tuple[str, str],
        template: str | None = None,
        clock: Clock = system_clock,
        pace: Pace | None = None,
        beat: Beat = unheard,
    ) -> None:
        self._app = app
        self._beat = beat
        self._secret = secret
        self._url = f"{urls[0]}/v3.0/oa/message"
        self._template = template
        self._pace = pace or Pace()
        self._http = http.client(self._pace.read)
        self._keys = Keys(database, self._http, urls[1], app, clock, secrets.token_hex(8))
        self._part_way = PartWay()

    @classmethod
    def from_settings(
        cls, settings: Settings, database: Database, clock: Clock, beat: Beat = unheard
    ) -> ZaloOa | None:
        """
        The channel, or None without ZALO_OA_APP_ID.
        """
        told = settings.zalo_oa_app_secret, settings.zalo_oa_secret, settings.zalo_oa_refresh_token
        if settings.zalo_oa_app_id is None or None in told:
            return None
        app_secret, secret, refresh = (value.get_secret_value() for value in told if value)
        app = App(settings.zalo_oa_app_id, app_secret, refresh)
        urls = settings.zalo_oa_api_url, settings.zalo_oa_oauth_url
        return cls(database, app, secret, urls, settings.zalo_oa_template, clock, beat=beat)

    async def be_called(self, url: str) -> None:
        """
        Keep the right to send fresh, also while nothing is sent, until cancelled. Where Zalo calls is set by hand in
        its console. A right that is good counts as a word of Zalo's: it is asked for nothing else.
        """
        log.info("zalo_oa_called", url=url)
        while True:
            try:
                await self._keys.access()
            except (SendError, DatabaseError) as error:
                log.warning("zalo_oa_may_not_send", error=type(error).__name__)
            else:
                self._beat(server_of(NAME))
            await asyncio.sleep(LOOK_AFTER.total_seconds())

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """
        Whether the call is signed with the account's secret, over the bytes as they came.
        """
        given = headers.get("x-zevent-signature", "").strip().removeprefix("mac=").lower()
        signed = b"".join((self._app.id.encode(), body, _timestamp(body).encode(), self._secret.encode()))
        return hmac.compare_digest(given.encode(), hashlib.sha256(signed).hexdigest().encode())

    def parse(self, payload: Json, now: datetime) -> IncomingMessage | None:
        """
        An event as a message, see `parse.parse`.
        """
        return parse(payload, now)

    def position(self, payload: Json, now: datetime) -> int:
        """
        When it happened: Zalo numbers nothing.
        """
        return position_of(payload, now)

    def settle(self, payload: Json) -> None:
        """
        Nothing: there are no keyboards.
        """

    async def typing(self, address: str) -> None:
        """
        Nothing: there is no such sign.
        """

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Send one reply in as many messages as it needs, or its brief as a template. Returns the id of the last one.
        Raises SendError.
        """
        says = [partial(self._say, address, piece) for piece in plain(reply, LIMITS.text)]
        try:
            async with asyncio.timeout(self._pace.send):
                return await self._part_way.go_on(ref, says)
        except TimeoutError:
            raise Unknown("the answer took too long") from None
        except Closed:
            self._part_way.forget(ref)
            if reply.brief is None or self._template is None:
                raise
            return await self._knock(address, reply.brief, ref)
        except Refused:
            self._part_way.forget(ref)
            raise

    async def close(self) -> None:
        """
        Give all connections back.
        """
        await self._keys.close()
        await self._http.aclose()

    async def _say(self, address: str, text: str) -> str:
        return await self._call("cs", {"recipient": {"user_id": address}, "message": {"text": text}})

    async def _knock(self, address: str, brief: str, ref: int) -> str:
        """
        Say the brief in the approved template. Raises SendError; Closed where the template is refused.
        """
        body = {
            "user_id": address,
            "template_id": self._template,
            "template_data": {"noi_dung": brief},
            "tracking_id": f"chungtay-{ref}",
        }
        try:
            return await self._call("template", body)
        except Throttled:
            raise
        except (Refused, Unreachable) as error:
            log.warning("zalo_oa_template_refused", reason=str(error))
            raise Closed(f"template: {error}") from None

    async def _call(self, what: str, body: Json) -> str:
        """
        One call, once more with a new token where the old one is not taken. Returns the id of the message. Raises
        SendError.
        """
        access = await self._access()
        try:
            return await self._call_with(access, what, body)
        except TokenRefused:
            return await self._call_with(await self._access(refused=access), what, body)

    async def _call_with(self, access: str, what: str, body: Json) -> str:
        headers = {"access_token": access}
        try:
            data = data_of(*await http.post(self._http, f"{self._url}/{what}", json=body, headers=headers))
        except ApiError as error:
            problem = send_error(error)
            if isinstance(problem, Throttled) and not isinstance(problem, TokenRefused):
                log.warning("zalo_oa_stands_still", code=error.code, hint=STANDS_STILL)
            raise problem from None
        self._beat(server_of(NAME))
        return id_of(object_of(data).get("message_id") or data.get("msg_id")) or ""

    async def _access(self, refused: str | None = None) -> str:
        try:
            async with asyncio.timeout(self._pace.send / 2):
                return await self._keys.access(refused)
        except (DatabaseError, TimeoutError) as error:
            raise Unreachable(f"no access token: {type(error).__name__}") from None


STANDS_STILL = "see the code in docs/zalo.md; nothing leaves through the Official Account for a while"


def _timestamp(body: bytes) -> str:
    try:
        return timestamp_of(object_of(json.loads(body)))
    except (ValueError, RecursionError):
        return ""
