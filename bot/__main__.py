"""
python -m bot: run, ask and rehearse the bot, and what the person who runs it does to the desk (bot.admin).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import admin, backup, commands, deadlines, doctor, move
from bot.settings import SettingsError
from bot.usage import Parser
from db.errors import DatabaseError
from knowledge.parse import PlanError


def parser() -> argparse.ArgumentParser:
    """
    The command line, with help for each command.
    """
    top = Parser(prog="python -m bot", description="Chung Tay, trợ lý của phong trào Vì người nghèo.")
    commands_ = top.add_subparsers(dest="command", required=True, metavar="LỆNH")

    serve = commands_.add_parser("serve", help="chạy bot: trang web, và Telegram, Zalo nếu đã đặt mã")
    serve.add_argument(
        "--clock",
        metavar="LÚC",
        help="diễn tập: chạy từ lúc ấy, với cơ sở dữ liệu riêng; chẳng hạn 2026-11-23T07:59:30+07:00",
    )
    serve.set_defaults(run=lambda arguments: asyncio.run(commands.serve(arguments.clock)))

    chat = commands_.add_parser("chat", help="trò chuyện với bot ngay trong cửa sổ lệnh")
    chat.add_argument("--json", action="store_true", help="vào ra bằng dòng JSON, nhiều người dùng xen kẽ được")
    chat.set_defaults(run=lambda arguments: asyncio.run(commands.chat(as_json=arguments.json)))

    ask = commands_.add_parser("ask", help="trả lời một câu hỏi, hoặc cả tệp câu hỏi; không cần cơ sở dữ liệu")
    ask.add_argument("question", nargs="?", metavar="CÂU-HỎI", help="câu hỏi, bằng lời của người hỏi")
    ask.add_argument("--locality", metavar="NƠI", help="nơi ở của người hỏi: soc-trang, ben-tre, …")
    ask.add_argument("--json", action="store_true", help="in một dòng JSON")
    ask.add_argument(
        "--batch", type=Path, metavar="TỆP", help="các dòng JSON câu hỏi hay hội thoại; - là đọc từ stdin"
    )
    ask.set_defaults(run=commands.ask)

    migrate = commands_.add_parser("migrate", help="nâng cơ sở dữ liệu của DATABASE_URL lên lược đồ mới nhất")
    migrate.set_defaults(run=lambda arguments: asyncio.run(commands.migrate()))
    deadlines.add_commands(commands_, asyncio.run)
    admin.add_commands(commands_, asyncio.run)
    backup.add_commands(commands_)
    move.add_commands(commands_)
    doctor.add_commands(commands_)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run one command. A bad setting, plan, database or port ends with its sentence and exit status 2.
    """
    commands.speak_utf8()
    arguments = parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (SettingsError, PlanError, DatabaseError, commands.CannotStart) as error:
        print(f"Chung Tay: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
