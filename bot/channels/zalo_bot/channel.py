"""
The Zalo Bot Platform, by polling or by its calls at our webhook.

Zalo hands an event over once and asks for no acknowledgement: `getUpdates` gives one event and forgets it. So each is
kept in the database before the next is asked for, and `bot.porter` carries it. There are no buttons and no files:
choices are numbered lines. What an answer means for a message stands in `wire`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import httpx
import structlog

from bot.channels import http
from bot.channels.base import (
    LOOK_AFTER,
    CannotListen,
    Limits,
    Pace,
    PartWay,
    Refused,
    SendError,
    Store,
    Throttled,
    Unknown,
    object_of,
    plain,
)
from bot.channels.zalo_bot.parse import NAME, id_of, parse, position_of
from bot.channels.zalo_bot.wire import (
    BAD_TOKEN,
    NOT_FOUND,
    QUOTA,
    TIMEOUT,
    TOKEN_WAIT,
    ApiError,
    result_of,
    send_error,
)
from bot.pulse import Beat, server_of, unheard
from bot.settings import Settings
from db.errors import DatabaseError
from handlers.messages import IncomingMessage, Json, Reply

log = structlog.get_logger()

T = TypeVar("T")

LIMITS = Limits(text=2000, buttons=False, pace=timedelta(seconds=0.2))
"""2000 characters a message, counted in UTF-16 units to be safe. Zalo publishes no rate: five a second is a guess."""


class ZaloBot:
    """
    The bot at Zalo. `listen` or `be_called` once, `send` at will, `close` at the end.
    """

    name = NAME
    limits = LIMITS

    def __init__(self, token: str, api_url: str, pace: Pace | None = None, beat: Beat = unheard) -> None:
        self._token = token
        self._beat = beat
        self._url = f"{api_url}/bot{token}"
        self._pace = pace or Pace()
        self._http = http.client(self._pace.read)
        self._accepted = False
        self._part_way = PartWay()

    @classmethod
    def from_settings(cls, settings: Settings, beat: Beat = unheard) -> ZaloBot | None:
        """
        The channel, or None without ZALO_BOT_TOKEN.
        """
        if settings.zalo_bot_token is None:
            return None
        return cls(settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_api_url, beat=beat)

    async def listen(self, store: Store) -> None:
        """
        Keep every event until cancelled; a Zalo that is away is waited for. Raises CannotListen when the token is not
        accepted at the start.
        """
        await self._insist(self._begin_to_poll, starting=True)
        while True:
            update = await self._insist(self._poll)
            if update is None:
                await asyncio.sleep(self._pace.patience / 4)
            else:
                await self._keep(store, update)

    async def be_called(self, url: str) -> None:
        """
        Let Zalo call us at this address, until cancelled; a Zalo that is away is waited for. Raises CannotListen when
        the token or the address is not accepted at the start.
        """
        await self._insist(partial(self._begin_to_be_called, url), starting=True)
        while True:
            await asyncio.sleep(LOOK_AFTER.total_seconds())
            await self._insist(self._introduce)

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """
        Whether the call carries the secret that Zalo was given.
        """
        given = headers.get("x-bot-api-secret-token", "")
        return hmac.compare_digest(given.encode(), self._secret.encode())

    def parse(self, payload: Json, now: datetime) -> IncomingMessage | None:
        """
        An event as a message, see `parse.parse`.
        """
        return parse(payload, now)

    def position(self, payload: Json, now: datetime) -> int:
        """
        When it was written: Zalo numbers nothing.
        """
        return position_of(payload, now)

    def settle(self, payload: Json) -> None:
        """
        Nothing: there are no keyboards.
        """

    async def typing(self, address: str) -> None:
        """
        Show "typing…". Raises SendError, ApiError.
        """
        await self._call("sendChatAction", chat_id=address, action="typing")

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Send one reply in as many messages as it needs. Returns the id of the last one. Raises SendError.
        """
        says = [partial(self._say, address, piece) for piece in plain(reply, LIMITS.text)]
        try:
            async with asyncio.timeout(self._pace.send):
                await self._be_accepted()
                return await self._part_way.go_on(ref, says)
        except TimeoutError:
            raise Unknown("the answer took too long") from None
        except ApiError as error:
            problem = self._refusal(error)
            if isinstance(problem, Refused):
                self._part_way.forget(ref)
            raise problem from None

    async def close(self) -> None:
        """
        Give all connections back.
        """
        await self._http.aclose()

    @property
    def _secret(self) -> str:
        """
        What Zalo proves itself with; the same in every process with this token, and no way back to it.
        """
        return hmac.new(self._token.encode(), b"zalo bot webhook", hashlib.sha256).hexdigest()

    async def _begin_to_poll(self) -> None:
        await self._introduce()
        try:
            await self._call("deleteWebhook")
        except ApiError as error:
            if error.code != NOT_FOUND:  # none is set
                raise
        log.info("zalo_bot_listening")

    async def _begin_to_be_called(self, url: str) -> None:
        await self._introduce()
        try:
            await self._call("setWebhook", url=url, secret_token=self._secret)
        except ApiError as error:
            if isinstance(send_error(error), Refused):
                raise CannotListen(ADDRESS_REFUSED) from None
            raise
        log.info("zalo_bot_called")

    async def _introduce(self) -> None:
        await self._call("getMe")
        self._accepted = True

    async def _be_accepted(self) -> None:
        """
        Nothing is refused for good on a token or an address that Zalo has not accepted.
        """
        if self._accepted:
            return
        try:
            await self._introduce()
        except ApiError as error:
            problem = send_error(error)
            raise Throttled(TOKEN_WAIT) if isinstance(problem, Refused) else problem from None

    async def _poll(self) -> Json | None:
        """
        The next event, or None when there was none for a while.
        """
        held = self._pace.poll
        try:
            update = await self._call("getUpdates", read=held + self._pace.read, timeout=str(int(held)))
        except ApiError as error:
            if error.code == TIMEOUT:
                self._beat(server_of(NAME))
                return None
            raise
        return update or None

    async def _keep(self, store: Store, update: Json) -> None:
        """
        Keep an event, even while the bot is being stopped: Zalo does not hand it over again.
        """
        keeping = asyncio.create_task(self._keep_at_last(store, update))
        try:
            await asyncio.shield(keeping)
        except asyncio.CancelledError:
            await asyncio.wait({keeping}, timeout=self._pace.patience)
            keeping.cancel()
            raise

    async def _keep_at_last(self, store: Store, update: Json) -> None:
        for tries in itertools.count(1):
            try:
                return await store(NAME, update)
            except DatabaseError as error:
                log.warning("update_not_kept", channel=NAME, tries=tries, error=type(error).__name__)
                await asyncio.sleep(self._pace.wait(tries))
            except Exception:
                log.exception("update_dropped", channel=NAME)
                return None
        return None

    async def _insist(self, call: Callable[[], Awaitable[T]], starting: bool = False) -> T:
        for tries in itertools.count(1):
            try:
                return await call()
            except (SendError, ApiError) as error:
                if starting and isinstance(error, ApiError) and error.code in {BAD_TOKEN, NOT_FOUND}:
                    raise CannotListen(NOT_ACCEPTED) from None
                wait = self._pace.wait(tries)
                hint = NOT_ACCEPTED if isinstance(error, ApiError) and error.code == BAD_TOKEN else None
                log.warning("zalo_bot_away", reason=self._blot(error), hint=hint, again_in=wait)
                await asyncio.sleep(wait)
        raise AssertionError("count() never ends")

    async def _say(self, address: str, text: str) -> str:
        sent = object_of(await self._call("sendMessage", chat_id=address, text=text))
        return id_of(sent.get("message_id")) or ""

    async def _call(self, method: str, read: float | None = None, **params: Json) -> Json:
        """
        One call. Raises ApiError, SendError.
        """
        timeout = httpx.Timeout(10, read=read or self._pace.read, connect=5)
        result = result_of(*await http.post(self._http, f"{self._url}/{method}", json=params, timeout=timeout))
        self._beat(server_of(NAME))
        return result

    def _refusal(self, error: ApiError) -> SendError:
        if error.code == QUOTA:
            log.error("zalo_bot_quota", hint=QUOTA_USED_UP)
        if error.code == BAD_TOKEN:
            self._accepted = False
            log.error("zalo_bot_token_refused", hint=NOT_ACCEPTED)
        problem = send_error(error)
        problem.args = (self._blot(problem),)
        return problem

    def _blot(self, error: Exception) -> str:
        return str(error).replace(self._token, "…")


NOT_ACCEPTED = (
    "Zalo không nhận ZALO_BOT_TOKEN. Chép lại mã từ tin của Zalo Bot Manager vào .env, "
    "và xem ZALO_BOT_API_URL nếu đã đặt."
)
ADDRESS_REFUSED = (
    "Zalo không gọi đến PUBLIC_URL. Phải là địa chỉ https:// mà bên ngoài vào được; "
    "để trống PUBLIC_URL thì bot tự hỏi tin."
)
QUOTA_USED_UP = "the messages of the plan are used up: nothing leaves for an hour, then it is tried again"
