"""
A SQLite database moved into an empty PostgreSQL: every row as it lies, in one transaction, read back and compared.

The file is held alone meanwhile: a bot that has it open, idle or not, keeps a lock on it, and one that starts waits
for ours. PostgreSQL's tables are locked before they are looked at, so that nobody fills them first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Row,
    Table,
    TableClause,
    Text,
    cast,
    column,
    create_engine,
    exists,
    func,
    insert,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from db.engine import cause_of, cure, named_url, newest_revision, revision_of, upgrade, why
from db.errors import Unusable
from db.seal import Seal
from db.tables import cases, conversations, grants, metadata, outbox

BATCH = 2_000
"""Rows in memory at a time."""
SEALED: Sequence[Column[Any]] = (conversations.c.state, outbox.c.payload, cases.c.sealed, grants.c.sealed)
"""Where it is tried whether the key opens what is there."""
NO_FILE = "Không có cơ sở dữ liệu SQLite ở {file}. Ghi tệp mà DATABASE_URL trỏ đến trước đây."
HELD = "{file} đang có chương trình giữ. Dừng mọi bot và lệnh đang dùng tệp ấy rồi chạy lại. Chưa chuyển gì."
NOT_READ = "Không dùng được {file}: {why}. {cure} Chưa chuyển gì."
OTHER_SCHEMA = (
    "{file} có lược đồ {found}, chương trình này cần {newest}. Tạm đặt DATABASE_URL=sqlite:///{file}, chạy "
    "`python -m bot migrate`, đặt DATABASE_URL lại như cũ rồi chuyển. Chưa chuyển gì."
)
NO_SERVER = (
    "DATABASE_URL phải là nơi chuyển đến, một cơ sở dữ liệu trống: postgresql://tên:mật-khẩu@máy/csdl. "
    "Chưa chuyển gì."
)
NOT_EMPTY = (
    "Cơ sở dữ liệu của DATABASE_URL đã có dữ liệu (bảng {table}), bot không ghi đè và không trộn. Tạo một cơ sở dữ "
    "liệu mới, trống, ghi nó vào DATABASE_URL rồi chạy lại. Chưa chuyển gì."
)
NOT_MOVED = "Không chuyển được bảng {table}: {why}. Không dòng nào được giữ lại ở nơi đến, {file} còn nguyên."
DIFFERS = (
    "Bảng {table} đọc lại không giống {file}. Không dòng nào được giữ lại ở nơi đến, {file} còn nguyên. "
    "Báo người phát triển."
)


class Verbatim(TypeDecorator[str]):
    """
    A JSON text as it lies there, letter for letter; no value and JSON's null stay apart.
    """

    impl = Text
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> Any:
        return cast(type_coerce(bindparam, Text), JSON)

    def column_expression(self, column: Any) -> Any:
        return type_coerce(cast(column, Text), self)


@dataclass(frozen=True, slots=True)
class Tally:
    """
    How many rows were seen, and the sum of their fingerprints: the same for the same rows in whatever order.
    """

    rows: int = 0
    sum: int = 0

    def with_rows(self, rows: Iterable[Sequence[Any]]) -> Tally:
        prints = [hashlib.blake2b(repr(tuple(row)).encode(), digest_size=16).digest() for row in rows]
        total = self.sum + sum(int.from_bytes(one, "big") for one in prints)
        return Tally(self.rows + len(prints), total % (1 << 128))


def move_database(file: Path, address: str, seal: Seal) -> Mapping[str, int]:
    """
    Move all rows of a SQLite file into the empty PostgreSQL at this address, which is brought to the newest schema.
    Returns how many rows each table has. Raises Unusable, and then nothing has been moved; the file is only read.
    """
    if not file.is_file() or not file.stat().st_size:
        raise Unusable(NO_FILE.format(file=file))
    url = named_url(address)
    if url.get_backend_name() != "postgresql":
        raise Unusable(NO_SERVER)
    with held(file) as source:
        _must_fit(file, source, seal)
        with _at_once(url) as target:
            _make_ready(target)
            return {each.name: _move(each, source, target, file) for each in metadata.sorted_tables}


@contextmanager
def held(file: Path) -> Iterator[Connection]:
    """
    The file, with nobody else at it. Raises Unusable.
    """
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            yield connection
    except DBAPIError as error:
        sentence = HELD if "locked" in str(error.orig) else NOT_READ
        raise Unusable(sentence.format(file=file, why=error.orig, cure=cure(str(error.orig)))) from error


@contextmanager
def _at_once(url: URL) -> Iterator[Connection]:
    """
    One transaction on the server, kept as a whole or not at all. Raises Unusable.
    """
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, CommandError) as error:
        raise Unusable(why(url, error)) from error


def _must_fit(file: Path, source: Connection, seal: Seal) -> None:
    """
    See that the file is sound, of the newest schema, and opened by these keys. Raises Unusable.
    """
    damage = source.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if damage != "ok":
        raise Unusable(NOT_READ.format(file=file, why=damage, cure=cure("malformed")))
    found = revision_of(source)
    if found != newest_revision():
        raise Unusable(OTHER_SCHEMA.format(file=file, found=found or "–", newest=newest_revision()))
    for sealed in SEALED:
        for end in (func.min, func.max):
            [key] = sealed.table.primary_key
            row = select(end(key)).where(sealed.is_not(None)).scalar_subquery()
            seal.must_open(source.scalar(select(sealed).where(key == row)), f"bảng {sealed.table.name}")


def _make_ready(target: Connection) -> None:
    """
    Bring the tables to the newest schema and lock them; they must be empty. Raises Unusable.
    """
    upgrade(target)
    target.execute(text(f"LOCK TABLE {', '.join(metadata.tables)} IN EXCLUSIVE MODE"))
    for each in metadata.sorted_tables:
        if target.scalar(select(exists(select(each)))):
            raise Unusable(NOT_EMPTY.format(table=each.name))


def _move(each: Table, source: Connection, target: Connection, file: Path) -> int:
    """
    Move one table, compare it, and let its numbers go on behind the highest. Returns its rows. Raises Unusable.
    """
    as_it_lies, sent, kept = _as_it_lies(each), Tally(), Tally()
    try:
        for rows in _batches(source, as_it_lies):
            target.execute(insert(as_it_lies), [dict(row._mapping) for row in rows])
            sent = sent.with_rows(rows)
        for rows in _batches(target, as_it_lies):
            kept = kept.with_rows(rows)
        _number_on(each, target)
    except (SQLAlchemyError, ValueError, OverflowError) as error:
        raise Unusable(NOT_MOVED.format(table=each.name, why=cause_of(error), file=file)) from error
    if sent != kept:
        raise Unusable(DIFFERS.format(table=each.name, file=file))
    return kept.rows


def _as_it_lies(each: Table) -> TableClause:
    kinds = ((one.name, Verbatim() if isinstance(one.type, JSON) else one.type) for one in each.columns)
    return table(each.name, *(column(name, kind) for name, kind in kinds))


def _batches(connection: Connection, each: TableClause) -> Iterator[Sequence[Row[Any]]]:
    return connection.execute(select(each), execution_options={"yield_per": BATCH}).partitions()


def _number_on(each: Table, target: Connection) -> None:
    numbered = each.autoincrement_column
    if numbered is None:
        return
    highest = target.scalar(select(func.max(numbered)))
    if highest is not None:
        target.execute(select(func.setval(func.pg_get_serial_sequence(each.name, numbered.name), highest)))
