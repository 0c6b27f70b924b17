"""
One engine for SQLite and PostgreSQL: the address made async, connections kept, migrations run once.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from db import sqlite
from db.errors import Unusable

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x43543031
"""Key of the PostgreSQL advisory lock that lets one replica migrate at a time."""
PATIENCE = 5
"""Seconds that a database server is given to answer who only looks."""
RESTING, RESTED = "chung_tay_resting_since", 1.0
"""Key in a connection's record; seconds without use after which it is asked whether it still stands."""
CONNECTIONS: Mapping[str, Any] = MappingProxyType({"pool_size": 15, "max_overflow": 0})
"""As many as a busy process uses, and all of them kept: to open one costs more than most transactions."""
ONE_CONNECTION: Mapping[str, Any] = MappingProxyType(
    {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
)
"""For SQLite in memory: the connection is the database, so units of work take turns on it."""
CURES: Mapping[str, str] = MappingProxyType(
    {
        "not a database": "Đặt bản sao lưu vào chỗ ấy, hoặc ghi tệp khác; tệp này còn nguyên.",
        "malformed": "Đặt bản sao lưu vào chỗ ấy, hoặc ghi tệp khác.",
        "readonly": "Cho người chạy bot quyền ghi vào tệp và thư mục của nó.",
        "unable to open": "Cho người chạy bot quyền ghi vào tệp và thư mục của nó.",
        "locked": "Chương trình khác đang giữ; dừng nó trước.",
        "is full": "Dọn bớt ổ đĩa ấy.",
        "permission denied": "Cho người dùng trong DATABASE_URL làm chủ cơ sở dữ liệu ấy.",
        "authentication failed": "Sửa tên và mật khẩu trong DATABASE_URL.",
        "pg_hba.conf": "Cho máy này vào bằng tên ấy trong pg_hba.conf, hoặc sửa DATABASE_URL.",
        "no password supplied": "Ghi mật khẩu vào DATABASE_URL.",
        "FATAL:  database": "Tạo cơ sở dữ liệu ấy (createdb), hoặc sửa DATABASE_URL.",
        "FATAL:  role": "Tạo người dùng ấy (createuser --pwprompt), hoặc sửa DATABASE_URL.",
        "Connection refused": "Chạy PostgreSQL, hoặc sửa tên máy và cổng trong DATABASE_URL.",
        "resolve host": "Sửa tên máy trong DATABASE_URL.",
        "timeout": "Xem máy chủ PostgreSQL, mạng và tường lửa; hoặc sửa tên máy và cổng trong DATABASE_URL.",
        "locate revision": "Chung Tay bản mới hơn đã nâng lược đồ: chạy bản ấy, hoặc đặt bản sao lưu cũ hơn vào chỗ.",
    }
)
"""What to do, by words of the database's own sentence."""


def open_engine(address: str) -> AsyncEngine:
    """
    An engine for DATABASE_URL: `sqlite:///path` or `postgresql://…`. Raises Unusable for anything else.
    """
    url = _async_url(address)
    options: dict[str, Any] = dict(ONE_CONNECTION if _in_memory(url) else CONNECTIONS)
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"async_creator_fn": sqlite.connect}
    engine = create_async_engine(url, hide_parameters=True, **options)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", sqlite.prepare)
        event.listen(engine.sync_engine, "begin", sqlite.begin)
    else:
        event.listen(engine.sync_engine, "connect", _prepare_postgresql)
        _ask_the_rested(engine.sync_engine)
    return engine


def sqlite_file(address: str) -> Path | None:
    """
    The file of a SQLite address, an empty path for one in memory; None for another database. Raises Unusable.
    """
    return _file_in(_async_url(address))


def named_file(address: str) -> Path | None:
    """
    The same, without touching the disk: to look at a file is to make it, where there is none. Raises Unusable.
    """
    return _file_in(named_url(address))


def open_to_look(address: str) -> AsyncEngine:
    """
    An engine that can only read, and leaves nothing beside a SQLite file, which must be there. Raises Unusable.
    """
    url = named_url(address)
    file = _file_in(url)
    if file is None:
        read_only = {"options": "-c default_transaction_read_only=on", "connect_timeout": PATIENCE}
        return create_async_engine(url, hide_parameters=True, connect_args=read_only)
    address, _, query = uri_to_look(file).partition("?")
    return create_async_engine(url.set(database=address, query={"uri": "true", **dict(parse_qsl(query))}))


def uri_to_look(file: Path) -> str:
    """
    The address at which SQLite reads a file and leaves nothing beside it: one that nobody holds is taken as it lies.
    """
    held = file.with_name(f"{file.name}-wal").exists()
    return f"file:{quote(str(file.absolute()))}?mode=ro{'' if held else '&immutable=1'}"


def _file_in(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    return Path() if _in_memory(url) or "uri" in url.query else Path(url.database or "")


def _async_url(address: str) -> URL:
    url = named_url(address)
    if url.get_backend_name() == "sqlite" and not _in_memory(url) and "uri" not in url.query:
        _check_file(Path(url.database or ""))
    return url


def named_url(address: str) -> URL:
    """
    The address of DATABASE_URL with its driver, without touching the disk. Raises Unusable.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise Unusable(
            "DATABASE_URL không phải địa chỉ cơ sở dữ liệu. Viết sqlite:///chung-tay.db hoặc postgresql://tên:mật-khẩu@máy/csdl."
        ) from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    backend = url.get_backend_name()
    if backend not in drivers:
        raise Unusable(f"DATABASE_URL ghi {backend}; Chung Tay dùng sqlite và postgresql.")
    return url.set(drivername=drivers[backend])


def _in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def _check_file(database: Path) -> None:
    """
    Open the file once without aiosqlite: that leaves a thread behind when it cannot. A folder is never made:
    it may be misspelt, or a disk that is not mounted.
    """
    folder = database.absolute().parent
    if not _is_folder(folder):
        raise Unusable(
            f"DATABASE_URL trỏ vào {folder}, không phải thư mục dùng được. Tạo thư mục ấy, hoặc sửa DATABASE_URL."
        )
    try:
        sqlite3.connect(database).close()
    except sqlite3.Error as error:
        raise Unusable(f"DATABASE_URL trỏ đến {database}, không mở được: {error}. {cure(str(error))}") from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a folder above it may not be entered
        return False


def cure(cause: str) -> str:
    """
    What to do about a sentence of the database's own.
    """
    return next((cure for sign, cure in CURES.items() if sign in cause), "Sửa DATABASE_URL, hoặc nơi nó trỏ đến.")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """
    Compiling a statement costs more than it saves here: the planner's steps took twice as long with it.
    """
    cursor = connection.cursor()
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _ask_the_rested(engine: Engine) -> None:
    """
    A connection that was not used for a while is asked whether it still stands before it is given out. To ask each
    time, as `pool_pre_ping` does, is a fifth of all that a turn says to the database.
    """

    def rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[RESTING] = time.monotonic()

    def give_out(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(RESTING, math.inf) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", give_out)


async def migrate(engine: AsyncEngine) -> None:
    """
    Bring the database to the newest schema. Safe to call in every replica at once; raises Unusable with a reason.
    """
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    except (SQLAlchemyError, CommandError, OSError) as error:
        raise Unusable(why(engine.url, error)) from error


def upgrade(connection: Connection) -> None:
    """
    Bring the database to the newest schema, in the transaction of this connection.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """
    The migrations' configuration, bound to an open connection.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """
    The newest schema that this program knows.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head() or ""


def revision_of(connection: Connection) -> str | None:
    """
    The schema of a database; None for one that has none yet.
    """
    return MigrationContext.configure(connection).get_current_revision()


def cause_of(error: BaseException) -> str:
    """
    What the database's own driver says, in one line.
    """
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def why(url: URL, error: Exception) -> str:
    """
    What is wrong with the database of DATABASE_URL, and what to do.
    """
    cause = cause_of(error)
    shown = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    return f"Không dùng được cơ sở dữ liệu của DATABASE_URL ({shown}): {cause.rstrip('.')}. {cure(cause)}"
