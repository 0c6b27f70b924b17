"""
The database of DATABASE_URL as a backup, and a backup as the database.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.serve import CannotStart
from bot.settings import load_settings
from db.backup import copy_database
from db.engine import sqlite_file

KEY_REMINDER = (
    "Khóa không nằm trong đó: cất DATA_KEY, hoặc tệp {database}.key, ở nơi khác. "
    "Không có khóa thì không ai đọc được lời bà con. Xóa bản sao lưu sau 30 ngày."
)
NO_FILE = (
    "DATABASE_URL không phải tệp SQLite. PostgreSQL thì dùng công cụ của nó: pg_dump --format=custom --file=TỆP "
    "để sao lưu, pg_restore --clean --if-exists để khôi phục."
)


def backup(file: Path) -> int:
    """
    Copy the database to a new file, while the bot runs or not.
    """
    database = _database()
    copy_database(database, file)
    print(f"Bản sao lưu ở {file}. {KEY_REMINDER.format(database=database)}")
    return 0


def restore(file: Path) -> int:
    """
    Put a backup where DATABASE_URL points; what is there is not overwritten.
    """
    database = _database()
    copy_database(file, database)
    print(f"Đã khôi phục {database} từ {file}. Đặt lại cả khóa (DATA_KEY, hoặc {database}.key), rồi chạy bot.")
    return 0


def _database() -> Path:
    database = sqlite_file(load_settings().database_url)
    if database is None or database == Path():
        raise CannotStart(NO_FILE)
    return database


def add_commands(commands: Any) -> None:
    """
    The two commands, with their help.
    """
    for name, run, help_ in (
        ("backup", backup, "sao lưu cơ sở dữ liệu SQLite ra tệp mới, không cần dừng bot"),
        ("restore", restore, "đặt bản sao lưu vào nơi DATABASE_URL trỏ đến; không ghi đè"),
    ):
        command: argparse.ArgumentParser = commands.add_parser(name, help=help_)
        command.add_argument("file", type=Path, metavar="TỆP", help="bản sao lưu")
        command.set_defaults(run=lambda arguments, run=run: run(arguments.file))
