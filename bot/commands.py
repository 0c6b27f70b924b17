"""
What each command of `python -m bot` does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import structlog

from bot import logs
from bot.app import App, build
from bot.channels.base import numbered
from bot.channels.console import JsonConsole, Terminal
from bot.clock import clock_from, local_date, system_clock
from bot.keys import seal_for
from bot.serve import CannotStart as CannotStart
from bot.serve import run_until_stopped
from bot.settings import load_settings
from db.engine import sqlite_file
from db.errors import DatabaseError
from db.uow import Database
from handlers import texts
from handlers.asked import answered
from handlers.flows.ask import reply_of
from handlers.messages import ConversationKey, IncomingMessage
from knowledge.answer import Answer, Question
from knowledge.areas import Areas
from knowledge.library import Library

log = structlog.get_logger()

BAD_LINE = 'a line must be {"user": …, "text": …} or {"user": …, "choice": …}'
LONGEST_USER = 128
"""Characters, as the database keeps an address."""


async def serve(from_moment: str | None = None) -> int:
    """
    Run until Ctrl-C or SIGTERM; from another moment on only as a rehearsal, in a database of its own.
    """
    settings, clock = load_settings(), system_clock
    logs.set_up(settings.log_level)
    if from_moment is not None:
        clock = clock_from(moment_of(from_moment))
        apart = {"database_url": rehearsal_url(settings.database_url), "zalo_oa_app_id": None}  # its tokens work once
        settings = settings.model_copy(update=apart)
        print(REHEARSAL.format(moment=from_moment, database=settings.database_url), flush=True)
    await run_until_stopped(settings, clock, Library.shipped(local_date(clock())))
    return 0


REHEARSAL = (
    "DIỄN TẬP: đồng hồ bắt đầu từ {moment}; cơ sở dữ liệu riêng {database}. Tin nhắn vẫn gửi thật nếu có mã kênh."
)
REHEARSED = ".rehearsal.db"


def rehearsal_url(database_url: str) -> str:
    """
    The SQLite file of a rehearsal: beside the real one, or in the working directory; one that is a rehearsal's
    already stays.
    """
    file = sqlite_file(database_url)
    if file is None or file == Path():
        return f"sqlite:///chung-tay{REHEARSED}"
    return database_url if file.name.endswith(REHEARSED) else f"sqlite:///{file.with_name(file.stem + REHEARSED)}"


def moment_of(text: str) -> datetime:
    """
    What --clock says. Raises CannotStart for a moment without its offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CannotStart(f"--clock {text} không phải một lúc rõ ràng. Ghi như 2026-11-23T07:59:30+07:00.")
    return moment


async def migrate() -> int:
    """
    Bring the database to the newest schema.
    """
    settings = load_settings()
    logs.set_up(settings.log_level)
    database = Database(settings.database_url, seal_for(settings))
    try:
        await database.migrate()
    finally:
        await database.close()
    print("Cơ sở dữ liệu đã ở lược đồ mới nhất.")
    return 0


async def chat(as_json: bool) -> int:
    """
    The whole stack behind standard input and output.
    """
    settings = load_settings()
    logs.set_up("WARNING" if settings.log_level == "INFO" else settings.log_level)
    channel = JsonConsole(_print_line) if as_json else Terminal(_print_line)
    app = build(settings, system_clock, Library.shipped(local_date(system_clock())), Areas.load(), (channel,))
    try:
        await app.begin()
        await app.courier.take_over(channel.name)
        await (_chat_json(app) if as_json else _chat_terminal(app))
    finally:
        await app.database.close()
    return 0


def speak_utf8() -> None:
    """
    Read and write UTF-8 whatever the locale says; a byte that is none comes in, and half a character goes out, as a
    question mark.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _print_line(line: str) -> None:
    print(line, flush=True)


async def _lines(stream: TextIO) -> AsyncIterator[str]:
    while line := await asyncio.to_thread(stream.readline):
        yield line


async def _chat_json(app: App) -> None:
    session = uuid4().hex
    n = 0
    await app.courier.deliver()
    async for line in _lines(sys.stdin):
        if not line.strip():
            continue
        n += 1
        user, error = await _take_line(app, line, f"{session}-{n}")
        if error is not None:
            _print_line(json.dumps({"user": user, "error": error}, ensure_ascii=False))
        _print_line(json.dumps({"user": user, "done": True}, ensure_ascii=False))


async def _take_line(app: App, line: str, external_id: str) -> tuple[str | None, str | None]:
    """
    Answer one line. Returns its user, where it has one, and what was wrong, if anything.
    """
    try:
        message = _console_message(json.loads(line), external_id)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, BAD_LINE
    return message.key.address, None if await _take(app, message) else texts.BROKEN


async def _take(app: App, message: IncomingMessage) -> bool:
    """
    Take a message and let its replies leave. False: the turn failed, which is logged; the next one may be taken.
    """
    try:
        await app.dispatcher.handle(message)
    except DatabaseError:
        raise
    except Exception:
        log.exception("turn_failed")
        return False
    await app.courier.deliver()
    return True


def _console_message(line: Mapping[str, Any], external_id: str) -> IncomingMessage:
    user, text, choice = line["user"], line.get("text"), line.get("choice")
    if not (isinstance(user, str) and 0 < len(user) <= LONGEST_USER and user == _storable(user)):
        raise ValueError("a user is a name of at most 128 characters")
    if not isinstance(text if choice is None else choice, str) or not isinstance(text, str | None):
        raise ValueError("a text and a choice are strings, and one of them is there")  # noqa: TRY004  one kind of bad line
    return IncomingMessage(
        key=ConversationKey("console", user),
        external_id=external_id,
        at=system_clock(),
        text=_storable(text or ""),
        choice=choice,
    )


def _storable(text: str) -> str:
    """
    The words without what no database stores: NUL and half characters.
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode()


async def _chat_terminal(app: App) -> None:
    session = uuid4().hex
    key = ConversationKey("terminal", "terminal")
    print("Chung Tay. Gõ câu hỏi rồi nhấn Enter; Ctrl-D để thoát.")
    await _say(app, IncomingMessage(key, f"{session}-start", system_clock(), text="/start", numbered=True))
    n = 0
    async for line in _lines(sys.stdin):
        if line.strip():
            n += 1
            await _say(
                app,
                IncomingMessage(key, f"{session}-{n}", system_clock(), text=_storable(line.strip()), numbered=True),
            )


async def _say(app: App, message: IncomingMessage) -> None:
    if not await _take(app, message):
        print(f"\n{texts.BROKEN}\n")
    print("> ", end="", flush=True)


def ask(arguments: argparse.Namespace) -> int:
    """
    Answer from the plans alone: no database, no conversation.
    """
    today = local_date(system_clock())
    library = Library.shipped(today)
    if arguments.batch is not None:
        for line in _batch(arguments.batch):
            for found in _results(library, line, today):
                _print_line(json.dumps(found, ensure_ascii=False))
        return 0
    if not arguments.question:
        raise CannotStart('Chưa có câu hỏi. Gõ như: python -m bot ask "khi nào nộp báo cáo?"')
    locality = _locality(library, arguments.locality)
    result = _timed(library, Question(_storable(arguments.question), today, locality))
    _print_line(json.dumps(result.as_json("1"), ensure_ascii=False) if arguments.json else _plain(result.answer))
    return 0


def _plain(answer: Answer) -> str:
    """
    The answer as the terminal shows it, its ways on as numbered lines.
    """
    return numbered(reply_of(answer))


def _batch(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotStart(f"{path} không phải văn bản UTF-8. Lưu lại dạng UTF-8.") from error
    except OSError as error:
        raise CannotStart(f"Không đọc được {path}: {error.strerror}. Xem tên tệp và quyền đọc.") from error
    for n, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield _batch_line(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise CannotStart(f"Dòng {n} của {path} sai: không phải JSON.") from error
        except ValueError as error:
            raise CannotStart(f"Dòng {n} của {path} sai: {error}.") from error


def _batch_line(value: Any) -> Mapping[str, Any]:
    """
    A line of a batch. Raises ValueError when it is neither a question nor a dialogue.
    """
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise ValueError("mỗi dòng là một đối tượng JSON có id")  # noqa: TRY004  one kind of bad line
    if "turns" not in value:
        if not isinstance(value.get("question"), str):
            raise ValueError("mỗi dòng có question hoặc turns")
        return value
    turns = value["turns"]
    if not isinstance(turns, list) or not all(isinstance(t, dict) and isinstance(t.get("user"), str) for t in turns):
        raise ValueError('turns có dạng [{"user": "…"}, …]')
    return value


def _results(library: Library, line: Mapping[str, Any], today: date) -> Iterable[Mapping[str, Any]]:
    locality = _locality(library, line.get("locality"))
    if "turns" not in line:
        yield _timed(library, Question(_storable(line["question"]), today, locality)).as_json(line["id"])
        return
    context: Mapping[str, Any] = {}
    for n, turn in enumerate(line["turns"], 1):
        result = _timed(library, Question(_storable(turn["user"]), today, locality, context))
        context = result.answer.context
        yield result.as_json(f"{line['id']}#{n}")


def _locality(library: Library, slug: str | None) -> str | None:
    known = [place.slug for place in library.places]
    if slug is None or slug in known:
        return slug
    raise CannotStart(f"Không có kế hoạch của nơi {slug!r}. Các nơi có: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Timed:
    """
    An answer and how long it took, in milliseconds.
    """

    answer: Answer
    ms: float

    def as_json(self, id: str) -> Mapping[str, Any]:
        """
        The line that `ask` prints.
        """
        return {
            "id": id,
            "kind": str(self.answer.kind),
            "text": self.answer.text,
            "citations": [
                {"document": cite.document, "path": cite.path, "quote": cite.quote} for cite in self.answer.citations
            ],
            "choices": [{"id": str(n), "label": option.label} for n, option in enumerate(self.answer.options, 1)],
            "ms": round(self.ms, 3),
        }


def _timed(library: Library, question: Question) -> Timed:
    started = time.perf_counter()
    answer = answered(library, question)
    return Timed(answer, (time.perf_counter() - started) * 1000)
