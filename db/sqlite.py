"""
SQLite as one process of many tasks needs it: writing transactions that wait for their turn, and connections that let
go of everything when they are closed, whoever broke them off.

Every writing transaction begins IMMEDIATE: a deferred one that reads and then writes loses updates or fails with
"database is locked" (measured: 40 of 40 kept with IMMEDIATE, 1 of 40 with the default).
"""

from __future__ import annotations

import sqlite3
import time
from asyncio import Future
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

import aiosqlite
from aiosqlite.core import _connection_worker_thread
from sqlalchemy import Connection

WAL_TRIES, BETWEEN_TRIES = 40, 0.05
"""The second in seconds."""
BUSY_TIMEOUT_MS = 10_000
READ_ONLY = "chung_tay_read_only"
"""Option of a connection whose transactions only look."""
ROWS_AT_ONCE = 64
"""As many as aiosqlite fetches at once by default."""


class UndoingConnection(sqlite3.Connection):
    """
    A SQLite connection that undoes what was not committed before it is closed. SQLite itself keeps it, and with it
    the write lock, for as long as anything holds a cursor that was not read to its end, and the error of a cancelled
    task holds one.
    """

    def close(self) -> None:
        """
        Undo, then close.
        """
        with suppress(sqlite3.ProgrammingError):  # it is closed already
            self.rollback()
        super().close()


class StoppedOnce(aiosqlite.Connection):
    """
    A connection that can be told to stop twice, as SQLAlchemy does for a task that is cancelled while it lets go of
    one. aiosqlite 0.22 never answers the second time: the task would wait for ever, and the process with it.
    """

    _told = False
    _stopped: Future[Any] | None = None

    def stop(self) -> Future[Any] | None:
        """
        Stop the thread. Returns what tells when it has, the same each time.
        """
        if not self._told:
            self._told, self._stopped = True, super().stop()
        return self._stopped


def connect(database: str, **options: Any) -> StoppedOnce:
    """
    A connection that is not open yet, as SQLAlchemy's dialect awaits it.
    """
    connection = StoppedOnce(partial(sqlite3.connect, database, factory=UndoingConnection, **options), ROWS_AT_ONCE)
    connection._thread = Thread(target=_work, args=(connection._tx,), daemon=True)
    return connection


def _work(orders: Any) -> None:
    """
    What the connection's thread does, in peace where the loop is closed and nobody waits for an answer any more.
    """
    with suppress(RuntimeError):
        _connection_worker_thread(orders)


def prepare(connection: Any, _record: Any) -> None:
    """
    Make a new connection ready.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _into_wal(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _into_wal(cursor: Any) -> None:
    """
    A new file goes over to WAL once; SQLite does not wait for others who are about to do the same.
    """
    for _ in range(WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(BETWEEN_TRIES)
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def begin(connection: Connection) -> None:
    """
    Begin a transaction.
    """
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
