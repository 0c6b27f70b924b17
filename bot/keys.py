"""
Where the key comes from that seals what is personal: DATA_KEY, or for a bot on one's own machine a file beside the
database that only its owner can read.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot.settings import Settings
from db.engine import named_file, sqlite_file, uri_to_look
from db.errors import Unusable
from db.seal import Seal, new_key

MISSING = (
    "Chưa đặt DATA_KEY. Lời bà con nói được niêm phong; {where} thì bot không chạy khi thiếu khóa. "
    "In khóa bằng `python -m bot key`, ghi vào .env ở dòng DATA_KEY=…, và cất một bản riêng với các bản sao lưu."
)

LOST = (
    "Tệp khóa {file} không còn, mà {database} có những gì đã niêm phong bằng khóa ấy. Đặt lại tệp khóa, hoặc ghi "
    "khóa vào DATA_KEY; khóa mới không mở được gì. Muốn làm lại từ đầu thì cất {database} đi nơi khác."
)
UNREADABLE = "Tệp khóa {file} không đọc được. Đặt lại tệp, hoặc đặt DATA_KEY."
SEALED = (
    "SELECT 1 FROM conversations WHERE state LIKE '\"gAAAA%' LIMIT 1",
    "SELECT 1 FROM outbox WHERE payload LIKE '\"gAAAA%' LIMIT 1",
    "SELECT 1 FROM cases WHERE sealed LIKE 'gAAAA%' LIMIT 1",
)
OTHERS = 0o077
"""What others than the owner may do with a file."""

log = structlog.get_logger()


def seal_for(settings: Settings) -> Seal:
    """
    The seal of this process. Raises Unusable when a key is missing, or is none.
    """
    if settings.data_key is not None:
        return _set(settings.data_key)
    database = _may_be_beside(settings, sqlite_file(settings.database_url))
    return Seal(new_key() if database == Path() else _kept_beside(database))


def seal_as_found(settings: Settings) -> Seal | None:
    """
    The same, while no file is made or changed; None where `seal_for` would make a key. Raises Unusable.
    """
    if settings.data_key is not None:
        return _set(settings.data_key)
    database = _may_be_beside(settings, named_file(settings.database_url))
    if database == Path():
        return None
    file = _file_beside(database)
    if file.exists():
        return Seal(_read(file))
    if _holds_sealed(database):
        raise Unusable(LOST.format(database=database, file=file))
    return None


def _set(data_key: SecretStr) -> Seal:
    return Seal(*(key.strip() for key in data_key.get_secret_value().split(",") if key.strip()))


def _may_be_beside(settings: Settings, database: Path | None) -> Path:
    """
    The SQLite file beside which the key may lie. Raises Unusable where it may not.
    """
    if settings.telegram_bot_token or settings.zalo_bot_token or settings.public_url:
        raise Unusable(MISSING.format(where="khi người khác vào được"))
    if database is None:
        raise Unusable(MISSING.format(where="khi dùng máy chủ cơ sở dữ liệu"))
    return database


def _file_beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.key")


def _kept_beside(database: Path) -> str:
    """
    The key in the file beside a database; made when there is none.
    """
    file = _file_beside(database)
    if not file.exists():
        if _holds_sealed(database):
            raise Unusable(LOST.format(database=database, file=file))
        try:
            _make(file)
        except OSError as error:
            raise Unusable(f"Không tạo được tệp khóa {file}: {error.strerror}. Hãy đặt DATA_KEY.") from error
    try:
        _shut(file)
    except OSError as error:
        raise Unusable(UNREADABLE.format(file=file)) from error
    return _read(file)


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(UNREADABLE.format(file=file)) from error


def _holds_sealed(database: Path) -> bool:
    """
    Whether something lies sealed in a SQLite file: a new key would never open it.
    """
    if not database.is_file():
        return False
    with contextlib.closing(sqlite3.connect(uri_to_look(database), uri=True)) as connection:
        return any(_any_sealed(connection, query) for query in SEALED)


def _any_sealed(connection: sqlite3.Connection, query: str) -> bool:
    try:
        return connection.execute(query).fetchone() is not None
    except sqlite3.Error:  # no such table yet, or no database: the migrations say what is wrong
        return False


def _shut(file: Path) -> None:
    """
    Let nobody but its owner read the key; a copy or a backup may have opened it.
    """
    if file.stat().st_mode & OTHERS:
        file.chmod(0o600)
        log.warning("key_file_was_open_to_others", file=file.name)


def _make(file: Path) -> None:
    """
    Write a fresh key, whole or not at all; of two processes that start at once one is first.
    """
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as fresh:
        fresh.write(f"{new_key()}\n")
    try:
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
    finally:
        draft.unlink()
