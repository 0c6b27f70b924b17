"""
Two bots for MINUTES under steady load, with what goes wrong in a year: `python -m tests.soak MINUTES`
(`make bench-soak`). Every few seconds a bot is killed and started again, PostgreSQL is restarted, or the fake
Telegram fails, cuts, repeats and turns round. It starts a PostgreSQL of its own.

At the end the ledger of the fake and the database must agree: each message answered, each state change made once. A
message that arrived more than once must have been claimed as often, and there are no more of them than were being
sent when something went wrong.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from db.records import OutboxState
from db.uow import Database
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import FakeTelegram, process_of
from tests.cluster import Cluster, cluster
from tests.fakes import KEY, SEAL, Row, rows_of
from tests.processes import ROOT, SMALL_BOT, free_port, stdout_until

PEOPLE = range(1, 41)
EVERY = 1 / 6
"""Seconds between two messages: about half of what two bots carry on two cores that they share with all the rest."""
CALM = (4, 10)
"""Seconds between two mishaps."""
LAST_WAIT = 180
HOW_MANY = "mấy?"
FAULTS = (
    {"method": "sendMessage", "kind": "status", "status": 502, "times": 3},
    {"method": "sendMessage", "kind": "status", "status": 429, "retry_after": 2, "description": "Too Many Requests"},
    {"method": "sendMessage", "kind": "cut_before"},
    {"method": "sendMessage", "kind": "cut_after"},
    {"method": "sendMessage", "kind": "malformed"},
    {"method": "sendMessage", "kind": "slow", "seconds": 4.0, "times": 3},
    {"method": "webhook", "kind": "duplicate", "times": 3},
    {"method": "webhook", "kind": "out_of_order", "times": 3},
)


@dataclass
class Soak:
    """
    The server, the fake, the bots' places, and what has happened. `exposed` counts the messages that were being sent
    when something went wrong: those may arrive again.
    """

    folder: Path
    server: Cluster
    database_url: str
    telegram: FakeTelegram
    public_url: str
    ports: Sequence[int]
    bots: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    exposed: int = 0

    def begin(self, place: int) -> None:
        """
        Start the bot of a place.
        """
        settings = {"DATABASE_URL": self.database_url, "DATA_KEY": KEY, "PUBLIC_URL": self.public_url}
        settings |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url, "LOG_LEVEL": "ERROR"}
        settings |= {"WEB_PORT": str(self.ports[place]), "PYTHONPATH": str(ROOT)}
        with (self.folder / f"log{place}").open("a") as log:
            self.bots[place] = subprocess.Popen(
                [sys.executable, "-m", SMALL_BOT, "serve"],
                cwd=self.folder,
                env=settings,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        stdout_until(self.bots[place], "Ctrl-C")

    def end(self) -> None:
        for bot in self.bots.values():
            bot.kill()
            bot.communicate()

    def mishap(self) -> None:
        """
        Something goes wrong.
        """
        what: Callable[[], str] = random.choice((self._kill, self._kill, self._restart_database, self._fault))
        self.happened[what()] += 1

    def _kill(self) -> str:
        place = random.choice(tuple(self.bots))
        self.bots[place].kill()
        self.bots.pop(place).communicate()
        self.exposed += self._sending()
        time.sleep(random.uniform(0, 2))
        self.begin(place)
        return "bot killed"

    def _restart_database(self) -> str:
        self.exposed += self._sending()
        self.server.stop()
        time.sleep(random.uniform(0, 2))
        self.server.start()
        self.exposed += self._sending()
        return "PostgreSQL restarted"

    def _fault(self) -> str:
        fault = dict(random.choice(FAULTS))
        self.exposed += fault["kind"] in {"cut_after", "malformed"}
        self.telegram.fault(**fault)  # type: ignore[arg-type]
        return f"{fault['method']}: {fault['kind']}"

    def _sending(self) -> int:
        return self._count("SELECT count(*) FROM outbox WHERE state = 'sending'")

    def _count(self, query: str) -> int:
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(sql.SQL(query)).fetchone()
        assert row is not None
        return int(row[0])

    def quiet(self) -> None:
        """
        Wait until nothing is left to be handled or sent.
        """
        end = time.monotonic() + LAST_WAIT
        while self.telegram.waiting or self._left():
            assert time.monotonic() < end, f"{self._left()} are left after {LAST_WAIT} seconds"
            time.sleep(0.5)

    def _left(self) -> int:
        unsent = self._count("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
        return unsent + self._count("SELECT count(*) FROM updates")

    def ask_how_many(self) -> None:
        """
        Everybody asks how many questions the bot remembers.
        """
        for person in PEOPLE:
            self.telegram.say(HOW_MANY, person)
        self.quiet()

    def inbox(self) -> int:
        return self._count("SELECT count(*) FROM inbox")


def judged(soak: Soak, said: Sequence[tuple[int, str]], rows: Sequence[Row]) -> Iterator[str]:
    """
    Where the ledger and the database do not agree; nothing when all is well.
    """
    asked = Counter(person for person, _ in said)
    wanted = {(person, f"None: {text}") for person, text in said}
    wanted |= {(person, f"{asked[person]} câu trước") for person in PEOPLE}
    arrived = Counter((sent["chat"]["id"], sent["text"]) for sent in soak.telegram.sent)
    claimed = {(int(row.address), row.payload["text"]): row.attempts for row in rows}
    doubted = {(int(row.address), row.payload["text"]) for row in rows if row.state is OutboxState.UNCERTAIN}
    yield from (f"lost: {one}" for one in wanted - arrived.keys() - doubted)
    yield from (f"not asked for: {one}" for one in arrived.keys() - wanted)
    yield from (f"arrived {n} times, claimed {claimed.get(one)}" for one, n in arrived.items() if n > claimed[one])
    unsaid = {OutboxState.SENT, OutboxState.UNCERTAIN}
    yield from (f"row {row.id} is {row.state}: {row.reason}" for row in rows if row.state not in unsaid)
    if len(rows) != len(wanted) or soak.inbox() != len(wanted):
        yield f"{len(wanted)} messages, {soak.inbox()} in the inbox, {len(rows)} answers"
    if (again := arrived.total() - len(arrived)) > soak.exposed:
        yield f"{again} arrived again, and only {soak.exposed} were being sent when something went wrong"


def report(soak: Soak, rows: Sequence[Row]) -> Iterator[str]:
    """
    The figures, a line each.
    """
    sent = [(message["chat"]["id"], message["text"]) for message in soak.telegram.sent]
    yield f"messages: {len(rows)}, answers that arrived: {len(set(sent))}"
    yield f"arrived again: {len(sent) - len(set(sent))}"
    yield f"being sent when something went wrong: {soak.exposed}"
    yield f"ended uncertain: {sum(row.state is OutboxState.UNCERTAIN for row in rows)}"
    yield from (f"{what}: {times}" for what, times in sorted(soak.happened.items()))


async def read(url: str) -> list[Row]:
    store = Database(url, SEAL)
    try:
        return await rows_of(store)
    finally:
        await store.close()


def main(arguments: Sequence[str]) -> int:
    """
    The whole soak. 1: something does not agree.
    """
    minutes = float(arguments[0]) if arguments else 10
    said = [(random.choice(PEOPLE), f"câu {n}") for n in range(int(minutes * 60 / EVERY))]
    ports = free_port(), free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(cluster())
        telegram = FakeTelegram(*stack.enter_context(process_of("fake_telegram")))
        public_url, _ = stack.enter_context(process_of("balancer", *map(str, ports)))
        soak = Soak(folder, server, server.make("soak"), telegram, public_url, ports)
        stack.callback(soak.end)
        for place in (0, 1):
            soak.begin(place)
        telegram.crowd(said, EVERY)
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            time.sleep(random.uniform(*CALM))
            soak.mishap()
        soak.quiet()
        soak.ask_how_many()
        rows = asyncio.run(read(soak.database_url))
        wrong = list(judged(soak, said, rows))
        print("\n".join([*report(soak, rows), *wrong, "they do not agree" if wrong else "ledger and database agree"]))
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
