"""
Telegram by long polling.

An update is acknowledged only after it was handled: the next getUpdates names the lowest update that is not stored
yet, so a crash between fetching and storing loses nothing. One lane a chat keeps a person's messages in order; the
other chats go on meanwhile. Sending maps Telegram's errors to the SendError tree:

429 → Throttled · 403 and a chat that is gone → Blocked · other 400, 401, 404, 413, a migrated group → Refused ·
5xx, no connection, no free connection → Unreachable · a connection that died later, an unreadable answer → Unknown
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
import structlog
from prometheus_client import Counter
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.base import (
    Blocked,
    Handle,
    Limits,
    Refused,
    SendError,
    Throttled,
    Unknown,
    Unreachable,
    choice_ref,
    parts,
)
from bot.clock import Clock, system_clock
from bot.settings import Settings
from db.errors import DatabaseError
from handlers import texts
from handlers.messages import Attachment, Choice, ConversationKey, IncomingMessage, Json, Reply, Unreadable

log = structlog.get_logger()

T = TypeVar("T")

NAME = "telegram"
LIMITS = Limits(text=4096, buttons=True, label=64)
"""Bot API: 1-4096 characters a message, counted here in UTF-16 units to be safe; 64 keeps a button readable."""
WANTED = ("message", "callback_query")
KEPT = timedelta(hours=24)
"""How long Telegram keeps an update; an older date in one is not believed."""
UNASKED_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 8
"""How often an update that makes the bot itself fail is tried before it is set aside: about two minutes."""
MOST_UNDER_WAY = 1000

SET_ASIDE = Counter("chungtay_telegram_set_aside", "Updates given up because handling them failed each time")


class CannotListen(Exception):
    """
    Telegram will not have this bot; the sentence says what to change.
    """


@dataclass(frozen=True, slots=True)
class Me:
    """
    Who the bot is at Telegram; `username` is without the @.
    """

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How long things may take, in seconds.

    `poll`: Telegram holds an empty poll. `read`: wait for an answer. `send`: one reply with all its parts, less than
    the courier's lease. `take`: one update. `patience`: how long slow chats may hold up the next poll. `first`,
    `longest`: waits between tries.
    """

    poll: float = 30
    read: float = 15
    send: float = 45
    take: float = 60
    patience: float = 1
    first: float = 1
    longest: float = 60

    def wait(self, tries: int) -> float:
        """
        The wait after this many failed tries: doubled each time, capped.
        """
        return float(min(self.first * (1 << min(tries - 1, 16)), self.longest))


# What comes in


def parse(update: Mapping[str, Json] | Update, me: Me, now: datetime) -> IncomingMessage | None:
    """
    What a person said or pressed; None for anything else: edits, channels, bots, service notes, talk in a group that
    is not with the bot. Never raises, whatever the payload.
    """
    raw = _object(update.to_dict() if isinstance(update, Update) else update)
    external_id = _id(raw.get("update_id"))
    if external_id is None:
        return None
    if "callback_query" in raw:
        return _pressed(_object(raw["callback_query"]), external_id, now)
    return _said(_object(raw.get("message")), external_id, me, now)


def _pressed(query: Mapping[str, Json], external_id: str, now: datetime) -> IncomingMessage | None:
    chat = _object(_object(query.get("message")).get("chat"))
    address, data = _id(chat.get("id")), query.get("data")
    if address is None or not isinstance(data, str) or not _from_a_person(query, chat):
        return None
    return IncomingMessage(
        ConversationKey(NAME, address), external_id, now, choice=_clean(data), private=_is_private(chat)
    )


def _said(message: Mapping[str, Json], external_id: str, me: Me, now: datetime) -> IncomingMessage | None:
    chat = _object(message.get("chat"))
    address = _id(chat.get("id"))
    if address is None or not _from_a_person(message, chat):
        return None
    text, unreadable = _clean(message.get("text") or message.get("caption")), _unreadable(message)
    if not text and unreadable is None:
        return None
    if not _is_private(chat):
        if not _is_for(me, message, text):
            return None
        text = _without_mention(text, me)
    return IncomingMessage(
        ConversationKey(NAME, address),
        external_id,
        _moment(message.get("date"), now),
        text=text,
        unreadable=unreadable,
        private=_is_private(chat),
    )


def _from_a_person(what: Mapping[str, Json], chat: Mapping[str, Json]) -> bool:
    sender = _object(what.get("from"))
    return _id(sender.get("id")) is not None and not sender.get("is_bot") and chat.get("type") in PEOPLE_TALK


PEOPLE_TALK = ("private", "group", "supergroup")


def _is_private(chat: Mapping[str, Json]) -> bool:
    return chat.get("type") == "private"


def _is_for(me: Me, message: Mapping[str, Json], text: str) -> bool:
    if text.startswith("/"):
        _, _, named = text.split(maxsplit=1)[0].partition("@")
        return not named or named.casefold() == me.username.casefold()
    answered = _object(_object(message.get("reply_to_message")).get("from"))
    return answered.get("id") == me.id or _mention(me).search(text) is not None


def _without_mention(text: str, me: Me) -> str:
    return _mention(me).sub("", text).strip(" ,:;\n")


def _mention(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?:\s|(?<!\w))@{re.escape(me.username)}(?!\w)" if me.username else r"(?!)", re.IGNORECASE)


UNREADABLE = MappingProxyType(
    {
        "photo": Unreadable.PHOTO,
        "voice": Unreadable.VOICE,
        "audio": Unreadable.VOICE,
        "video": Unreadable.OTHER,
        "video_note": Unreadable.OTHER,
        "animation": Unreadable.OTHER,
        "sticker": Unreadable.STICKER,
        "venue": Unreadable.LOCATION,
        "location": Unreadable.LOCATION,
        "contact": Unreadable.CONTACT,
        "document": Unreadable.FILE,
        "poll": Unreadable.OTHER,
        "dice": Unreadable.OTHER,
        "game": Unreadable.OTHER,
        "story": Unreadable.OTHER,
        "checklist": Unreadable.OTHER,
        "paid_media": Unreadable.OTHER,
    }
)
"""Bot API, Message: the fields that hold what a person sent. An animation comes with a document, a venue with a
location, so the first match counts. Fields that are not here are service notes."""


def _unreadable(message: Mapping[str, Json]) -> Unreadable | None:
    return next((kind for field, kind in UNREADABLE.items() if message.get(field) is not None), None)


def _moment(value: Json, now: datetime) -> datetime:
    if type(value) is int and 0 <= now.timestamp() - value <= KEPT.total_seconds():
        return datetime.fromtimestamp(value, UTC)
    return now


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _id(value: Json) -> str | None:
    return str(value) if type(value) is int and abs(value) < 1 << 63 else None


def _clean(value: Json) -> str:
    """
    The words as they came, without what no database stores: half characters and NUL.
    """
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Press:
    """
    A button press to be answered: its own id, and the message that carries the button.
    """

    id: str
    chat: str
    message: int


def press_of(update: Json) -> Press | None:
    """
    The press that an update carries, if any. Never raises.
    """
    query = _object(_object(update).get("callback_query"))
    message = _object(query.get("message"))
    id, number, chat = query.get("id"), message.get("message_id"), _id(_object(message.get("chat")).get("id"))
    if isinstance(id, str) and type(number) is int and chat is not None:
        return Press(id, chat, number)
    return None


class Intake:
    """
    The updates that were fetched and may not be acknowledged yet, handled one lane a chat.
    """

    def __init__(self, take: Callable[[Json], Awaitable[None]]) -> None:
        self._take = take
        self._open: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._next: int | None = None
        self._asked = 0

    def ask(self) -> int | None:
        """
        The lowest update that is still needed: asking from it on lets Telegram forget all before it.
        """
        offset = min(self._open, default=self._next)
        self._asked = offset or 0
        return offset

    @property
    def busy(self) -> bool:
        """
        Whether some updates are still being handled.
        """
        return bool(self._open)

    def add(self, updates: Iterable[Json]) -> int:
        """
        Begin to handle those that are new in the answer to the last `ask`, oldest first. Returns how many.

        What was handled is remembered until an answer came to an `ask` beyond it: the answer to an earlier one may
        have been under way with it.
        """
        numbered = {update["update_id"]: update for update in updates if _id(_object(update).get("update_id"))}
        fresh = sorted(numbered.keys() - self._open.keys() - self._done)
        for id in fresh:
            self._begin(id, numbered[id])
            self._next = max(self._next or 0, id + 1)
        self._done = {done for done in self._done if done >= self._asked}
        return len(fresh)

    def _begin(self, id: int, update: Json) -> None:
        lane = _lane(update)
        task = asyncio.create_task(self._after(self._lanes.get(lane), update), name=f"update-{id}")
        self._open[id] = self._lanes[lane] = task
        task.add_done_callback(partial(self._finish, id, lane))

    async def _after(self, before: asyncio.Task[None] | None, update: Json) -> None:
        if before is not None:
            await asyncio.wait({before})
        await self._take(update)

    def _finish(self, id: int, lane: str, task: asyncio.Task[None]) -> None:
        del self._open[id]
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        self._done.add(id)

    async def settle(self, within: float) -> None:
        """
        Wait until all are handled, but no longer than this many seconds.
        """
        if self._open:
            await asyncio.wait(self._open.values(), timeout=within)

    async def stop(self) -> None:
        """
        Leave off; what was not stored will be delivered again.
        """
        tasks = list(self._open.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _lane(update: Json) -> str:
    raw = _object(update)
    message = _object(raw.get("message")) or _object(_object(raw.get("callback_query")).get("message"))
    return _id(_object(message.get("chat")).get("id")) or ""


# What goes out


def written(reply: Reply) -> str:
    """
    The text of a reply; choices too long for a button stand in it in full, by their number.
    """
    long = [f"{n}. {choice.label}" for n, choice in _numbered(reply) if len(choice.label) > LIMITS.label]
    return "\n".join([reply.text, "", *long]) if long else reply.text


def keyboard(reply: Reply, ref: int) -> InlineKeyboardMarkup | None:
    """
    The choices as buttons, one a row; a cut label carries the number of its full line.
    """
    rows = [
        [InlineKeyboardButton(button_label(choice.label, n), callback_data=choice_ref(ref, n - reply.first))]
        for n, choice in _numbered(reply)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _numbered(reply: Reply) -> Iterator[tuple[int, Choice]]:
    return enumerate(reply.choices, reply.first)


def button_label(label: str, n: int) -> str:
    """
    A label of at most 64 characters, cut at a blank where it is longer.
    """
    if len(label) <= LIMITS.label:
        return label
    cut = f"{n}. {label}"[: LIMITS.label - 1]
    at_blank, blank, _ = cut.rpartition(" ")
    return f"{at_blank.rstrip(' ,;:–-') if blank and len(at_blank) > LIMITS.label // 2 else cut}…"


def pieces(text: str, limit: int = LIMITS.text) -> list[str]:
    """
    The text in clean pieces of at most 4096 UTF-16 units each.
    """
    found = list[str]()
    for piece in parts(text, limit):
        fits = len(piece.encode("utf-16-le")) // 2 <= LIMITS.text
        found.extend([piece] if fits else pieces(piece, limit // 2))
    return [piece for piece in found if piece.strip()]


class Wire(HTTPXRequest):
    """
    PTB's HTTP with the answers told apart that PTB blurs, and without its log line of unreadable bodies.

    PTB wraps what `do_request` raises in a NetworkError; `send_error` reads the cause.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """
        One request. Raises the SendError that a status or an unreadable answer stands for.
        """
        code, body = await super().do_request(*args, **kwargs)
        if (problem := _problem(code, body)) is not None:
            raise problem
        return code, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """
        The answer as an object. Raises TelegramError.
        """
        answer = _json(payload)
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not of the Bot API")
        return answer


def _problem(code: int, body: bytes) -> SendError | None:
    if code == 429:
        return Throttled(_asked_wait(_object(_json(body))))
    if code == 413:
        return Refused("the file is too large for Telegram")
    if code >= 500:
        return Unreachable(f"Telegram answered {code}")
    if code < 300 and "result" not in _object(_json(body)):
        return Unknown("Telegram's answer cannot be read")
    return None


def _json(payload: bytes) -> Json:
    try:
        return json.loads(payload)
    except ValueError:
        return None


def _asked_wait(answer: Mapping[str, Json]) -> timedelta:
    seconds = _object(answer.get("parameters")).get("retry_after")
    if not isinstance(seconds, int) or seconds < 1:
        return UNASKED_WAIT
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


GONE = ("chat not found", "user not found", "deactivated", "peer_id_invalid")
NOT_SENT = (
    httpx.PoolTimeout,
    httpx.ConnectTimeout,
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def send_error(error: Exception) -> SendError:
    """
    What a failed call means for the message. A migrated group is refused: its new id is a new conversation.
    """
    match error:
        case SendError():
            return error
        case RetryAfter():
            return Throttled(error._retry_after)  # the public property warns on each use in 22.8
        case Forbidden():
            return Blocked(error.message)
        case BadRequest():
            gone = any(words in error.message.casefold() for words in GONE)
            return Blocked(error.message) if gone else Refused(error.message)
        case ChatMigrated() | InvalidToken():
            return Refused(f"{type(error).__name__}: {error.message}")
        case NetworkError():
            return _network_error(error)
        case _:
            return Unknown(f"{type(error).__name__}: {error}")


def _network_error(error: NetworkError) -> SendError:
    cause = error.__cause__
    if isinstance(cause, SendError):
        return cause
    said = f"{type(cause).__name__ if cause else 'HTTP status'}: {error.message}"
    answered = cause is None or isinstance(cause, TelegramError)
    return Unreachable(said) if answered or isinstance(cause, NOT_SENT) else Unknown(said)


# The channel


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

    def __init__(self, token: str, api_url: str, clock: Clock = system_clock, pace: Pace | None = None) -> None:
        self._token = token
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
        self._me = Me(0, "")
        self._accepted = False
        self._under_way: dict[int, list[str]] = {}
        self._settling: set[asyncio.Task[None]] = set()

    @classmethod
    def from_settings(cls, settings: Settings) -> Telegram | None:
        """
        The channel, or None without TELEGRAM_BOT_TOKEN.
        """
        if settings.telegram_bot_token is None:
            return None
        return cls(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)

    async def listen(self, handle: Handle) -> None:
        """
        Hand over every message until cancelled; a Telegram that is away is waited for. Raises CannotListen when the
        token is not accepted at the start.
        """
        await self._insist(self._begin, starting=True)
        intake = Intake(partial(self._take, handle))
        try:
            while True:
                await self._poll(intake)
        finally:
            await intake.stop()

    async def close(self) -> None:
        """
        Give all connections back.
        """
        for task in tuple(self._settling):
            task.cancel()
        await asyncio.gather(*self._settling, return_exceptions=True)
        for request in self._requests:
            await request.shutdown()

    async def _begin(self) -> None:
        await self._introduce()
        await self._bot.delete_webhook()
        try:
            await self._bot.set_my_commands(list(texts.COMMAND_SUMMARIES.items()))
        except TelegramError as error:
            log.warning("telegram_menu_not_set", error=type(error).__name__)
        log.info("telegram_listening", username=self._me.username)

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
                return await call()
            except InvalidToken:
                self._accepted = False
                if starting:
                    raise CannotListen(NOT_ACCEPTED) from None
                log.error("telegram_token_refused", hint=NOT_ACCEPTED)  # noqa: TRY400  its traceback names the URL
                await asyncio.sleep(self._pace.longest)
            except Exception as error:
                await asyncio.sleep(self._report(error, tries))
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
        await self._store(handle, message)
        press = press_of(update)
        if press is not None:
            task = asyncio.create_task(self._settle(press))
            self._settling.add(task)
            task.add_done_callback(self._settling.discard)

    async def _store(self, handle: Handle, message: IncomingMessage) -> None:
        """
        Hand one message over until it is stored: for ever while the database is away, else `MOST_TRIES` times.
        """
        for tries in itertools.count(1):
            try:
                async with asyncio.timeout(self._pace.take):
                    return await handle(message)
            except Exception as error:
                if tries >= MOST_TRIES and not isinstance(error, DatabaseError):
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
                return await self._go_on(ref, await self._steps(address, reply, ref))
        except Exception as error:
            problem = send_error(error)
            if isinstance(problem, Refused):
                self._under_way.pop(ref, None)
            problem.args = tuple(self._blot(str(arg)) for arg in problem.args)
            raise problem from None

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

    async def _go_on(self, ref: int, steps: Collection[Callable[[], Awaitable[str]]]) -> str | None:
        taken = self._under_way.setdefault(ref, [])
        if len(self._under_way) > MOST_UNDER_WAY:
            del self._under_way[next(iter(self._under_way))]
        for step in list(steps)[len(taken) :]:
            taken.append(await step())
        self._under_way.pop(ref, None)
        return next((id for id in reversed(taken) if id), None)

    async def _steps(self, address: str, reply: Reply, ref: int) -> list[Callable[[], Awaitable[str]]]:
        said, buttons = pieces(written(reply)), keyboard(reply, ref)
        if not said:
            raise Refused("the reply has no text")
        steps: list[Callable[[], Awaitable[str]]] = [partial(self._say, address, piece) for piece in said[:-1]]
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
        try:
            content = await asyncio.to_thread(Path(attachment.path).read_bytes)
        except OSError as error:
            log.error("attachment_missing", error=type(error).__name__)  # noqa: TRY400  its text holds the path
            return ""
        await self._bot.send_document(address, content, filename=attachment.name)
        return ""

    def _blot(self, text: str) -> str:
        return text.replace(self._token, "…")


NOT_ACCEPTED = (
    "Telegram does not accept TELEGRAM_BOT_TOKEN. Copy it again from @BotFather into .env, "
    "and look at TELEGRAM_API_URL if you set it."
)
ANOTHER_POLLER = (
    "another process polls Telegram with the same TELEGRAM_BOT_TOKEN; stop it, or give this one a token of its own"
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
