"""
A courier in a process of its own that kills itself at one point: `python -m tests.bot.crashing DATABASE_URL KEY
NOW LETTERS OWNER POINT N`, with each send a line of the file LETTERS. POINT "none" never crashes.

Points, in the order of one message: `claiming` (before the claim is kept), `claimed` (kept, nothing sent), `sending`
(sent, the answer not yet seen), `sent` (seen, not yet marked), `marking` (the mark not yet kept), `marked`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from bot import logs
from bot.channels.base import Channel, Limits
from bot.outbox import Courier, Outcome
from db.records import OutboxRow
from db.seal import Seal
from db.uow import Database, UnitOfWork
from handlers.messages import ConversationKey, Reply

POINTS = ("claiming", "claimed", "sending", "sent", "marking", "marked")


class Crash:
    """
    Ends the process as a power cut does, the N-th time that the point is reached.
    """

    def __init__(self, point: str, left: int) -> None:
        self._point = point
        self._left = left

    def at(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Letters:
    """
    A channel whose messages are lines of a file: one write each, which outlives the process.
    """

    name = "notebook"
    limits = Limits(text=100_000, buttons=True)

    def __init__(self, file: Path, crash: Crash) -> None:
        self._file = file
        self._crash = crash

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(reply.text + "\n")
        self._crash.at("sending")
        return None


class Crashing(Courier):
    """
    The courier, crashing between its steps.
    """

    crash: Crash

    async def _claim(self, channel: Channel) -> list[OutboxRow]:
        rows = await super()._claim(channel)
        if rows:
            self.crash.at("claimed")
        return rows

    async def _mark(self, row: OutboxRow, outcome: Outcome) -> Outcome:
        self.crash.at("sent")
        marked = await super()._mark(row, outcome)
        self.crash.at("marked")
        return marked


def crash_before_commit(crash: Crash) -> None:
    """
    The claim and the mark are each the only writing between two commits of this process.
    """
    keep = UnitOfWork.commit
    before = {"_claim": "claiming", "_mark": "marking"}

    async def commit(self: UnitOfWork) -> None:
        caller = sys._getframe(1).f_code.co_name
        crash.at(before.get(caller, ""))
        await keep(self)

    setattr(UnitOfWork, "commit", commit)  # noqa: B010  the type checker minds the plain assignment


async def run(database: Database, now: datetime, file: Path, owner: str, crash: Crash) -> None:
    async def nothing(*_: object) -> None:
        return None

    crash_before_commit(crash)
    channel = Letters(file, crash)
    courier = Crashing(database, [channel], lambda: now, lambda reply: True, nothing, nothing, nothing_lost, owner)
    courier.crash = crash
    await courier.deliver()
    await database.close()


async def nothing_lost(key: ConversationKey) -> None:
    raise AssertionError(key)


if __name__ == "__main__":
    logs.set_up("ERROR")
    url, key, now, file, owner, point, count = sys.argv[1:]
    store = Database(url, Seal(key))
    asyncio.run(run(store, datetime.fromisoformat(now), Path(file), owner, Crash(point, int(count))))
