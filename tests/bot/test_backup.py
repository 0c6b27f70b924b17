"""
A backup is taken while people write, is whole, and is put back without harming what is there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.__main__ import main

BEHIND = "INSERT INTO channels (channel, paused_until) VALUES (?, '2026-11-25 00:00:00')"
PAIR = "SELECT sum(channel LIKE 'a%'), sum(channel LIKE 'b%') FROM channels"


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///bot.db")
    assert main(["migrate"]) == 0
    return tmp_path / "bot.db"


@contextmanager
def pairs_written(database: Path) -> Iterator[None]:
    """
    Someone writes two rows that belong together, again and again; the first pair is there at once.
    """
    begun, stop = Event(), Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            n = 0
            while not stop.is_set():
                with connection:
                    connection.execute(BEHIND, (f"a{n}",))
                    connection.execute(BEHIND, (f"b{n}",))
                n += 1
                begun.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        stop.set()
        writer.join()


def pair(database: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(database)) as connection:
        one, other = connection.execute(PAIR).fetchone()
        return int(one), int(other)


def moved_away(database: Path) -> None:
    for file in database.parent.glob("bot.db*"):
        if not file.name.endswith(".key"):
            file.rename(file.with_name(f"old-{file.name}"))


def test_a_backup_taken_while_people_write_is_whole_and_comes_back(database: Path) -> None:
    with pairs_written(database):
        assert main(["backup", "backup.db"]) == 0
    moved_away(database)
    assert main(["restore", "backup.db"]) == 0
    one, other = pair(database)
    assert one == other >= 1
    assert main(["migrate"]) == 0


def test_a_backup_can_be_read_by_its_owner_only_and_is_one_file(database: Path) -> None:
    assert main(["backup", "backup.db"]) == 0
    assert (database.parent / "backup.db").stat().st_mode & 0o077 == 0
    assert [file.name for file in database.parent.glob("backup.db*")] == ["backup.db"]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_nothing_is_overwritten(command: str, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "backup.db"]) == 0
    before = database.read_bytes(), (database.parent / "backup.db").read_bytes()
    assert main([command, "backup.db"]) == 2
    assert "không ghi đè" in capsys.readouterr().err
    assert (database.read_bytes(), (database.parent / "backup.db").read_bytes()) == before


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 40, b""])
def test_what_is_no_backup_is_not_restored(
    content: bytes, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_away(database)
    (database.parent / "backup.db").write_bytes(content)
    assert main(["restore", "backup.db"]) == 2
    assert capsys.readouterr().err.startswith("Chung Tay: ")
    assert not database.exists() or not database.stat().st_size


def test_the_key_is_named_because_it_is_not_in_the_backup(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "backup.db"]) == 0
    assert f"{database.name}.key" in capsys.readouterr().out
