"""
The channels as the contract drives them: at a desk one person uses one channel of the whole stack, over restarts. A
desk says what its channel may meet (`courses`) and what it cannot, with the reason (`beyond`).
"""

from __future__ import annotations

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx

from bot.app import App
from bot.channels.base import Channel, Hook, Pace
from bot.channels.console import JsonConsole, Terminal
from bot.channels.telegram import Telegram
from bot.channels.web import WebShelf
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.web import site
from db.records import OutboxState
from db.uow import Database
from handlers.messages import ConversationKey, IncomingMessage
from tests.channels import fake_telegram, fake_zalo_bot, fake_zalo_oa
from tests.channels.rehearsal import (
    QUICK,
    FakeTelegram,
    FakeZaloBot,
    FakeZaloOa,
    HandClock,
    called,
    labels_of,
    stack,
    until,
    with_labels,
)
from tests.fakes import SEAL

NUMBER = re.compile(r"^(\d+)\. ", re.MULTILINE)


class Met(StrEnum):
    """
    What a channel may meet. The page docs/channels.md has a row for each.
    """

    TWICE = "delivered twice"
    OTHER_ORDER = "delivered in another order"
    NOT_KEPT = "delivered again until it is kept"
    FORGED = "a call without the secret"
    HELD_UP = "the database hangs while the server calls"
    EMPTY = "a poll held and empty"
    POLL_FAILS = "a poll that fails, is cut, late or unreadable"
    AWAY = "the server is away at the start"
    TOO_FAST = "429, too fast, a quota"
    REFUSED = "403 and other refusals"
    SERVER_ERROR = "5xx"
    CUT_BEFORE = "cut before it was taken"
    CUT_AFTER = "cut after it was taken"
    LATE = "the answer is late"
    UNREADABLE = "the answer is unreadable"


SENDING = frozenset(list(Met)[list(Met).index(Met.TOO_FAST) :])
POLLING, CALLED = (Met.EMPTY, Met.POLL_FAILS), (Met.FORGED, Met.HELD_UP)


@dataclass(frozen=True, slots=True)
class Course:
    """
    What becomes of one reply that meets `faults`: how the reason begins why it has not left at once (None: it has),
    and after two hours its state, the doubts about it, and how often the server has taken it.
    """

    met: Met
    faults: tuple[Mapping[str, Any], ...]
    reason: str | None
    later: OutboxState = OutboxState.SENT
    doubts: int = 0
    taken: int = 1

    @property
    def at_once(self) -> OutboxState:
        if self.reason is None:
            return OutboxState.SENT
        return OutboxState.REFUSED if self.later is OutboxState.REFUSED else OutboxState.PENDING


def status(code: int, description: str = "no", **more: Any) -> Mapping[str, Any]:
    return {"kind": "status", "status": code, "description": description, **more}


def wait(seconds: int, *faults: Mapping[str, Any], error: str = "Throttled") -> Course:
    return Course(Met.TOO_FAST, faults, f"{error}: the channel asks to wait {seconds} s")


def refused(fault: Mapping[str, Any], error: str = "Refused") -> Course:
    return Course(Met.REFUSED, (fault,), f"{error}: ", OutboxState.REFUSED, taken=0)


CUT_BEFORE, CUT_AFTER = {"kind": "cut_before"}, {"kind": "cut_after"}
LATE, UNREADABLE = {"kind": "slow", "seconds": 1.3}, {"kind": "malformed"}
AT_ANY_SERVER = MappingProxyType(
    {
        "server error": Course(Met.SERVER_ERROR, (status(500),), "Unreachable"),
        "server error twice": Course(
            Met.SERVER_ERROR, (status(502), status(503)), "Unreachable", OutboxState.PENDING, taken=0
        ),
        "cut before": Course(Met.CUT_BEFORE, (CUT_BEFORE,), "Unknown", doubts=1),
        "cut before twice": Course(
            Met.CUT_BEFORE, (CUT_BEFORE, CUT_BEFORE), "Unknown", OutboxState.UNCERTAIN, doubts=1, taken=0
        ),
        "cut after": Course(Met.CUT_AFTER, (CUT_AFTER,), "Unknown", doubts=1, taken=2),
        "cut after twice": Course(
            Met.CUT_AFTER, (CUT_AFTER, CUT_AFTER), "Unknown", OutboxState.UNCERTAIN, doubts=1, taken=2
        ),
        "answer late": Course(Met.LATE, (LATE,), "Unknown", doubts=1, taken=2),
        "answer unreadable": Course(Met.UNREADABLE, (UNREADABLE,), "Unknown", doubts=1, taken=2),
    }
)


class Desk(ABC):
    """
    One person, named "5", at one channel of the whole stack.
    """

    channel: Channel
    app: App
    needs: str | None = None
    """The fixture with the fake server that the person is at."""
    beyond: Mapping[Met, str] = MappingProxyType({})
    courses: Mapping[str, Course] = MappingProxyType({})

    def __init__(self, database: Path, fake: Any) -> None:
        self.fake = fake
        self.clock = HandClock()
        self.database = database
        self._count = 0
        self._last: Any = None

    async def open(self) -> None:
        """
        The bot is there; nobody listens yet.
        """
        self.channel = self.make()
        self.app = stack(self.database, self.channel, clock=self.clock, hooks=self.hooks())

    async def start(self) -> None:
        await self.open()

    async def stop(self) -> None:
        await self.app.database.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def hooks(self) -> list[Hook]:
        return []

    @abstractmethod
    def make(self) -> Channel:
        """
        A new channel, as after a start of the process.
        """

    async def say(self, text: str) -> None:
        """
        The person writes, and the bot has it.
        """
        await self.receive(text=text)

    async def say_all(self, *said: str) -> None:
        """
        The person writes faster than the bot listens.
        """
        for text in said:
            await self.say(text)

    @abstractmethod
    async def pick(self, n: int) -> None:
        """
        The person takes the n-th choice (from 0) of the newest message.
        """

    async def again(self) -> None:
        """
        The channel delivers the last thing once more.
        """
        await self.app.receive(self._last)

    async def receive(self, **said: Any) -> None:
        """
        A message of the person's, behind the channel.
        """
        self._count += 1
        key = ConversationKey(self.channel.name, "5")
        self._last = IncomingMessage(key, f"m{self._count}", self.app.clock(), **said)
        await self.app.receive(self._last)

    async def handled(self) -> None:
        """
        Wait until all that was delivered is handled; replies stay where they are.
        """
        await carried(self.app)

    async def seen(self) -> list[str]:
        """
        Let all leave, and read what the person has seen so far: one text a message, choices and all.
        """
        await self.handled()
        await self.app.courier.deliver()
        return await self.shown()

    @abstractmethod
    async def shown(self) -> list[str]:
        """
        What has arrived.
        """


async def carried(app: App) -> None:
    """
    Wait until all that was delivered is handled.
    """
    async with asyncio.timeout(40):
        await app.porter.carry()
        while await stored(app):
            await asyncio.sleep(0.01)
            await app.porter.carry()


async def stored(app: App) -> int:
    async with app.database.read() as uow:
        return sum((await uow.updates.counts()).values())


NO_SERVER = "there is no server between the bot and the person"
ALONE = MappingProxyType(dict.fromkeys(set(Met) - {Met.TWICE, Met.NOT_KEPT}, NO_SERVER))
PRINTED = MappingProxyType({**ALONE, Met.NOT_KEPT: "the chat ends with a sentence; the person types again"})


class JsonDesk(Desk):
    """
    Programs at the console.
    """

    beyond = PRINTED

    def __init__(self, database: Path, fake: Any) -> None:
        super().__init__(database, fake)
        self.lines: list[str] = []

    def make(self) -> Channel:
        return JsonConsole(self.lines.append)

    async def pick(self, n: int) -> None:
        await self.receive(choice=json.loads(self.lines[-1])["choices"][n]["id"])

    async def shown(self) -> list[str]:
        lines = [json.loads(line) for line in self.lines]
        assert all(line["user"] == "5" for line in lines)
        return [with_labels(line["text"], [choice["label"] for choice in line["choices"]]) for line in lines]


class TerminalDesk(Desk):
    """
    A person at the terminal, who types the number of a choice.
    """

    beyond = PRINTED

    def __init__(self, database: Path, fake: Any) -> None:
        super().__init__(database, fake)
        self.printed: list[str] = []

    def make(self) -> Channel:
        return Terminal(self.printed.append)

    async def pick(self, n: int) -> None:
        await self.say(NUMBER.findall(self.printed[-1])[n])

    async def shown(self) -> list[str]:
        return [text.strip("\n") for text in self.printed]


class WebDesk(Desk):
    """
    A browser with its cookie, which sends a message again until it is answered with 200.
    """

    beyond = ALONE

    def __init__(self, database: Path, fake: Any) -> None:
        super().__init__(database, fake)
        self._cookies = httpx.Cookies()

    async def open(self) -> None:
        await super().open()
        at = httpx.ASGITransport(site(self.app))
        self._browser = httpx.AsyncClient(transport=at, base_url="http://chat", cookies=self._cookies)

    async def stop(self) -> None:
        self._cookies = self._browser.cookies
        await self._browser.aclose()
        await super().stop()

    def make(self) -> Channel:
        return WebShelf()

    async def receive(self, **said: Any) -> None:
        self._last = {"id": str(uuid4()), **said}
        await self.again()

    async def again(self) -> None:
        for _ in range(4):
            answer = await self._browser.post("/chat/messages", json=self._last)
            if answer.status_code == 200:
                return
        raise AssertionError(answer.text)

    async def pick(self, n: int) -> None:
        await self.receive(choice=(await self._messages())[-1]["choices"][n]["id"])

    async def shown(self) -> list[str]:
        messages = await self._messages()
        return [with_labels(each["text"], [choice["label"] for choice in each["choices"]]) for each in messages]

    async def _messages(self) -> list[Any]:
        return list((await self._browser.get("/chat/messages?after=0")).json()["messages"])


Mishaps = tuple[tuple[str, Mapping[str, Any]], ...]
Names = tuple[str, ...]


class Served(Desk):
    """
    A person at a fake server, which the bot polls, or which calls the bot's webhook.
    """

    sending: str
    """The server's method that takes a message."""
    beginning: Names
    """The methods that the bot calls at its start."""
    polled = True
    harmless: Names = ("duplicate", "out_of_order")
    """Faults of what is delivered that lose nothing, though the server may not deliver it again."""
    lost: Names = ()
    """Faults of a poll that lose what it brought."""
    files = False
    mishaps: Mishaps
    """A bad day, with secrets in what the server says; `logged`: what the log must say of it."""
    logged: frozenset[str]
    secrets: Names
    pace: Pace = QUICK
    _listening: asyncio.Task[None] | None = None

    @property
    def delivering(self) -> str:
        """
        What of the server's brings messages to the bot.
        """
        return "getUpdates" if self.polled else "webhook"

    async def start(self) -> None:
        before = self.fake.hook
        await self.open()
        self._listening = asyncio.create_task(self.hear())
        if not self.polled:
            await until(lambda: self.fake.hook != before)

    async def stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
            self._listening = None
        await self.channel.close()  # type: ignore[attr-defined]
        await super().stop()

    @abstractmethod
    async def hear(self) -> None:
        """
        The channel listens until cancelled.
        """

    @abstractmethod
    def unaccepted(self) -> Channel:
        """
        A channel with a token that the server does not take.
        """

    async def say(self, text: str) -> None:
        await self.say_all(text)

    async def say_all(self, *said: str) -> None:
        for text in said:
            self._last = self.fake.say(text)
        await self.taken()

    async def taken(self) -> None:
        """
        Wait until the server has delivered all.
        """
        await until(lambda: self.fake.idle, within=15)

    async def pick(self, n: int) -> None:
        await self.say(NUMBER.findall(self.fake.texts[-1])[n])

    async def again(self) -> None:
        self.fake.again(self._last)
        await self.taken()

    async def shown(self) -> list[str]:
        return [text for _, text in self.fake.messages]


class TelegramDesk(Served):
    """
    A person at the fake Telegram, which the channel polls all the while.
    """

    needs = "fake"
    fake: FakeTelegram
    channel: Telegram
    beyond = MappingProxyType(dict.fromkeys(CALLED, "Telegram does not call a bot that polls"))
    sending, beginning = "sendMessage", ("getMe", "deleteWebhook", "setMyCommands")
    harmless: Names = ("cut_before", "cut_after", "malformed", "duplicate", "out_of_order")
    files = True
    secrets = (fake_telegram.TOKEN, fake_telegram.TOKEN.partition(":")[2])
    mishaps: Mishaps = (
        ("getMe", CUT_BEFORE),
        ("setMyCommands", status(404, f"no /bot{fake_telegram.TOKEN}/x here")),
        ("getUpdates", UNREADABLE),
        ("sendMessage", UNREADABLE),
        ("sendMessage", status(400, f"no /bot{fake_telegram.TOKEN}/x here")),
    )
    logged = frozenset({"telegram_away", "telegram_menu_not_set", "send_failed"})
    courses = MappingProxyType(
        {
            **AT_ANY_SERVER,
            "too fast": wait(4, status(429, "Too Many Requests: retry after 4", retry_after=4)),
            "too fast, and no word for how long": wait(30, status(429)),
            "blocked": refused(status(403, "Forbidden: bot was blocked by the user"), "Blocked"),
            "chat gone": refused(status(400, "Bad Request: chat not found"), "Blocked"),
            "not a message": refused(status(400, f"Bad Request: /bot{fake_telegram.TOKEN}/ is too long")),
            "too large": refused(status(413, "Request Entity Too Large")),
        }
    )

    def make(self) -> Telegram:
        return self.fake.channel(self.pace)

    def unaccepted(self) -> Channel:
        return self.fake.channel(token="123456789:wrong")

    async def hear(self) -> None:
        await self.channel.listen(self.app.receive)

    async def pick(self, n: int) -> None:
        self._last = self.fake.press(self.fake.sent[-1], n)
        await self.taken()
        await until(lambda: not labels_of(self.fake.sent[-1]))


class TelegramHookDesk(TelegramDesk):
    """
    A person at the fake Telegram, which calls the bot's webhook.
    """

    polled = False
    beyond = MappingProxyType(dict.fromkeys(POLLING, "Telegram calls the bot, which does not poll"))
    harmless = Served.harmless
    beginning = ("getMe", "setWebhook", "setMyCommands")
    mishaps = tuple(mishap for mishap in TelegramDesk.mishaps if mishap[0] != "getUpdates")

    def hooks(self) -> list[Hook]:
        return [self.channel]

    async def hear(self) -> None:
        async with called(self.app) as url:
            await self.channel.be_called(f"{url}/hooks/telegram")


class ZaloBotDesk(Served):
    """
    A person at the fake Zalo Bot Platform, who types the number of a choice; the channel polls all the while.
    """

    needs = "zalo_bot"
    fake: FakeZaloBot
    channel: ZaloBot
    beyond = MappingProxyType(dict.fromkeys(CALLED, "Zalo does not call a bot that polls"))
    sending, beginning = "sendMessage", ("getMe", "deleteWebhook")
    harmless: Names = ("cut_before", "status", "duplicate", "out_of_order")
    lost = ("cut_after", "malformed")
    secrets = (fake_zalo_bot.TOKEN, fake_zalo_bot.TOKEN.partition(":")[2])
    mishaps: Mishaps = (
        *(("getMe", fault) for fault in (status(500), CUT_BEFORE, UNREADABLE)),
        ("sendMessage", status(401, f"bad token {fake_zalo_bot.TOKEN}", http=False)),
    )
    logged = frozenset({"zalo_bot_away", "zalo_bot_token_refused"})
    courses = MappingProxyType(
        {
            **AT_ANY_SERVER,
            "quota": wait(3600, status(429)),
            "quota in a 200": wait(3600, status(429, http=False)),
            "token": wait(600, status(401, http=False)),
            "not a message": refused(status(400, f"no /bot{fake_zalo_bot.TOKEN}", http=False)),
            "no such chat": refused(status(404)),
            "403 is theirs": Course(Met.SERVER_ERROR, (status(403, http=False),), "Unreachable"),
            "no without a code": Course(Met.SERVER_ERROR, (status(0, http=False),), "Unreachable"),
            "timed out": Course(Met.LATE, (status(408, http=False),), "Unknown", doubts=1),
        }
    )

    def make(self) -> ZaloBot:
        return self.fake.channel(self.pace)

    def unaccepted(self) -> Channel:
        return self.fake.channel(token="12345689:wrong")

    def hooks(self) -> list[Hook]:
        return [self.channel]

    async def hear(self) -> None:
        await self.channel.listen(self.app.porter.store)

    async def stop(self) -> None:
        await super().stop()
        await until(lambda: not self.fake.held)  # a poll that nobody waits for any more would take the next event


class ZaloBotHookDesk(ZaloBotDesk):
    """
    A person at the fake Zalo Bot Platform, which calls the bot's webhook.
    """

    polled = False
    beyond = MappingProxyType(
        {
            **dict.fromkeys(POLLING, "Zalo calls the bot, which does not poll"),
            Met.NOT_KEPT: "Zalo calls once, whatever it is answered",
        }
    )
    harmless = Served.harmless
    beginning = ("getMe", "setWebhook")

    async def hear(self) -> None:
        async with called(self.app) as url:
            await self.channel.be_called(f"{url}/hooks/zalo_bot")


class ZaloOaDesk(Served):
    """
    A person at the fake OpenAPI, which calls the bot's webhook; the person types the number of a choice.
    """

    needs = "zalo_oa"
    fake: FakeZaloOa
    channel: ZaloOa
    polled = False
    beyond = MappingProxyType(dict.fromkeys(POLLING, "Zalo calls the bot, which cannot poll"))
    sending, beginning = "cs", ("access_token",)
    secrets = (fake_zalo_oa.FIRST_REFRESH, "access-1", fake_zalo_oa.APP_SECRET, fake_zalo_oa.OA_SECRET)
    mishaps: Mishaps = (
        ("access_token", status(-14014, f"bad {fake_zalo_oa.FIRST_REFRESH}")),
        ("cs", status(-204, "bad access-1")),
    )
    logged = frozenset({"zalo_oa_refresh_refused", "zalo_oa_renewed", "zalo_oa_stands_still"})
    courses = MappingProxyType(
        {
            **AT_ANY_SERVER,
            "too fast": wait(60, status(-32)),
            "quota": wait(3600, status(-211)),
            "account gone": wait(600, status(-204)),
            "proof wanted": wait(600, status(-242)),
            "token refused once": Course(Met.TOO_FAST, (status(-216),), None),
            "token refused twice": wait(600, status(-216), status(-220), error="TokenRefused"),
            "the person's quota": Course(Met.TOO_FAST, (status(-218),), "Unreachable"),
            "not a message": refused(status(-201)),
            "follows no more": refused(status(-213), "Blocked"),
            "not written for 7 days": refused(status(-230), "Closed"),
            "unknown code": Course(Met.SERVER_ERROR, (status(-999),), "Unreachable"),
        }
    )

    def make(self) -> ZaloOa:
        self._grants = Database(f"sqlite:///{self.database}", SEAL)
        return self.fake.channel(self._grants, self.clock)

    def unaccepted(self) -> Channel:
        return self.fake.channel(self._grants, self.clock, refresh="wrong")

    def hooks(self) -> list[Hook]:
        return [self.channel]

    async def hear(self) -> None:
        async with called(self.app) as url:
            self.fake.do("hook", url=f"{url}/hooks/zalo_oa")
            await self.channel.be_called(url)

    async def stop(self) -> None:
        await super().stop()
        await self._grants.close()


DESKS: Mapping[str, type[Desk]] = MappingProxyType(
    {
        "console": JsonDesk,
        "terminal": TerminalDesk,
        "web": WebDesk,
        "telegram": TelegramDesk,
        "telegram-webhook": TelegramHookDesk,
        "zalo-bot": ZaloBotDesk,
        "zalo-bot-webhook": ZaloBotHookDesk,
        "zalo-oa": ZaloOaDesk,
    }
)
