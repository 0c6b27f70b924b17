"""
What reminders cost: `python -m tests.bench_reminders [posts]` (`make bench-reminders`), on SQLite, and on the server
of TEST_DATABASE_URL where one is set. It prints, side by side in one run:

- planning and queueing one step for all posts, against the bare INSERT … SELECT of the same rows;
- how fast the outbox drains into a local server that accepts all, each message worded when it leaves;
- the same under Telegram's pace, as a share of it, with the most that arrived within any second;
- queueing and claiming one message as the outbox grows.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import psycopg
from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.engine import make_url

from bot.channels.base import Limits
from bot.channels.telegram.words import PACE
from bot.clock import VIET_NAM, system_clock
from bot.outbox import BATCH, LEASE, Courier
from db.records import NewDuty, OutboxMessage, Priority
from db.tables import metadata, outbox, post_holders, posts, told
from db.uow import Database
from handlers.messages import ConversationKey, Reply, reply_to_json
from handlers.reminders import digest, fire_due
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from tests.conftest import server_address
from tests.fakes import SEAL

POSTS = 100_000
DRAINED, PACED = 3_000, 750
GROWN = (1_000, 100_000, 1_000_000)
STEP_DAY = datetime(2026, 11, 23, 8, tzinfo=VIET_NAM)
RULE = {"kind": "before", "day": 1, "month": 12}
FACTS = {"title": "Báo cáo kết quả phong trào", "to_whom": "Sở Nội vụ"}


class Counting:
    """
    A server that accepts all, and notes when: a socket of its own, so that each send crosses the network stack.
    """

    name = "bench"

    def __init__(self, pace: timedelta | None) -> None:
        self.limits = Limits(text=4096, buttons=True, pace=pace)
        self.arrived = list[float]()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        self.arrived.append(time.perf_counter())
        writer.write(b"ok")
        await writer.drain()
        writer.close()

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(reply.text.encode() + b"\0")
        await reader.read()
        writer.close()
        return str(ref)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def most_within_a_second(self) -> int:
        """
        The most that arrived in any window of one second.
        """
        most, first = 0, 0
        for last, moment in enumerate(self.arrived):
            while moment - self.arrived[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
        return most


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """
    An empty database on each engine.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        server, name = server_address(), f"ct_bench_{uuid4().hex[:8]}"
        if server is None:
            yield found
            return
        address = make_url(server).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
            try:
                yield {**found, "PostgreSQL": address.set(database=name).render_as_string(hide_password=False)}
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def settle(connection: Connection, number: int) -> None:
    """
    So many held posts, each at a unit of its own.
    """
    ids = range(1, number + 1)
    rows = [{"id": n, "role": "can-bo-giam-ngheo", "unit": f"u{n}"} for n in ids]
    connection.execute(insert(posts), rows)
    held = [{"post_id": n, "channel": "bench", "address": str(n), "since": STEP_DAY} for n in ids]
    connection.execute(insert(post_holders), held)


async def planned(store: Database, number: int) -> tuple[float, float]:
    """
    Seconds for planning and queueing one step, and for the bare INSERT … SELECT of the same rows.
    """
    async with store.engine.begin() as connection:
        await connection.run_sync(settle, number)
    units = {f"u{n}" for n in range(1, number + 1)}
    async with store.write() as uow:
        await uow.desk(lambda rows: rows.duties.state(NewDuty("bench", RULE, True, FACTS, units), STEP_DAY))
        await uow.commit()
    async with store.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))  # as autovacuum does before so many posts have been given out
    began = time.perf_counter()
    queued = await fire_due(store, STEP_DAY)
    ours = time.perf_counter() - began
    if queued != number:
        raise AssertionError(f"{queued} of {number} were queued")
    return ours, await bare(store)


async def bare(store: Database) -> float:
    """
    The rows that were just written, written once more from a plain copy of them.
    """
    async with store.engine.begin() as connection:
        for table in (told, outbox):
            await connection.execute(text(f"CREATE TABLE copy_{table.name} AS SELECT * FROM {table.name}"))
            await connection.execute(delete(table))
    began = time.perf_counter()
    async with store.engine.begin() as connection:
        for table in (told, outbox):
            columns = ", ".join(column.name for column in table.columns)
            copied = f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM copy_{table.name}"
            await connection.execute(text(copied))
    return time.perf_counter() - began


def courier_of(store: Database, channel: Counting, areas: Areas) -> Courier:
    async def word(moment: str, key: ConversationKey) -> Reply | None:
        return await digest(store, areas, datetime.fromisoformat(moment), key, STEP_DAY)

    async def make(paper: str, key: ConversationKey) -> bytes | None:
        return None

    async def lose(key: ConversationKey) -> None:
        raise AssertionError(key)

    return Courier(store, [channel], system_clock, lambda reply: True, make, word, lose, "bench")


async def drained(store: Database, pace: timedelta | None, number: int, areas: Areas) -> tuple[float, int]:
    """
    Messages a second of so many that are queued, and the most that arrived within any second.
    """
    async with store.engine.begin() as connection:
        last = select(outbox.c.id).where(outbox.c.state == "pending").order_by(outbox.c.id).limit(number)
        await connection.execute(delete(outbox).where(outbox.c.id.not_in(last.scalar_subquery())))
    channel = Counting(pace)
    await channel.listen()
    began = time.perf_counter()
    await courier_of(store, channel, areas).deliver()
    seconds = (channel.arrived[-1] if pace else time.perf_counter()) - began
    await channel.close()
    return len(channel.arrived) / seconds, channel.most_within_a_second()


async def grown(store: Database, sizes: Sequence[int]) -> list[tuple[int, float]]:
    """
    Milliseconds to queue, claim and mark one message, by how many rows the outbox has.
    """
    found = list[tuple[int, float]]()
    for size in sizes:
        async with store.engine.begin() as connection:
            await connection.run_sync(fill, size)
        times = [await one_message(store, n) for n in range(60)]
        found.append((size, median(times) * 1000))
    return found


def fill(connection: Connection, size: int) -> None:
    """
    Rows that were sent long ago, up to this many.
    """
    have = connection.execute(text("SELECT count(*) FROM outbox")).scalar_one()
    row = {"channel": "bench", "priority": 1, "payload": "", "state": "sent", "attempts": 1, "doubts": 0}
    row |= {"not_before": STEP_DAY, "created_at": STEP_DAY, "finished_at": STEP_DAY}
    for start in range(have, size, 50_000):
        rows = [
            {**row, "address": str(n % 100_000), "business_key": f"old:{n}"}
            for n in range(start, min(size, start + 50_000))
        ]
        connection.execute(insert(outbox), rows)


async def one_message(store: Database, n: int) -> float:
    began, now = time.perf_counter(), STEP_DAY + timedelta(seconds=n)
    message = OutboxMessage("grown", str(n), f"grown:{uuid4().hex}", reply_to_json(Reply("tin")), Priority.BULK)
    async with store.write() as uow:
        await uow.outbox.add(message, now)
        await uow.commit()
    async with store.write() as uow:
        (row,) = await uow.outbox.claim("grown", "bench", now, LEASE, BATCH)
        await uow.commit()
    async with store.write() as uow:
        await uow.outbox.mark_sent(row.id, "bench", None, now)
        await uow.commit()
    return time.perf_counter() - began


async def measure(name: str, url: str, number: int, say: Callable[[str], None]) -> None:
    """
    All figures of one engine, a line each.
    """
    store, areas = Database(url, SEAL), Areas(Catalogue.seed())
    await store.migrate()
    ours, plain = await planned(store, number)
    say(
        f"{name}: one step of {number:,} posts planned and queued in {ours:.1f} s; bare INSERT … SELECT {plain:.1f} s"
    )
    say(f"{name}: {ours / plain:.1f} times the bare one")
    rate, _ = await drained(store, None, min(DRAINED, number), areas)
    say(f"{name}: drained {rate:.0f} messages a second into a server that accepts all")
    await store.close()
    store = Database(url, SEAL)
    async with store.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO outbox SELECT * FROM copy_outbox WHERE id NOT IN (SELECT id FROM outbox)")
        )
    rate, most = await drained(store, PACE, min(PACED, number), areas)
    share = rate * PACE.total_seconds()
    say(f"{name}: under a pace of {1 / PACE.total_seconds():.1f} a second {rate:.2f} a second, {share:.1%} of it")
    say(f"{name}: at most {most} within any second")
    for size, ms in await grown(store, GROWN):
        say(f"{name}: one message queued, claimed and marked in {ms:.1f} ms with {size:,} rows")
    await store.close()


def main(arguments: Sequence[str]) -> int:
    """
    The whole benchmark.
    """
    number = int(arguments[0]) if arguments else POSTS
    with databases() as found:
        for name, url in found.items():
            asyncio.run(measure(name, url, number, lambda line: print(line, flush=True)))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    assert metadata.tables
    sys.exit(main(sys.argv[1:]))
