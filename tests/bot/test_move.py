"""
A SQLite database moves into PostgreSQL: conversations go on there as if nothing had happened, every value arrives as
it lay, and where something is wrong nothing has moved.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    Table,
    Text,
    create_engine,
    insert,
    null,
    select,
)
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeEngine

from bot.__main__ import main
from db.engine import newest_revision
from db.move import Verbatim, held
from db.records import UpdateMark
from db.seal import new_key
from db.tables import UtcDateTime, metadata, submissions
from db.uow import Database
from knowledge.library import Library
from tests.conftest import migrate
from tests.fakes import KEY, NOW, SEAL
from tests.handlers.test_transcripts import FOLDER, STAGES
from tests.office import act_lines, page, with_known_codes
from tests.processes import BOT, SMALL_BOT, free_port, running, stdout_until
from tests.talk import heading_of, lines_of

pytestmark = pytest.mark.postgresql
WEB = "https://chungtay.example.vn"


@pytest.fixture
def file(migrated_file: Path, tmp_path: Path) -> Path:
    """
    A SQLite database of the newest schema.
    """
    return Path(shutil.copy(migrated_file, tmp_path / "ct.db"))


@pytest.fixture
def server_url(empty_url: str, engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """
    An empty database on the server, which the settings name.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", empty_url)
    monkeypatch.setenv("DATA_KEY", KEY)
    return empty_url


Refused = Callable[..., str]


@pytest.fixture
def refused(file: Path, server_url: str, capsys: pytest.CaptureFixture[str]) -> Refused:
    """
    Moves, which must fail. Returns what is said; file and server hold what they held.
    """

    def move(source: Path = file) -> str:
        before = content(source), names(server_url)
        assert main(["move", str(source)]) == 2
        assert (content(source), names(server_url)) == before
        said = capsys.readouterr().err
        assert said.startswith("Chung Tay: ")
        assert len(said.splitlines()) == 1
        return said

    return move


def content(file: Path) -> Sequence[str] | bytes:
    try:
        with closing(sqlite3.connect(file)) as database:
            return list(database.iterdump())
    except sqlite3.Error:
        return file.read_bytes() if file.is_file() else b""


def names(url: str) -> set[str]:
    """
    The tables on the server.
    """
    with closing(psycopg.connect(url)) as server:
        found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in found}


# Conversations

Making = Callable[[Library, str], Any]
STORIES = (
    *(("ho-dan", name) for name in ("de-sau", "hai-kenh", "ghi-giup", "tra-loi-can-bo")),
    *(("can-bo", name) for name in ("tu-don-den-quyet-dinh", "hoi-can-bo", "ban-giao")),
    *(("han-nop", name) for name in ("nhac-va-nop", "han-rieng")),
)


@pytest.mark.parametrize(("folder", "name"), STORIES)
def test_a_conversation_that_moves_in_its_middle_goes_on_word_for_word(
    folder: str, name: str, file: Path, server_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_known_codes(monkeypatch)
    written = (FOLDER / folder / f"{name}.txt").read_text("utf-8")
    played = asyncio.run(moved_in_its_middle(folder, name, lines_of(written), file, server_url, library))
    assert page(heading_of(written), played) == written


async def moved_in_its_middle(
    folder: str, name: str, lines: Sequence[str], file: Path, server_url: str, library: Library
) -> list[str]:
    stage = STAGES[folder]
    async with stage.office(f"sqlite:///{file}", library) as before:
        await stage.ready(name, before)
        played = await act_lines(before, lines[: len(lines) // 2])
    assert main(["move", str(file)]) == 0
    async with stage.office(server_url, library) as after:
        after.go_on_from(before)
        if folder == "han-nop":
            await after.app.begin()
        return played + await act_lines(after, lines[len(lines) // 2 :])


async def test_what_was_delivered_and_not_handled_waits_on(file: Path, server_url: str) -> None:
    old = Database(f"sqlite:///{file}", SEAL)
    async with old.write() as uow:
        await uow.updates.add(UpdateMark("telegram", "7", "5", 1 << 40), {"text": "chào"}, NOW)
        await uow.commit()
    await old.close()
    assert main(["move", str(file)]) == 0
    new = Database(server_url, SEAL)
    async with new.write() as uow:
        [waiting] = await uow.updates.claim("a", NOW, timedelta(seconds=20), 5)
    await new.close()
    assert (waiting.payload, waiting.received_at) == ({"text": "chào"}, NOW)


# Values

MOMENTS = (
    datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 2, tzinfo=UTC),
    datetime(1999, 12, 31, 17, 0, 0, 1, tzinfo=UTC),
)
DOCUMENTS: Sequence[Any] = ({"số": [1, 2.5, None, True], "chữ": "đ\u0000\U0001f600"}, "gAAAA…", None)
WORDS = ("Nguyễn Thị “Lan”\n\t\\ %s", "0", "")


def value_of(column: Column[Any], n: int) -> Any:
    """
    A value of this column in the n-th row: all rows differ, and where nothing may stand, nothing stands in the last.
    """
    if column.nullable and n == 2:
        return null() if isinstance(column.type, JSON) else None
    if column.name == "sealed" and isinstance(column.type, Text):
        return SEAL.close(WORDS[n])
    kinds: Mapping[type[TypeEngine[Any]], Any] = {
        Boolean: n % 2 == 0,
        Date: date(2026, 11, 28 + n),
        UtcDateTime: MOMENTS[n],
        JSON: DOCUMENTS[n],
    }
    if isinstance(column.type, Integer):
        return n + 1 if column.primary_key or column.foreign_keys else (1 << 31) - 1 - n
    value = kinds.get(type(column.type), WORDS[n])
    length = getattr(column.type, "length", None)
    return str(value)[: length - 1] + str(n) if length else value


@pytest.fixture
def filled(file: Path) -> Path:
    """
    A database with three rows in each table.
    """
    for table in metadata.sorted_tables:
        with on_file(file) as connection:
            for n in range(3):
                row = {column.name: value_of(column, n) for column in table.columns}
                connection.execute(insert(table).values(**row))
    return file


def on_file(file: Path) -> Any:
    return create_engine(f"sqlite:///{file}", poolclass=NullPool).begin()


def on_server(url: str) -> Any:
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool).begin()


def all_rows(connection: Connection) -> dict[str, list[Any]]:
    return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.tables.values()}


def test_every_value_of_every_table_arrives_as_it_lay(filled: Path, server_url: str) -> None:
    before = content(filled)
    assert main(["move", str(filled)]) == 0
    with on_file(filled) as old, on_server(server_url) as new:
        assert all_rows(old) == all_rows(new)
        assert all(len(rows) == 3 for rows in all_rows(new).values())
        lies = select(submissions.c.sealed.cast(Verbatim))
        assert sorted(map(repr, new.execute(lies))) == sorted(map(repr, old.execute(lies)))
    assert content(filled) == before


def test_nothing_and_a_json_null_stay_apart(filled: Path, server_url: str) -> None:
    with on_file(filled) as old:
        old.execute(insert(submissions).values(duty_id=1, last_day=date(2026, 1, 1), unit="1", post_id=1, at=NOW))
    assert main(["move", str(filled)]) == 0
    with closing(psycopg.connect(server_url)) as server:
        found = server.execute("SELECT unit, sealed::text FROM submissions WHERE post_id IN (1, 3)").fetchall()
    with closing(sqlite3.connect(filled)) as database:
        assert sorted(found) == sorted(
            database.execute("SELECT unit, sealed FROM submissions WHERE post_id IN (1, 3)")
        )
    assert None in {sealed for _, sealed in found}


def test_new_rows_are_numbered_behind_those_that_moved(filled: Path, server_url: str) -> None:
    assert main(["move", str(filled)]) == 0
    with on_server(server_url) as new:
        for table in metadata.sorted_tables:
            if table.autoincrement_column is not None:
                row = fresh(table)
                assert new.scalar(insert(table).values(**row).returning(table.c.id)) == 4


ONCE = {"channel", "address", "unit", "mark", "code", "key", "business_key"}


def fresh(table: Table) -> dict[str, Any]:
    row = {column.name: value_of(column, 0) for column in table.columns if column.name != "id"}
    once = {column.name for column in table.columns if column.name in ONCE}
    return {**row, **dict.fromkeys(once, "x"), **({"again": 7} if "again" in row else {})}


def test_what_is_said_names_each_table_and_the_next_steps(
    filled: Path, server_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["move", str(filled)]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name:<16}{3:>9}\n" in said for name in metadata.tables)
    assert f"Đã chuyển {3 * len(metadata.tables)} dòng" in said
    assert all(word in said for word in ("DATABASE_URL", "DATA_KEY", "python -m bot doctor", str(filled)))


# What is refused


def test_a_bot_that_runs_is_not_moved_under_its_feet(file: Path, refused: Refused) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{file}", "DATA_KEY": KEY, "WEB_PORT": str(free_port())}
    with running(file.parent, SMALL_BOT, "serve", **settings) as process:
        stdout_until(process, "Ctrl-C")
        assert "Dừng mọi bot" in refused()


def test_nobody_comes_in_while_it_is_moved(file: Path) -> None:
    locked = pytest.raises(sqlite3.OperationalError, match="locked")
    with held(file), closing(sqlite3.connect(file, timeout=0)) as other, locked:
        other.execute("SELECT * FROM outbox")


def test_a_target_with_data_is_refused_and_left_alone(filled: Path, server_url: str, refused: Refused) -> None:
    assert main(["move", str(filled)]) == 0
    said = refused(filled)
    assert "đã có dữ liệu" in said
    with on_file(filled) as old, on_server(server_url) as new:
        assert all_rows(old) == all_rows(new)


def test_a_target_that_was_only_migrated_is_taken(filled: Path, server_url: str) -> None:
    migrate(server_url)
    assert main(["move", str(filled)]) == 0


def test_what_the_server_does_not_take_leaves_nothing_behind(filled: Path, refused: Refused) -> None:
    told = metadata.tables["told"]
    with on_file(filled) as old:
        old.execute(insert(told).values(**{**fresh(told), "address": "5" * 200}))
    said = refused(filled)
    assert "bảng told" in said
    assert "55555" not in said


def test_a_value_that_changes_on_its_way_is_noticed(filled: Path, server_url: str, refused: Refused) -> None:
    migrate(server_url)
    change = (
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.reason := NEW.reason || ' '; "
        "RETURN NEW; END $$; CREATE TRIGGER spoil BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION spoil()"
    )
    with closing(psycopg.connect(server_url, autocommit=True)) as server:
        server.execute(change)
        assert "Bảng outbox đọc lại không giống" in refused(filled)
        assert server.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_move_that_is_killed_leaves_nothing_behind(filled: Path, server_url: str) -> None:
    migrate(server_url)
    wait = (
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); "
        "RETURN NEW; END $$; CREATE TRIGGER wait BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION wait()"
    )
    asleep = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    with closing(psycopg.connect(server_url, autocommit=True)) as server:
        server.execute(wait)
        with running(filled.parent, BOT, "move", str(filled), DATABASE_URL=server_url) as process:
            while server.execute(f"SELECT 1 {asleep}".encode()).fetchone() is None:
                assert process.poll() is None
                time.sleep(0.05)
        server.execute(f"SELECT pg_terminate_backend(pid) {asleep}".encode())
        server.execute("DROP TRIGGER wait ON told")
        assert server.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert main(["move", str(filled)]) == 0


async def test_a_key_that_does_not_open_what_is_there_is_refused(
    file: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Database(f"sqlite:///{file}", SEAL)
    async with store.write() as uow:
        await uow.conversations.save("web", "5", {"n": 1}, None, NOW)
        await uow.commit()
    await store.close()
    monkeypatch.setenv("DATA_KEY", new_key())
    assert "DATA_KEY không mở được" in refused()
    monkeypatch.setenv("DATA_KEY", "")
    assert f"{file}.key" in refused()


def test_another_schema_is_refused(file: Path, refused: Refused) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    assert newest_revision() in refused()


@pytest.mark.parametrize("bytes_", [b"", b"no database at all, but long enough to be read as one" * 40])
def test_what_is_no_database_is_refused(bytes_: bytes, file: Path, refused: Refused) -> None:
    file.write_bytes(bytes_)
    assert "python -m" not in refused()


def test_a_file_that_is_not_there_is_not_made(file: Path, refused: Refused) -> None:
    missing = file.with_name("missing.db")
    assert "missing.db" in refused(missing)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("sqlite:///other.db", "nơi chuyển đến"),
        ("postgresql://postgres:geheim@127.0.0.1:1/ct", "127.0.0.1"),
        ("mysql://x", "postgresql"),
    ],
)
def test_where_it_shall_go_must_be_a_server_that_answers(
    url: str, word: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    said = refused()
    assert word in said
    assert "geheim" not in said
