"""
What the channel tests share: a library that echoes, a clock that is moved by hand, the wired stack, and the handle of
the fake Telegram.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import structlog
import uvicorn
from pydantic import SecretStr

from bot import logs
from bot.app import App, build
from bot.channels.base import Channel, Handle, Hook, Pace
from bot.channels.telegram import Telegram
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.keys import App as ZaloApp
from bot.clock import system_clock
from bot.serve import Quiet
from bot.settings import Settings
from bot.web import site
from db.uow import Database
from knowledge.answer import Answer, Kind, Option, Question
from knowledge.areas import Areas
from knowledge.library import Library
from knowledge.places import Named, Place, Whereabouts
from tests.channels.fake_telegram import TOKEN
from tests.channels.fake_zalo_bot import TOKEN as ZALO_BOT_TOKEN
from tests.channels.fake_zalo_oa import APP_ID, APP_SECRET, FIRST_REFRESH, OA_SECRET
from tests.fakes import KEY, SmallAreas

HEARD = "Bà con vừa hỏi: {}"
LONG = "dài"
CHOOSE = "chọn"
OPTIONS = (
    Option("Trước ngày 05/12", "khi nào nộp báo cáo năm"),
    Option("Sở Nội vụ, cơ quan thường trực Hội đồng Thi đua – Khen thưởng tỉnh, lo việc gì?", "ai lo việc gì"),
)
LONG_TEXT = "\n\n".join(
    f"Điều {n}. " + "Hộ nghèo đăng ký thoát nghèo được hỗ trợ vốn, giống và tay nghề 🌾. " * 6 for n in range(60)
).strip()

QUICK = Pace(poll=2, read=1, send=10, take=5, patience=0.2, first=0.02, longest=0.08)


class EchoLibrary:
    """
    Says back what it was asked; two words make it long or give it choices.
    """

    places: tuple[Place, ...] = ()

    def spell_out(self, text: str) -> str:
        return text

    def named(self, text: str) -> Named:
        return Named((), (), own=False, every=False, both=False, rest=text)

    def whereabouts(self, text: str) -> Whereabouts | None:
        return None

    def alarm(self, text: str) -> Answer | None:
        return None

    def answer(self, question: Question) -> Answer:
        if question.text == LONG:
            return Answer(Kind.ANSWER, LONG_TEXT)
        if question.text == CHOOSE:
            return Answer(Kind.CLARIFY, "Bà con muốn hỏi việc nào?", options=OPTIONS)
        return Answer(Kind.ANSWER, HEARD.format(question.text))

    def explain(self, evidence: Mapping[str, Any], today: date) -> str:
        return ""

    def holds(self, document: str, quote: str) -> bool:
        return True


class HandClock:
    """
    The real time, put forward by hand.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self._ahead

    def forward(self, by: timedelta) -> None:
        """
        Let this much time pass.
        """
        self._ahead += by


def stack(
    database: Path | str, *channels: Channel, clock: HandClock | None = None, hooks: Iterable[Hook] = ()
) -> App:
    """
    The wired bot on a SQLite file or the database of a URL, with the echoing library.
    """
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    settings = Settings(_env_file=None, database_url=url, data_key=SecretStr(KEY))  # type: ignore[call-arg]
    library, areas = cast(Library, EchoLibrary()), cast(Areas, SmallAreas())
    return build(settings, clock or HandClock(), library, areas, channels, hooks)


@asynccontextmanager
async def called(app: App) -> AsyncIterator[str]:
    """
    While this lasts, the bot's web side runs at the given address and its porter carries what is delivered there.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    config = uvicorn.Config(site(app), log_config=None, lifespan="off", access_log=False, timeout_graceful_shutdown=2)
    server = Quiet(config)
    tasks = [asyncio.create_task(server.serve(sockets=[listening])), asyncio.create_task(app.porter.run())]
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        tasks[1].cancel()
        await asyncio.wait(tasks, timeout=8)


async def until(holds: Callable[[], object], within: float = 8) -> None:
    """
    Wait until it holds. Raises AssertionError after `within` seconds.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not holds():
        assert loop.time() < end, "it did not come about in time"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(channel: Telegram, handle: Handle) -> AsyncIterator[asyncio.Task[None]]:
    """
    The channel, listening meanwhile; closed afterwards. An error of `listen` is raised at the end.
    """
    task = asyncio.create_task(channel.listen(handle))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await channel.close()


@contextmanager
def loud_logs(*more: str) -> Iterator[None]:
    """
    Logging as the bot sets it up, and louder: what carries requests, and what else is named, tells all that it can.
    """
    root, wires = logging.getLogger(), [logging.getLogger(name) for name in ("httpx", "httpcore", *more)]
    before, levels = (root.handlers, root.level, logging.raiseExceptions), [wire.level for wire in wires]
    logs.set_up("DEBUG")
    for wire in wires:
        wire.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.handlers, level, logging.raiseExceptions = before
        root.setLevel(level)
        for wire, old in zip(wires, levels, strict=True):
            wire.setLevel(old)
        structlog.reset_defaults()


def addressee_of(message: Any) -> str:
    chat = message.get("chat", {}).get("id")
    return str(chat or message.get("chat_id") or message["user_id"])


def labels_of(message: Any) -> list[str]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in keyboard for button in row]


def with_labels(text: str, labels: list[str]) -> str:
    """
    A message as a person sees it.
    """
    return "\n".join([text, *labels])


@dataclass(frozen=True, slots=True)
class Fake:
    """
    A running fake, as a test commands it.
    """

    url: str
    client: httpx.Client

    def fault(self, method: str, kind: str, times: int = 1, **more: Any) -> None:
        """
        Let the next calls of a method meet a fault.
        """
        self._do("faults", method=method, kind=kind, times=times, **more)

    def reset(self) -> None:
        """
        Forget all.
        """
        self._do("reset")

    @property
    def sent(self) -> list[Any]:
        """
        All messages that it took, as they stand now.
        """
        return list(self._seen("sent"))

    @property
    def texts(self) -> list[str]:
        """
        The texts of all messages that it took.
        """
        return [message.get("text", "") for message in self.sent]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """
        To whom each message went, and its text with the labels of its buttons.
        """
        return [(addressee_of(each), with_labels(each["text"], labels_of(each))) for each in self.sent]

    @property
    def idle(self) -> bool:
        """
        Whether all was delivered, and kept by whoever polls.
        """
        return bool(self._seen("idle"))

    @property
    def hook(self) -> Any:
        """
        Where it calls us, as it knows it.
        """
        return self._seen("hook")

    @property
    def answers(self) -> list[int]:
        """
        What our webhook answered, 0 where it did not.
        """
        return list(self._seen("answers"))

    def _seen(self, what: str) -> Any:
        return self.client.get(f"/_control/{what}").json()

    def _do(self, what: str, **body: Any) -> Any:
        answer = self.client.post(f"/_control/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass(frozen=True, slots=True)
class FakeZaloBot(Fake):
    """
    The Zalo Bot Platform.
    """

    def channel(self, pace: Pace = QUICK, token: str = ZALO_BOT_TOKEN) -> ZaloBot:
        """
        A channel of ours that talks to it.
        """
        return ZaloBot(token, self.url, pace=pace)

    def say(self, text: str, chat_id: str | int = 5, **more: Any) -> str:
        """
        A person writes. Returns the message's id.
        """
        return str(self._do("say", chat_id=str(chat_id), text=text, **more)["message_id"])

    def again(self, message_id: str) -> None:
        """
        Deliver an event once more.
        """
        self._do("again", message_id=message_id)

    def queue(self, event: Any) -> None:
        """
        Queue an event as it stands.
        """
        self._do("events", **event)

    def quota(self, left: int) -> None:
        """
        Take so many messages more, then none.
        """
        self._do("quota", left=left)

    @property
    def held(self) -> int:
        """
        How many polls it holds, also of those who have gone and are not missed yet.
        """
        return int(self._seen("held"))

    def calls(self, method: str) -> list[Any]:
        """
        The parameters of each call of a method.
        """
        return [call["params"] for call in self._seen("calls") if call["method"] == method]


@dataclass(frozen=True, slots=True)
class FakeZaloOa(Fake):
    """
    Zalo's OpenAPI for Official Accounts.
    """

    def channel(
        self,
        database: Database,
        clock: HandClock | None = None,
        template: str | None = None,
        refresh: str = FIRST_REFRESH,
    ) -> ZaloOa:
        """
        A channel of ours that talks to it.
        """
        app, urls = ZaloApp(APP_ID, APP_SECRET, refresh), (self.url, self.url)
        return ZaloOa(database, app, OA_SECRET, urls, template, clock or HandClock(), QUICK)

    def say(self, text: str, user_id: str | int = 5, **more: Any) -> str:
        """
        A person writes. Returns the message's id.
        """
        return str(self._do("say", user_id=str(user_id), text=text, **more)["msg_id"])

    def again(self, msg_id: str) -> None:
        """
        Deliver an event once more.
        """
        self._do("again", msg_id=msg_id)

    def do(self, what: str, **body: Any) -> None:
        """
        Let something happen: hook, wait, leave, spoil.
        """
        self._do(what, **body)

    def seen(self, what: str) -> Any:
        """
        What it knows: templates, billed, refreshes, retries.
        """
        return self._seen(what)


@dataclass(frozen=True, slots=True)
class FakeTelegram(Fake):
    """
    Telegram.
    """

    def channel(self, pace: Pace = QUICK, token: str = TOKEN) -> Telegram:
        """
        A channel of ours that talks to it.
        """
        return Telegram(token, self.url, pace=pace)

    def say(self, text: str, chat_id: int = 5, **more: Any) -> int:
        """
        A person writes. Returns the update's id.
        """
        return int(self._do("say", chat_id=chat_id, text=text, **more)["update_id"])

    def crowd(self, people: Iterable[tuple[int, str]], every: float = 0) -> None:
        """
        People write one after the other, `every` so many seconds.
        """
        self._do("crowd", said=list(people), every=every)

    @property
    def times(self) -> Any:
        """
        When each of a crowd wrote (`said`), and everybody was written to (`sent`), in seconds of one clock.
        """
        return self._seen("times")

    @property
    def number_sent(self) -> int:
        """
        How many messages it took.
        """
        return int(self._seen("number"))

    def press(self, message: Any, n: int) -> int:
        """
        A person presses the n-th button of a sent message. Raises AssertionError when it is not there.
        """
        body = {"chat_id": message["chat"]["id"], "message_id": message["message_id"], "n": n}
        return int(self._do("press", **body)["update_id"])

    def migrate(self, chat_id: int, to: int) -> None:
        """
        A group becomes a supergroup, with a new id.
        """
        self._do("migrate", chat_id=chat_id, to=to)

    def know(self, chat_ids: Iterable[int]) -> None:
        """
        These people wrote to the bot long ago: it may write to them.
        """
        self._do("chats", ids=list(chat_ids))

    def again(self, update_id: int) -> None:
        """
        Deliver an update once more, as after a lost acknowledgement.
        """
        self._do("again", update_id=update_id)

    def queue(self, update: Any) -> int:
        """
        Queue an update as it stands.
        """
        return int(self._do("updates", **update)["update_id"])

    @property
    def idle(self) -> bool:
        """
        Whether all updates were acknowledged.
        """
        return not self.waiting

    @property
    def waiting(self) -> list[int]:
        """
        The ids of the updates that nobody acknowledged.
        """
        return [update["update_id"] for update in self.client.get("/_control/updates").json()]

    def calls(self, method: str) -> list[Any]:
        """
        The parameters of each call of a method.
        """
        calls = self.client.get("/_control/calls").json()
        return [call["params"] for call in calls if call["method"] == method.lower()]


@contextmanager
def process_of(module: str, *arguments: str) -> Iterator[tuple[str, httpx.Client]]:
    """
    A fake server in a process of its own, which ends with this: its address, and a client to command it.
    """
    command = [sys.executable, "-m", f"tests.channels.{module}", *arguments, "--until-eof"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        with httpx.Client(base_url=url, timeout=10) as client:
            yield url, client
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
