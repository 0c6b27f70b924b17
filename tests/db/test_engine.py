"""
The engine: UTC or nothing, SQLite's pragmas, no lost update, and sentences for what cannot be opened.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ForeignKey, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import Column

from db import engine as db_engine
from db import sqlite
from db.engine import open_engine
from db.errors import Away, StaleConversation, Unusable
from db.tables import UtcDateTime, metadata
from db.uow import Database
from tests.fakes import NOW, SEAL

HANOI = timezone(timedelta(hours=7))


async def test_a_naive_time_is_refused(store: Database) -> None:
    async with store.write() as uow:
        with pytest.raises(StatementError, match="a naive time cannot be stored"):
            await uow.inbox.add("web", "1", NOW.replace(tzinfo=None))


async def test_a_time_comes_back_as_the_same_moment_in_utc(store: Database) -> None:
    moment = datetime(2026, 11, 30, 23, 30, tzinfo=HANOI)
    async with store.write() as uow:
        await uow.inbox.add("web", "1", moment)
        await uow.commit()
    async with store.engine.connect() as connection:
        found = (await connection.execute(select(metadata.tables["inbox"].c.received_at))).scalar_one()
    assert found == moment
    assert found.utcoffset() == timedelta(0)
    assert found.hour == 16


def test_every_time_of_every_table_is_of_the_type_that_refuses_naive_ones() -> None:
    times = [column for table in metadata.tables.values() for column in table.c if "DATETIME" in str(column.type)]
    assert times
    assert all(isinstance(column.type, UtcDateTime) for column in times)


async def test_foreign_keys_are_enforced(store: Database) -> None:
    scratch = MetaData()
    parent = Table("parent", scratch, Column("id", Integer, primary_key=True))
    child = Table("child", scratch, Column("parent_id", ForeignKey(parent.c.id), nullable=False))
    async with store.engine.begin() as connection:
        await connection.run_sync(scratch.create_all)
    with pytest.raises(IntegrityError):
        async with store.engine.begin() as connection:
            await connection.execute(insert(child).values(parent_id=7))


async def test_sqlite_writes_ahead_waits_for_writers_and_begins_immediate(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path / 'ct.db'}", SEAL)
    async with store.engine.connect() as connection:
        pragmas = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        ]
    assert pragmas == ["wal", sqlite.BUSY_TIMEOUT_MS, 1, 1]
    other = sqlite3.connect(tmp_path / "ct.db", timeout=0, isolation_level=None)
    async with store.write():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    async with store.read():
        other.execute("BEGIN IMMEDIATE")
    other.close()
    await store.close()


async def test_forty_read_modify_write_turns_at_once_keep_all_forty(store: Database) -> None:
    async with store.write() as uow:
        await uow.conversations.save("web", "5", {"n": 0}, None, NOW)
        await uow.commit()
    await asyncio.gather(*(count_one_up(store) for _ in range(40)))
    async with store.read() as uow:
        assert await state_of(uow) == ({"n": 40}, 41)


async def count_one_up(store: Database) -> None:
    while True:
        async with store.write() as uow:
            state, version = await state_of(uow)
            try:
                await uow.conversations.save("web", "5", {"n": state["n"] + 1}, version, NOW)
            except StaleConversation:
                continue
            await uow.commit()
            return


async def state_of(uow: Any) -> tuple[Mapping[str, Any], int]:
    stored = await uow.conversations.load("web", "5")
    assert stored is not None
    return stored.state, stored.version


async def test_sqlite_needs_no_second_try_for_forty_turns_at_once(tmp_path: Path) -> None:
    store = Database(f"sqlite:///{tmp_path / 'ct.db'}", SEAL)
    await store.migrate()
    async with store.write() as uow:
        await uow.conversations.save("web", "5", {"n": 0}, None, NOW)
        await uow.commit()

    async def once() -> None:
        async with store.write() as uow:
            state, version = await state_of(uow)
            await uow.conversations.save("web", "5", {"n": state["n"] + 1}, version, NOW)
            await uow.commit()

    await asyncio.gather(*(once() for _ in range(40)))
    async with store.read() as uow:
        assert (await state_of(uow))[0] == {"n": 40}
    await store.close()


async def test_what_is_not_committed_is_taken_back(store: Database) -> None:
    async def break_down() -> None:
        async with store.write() as uow:
            await uow.inbox.add("web", "1", NOW)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await break_down()
    async with store.write() as uow:
        assert await uow.inbox.add("web", "1", NOW)


async def test_units_of_work_in_memory_take_turns_on_one_database() -> None:
    store = Database("sqlite://", SEAL)
    await store.migrate()

    async def add(n: int) -> bool:
        async with store.write() as uow:
            added = await uow.inbox.add("web", str(n % 5), NOW)
            await uow.commit()
            return added

    assert sum(await asyncio.gather(*(add(n) for n in range(20)))) == 5
    await store.close()


async def test_a_lock_that_does_not_end_is_a_database_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    store = Database(f"sqlite:///{tmp_path / 'ct.db'}", SEAL)
    await store.migrate()
    other = sqlite3.connect(tmp_path / "ct.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Away, match="không trả lời"):
        async with store.write():
            pass
    other.close()
    async with store.write() as uow:
        assert await uow.inbox.add("web", "1", NOW)
    await store.close()


@pytest.mark.postgresql
async def test_a_server_that_restarts_is_away_for_who_is_in_the_middle_and_there_for_the_next(
    store: Database,
) -> None:
    async def be_interrupted() -> None:
        async with store.write() as uow:
            await uow.inbox.add("web", "1", NOW)
            await break_all_connections(store)
            await uow.inbox.add("web", "2", NOW)

    with pytest.raises(Away, match="không trả lời"):
        await be_interrupted()
    async with store.write() as uow:
        assert await uow.inbox.add("web", "1", NOW)


async def test_a_writer_that_is_cancelled_at_whatever_moment_locks_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 2_000)
    store = Database(f"sqlite:///{tmp_path / 'ct.db'}", SEAL)
    await store.migrate()

    async def add(n: int) -> bool:
        async with store.write() as uow:
            return await uow.inbox.add("web", str(n), NOW)

    kept = list[asyncio.Task[bool]]()  # and with each what it had in its hands
    for n in range(300):
        kept.append(asyncio.create_task(add(n)))
        await asyncio.wait(kept[-1:], timeout=random.uniform(0, 0.004))
        kept[-1].cancel()
        await asyncio.wait(kept[-1:])
        assert await add(-1)
    await store.close()


async def test_a_writer_that_is_cancelled_twice_while_another_process_holds_the_lock_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 1_000)
    store = Database(f"sqlite:///{tmp_path / 'ct.db'}", SEAL)
    await store.migrate()
    other = sqlite3.connect(tmp_path / "ct.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = asyncio.all_tasks()

    async def add() -> bool:
        async with store.write() as uow:
            return await uow.inbox.add("web", "1", NOW)

    for _ in range(2):
        task = asyncio.create_task(add())
        while not task.done():
            await asyncio.wait({task}, timeout=0.1)
            task.cancel()
    other.close()

    left = asyncio.all_tasks() - before
    assert not left or not (await asyncio.wait(left, timeout=10))[1]
    await store.close()


def test_a_connection_that_still_works_when_its_loop_is_closed_ends_in_peace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, going_on = list[object](), threading.Event()
    monkeypatch.setattr(threading, "excepthook", broken.append)

    async def leave_at_work() -> sqlite.StoppedOnce:
        connection = sqlite.connect(str(tmp_path / "ct.db"), check_same_thread=False)
        await connection
        asyncio.get_running_loop().call_soon(connection._tx.put_nowait, (asyncio.Future(), going_on.wait))
        await asyncio.sleep(0)
        return connection

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(leave_at_work())
    loop.close()
    going_on.set()
    connection._thread.join(10)
    connection._conn.close()
    connection._connection = None

    assert not connection._thread.is_alive()
    assert broken == []


@pytest.mark.postgresql
async def test_a_connection_that_broke_while_it_rested_is_replaced_unnoticed(store: Database) -> None:
    async with store.read() as uow:
        await uow.inbox.forget_before(NOW)
    await break_all_connections(store)
    await asyncio.sleep(db_engine.RESTED)

    async with store.write() as uow:
        assert await uow.inbox.add("web", "1", NOW)


@pytest.mark.postgresql
async def test_of_connections_that_broke_while_in_use_only_the_first_is_noticed(store: Database) -> None:
    async def look() -> None:
        async with store.read() as uow:
            await uow.inbox.forget_before(NOW)
            await asyncio.sleep(0.1)

    await asyncio.gather(*(look() for _ in range(5)))
    await break_all_connections(store)
    with pytest.raises(Away, match="không trả lời"):
        await look()

    await asyncio.gather(*(look() for _ in range(5)))


async def break_all_connections(store: Database) -> None:
    """
    What a restart of the server does to them.
    """
    other = open_engine(store.engine.url.render_as_string(hide_password=False))
    async with other.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await other.dispose()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("not an address", "không phải địa chỉ cơ sở dữ liệu"),
        ("postgresql://bot:geheim@host:port/name", "không phải địa chỉ cơ sở dữ liệu"),
        ("mysql://bot:geheim@host/name", "ghi mysql"),
        ("sqlite:////dev/null/ct.db", "không phải thư mục dùng được"),
        ("sqlite:////dev", "không mở được"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(address: str, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence) as refused:
        Database(address, SEAL)
    assert "geheim" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"DATABASE_URL trỏ vào .*/dta, .* Tạo thư mục ấy, hoặc sửa"):
        Database(f"sqlite:///{tmp_path / 'dta' / 'ct.db'}", SEAL)
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_cannot_be_opened_says_which_setting_and_why(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Kính gửi Ủy ban nhân dân xã, " * 40)
    for address, sentence in (
        (f"sqlite:///{tmp_path / 'letter.db'}", r"not a database\. Đặt bản sao lưu vào chỗ"),
        ("postgresql://bot:geheim@127.0.0.1:1/name", "Connection refused"),
    ):
        store = Database(address, SEAL)
        with pytest.raises(Unusable, match=rf"DATABASE_URL .*{sentence}") as refused:
            await store.migrate()
        assert "geheim" not in str(refused.value)
        assert "aiosqlite" not in str(refused.value)
        assert "psycopg" not in str(refused.value)
        await store.close()


async def test_a_database_of_a_newer_bot_is_refused_with_a_sentence(store: Database) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable, match=r"9999.*Chung Tay bản mới hơn"):
        await store.migrate()


async def test_a_time_in_another_zone_counts_as_the_moment_it_is(store: Database) -> None:
    earlier = datetime(2026, 3, 2, 14, 0, tzinfo=HANOI)
    async with store.write() as uow:
        await uow.inbox.add("web", "old", earlier)
        await uow.inbox.add("web", "new", NOW)
        assert await uow.inbox.forget_before(datetime(2026, 3, 2, 7, 30, tzinfo=UTC)) == 1
        assert await uow.inbox.add("web", "old", NOW)
        assert not await uow.inbox.add("web", "new", NOW)
