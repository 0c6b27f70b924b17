"""
A morning rehearsed: officers at the fake Telegram are to be told of Vĩnh Phúc's report by `serve --clock`, which is
ended in the middle of it again and again, in one rehearsal by SIGTERM, as by a restart, in another by SIGKILL, as by
a power cut. `python -m tests.rehearsal_reminders [officers]` prints what came of it (`make bench-rehearsal`).

Telegram knows no idempotency key. Whoever was sent a message that the killed process could not note any more is sent
it again, and counted apart; a process that is asked to end leaves nobody so.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.commands import rehearsal_url
from db.desk import DeskRows
from db.records import Account, OutboxState
from db.uow import Database
from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.reminders import state_duties
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.parse import shipped
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import FakeTelegram, process_of
from tests.fakes import KEY, SEAL, Row, rows_of
from tests.processes import BOT, free_port, running, stdout_until

OFFICERS, ENDS = 1_000, 5
REPORT = "vinh-phuc-2021:V.4"
MORNING = "2026-11-23T07:59:30+07:00"
DOWN = timedelta(minutes=2)
"""How much later on the bot's clock each start is: longer than a lease."""
LOOK, AT_REST = 0.2, 1.0
"""Seconds between two looks at what Telegram has got, and until what was under way to it has arrived."""
GIVE_UP = 600
"""Seconds after which it will never come: each wait of a whole rehearsal takes two minutes at most."""
PATIENCE = 20
"""Seconds in which a process that is asked to end has ended."""
LAST_WATCH = 45
"""Seconds that it is watched once all are told: two looks of the planner."""
UNSENT = (OutboxState.PENDING, OutboxState.SENDING)


@dataclass
class Morning:
    """
    The officers, the bot that is to tell them from a moment on and is ended so often by a signal, and Telegram.
    `caught` counts, for each officer, the ends between the sending of the digest and its note.
    """

    folder: Path
    telegram: FakeTelegram
    officers: int
    ends: int
    by: signal.Signals
    start: datetime
    module: str = BOT
    down: timedelta = DOWN
    restarts: int = 0
    caught: Counter[str] = field(default_factory=Counter)

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'ct.db'}"

    @property
    def addresses(self) -> list[str]:
        return [str(n) for n in range(1, self.officers + 1)]

    def settle(self) -> None:
        """
        The officers hold their posts, at made-up units, and want to be reminded of the report.
        """
        self.telegram.know(int(address) for address in self.addresses)
        asyncio.run(self._settle())

    async def _settle(self) -> None:
        async with self._opened() as store:
            await store.migrate()
            await state_duties(store, shipped(self.start.date()), Areas(Catalogue.seed()), self.start)
            async with store.write() as uow:
                await uow.desk(self._appoint)
                await uow.commit()

    def _appoint(self, rows: DeskRows) -> None:
        report = next(duty for duty in rows.duties.of_plans() if duty.key == REPORT)
        since = self.start - timedelta(days=1)
        for address in self.addresses:
            rows.posts.invite(address, Role.OFFICER, f"u{address}", None, since, self.start)
            post = rows.posts.take(address, Account("telegram", address), since)
            assert post is not None
            rows.duties.want(report.id, post.id, True)

    def pass_by(self) -> None:
        """
        Run the bot, ended as often as planned, until nothing is left to be sent.
        """
        for end in range(self.ends):
            with self._bot() as bot:
                self._until_told(self.officers * (end + 1) // (self.ends + 1))
                bot.send_signal(self.by)
                bot.wait(PATIENCE)
            self.restarts += 1
            time.sleep(AT_REST)
            self.caught.update(self._unnoted())
        with self._bot():
            self._until_told(self.officers)
            _until(lambda: all(row.state not in UNSENT for row in self._rows()))

    def watch_on(self) -> None:
        """
        One more start, and nothing more to tell.
        """
        with self._bot():
            time.sleep(LAST_WATCH)

    @contextmanager
    def _bot(self) -> Iterator[subprocess.Popen[str]]:
        moment = self.start + self.restarts * self.down
        settings = {"DATABASE_URL": self.database_url, "WEB_PORT": str(free_port()), "LOG_LEVEL": "ERROR"}
        settings |= {"DATA_KEY": KEY, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.telegram.url}
        with running(self.folder, self.module, "serve", "--clock", moment.isoformat(), **settings) as process:
            stdout_until(process, "Ctrl-C")
            yield process
            assert process.poll() in {None, 0, -self.by}, "the bot ended by itself"

    def _until_told(self, number: int) -> None:
        _until(lambda: len(self.told()) >= number)

    def told(self) -> Counter[str]:
        """
        How many digests each officer got.
        """
        greeting = say.GREETING.partition("{")[0]
        return Counter(
            str(message["chat"]["id"]) for message in self.telegram.sent if message["text"].startswith(greeting)
        )

    def _unnoted(self) -> set[str]:
        """
        Who was told by the process that ended without its note of it.
        """
        told = self.told()
        return {row.address for row in self._rows() if row.state in UNSENT and told[row.address]}

    def _rows(self) -> list[Row]:
        return asyncio.run(self._read())

    async def _read(self) -> list[Row]:
        async with self._opened() as store:
            return await rows_of(store)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        store = Database(rehearsal_url(self.database_url), SEAL)
        try:
            yield store
        finally:
            await store.close()

    def told_wrongly(self) -> dict[str, int]:
        """
        Officers who got another number of digests than one, and one more for each end that caught theirs.
        """
        told = self.told()
        wrong = {address: told[address] for address in self.addresses if told[address] != 1 + self.caught[address]}
        return {**wrong, **{address: told[address] for address in told if address not in self.addresses}}


def _until(holds: Callable[[], bool]) -> None:
    """
    Wait until it holds. Raises AssertionError when it does not come about at all.
    """
    end = time.monotonic() + GIVE_UP
    while not holds():
        assert time.monotonic() < end, "nothing more comes"
        time.sleep(LOOK)


def report(morning: Morning, seconds: float) -> str:
    """
    The figures, a line each.
    """
    told = morning.told()
    once = sum(told[address] == 1 for address in morning.addresses)
    lines = {
        "officers": morning.officers,
        f"ended by {morning.by.name} and started again": morning.restarts,
        "told exactly once": once,
        "ended between sending and noting": sum(morning.caught.values()),
        "told again because of that": sum(told.values()) - len(told),
        "told never": sum(not told[address] for address in morning.addresses),
        "told otherwise": len(morning.told_wrongly()),
        "seconds": f"{seconds:.0f}",
    }
    return "\n".join(f"{name + ':':<36}{value}" for name, value in lines.items())


def main(arguments: Sequence[str]) -> int:
    """
    The whole rehearsal.
    """
    officers = int(arguments[0]) if arguments else OFFICERS
    return max(rehearsed(officers, by) for by in (signal.SIGTERM, signal.SIGKILL))


def rehearsed(officers: int, by: signal.Signals) -> int:
    """
    One whole rehearsal, reported. 1: somebody was told otherwise than the ends of the process account for.
    """
    with tempfile.TemporaryDirectory() as folder, process_of("fake_telegram") as running:
        telegram = FakeTelegram(*running)
        morning = Morning(Path(folder), telegram, officers, ENDS, by, datetime.fromisoformat(MORNING))
        morning.settle()
        began = time.perf_counter()
        morning.pass_by()
        seconds = time.perf_counter() - began
        morning.watch_on()
        print(report(morning, seconds), flush=True)
        return 1 if morning.told_wrongly() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
