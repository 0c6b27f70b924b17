"""
Telegram, by long polling or by its calls at our webhook.

Polling: an update is acknowledged only after it was handled: the next getUpdates names the lowest update that is not
stored yet, so a crash between fetching and storing loses nothing. One lane a chat keeps a person's messages in order;
the other chats go on meanwhile. Webhook: `bot.porter` keeps the update before it is acknowledged. Sending maps
Telegram's errors to the SendError tree:

429 → Throttled · 403 and a chat that is gone → Blocked · other 400, 401, 404, 413 → Refused ·
5xx, no connection, no free connection → Unreachable · a connection that died later, an unreadable answer → Unknown
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from prometheus_client import Counter
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    InvalidToken,
    TelegramError,
)

from bot.channels.base import (
    LOOK_AFTER,
    CannotListen,
    Handle,
    Pace,
    PartWay,
    Refused,
    Say,
    Throttled,
    Unreachable,
    pieces,
    showing,
)
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.parse import NAME, Me, Press, number_of, parse, press_of
from bot.channels.telegram.wire import Wire, send_error
from bot.channels.telegram.words import LIMITS, keyboard, written
from bot.clock import Clock, system_clock
from bot.pulse import Beat, server_of, unheard
from bot.settings import Settings
from db.errors import DatabaseError
from handlers import texts
from handlers.messages import SENT, Attachment, IncomingMessage, Json, Reply

log = structlog.get_logger()

T = TypeVar("T")

WANTED = ("message", "callback_query")
MOST_TRIES = 8
"""How often an update that makes the bot itself fail is tried before it is set aside: about two minutes."""

SET_ASIDE = Counter("chungtay_telegram_set_aside", "Updates given up because handling them failed each time")


class RawBot(Bot):
    """
    PTB's Bot that also hands out updates as they came: one odd update must not hide the others of its batch.
    """

    async def fetch(self, offset: int | None, held: float, read: float) -> list[Json]:
        """
        Updates from `offset` on; Telegram holds an empty answer back for `held` seconds. Raises TelegramError.
        """
        data = {"offset": offset, "timeout": int(held), "allowed_updates": list(WANTED)}
        result = await self._post("getUpdates", data, read_timeout=held + read)
        return result if isinstance(result, list) else []


class Telegram:
    """
    The bot at Telegram. `listen` once, `send` at will, `close` at the end.
    """

    name = NAME
    limits = LIMITS

    def __init__(
        self,
        token: str,
        api_url: str,
        clock: Clock = system_clock,
        pace: Pace | None = None,
        beat: Beat = unheard,
    ) -> None:
        self._token = token
        self._beat = beat
        self._clock = clock
        self._pace = pace or Pace()
        self._requests = (_wire(4, self._pace), _wire(64, self._pace))
        self._bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self._me = Me(int(token.partition(":")[0]) if token.partition(":")[0].isdigit() else 0, "")
        self._accepted = False
        self._part_way = PartWay()
        self._settling: set[asyncio.Task[None]] = set()

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock = system_clock, beat: Beat = unheard) -> Telegram | None:
        """
        The channel, or None without TELEGRAM_BOT_TOKEN.
        """
        if settings.telegram_bot_token is None:
            return None
        return cls(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, clock, beat=beat)

    async def listen(self, handle: Handle) -> None:
        """
        Hand over every message until cancelled; a Telegram that is away is waited for. Raises CannotListen when the
        token is not accepted at the start.
        """
        await self._insist(partial(self._begin, None), starting=True)
        intake = Intake(partial(self._take, handle))
        try:
            while True:
                await self._poll(intake)
        finally:
            await intake.stop()

    async def be_called(self, url: str) -> None:
        """
        Let Telegram call us at this address, until cancelled; a Telegram that is away is waited for. Raises
        CannotListen when the token or the address is not accepted at the start.
        """
        await self._insist(partial(self._begin, url), starting=True)
        while True:
            await asyncio.sleep(LOOK_AFTER.total_seconds())
            await self._insist(partial(self._stay_hooked, url))

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """
        Whether the call carries the secret that Telegram was given.
        """
        given = headers.get("x-telegram-bot-api-secret-token", "")
        return hmac.compare_digest(given.encode(), self._secret.encode())

    def parse(self, payload: Json, now: datetime) -> IncomingMessage | None:
        """
        An update as a message, see `parse.parse`.
        """
        return parse(payload, self._me, now) if isinstance(payload, dict) else None

    def position(self, payload: Json, now: datetime) -> int:
        """
        The number of an update: Telegram counts them up.
        """
        return number_of(payload)

    def settle(self, payload: Json) -> None:
        """
        Answer a press and take its keyboard away, meanwhile.
        """
        press = press_of(payload)
        if press is not None:
            task = asyncio.create_task(self._settle(press))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    async def typing(self, address: str) -> None:
        """
        Show "typing…" for five seconds. Raises TelegramError.
        """
        await self._bot.send_chat_action(address, "typing")

    @property
    def _secret(self) -> str:
        """
        What Telegram proves itself with; the same in every process with this token, and no way back to it.
        """
        return hmac.new(self._token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()

    async def close(self) -> None:
        """
        Give all connections back.
        """
        for task in tuple(self._settling):
            task.cancel()
        await asyncio.gather(*self._settling, return_exceptions=True)
        for request in self._requests:
            await request.shutdown()

    async def _begin(self, url: str | None) -> None:
        await self._introduce()
        if url is None:
            await self._bot.delete_webhook()
        else:
            await self._be_hooked(url)
        try:
            await self._bot.set_my_commands(list(texts.COMMAND_SUMMARIES.items()))
        except TelegramError as error:
            log.warning("telegram_menu_not_set", error=type(error).__name__)
        log.info("telegram_listening", username=self._me.username)

    async def _be_hooked(self, url: str) -> None:
        try:
            await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=WANTED)
        except BadRequest as error:
            raise CannotListen(f"{ADDRESS_REFUSED} Telegram trả lời: {self._blot(error.message)}") from None

    async def _stay_hooked(self, url: str) -> None:
        """
        Let Telegram call us again where another process with this token made it stop.
        """
        if (await self._bot.get_webhook_info()).url != url:
            log.error("telegram_webhook_gone", hint=WEBHOOK_GONE)
            await self._be_hooked(url)

    async def _introduce(self) -> None:
        me = await self._bot.get_me()
        self._me = Me(me.id, me.username or "")
        self._accepted = True

    async def _poll(self, intake: Intake) -> None:
        held = 0 if intake.busy else self._pace.poll
        updates = await self._insist(lambda: self._bot.fetch(intake.ask(), held, self._pace.read))
        if not intake.add(updates) and not intake.busy:
            await asyncio.sleep(self._pace.patience / 4)
        await intake.settle(self._pace.patience)

    async def _insist(self, call: Callable[[], Awaitable[T]], starting: bool = False) -> T:
        for tries in itertools.count(1):
            try:
                result = await call()
            except InvalidToken:
                self._accepted = False
                if starting:
                    raise CannotListen(NOT_ACCEPTED) from None
                log.error("telegram_token_refused", hint=NOT_ACCEPTED)  # noqa: TRY400  its traceback names the URL
                await asyncio.sleep(self._pace.longest)
            except CannotListen:
                raise
            except Exception as error:
                await asyncio.sleep(self._report(error, tries))
            else:
                self._beat(server_of(NAME))
                return result
        raise AssertionError("count() never ends")

    def _report(self, error: Exception, tries: int) -> float:
        """
        Log why Telegram cannot be listened to. Returns how many seconds to wait.
        """
        problem = send_error(error)
        wait = self._pace.wait(tries)
        if isinstance(error, Conflict):
            log.warning("telegram_conflict", hint=ANOTHER_POLLER, again_in=wait)
        else:
            log.warning("telegram_away", error=type(problem).__name__, reason=self._blot(str(problem)), again_in=wait)
        return max(wait, problem.retry_after.total_seconds()) if isinstance(problem, Throttled) else wait

    async def _take(self, handle: Handle, update: Json) -> None:
        message = parse(update, self._me, self._clock())
        if message is None:
            return
        async with showing(partial(self.typing, message.key.address)):
            await self._store(handle, message)
        self.settle(update)

    async def _store(self, handle: Handle, message: IncomingMessage) -> None:
        """
        Hand one message over until it is stored: for ever while the database is away or slow, else `MOST_TRIES`
        times.
        """
        for tries in itertools.count(1):
            try:
                async with asyncio.timeout(self._pace.take):
                    return await handle(message)
            except Exception as error:
                if tries >= MOST_TRIES and not isinstance(error, DatabaseError | TimeoutError):
                    SET_ASIDE.inc()
                    log.error("update_set_aside", update_id=message.external_id, **_trace(error))  # noqa: TRY400
                    return None
                log.warning("update_failed", update_id=message.external_id, tries=tries, **_trace(error))
                await asyncio.sleep(self._pace.wait(tries))
        return None

    async def _settle(self, press: Press) -> None:
        for call in (
            partial(self._bot.answer_callback_query, press.id),
            partial(self._bot.edit_message_reply_markup, press.chat, press.message, reply_markup=None),
        ):
            try:
                await call()
            except Exception as error:
                log.info("press_not_settled", error=type(error).__name__)

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Send one reply in as many messages as it needs. Returns the id of the last one with text. Raises SendError.

        A try after a failure goes on behind the part that was taken last.
        """
        try:
            async with asyncio.timeout(self._pace.send):
                await self._be_accepted()
                sent = await self._where_it_went(address, reply, ref)
        except Exception as error:
            problem = send_error(error)
            if isinstance(problem, Refused):
                self._part_way.forget(ref)
            problem.args = tuple(self._blot(str(arg)) for arg in problem.args)
            raise problem from None
        self._beat(server_of(NAME))
        return sent

    async def _where_it_went(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Send; a group that has become a supergroup is followed to its new id.
        """
        try:
            return await self._part_way.go_on(ref, await self._steps(address, reply, ref))
        except ChatMigrated as moved:
            return await self._part_way.go_on(ref, await self._steps(str(moved.new_chat_id), reply, ref))

    async def _be_accepted(self) -> None:
        """
        Nothing is sent, and so nothing is refused for good, on a token that Telegram has not accepted.
        """
        if self._accepted:
            return
        try:
            await self._introduce()
        except InvalidToken:
            raise Unreachable(NOT_ACCEPTED) from None

    async def _steps(self, address: str, reply: Reply, ref: int) -> list[Say]:
        said, buttons = pieces(written(reply), LIMITS.text), keyboard(reply, ref)
        if not said:
            raise Refused("the reply has no text")
        steps: list[Say] = [partial(self._say, address, piece) for piece in said[:-1]]
        steps.append(partial(self._say, address, said[-1], buttons))
        if reply.attachment is not None:
            steps.append(partial(self._hand, address, reply.attachment))
        return steps

    async def _say(self, address: str, text: str, buttons: InlineKeyboardMarkup | None = None) -> str:
        sent = await self._bot.send_message(
            address, text, reply_markup=buttons, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        return str(sent.message_id)

    async def _hand(self, address: str, attachment: Attachment) -> str:
        if attachment.paper.startswith(SENT):
            await self._send_on(address, attachment.paper.removeprefix(SENT))
        elif attachment.name.endswith(".png"):
            await self._bot.send_photo(address, attachment.content, filename=attachment.name)
        else:
            await self._bot.send_document(address, attachment.content, filename=attachment.name)
        return ""

    async def _send_on(self, address: str, file: str) -> None:
        """
        Send what somebody sent to this bot, by Telegram's own name for it.
        """
        _, kind, id = file.split(":")
        await (self._bot.send_photo(address, id) if kind == "photo" else self._bot.send_document(address, id))

    def _blot(self, text: str) -> str:
        return text.replace(self._token, "…")


NOT_ACCEPTED = (
    "Telegram không nhận TELEGRAM_BOT_TOKEN. Chép lại mã từ @BotFather vào .env, và xem TELEGRAM_API_URL nếu đã đặt."
)
ADDRESS_REFUSED = (
    "Telegram không gọi đến PUBLIC_URL. Phải là địa chỉ https:// mà Telegram vào được, cổng 443, 80, 88 hoặc 8443; "
    "để trống PUBLIC_URL thì bot tự hỏi tin."
)
ANOTHER_POLLER = (
    "another process polls Telegram with the same TELEGRAM_BOT_TOKEN; stop it, or give this one a token of its own"
)


WEBHOOK_GONE = (
    "Telegram no longer called at PUBLIC_URL, and is asked to again; see whether another process uses the same "
    "TELEGRAM_BOT_TOKEN"
)


def _wire(connections: int, pace: Pace) -> Wire:
    return Wire(
        connection_pool_size=connections,
        read_timeout=pace.read,
        write_timeout=10,
        connect_timeout=5,
        pool_timeout=10,
    )


def _trace(error: Exception) -> dict[str, str]:
    """
    Which error and where, without its text: that could hold a person's words.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "",
    }
