"""
What every channel keeps, whatever it looks like: one contract, one table of channels. After it, what Telegram keeps
when its server fails or our process is killed.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.channels.base import Channel, Hook
from bot.channels.console import JsonConsole, Terminal
from bot.channels.telegram import Telegram
from bot.channels.web import WebShelf
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from db.records import OutboxRow, OutboxState
from db.uow import Database
from handlers.messages import ConversationKey, IncomingMessage, reply_from_json
from tests.channels.rehearsal import (
    CHOOSE,
    HEARD,
    LONG,
    LONG_TEXT,
    OPTIONS,
    FakeTelegram,
    FakeZaloBot,
    FakeZaloOa,
    HandClock,
    called,
    listening,
    stack,
    until,
)
from tests.fakes import SEAL

VIETNAMESE = (
    "Không để ai bị bỏ lại phía sau",
    "Mục III.1.đ nói “đúng từng chữ” – thế nào?",
    unicodedata.normalize("NFD", "Hộ nghèo ở xã Định Hưng được thưởng gì"),
    "ho ngheo 🌾 hỏi\nhai dòng  với hai dấu cách",
)


class Desk(ABC):
    """
    One person at one channel of the whole stack, over restarts. The person is named "5".
    """

    channel: Channel
    needs: str | None = None
    """The fixture with the fake server that the person is at."""

    def __init__(self, database: Path, fake: Any) -> None:
        self.fake = fake
        self._database = database
        self._count = 0
        self._last: IncomingMessage | None = None

    async def start(self) -> None:
        self.channel = self.make()
        self.app = stack(self._database, self.channel, hooks=self.hooks())

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
        await self._receive(text=text)

    async def pick(self, n: int) -> None:
        """
        The person takes the n-th choice (from 0) of the newest message.
        """
        await self._receive(**await self.picking(n))

    @abstractmethod
    async def picking(self, n: int) -> Mapping[str, str]:
        """
        What arrives when the n-th choice is taken.
        """

    async def again(self) -> None:
        """
        The channel delivers the last thing once more.
        """
        assert self._last is not None
        await self.app.receive(self._last)

    async def _receive(self, **said: Any) -> None:
        self._count += 1
        key = ConversationKey(self.channel.name, "5")
        self._last = IncomingMessage(key, f"m{self._count}", self.app.clock(), **said)
        await self.app.receive(self._last)

    async def rows(self) -> list[OutboxRow]:
        return await rows_of(self.app, self.channel.name)

    @abstractmethod
    async def seen(self) -> list[str]:
        """
        Let all leave, and read what the person has seen so far: one text a message, choices and all.
        """


async def rows_of(app: App, channel: str, address: str = "5") -> list[OutboxRow]:
    async with app.database.read() as uow:
        return list(await uow.outbox.after(channel, address, 0))


class JsonDesk(Desk):
    """
    Programs at the console.
    """

    def __init__(self, database: Path, fake: Any) -> None:
        super().__init__(database, fake)
        self.lines: list[str] = []

    def make(self) -> Channel:
        return JsonConsole(self.lines.append)

    async def picking(self, n: int) -> Mapping[str, str]:
        return {"choice": json.loads(self.lines[-1])["choices"][n]["id"]}

    async def seen(self) -> list[str]:
        await self.app.courier.deliver()
        lines = [json.loads(line) for line in self.lines]
        assert all(line["user"] == "5" for line in lines)
        return [shown(line["text"], [choice["label"] for choice in line["choices"]]) for line in lines]


class TerminalDesk(Desk):
    """
    A person at the terminal, who types the number of a choice.
    """

    def __init__(self, database: Path, fake: Any) -> None:
        super().__init__(database, fake)
        self.printed: list[str] = []

    def make(self) -> Channel:
        return Terminal(self.printed.append)

    async def picking(self, n: int) -> Mapping[str, str]:
        return {"text": re.findall(r"^(\d+)\. ", self.printed[-1], re.MULTILINE)[n]}

    async def seen(self) -> list[str]:
        await self.app.courier.deliver()
        return [text.strip("\n") for text in self.printed]


class WebDesk(Desk):
    """
    A browser, which reads the rows that were sent.
    """

    def make(self) -> Channel:
        return WebShelf()

    async def picking(self, n: int) -> Mapping[str, str]:
        return {"choice": f"{(await self.rows())[-1].id}.{n}"}

    async def seen(self) -> list[str]:
        await self.app.courier.deliver()
        rows = await self.rows()
        assert all(row.state is OutboxState.SENT for row in rows)
        replies = [reply_from_json(row.payload) for row in rows]
        return [shown(reply.text, [choice.label for choice in reply.choices]) for reply in replies]


class TelegramDesk(Desk):
    """
    A person at the fake Telegram, which the channel polls all the while.
    """

    needs = "fake"
    fake: FakeTelegram

    async def start(self) -> None:
        await super().start()
        assert isinstance(self.channel, Telegram)
        self._listening = asyncio.create_task(self.channel.listen(self.app.receive))

    async def stop(self) -> None:
        self._listening.cancel()
        await asyncio.wait({self._listening})
        assert isinstance(self.channel, Telegram)
        await self.channel.close()
        await super().stop()

    def make(self) -> Channel:
        return self.fake.channel()

    async def say(self, text: str) -> None:
        self._update = self.fake.say(text)
        await self._taken()

    async def pick(self, n: int) -> None:
        self._update = self.fake.press(self.fake.sent[-1], n)
        await self._taken()

    async def picking(self, n: int) -> Mapping[str, str]:
        raise NotImplementedError

    async def again(self) -> None:
        self.fake.again(self._update)
        await self._taken()

    async def _taken(self) -> None:
        await until(lambda: not self.fake.waiting)

    async def seen(self) -> list[str]:
        await self.app.courier.deliver()
        return [shown(message["text"], labels_of(message)) for message in self.fake.sent]


class TelegramHookDesk(TelegramDesk):
    """
    A person at the fake Telegram, which calls the bot's webhook.
    """

    async def start(self) -> None:
        await Desk.start(self)
        assert isinstance(self.channel, Telegram)
        self._web = called(self.app)
        url = await self._web.__aenter__()
        self._listening = asyncio.create_task(self.channel.be_called(f"{url}/hooks/telegram"))
        await until(lambda: self.fake.calls("setWebhook"))

    async def stop(self) -> None:
        await self._web.__aexit__(None, None, None)
        await super().stop()

    def hooks(self) -> list[Hook]:
        assert isinstance(self.channel, Telegram)
        return [self.channel]

    async def seen(self) -> list[str]:
        await carried(self.app)
        return await super().seen()


class ZaloBotDesk(Desk):
    """
    A person at the fake Zalo Bot Platform, who types the number of a choice; the channel polls all the while.
    """

    needs = "zalo_bot"
    fake: FakeZaloBot

    async def start(self) -> None:
        await super().start()
        self._listening = asyncio.create_task(self.hear())

    async def hear(self) -> None:
        assert isinstance(self.channel, ZaloBot)
        await self.channel.listen(self.app.porter.store)

    async def stop(self) -> None:
        assert isinstance(self.channel, ZaloBot)
        self._listening.cancel()
        await asyncio.wait({self._listening})
        await self.channel.close()
        await until(lambda: not self.fake.held)  # a poll that nobody waits for any more would take the next event
        await super().stop()

    def make(self) -> Channel:
        return self.fake.channel()

    def hooks(self) -> list[Hook]:
        assert isinstance(self.channel, ZaloBot)
        return [self.channel]

    async def say(self, text: str) -> None:
        self._message = self.fake.say(text)
        await until(lambda: self.fake.idle)

    async def pick(self, n: int) -> None:
        await self.say(re.findall(r"^(\d+)\. ", self.fake.sent[-1]["text"], re.MULTILINE)[n])

    async def picking(self, n: int) -> Mapping[str, str]:
        raise NotImplementedError

    async def again(self) -> None:
        self.fake.again(self._message)
        await until(lambda: self.fake.idle)

    async def seen(self) -> list[str]:
        await carried(self.app)
        await self.app.courier.deliver()
        return [message["text"] for message in self.fake.sent]


class ZaloBotHookDesk(ZaloBotDesk):
    """
    A person at the fake Zalo Bot Platform, which calls the bot's webhook.
    """

    async def start(self) -> None:
        before = len(self.fake.calls("setWebhook"))
        await super().start()
        await until(lambda: len(self.fake.calls("setWebhook")) > before)

    async def hear(self) -> None:
        assert isinstance(self.channel, ZaloBot)
        async with called(self.app) as url:
            await self.channel.be_called(f"{url}/hooks/{self.channel.name}")


class ZaloOaDesk(Desk):
    """
    A person at the fake OpenAPI, which calls the bot's webhook; the person types the number of a choice.
    """

    needs = "zalo_oa"
    fake: FakeZaloOa

    async def start(self) -> None:
        self._grants = Database(f"sqlite:///{self._database}", SEAL)
        await super().start()
        self._web = called(self.app)
        self.fake.do("hook", url=f"{await self._web.__aenter__()}/hooks/zalo_oa")

    async def stop(self) -> None:
        assert isinstance(self.channel, ZaloOa)
        await self._web.__aexit__(None, None, None)
        await self.channel.close()
        await self._grants.close()
        await super().stop()

    def make(self) -> Channel:
        return self.fake.channel(self._grants)

    def hooks(self) -> list[Hook]:
        assert isinstance(self.channel, ZaloOa)
        return [self.channel]

    async def say(self, text: str) -> None:
        self._message = self.fake.say(text)
        await until(lambda: self.fake.seen("idle"))

    async def pick(self, n: int) -> None:
        await self.say(re.findall(r"^(\d+)\. ", self.fake.texts[-1], re.MULTILINE)[n])

    async def picking(self, n: int) -> Mapping[str, str]:
        raise NotImplementedError

    async def again(self) -> None:
        self.fake.do("again", msg_id=self._message)
        await until(lambda: self.fake.seen("idle"))

    async def seen(self) -> list[str]:
        await carried(self.app)
        await self.app.courier.deliver()
        return self.fake.texts


async def carried(app: App) -> None:
    """
    Wait until all that was delivered is handled.
    """
    async with asyncio.timeout(40):
        while await stored(app):
            await app.porter.carry()
            await asyncio.sleep(0.01)


async def stored(app: App) -> int:
    async with app.database.read() as uow:
        return sum((await uow.updates.counts()).values())


def labels_of(message: Any) -> list[str]:
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in keyboard for button in row]


def shown(text: str, labels: list[str]) -> str:
    return "\n".join([text, *labels])


DESKS: Mapping[str, type[Desk]] = {
    "console": JsonDesk,
    "terminal": TerminalDesk,
    "web": WebDesk,
    "telegram": TelegramDesk,
    "telegram-webhook": TelegramHookDesk,
    "zalo-bot": ZaloBotDesk,
    "zalo-bot-webhook": ZaloBotHookDesk,
    "zalo-oa": ZaloOaDesk,
}


@pytest.fixture(params=DESKS)
async def desk(request: pytest.FixtureRequest, database: Path) -> AsyncIterator[Desk]:
    kind = DESKS[request.param]
    found = kind(database, request.getfixturevalue(kind.needs) if kind.needs else None)
    await found.start()
    yield found
    await found.stop()


async def test_vietnamese_arrives_unchanged_both_ways(desk: Desk) -> None:
    for text in VIETNAMESE:
        await desk.say(text)
    assert await desk.seen() == [HEARD.format(text) for text in VIETNAMESE]


@pytest.mark.parametrize("n", range(len(OPTIONS)))
async def test_a_choice_arrives_in_full_and_comes_back_as_what_it_means(desk: Desk, n: int) -> None:
    await desk.say(CHOOSE)
    (question,) = await desk.seen()
    assert all(option.label in question for option in OPTIONS)
    await desk.pick(n)
    assert (await desk.seen())[-1] == HEARD.format(OPTIONS[n].ask)


async def test_a_text_over_the_limit_arrives_complete_in_clean_pieces(desk: Desk) -> None:
    await desk.say(LONG)
    pieces = await desk.seen()
    assert all(len(piece.encode("utf-16-le")) // 2 <= desk.channel.limits.text for piece in pieces)
    assert " ".join(pieces).split() == LONG_TEXT.split()


async def test_replies_keep_the_order_of_what_was_said(desk: Desk) -> None:
    said = [f"câu hỏi thứ {n}" for n in range(6)]
    for text in said:
        await desk.say(text)
    assert await desk.seen() == [HEARD.format(text) for text in said]


async def test_a_second_delivery_changes_nothing(desk: Desk) -> None:
    await desk.say("khi nào nộp báo cáo?")
    await desk.again()
    before = await desk.seen()
    await desk.again()
    assert await desk.seen() == before == [HEARD.format("khi nào nộp báo cáo?")]
    await desk.say(CHOOSE)
    await desk.seen()
    await desk.pick(0)
    await desk.again()
    assert [HEARD.format(OPTIONS[0].ask) in text for text in await desk.seen()] == [False, False, True]


async def test_a_restart_continues_where_it_was(desk: Desk) -> None:
    await desk.say("trước khi tắt")
    await desk.say(CHOOSE)
    await desk.restart()
    first, question = await desk.seen()
    assert first == HEARD.format("trước khi tắt")
    await desk.restart()
    await desk.pick(1)
    asked = await _question(desk, question)
    assert await desk.seen() == [first, *asked, HEARD.format(OPTIONS[1].ask)]


async def _question(desk: Desk, before: str) -> list[str]:
    """
    The question as it stands after the choice: a pressed keyboard is gone at Telegram, all else stays.
    """
    if isinstance(desk, TelegramDesk):
        await until(lambda: not labels_of(desk.fake.sent[1]))
        return [str(desk.fake.sent[1]["text"])]
    return [before]


# Telegram's faults


@dataclass(frozen=True, slots=True)
class Course:
    """
    What becomes of one reply that meets `faults`: at once, and after an hour, with the messages that Telegram took.
    """

    faults: tuple[Mapping[str, Any], ...]
    at_once: OutboxState
    later: OutboxState
    doubts: int
    taken: int


def status(code: int, description: str = "", **more: Any) -> Mapping[str, Any]:
    return {"kind": "status", "status": code, "description": description, **more}


PENDING, SENT, REFUSED, UNCERTAIN = (
    OutboxState.PENDING,
    OutboxState.SENT,
    OutboxState.REFUSED,
    OutboxState.UNCERTAIN,
)
CUT_BEFORE, CUT_AFTER = {"kind": "cut_before"}, {"kind": "cut_after"}
COURSES = {
    "too fast": Course((status(429, "Too Many Requests: retry after 4", retry_after=4),), PENDING, SENT, 0, 1),
    "blocked": Course((status(403, "Forbidden: bot was blocked by the user"),), REFUSED, REFUSED, 0, 0),
    "chat gone": Course((status(400, "Bad Request: chat not found"),), REFUSED, REFUSED, 0, 0),
    "not a message": Course((status(400, "Bad Request: message is too long"),), REFUSED, REFUSED, 0, 0),
    "server error": Course((status(500, "Internal Server Error"),), PENDING, SENT, 0, 1),
    "server error twice": Course((status(502, "Bad Gateway"), status(503)), PENDING, PENDING, 0, 0),
    "cut before": Course((CUT_BEFORE,), PENDING, SENT, 1, 1),
    "cut after": Course((CUT_AFTER,), PENDING, SENT, 1, 2),
    "cut before twice": Course((CUT_BEFORE, CUT_BEFORE), PENDING, UNCERTAIN, 1, 0),
    "cut after twice": Course((CUT_AFTER, CUT_AFTER), PENDING, UNCERTAIN, 1, 2),
    "answer too late": Course(({"kind": "slow", "seconds": 1.3},), PENDING, SENT, 1, 2),
    "answer unreadable": Course(({"kind": "malformed"},), PENDING, SENT, 1, 2),
}


@pytest.mark.parametrize("name", COURSES)
async def test_each_fault_ends_in_its_state(name: str, database: Path, fake: FakeTelegram) -> None:
    course, clock, channel = COURSES[name], HandClock(), fake.channel()
    app = stack(database, channel, clock=clock)
    fake.say("biết người này")
    await app.receive(IncomingMessage(ConversationKey("telegram", "5"), "1", clock(), text="khi nào?"))
    for fault in course.faults:
        fake.fault("sendMessage", **fault)
    await app.courier.deliver()
    (row,) = await rows_of(app, "telegram")
    assert row.state is course.at_once
    clock.forward(timedelta(hours=1))
    await app.courier.deliver()
    (row,) = await rows_of(app, "telegram")
    assert (row.state, row.doubts, len(fake.sent)) == (course.later, course.doubts, course.taken)
    await app.database.close()
    await channel.close()


async def test_in_a_storm_nothing_is_lost_in_silence_and_only_doubts_are_doubled(
    database: Path, fake: FakeTelegram
) -> None:
    dice = random.Random(5)
    clock, channel = HandClock(), fake.channel()
    app = stack(database, channel, clock=clock)
    people = (5, 6, 7, 8)
    said = {person: [f"câu {n} của {person}" for n in range(5)] for person in people}
    for n in range(5):
        for person in people:
            fake.say(said[person][n], chat_id=person)
    for kind in dice.choices(["cut_before", "cut_after", "malformed", "duplicate", "out_of_order"], k=6):
        fake.fault("getUpdates", kind)
    async with listening(channel, app.receive):
        await until(lambda: not fake.waiting, within=15)
        for kind in dice.choices(["status", "cut_before", "malformed", "cut_after"], [4, 2, 1, 1], k=12):
            fake.fault("sendMessage", kind, status=502)
        while not all(row.finished for row in await progress(app, people)):
            await app.courier.deliver()
            clock.forward(timedelta(minutes=40))
    for person in people:
        seen = [message["text"] for message in fake.sent if message["chat"]["id"] == person]
        _check(said[person], seen, await progress(app, [person]))
    await app.database.close()


def _check(said: list[str], seen: list[str], rows: list[Progress]) -> None:
    """
    Each reply in its order, once and once more a doubt; only one that is called uncertain may be missing. Which reply
    meets which fault depends on who is sent first, so two cuts may well meet the same one.
    """
    assert [row.text for row in rows] == [HEARD.format(text) for text in said]
    assert list(dict.fromkeys(seen)) == [row.text for row in rows if row.text in seen]
    for row in rows:
        assert row.state in {SENT, UNCERTAIN}
        assert row.fewest <= seen.count(row.text) <= row.most


@dataclass(frozen=True, slots=True)
class Progress:
    """
    How far one row is; `fewest` and `most` are the times that its message may have arrived.
    """

    text: str
    state: OutboxState
    doubts: int

    @property
    def finished(self) -> bool:
        return self.state not in {OutboxState.PENDING, OutboxState.SENDING}

    @property
    def fewest(self) -> int:
        return int(self.state is SENT)

    @property
    def most(self) -> int:
        return self.doubts + 1


async def progress(app: App, people: tuple[int, ...] | list[int]) -> list[Progress]:
    return [
        Progress(reply_from_json(row.payload).text, row.state, row.doubts)
        for person in people
        for row in await rows_of(app, "telegram", str(person))
    ]


# Telegram, and a process that is killed


@contextmanager
def bot_process(fake: FakeTelegram, database: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.channels.bot_process", "--url", fake.url, "--database", str(database)]
    process = subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)
        process.stdin.close()
        process.stdout.close()


async def test_a_kill_between_fetching_and_handling_loses_no_update(database: Path, fake: FakeTelegram) -> None:
    said = [f"câu {n}" for n in range(6)]
    for text in said:
        fake.say(text)
    with bot_process(fake, database, "--hold-at", "3") as process:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "holding\n"
        await until(lambda: len(fake.sent) == 2)
        assert len(fake.waiting) >= 4
        process.kill()
    with bot_process(fake, database, "--ahead", "120"):
        await until(lambda: not fake.waiting and len(set(fake.texts)) >= len(said), within=15)
    answers = [HEARD.format(text) for text in said]
    assert list(dict.fromkeys(fake.texts)) == answers
    assert len(fake.texts) <= len(said) + 1


async def test_kills_in_full_work_lose_nothing(database: Path, fake: FakeTelegram) -> None:
    people, kills = (5, 6, 7), 1
    said = Counter[str]()
    for generation in range(kills + 1):
        for n in range(5):
            for person in people:
                fake.say(text := f"lần {generation}, câu {n} của {person}", chat_id=person)
                said[HEARD.format(text)] += 1
        enough = len(said) - 7 if generation < kills else len(said)
        with bot_process(fake, database, "--ahead", str(120 * generation)):
            await until(lambda enough=enough: len(set(fake.texts)) >= enough, within=15)  # type: ignore[misc]
    seen = Counter(fake.texts)
    assert seen.keys() == said.keys()
    assert (seen - said).total() <= kills * len(people)
