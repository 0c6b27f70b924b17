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
from db.errors import DatabaseError
from knowledge.parse import PlanError


def parser() -> argparse.ArgumentParser:
    """
    The command line, with help for each command.
    """
    top = argparse.ArgumentParser(prog="python -m bot", description="Chung Tay, the chat bot.")
    commands_ = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands_.add_parser("serve", help="run the bot: web chat, and Telegram and Zalo where they are set")
    serve.add_argument(
        "--clock",
        metavar="MOMENT",
        help="rehearse: run from that moment on, in a database of its own; such as 2026-11-23T07:59:30+07:00",
    )
    serve.set_defaults(run=lambda arguments: asyncio.run(commands.serve(arguments.clock)))

    chat = commands_.add_parser("chat", help="talk to the bot in this terminal")
    chat.add_argument("--json", action="store_true", help="JSON lines in and out, several users may interleave")
    chat.set_defaults(run=lambda arguments: asyncio.run(commands.chat(as_json=arguments.json)))

    ask = commands_.add_parser("ask", help="answer one question, or a file of them; needs no database")
    ask.add_argument("question", nargs="?", help="the question, in the person's own words")
    ask.add_argument("--locality", help="the place of the person who asks: soc-trang, ben-tre, …")
    ask.add_argument("--json", action="store_true", help="print one JSON line")
    ask.add_argument("--batch", type=Path, metavar="FILE", help="JSON lines of questions or dialogues, - for stdin")
    ask.set_defaults(run=commands.ask)

    migrate = commands_.add_parser("migrate", help="bring the database of DATABASE_URL to the newest schema")
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
