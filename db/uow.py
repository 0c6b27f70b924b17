"""
The unit of work: one transaction, and the repositories inside it. Leaving without commit() takes all of it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from db.conversations import Conversations
from db.desk import DeskRows
from db.engine import migrate, open_engine, revision_of
from db.errors import Away
from db.grants import Grants
from db.inbox import Inbox
from db.outbox import Outbox
from db.seal import Seal
from db.sqlite import READ_ONLY
from db.updates import Updates

T = TypeVar("T")


class UnitOfWork:
    """
    One open transaction. Never await a channel inside it.
    """

    def __init__(self, connection: AsyncConnection, transaction: AsyncTransaction, seal: Seal) -> None:
        self._connection = connection
        self._transaction = transaction
        self._seal = seal
        self.conversations = Conversations(connection, seal)
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection, seal)
        self.updates = Updates(connection, seal)
        self.grants = Grants(connection, seal)

    async def desk(self, work: Callable[[DeskRows], T]) -> T:
        """
        Let a function that does not await work on the tables of the desk, in this transaction.
        """
        return await self._connection.run_sync(lambda connection: work(DeskRows(connection, self._seal)))

    async def commit(self) -> None:
        """
        Keep it all, together.
        """
        await self._transaction.commit()


class Database:
    """
    The database of one process: hands out units of work. `seal` holds the keys of what is personal.
    """

    def __init__(self, address: str, seal: Seal, opening: Callable[[str], AsyncEngine] = open_engine) -> None:
        self._engine = opening(address)
        self._seal = seal
        self._writer = asyncio.Lock() if self._engine.dialect.name == "sqlite" else nullcontext()

    @property
    def engine(self) -> AsyncEngine:
        """
        The engine, for migrations and their tests.
        """
        return self._engine

    async def migrate(self) -> None:
        """
        Bring the schema up to date, and see that the keys open what is there; raises Unusable.
        """
        await migrate(self._engine)
        await self.see_that_keys_open()

    async def see_that_keys_open(self) -> None:
        """
        See that the keys open the newest and the oldest of what is there. Raises Unusable, Away.
        """
        async with self.read() as uow:
            await uow.conversations.see_that_keys_open()
            await uow.desk(lambda rows: rows.cases.see_that_keys_open())

    async def revision(self) -> str | None:
        """
        The schema of the database as it stands; None where there is none yet. Raises Away.
        """
        with _away():
            async with self._engine.connect() as connection:
                await connection.execution_options(**{READ_ONLY: True})
                return await connection.run_sync(revision_of)

    async def reseal(self) -> int:
        """
        Seal everything anew with the newest key, in one transaction. Returns how many rows. Raises Unusable when one
        of them is sealed with a key that is not there: then nothing has changed.
        """
        async with self.write() as uow:
            rows = await uow.conversations.reseal() + await uow.outbox.reseal()
            rows += await uow.updates.reseal() + await uow.grants.reseal()
            rows += await uow.desk(lambda desk: desk.cases.reseal() + desk.tickets.reseal() + desk.duties.reseal())
            await uow.commit()
        return rows

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """
        A unit of work that may change things. Raises Away.

        SQLite has one writer at a time; this process's queue here, where a place costs nothing, since SQLite lets who
        waits for its lock sleep up to a tenth of a second between two looks.
        """
        with _away():
            async with self._writer, self._engine.connect() as connection, _taken_back(connection) as transaction:
                yield UnitOfWork(connection, transaction, self._seal)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """
        A unit of work that only looks: on SQLite it does not wait for a writer. Raises Away.
        """
        with _away():
            async with self._engine.connect() as connection:
                await connection.execution_options(**{READ_ONLY: True})
                async with _taken_back(connection) as transaction:
                    yield UnitOfWork(connection, transaction, self._seal)

    async def settle(self) -> None:
        """
        Empty SQLite's write-ahead log into its file, so that what was erased does not lie on in it. Who reads
        meanwhile puts the rest off until the next time.
        """
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver: Any = raw.driver_connection
                await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """
        Give all connections back.
        """
        await self._engine.dispose()


@asynccontextmanager
async def _taken_back(connection: AsyncConnection) -> AsyncIterator[AsyncTransaction]:
    """
    A transaction that is rolled back unless it was committed.
    """
    transaction = await connection.begin()
    try:
        yield transaction
    finally:
        if transaction.is_active:
            await transaction.rollback()


@contextmanager
def _away() -> Iterator[None]:
    """
    The driver's errors about the connection as the one that callers wait on.
    """
    try:
        yield
    except (OperationalError, InterfaceError, NoneFree) as error:
        kind = type(getattr(error, "orig", error)).__name__
        raise Away(f"Cơ sở dữ liệu không trả lời ({kind}). Xem nó có chạy không, ổ đĩa còn chỗ không.") from error
