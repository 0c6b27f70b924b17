"""
Two real bots on one PostgreSQL behind a load balancer, called by the fake Telegram: started at once, at work side by
side, one of them killed, restarted one after the other. Whatever happens, each message is answered once and in order.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot import outbox as courier
from bot import porter
from bot.channels.telegram.words import PACE
from bot.clock import system_clock
from db.records import OutboxMessage, Priority
from db.tables import channels, updates
from db.uow import Database
from handlers.messages import Reply, reply_to_json
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import FakeTelegram, process_of, until
from tests.fakes import SEAL
from tests.processes import PATIENCE, SMALL_BOT, free_port, start, stdout_until

pytestmark = pytest.mark.postgresql
PEOPLE = range(1, 9)
ROUNDS = 5
HOW_MANY = "mấy?"
BULK = 60


@dataclass
class Replicas:
    """
    Two places behind a balancer, each with a bot or without.
    """

    folder: Path
    database_url: str
    telegram: FakeTelegram
    address: str
    ports: tuple[int, int]
    bots: dict[int, subprocess.Popen[str]] = field(default_factory=dict)

    def begin(self, *places: int) -> None:
        """
        Start a bot at each of these places at once, and wait until all are there and Telegram calls them.
        """
        settings = {"DATABASE_URL": self.database_url, "PUBLIC_URL": self.address, "LOG_LEVEL": "ERROR"}
        settings |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url}
        for place in places:
            self.bots[place] = start(self.folder, SMALL_BOT, "serve", WEB_PORT=str(self.ports[place]), **settings)
        for place in places:
            stdout_until(self.bots[place], "Ctrl-C")

    def stop(self, place: int) -> None:
        """
        End one in good order.
        """
        bot = self.bots.pop(place)
        bot.send_signal(signal.SIGTERM)
        _, logged = bot.communicate(timeout=PATIENCE)
        assert bot.returncode == 0, logged

    def kill(self, pid: int) -> None:
        """
        End the one with this number as a power cut does.
        """
        (place,) = (place for place, bot in self.bots.items() if bot.pid == pid)
        bot = self.bots.pop(place)
        bot.kill()
        bot.communicate()

    def stored(self, place: int) -> bool:
        """
        Whether the bot of this place took anything that Telegram delivered.
        """
        metrics = httpx.get(f"http://127.0.0.1:{self.ports[place]}/metrics").text
        return 'chungtay_hook_updates_total{channel="telegram",outcome="kept"}' in metrics

    def texts(self, person: int) -> list[str]:
        """
        What this person has been sent.
        """
        return [sent["text"] for sent in self.telegram.sent if sent["chat"]["id"] == person]

    async def say(self, text: str) -> None:
        """
        All people write, and Telegram has handed it over.
        """
        for person in PEOPLE:
            self.telegram.say(text, person)
        await self.taken()

    async def taken(self) -> None:
        """
        Wait until Telegram has handed over what it holds.
        """
        await until(lambda: not self.telegram.waiting, within=PATIENCE)

    async def answered(self, number: int) -> None:
        """
        Wait until everybody has had so many answers.
        """
        await until(lambda: all(len(self.texts(person)) >= number for person in PEOPLE), within=PATIENCE)


def answers(rounds: int) -> list[str]:
    """
    What the small bot says to so many questions, and to the one how many those were.
    """
    return [*(f"None: câu {n}" for n in range(rounds)), f"{rounds} câu trước"]


@pytest.fixture
def replicas(empty_url: str, tmp_path: Path, fake: FakeTelegram) -> Iterator[Replicas]:
    ports = free_port(), free_port()
    with process_of("balancer", *map(str, ports)) as (address, _):
        both = Replicas(tmp_path, empty_url, fake, address, ports)
        with ended(both):
            yield both


@contextmanager
def ended(both: Replicas) -> Iterator[None]:
    """
    No bot is left behind.
    """
    with ExitStack() as after:
        try:
            yield
        finally:
            for bot in both.bots.values():
                after.callback(bot.communicate)
                after.callback(bot.kill)


@pytest.fixture
async def store(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url, SEAL)
    yield database
    await database.close()


async def left(store: Database) -> int:
    async with store.engine.connect() as connection:
        return len((await connection.execute(select(updates.c.id))).all())


async def test_started_at_once_they_answer_each_message_once_and_in_order(
    replicas: Replicas, store: Database
) -> None:
    replicas.begin(0, 1)
    replicas.telegram.fault("webhook", "duplicate", times=ROUNDS)
    for n in range(ROUNDS):
        await replicas.say(f"câu {n}")
    await replicas.say(HOW_MANY)
    await replicas.answered(ROUNDS + 1)
    await asyncio.sleep(1)
    assert {person: replicas.texts(person) for person in PEOPLE} == dict.fromkeys(PEOPLE, answers(ROUNDS))
    assert replicas.stored(0)
    assert replicas.stored(1)
    assert await left(store) == 0


async def test_they_share_one_pace(replicas: Replicas, store: Database) -> None:
    replicas.begin(0, 1)
    replicas.telegram.know(range(1, BULK + 1))
    began = system_clock()
    async with store.write() as uow:
        for n in range(1, BULK + 1):
            letter = OutboxMessage("telegram", str(n), f"bulk:{n}", reply_to_json(Reply(f"tin {n}")), Priority.BULK)
            await uow.outbox.add(letter, began)
        await uow.commit()
    await until(lambda: len(replicas.telegram.sent) >= BULK, within=PATIENCE)
    assert system_clock() - began >= PACE * (BULK - 1)
    async with store.engine.connect() as connection:
        (paced_until,) = (await connection.execute(select(channels.c.paced_until))).scalars()
    assert paced_until >= began + PACE * BULK
    assert sorted(replicas.telegram.texts) == sorted(f"tin {n}" for n in range(1, BULK + 1))


async def test_one_that_is_killed_in_the_middle_of_a_turn_is_taken_over(replicas: Replicas, store: Database) -> None:
    assert max(courier.LEASE, porter.LEASE) + porter.IDLE <= timedelta(seconds=30)
    replicas.begin(0, 1)
    await replicas.say("câu 0")
    await replicas.answered(1)
    replicas.telegram.say("treo một lần", 1)
    hanging = replicas.folder / "hanging"
    await until(lambda: hanging.exists() and hanging.read_text("utf-8").endswith("\n"), within=PATIENCE)
    replicas.kill(int(hanging.read_text("utf-8")))
    await replicas.say(HOW_MANY)
    await until(lambda: len(replicas.texts(1)) >= 3, within=PATIENCE)
    assert replicas.texts(1) == ["None: câu 0", "None: treo một lần", "2 câu trước"]
    assert {person: replicas.texts(person) for person in PEOPLE[1:]} == dict.fromkeys(PEOPLE[1:], answers(1))
    assert await left(store) == 0


async def test_restarted_one_after_the_other_they_lose_and_repeat_nothing(
    replicas: Replicas, store: Database
) -> None:
    replicas.begin(0, 1)
    restarted = asyncio.create_task(asyncio.to_thread(restart_each, replicas))
    rounds = 0
    while not restarted.done() or rounds < ROUNDS:
        await replicas.say(f"câu {rounds}")
        rounds += 1
    await restarted
    await replicas.say(HOW_MANY)
    await replicas.answered(rounds + 1)
    assert {person: replicas.texts(person) for person in PEOPLE} == dict.fromkeys(PEOPLE, answers(rounds))
    assert await left(store) == 0


def restart_each(replicas: Replicas) -> None:
    for place in (0, 1):
        replicas.stop(place)
        replicas.begin(place)
