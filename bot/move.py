"""
`python -m bot move`: what an office has in a SQLite file goes on in the PostgreSQL of DATABASE_URL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot import logs
from bot.keys import seal_for
from bot.serve import CannotStart
from bot.settings import load_settings
from db.move import move_database

KEY_FIRST = "Chưa đặt DATA_KEY. Ghi vào đó khóa mà {file} đang dùng (nằm trong {file}.key nếu có), rồi chạy lại."
MOVING = "Đang chuyển {file}, chừng một phút rưỡi cho một triệu dòng. Dừng giữa chừng thì coi như chưa chuyển gì."
MOVED = "Đã chuyển {rows} dòng, đọc lại và so từng dòng: đúng như trong {file}."
NEXT = """Việc tiếp theo:
  1. Giữ nguyên DATABASE_URL và DATA_KEY như vừa dùng, cho mọi bot.
  2. Chạy `python -m bot doctor`, rồi chạy bot.
  3. Cất {file} đi nơi khác để không ai chạy bot với nó nữa; xóa sau 30 ngày.
  4. Từ nay sao lưu bằng pg_dump."""


def move(file: Path) -> int:
    """
    Move a SQLite file into the empty PostgreSQL of DATABASE_URL; the file stays as it is.
    """
    settings = load_settings()
    logs.set_up(settings.log_level)
    if settings.data_key is None:
        raise CannotStart(KEY_FIRST.format(file=file))
    print(MOVING.format(file=file), flush=True)
    moved = move_database(file, settings.database_url, seal_for(settings))
    for table, rows in moved.items():
        if rows:
            print(f"  {table:<16}{rows:>9}")
    print(MOVED.format(rows=sum(moved.values()), file=file))
    print(NEXT.format(file=file))
    return 0


def add_commands(commands: Any) -> None:
    """
    The command, with its help.
    """
    command = commands.add_parser("move", help="chuyển tệp SQLite vào PostgreSQL trống của DATABASE_URL")
    command.add_argument("file", type=Path, metavar="TỆP", help="cơ sở dữ liệu SQLite; dừng bot trước")
    command.set_defaults(run=lambda arguments: move(arguments.file))
