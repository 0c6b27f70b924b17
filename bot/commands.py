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
from datetime import date
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from bot import logs
from bot.app import App, build
from bot.channels.console import JsonConsole, Terminal
from bot.clock import local_date, system_clock
from bot.serve import CannotStart as CannotStart
from bot.serve import run_until_stopped
from bot.settings import load_settings
from handlers.messages import ConversationKey, IncomingMessage
from knowledge.answer import Answer, Question
from knowledge.library import Library


async def serve() -> int:
    """
    Run until Ctrl-C or SIGTERM.
    """
    settings = load_settings()
    logs.set_up(settings.log_level)
    await run_until_stopped(settings, system_clock, Library.shipped())
    return 0


async def migrate() -> int:
    """
    Bring the database to the newest schema.
    """
    settings = load_settings()
    logs.set_up(settings.log_level)
    app = build(settings, system_clock, Library.shipped(), ())
    try:
        await app.database.migrate()
    finally:
        await app.database.close()
    print("The database is up to date.")
    return 0


async def chat(as_json: bool) -> int:
    """
    The whole stack behind standard input and output.
    """
    settings = load_settings()
    logs.set_up("WARNING" if settings.log_level == "INFO" else settings.log_level)
    channel = JsonConsole(_print_line) if as_json else Terminal(_print_line)
    app = build(settings, system_clock, Library.shipped(), (channel,))
    try:
        await app.database.migrate()
        await (_chat_json(app) if as_json else _chat_terminal(app))
    finally:
        await app.database.close()
    return 0


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
        try:
            message = _console_message(json.loads(line), f"{session}-{n}")
        except (ValueError, KeyError, TypeError):
            _print_line(
                json.dumps(
                    {"user": None, "error": 'a line must be {"user": …, "text": …} or {"user": …, "choice": …}'}
                )
            )
            _print_line(json.dumps({"user": None, "done": True}))
            continue
        await app.dispatcher.handle(message)
        await app.courier.deliver()
        _print_line(json.dumps({"user": message.key.address, "done": True}, ensure_ascii=False))


def _console_message(line: Mapping[str, Any], external_id: str) -> IncomingMessage:
    user, text, choice = line["user"], line.get("text", ""), line.get("choice")
    if not (isinstance(user, str) and user and len(user) <= 128 and isinstance(text, str)):
        raise ValueError("a user name and a text are strings")
    if choice is not None and not isinstance(choice, str):
        raise ValueError("a choice is a string")
    return IncomingMessage(
        key=ConversationKey("console", user), external_id=external_id, at=system_clock(), text=text, choice=choice
    )


async def _chat_terminal(app: App) -> None:
    session = uuid4().hex
    key = ConversationKey("terminal", "terminal")
    print("Chung Tay. Gõ câu hỏi rồi nhấn Enter; Ctrl-D để thoát.")
    await _say(app, IncomingMessage(key, f"{session}-start", system_clock(), text="/start"))
    n = 0
    async for line in _lines(sys.stdin):
        if line.strip():
            n += 1
            await _say(app, IncomingMessage(key, f"{session}-{n}", system_clock(), text=line.strip()))


async def _say(app: App, message: IncomingMessage) -> None:
    await app.dispatcher.handle(message)
    await app.courier.deliver()
    print("> ", end="", flush=True)


def ask(arguments: argparse.Namespace) -> int:
    """
    Answer from the plans alone: no database, no conversation.
    """
    library = Library.shipped()
    today = local_date(system_clock())
    if arguments.batch is not None:
        for line in _batch(arguments.batch):
            for result in _results(library, line, today):
                _print_line(json.dumps(result, ensure_ascii=False))
        return 0
    if not arguments.question:
        raise CannotStart('ask needs a question: python -m bot ask "khi nào nộp báo cáo?"')
    locality = _locality(library, arguments.locality)
    result = _timed(library, Question(arguments.question, today, locality))
    _print_line(json.dumps(result.as_json("1"), ensure_ascii=False) if arguments.json else result.answer.text)
    return 0


def _batch(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"{path} cannot be read: {error}") from error
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if not isinstance(value, dict) or not isinstance(value.get("id"), str):
                raise ValueError("a line is an object with an id")
            if not isinstance(value.get("question", value.get("turns")), str | list):
                raise ValueError("a line has a question or turns")
        except ValueError as error:
            raise CannotStart(f"{path}, line {n}: {error}") from error
        yield value


def _results(library: Library, line: Mapping[str, Any], today: date) -> Iterable[Mapping[str, Any]]:
    locality = _locality(library, line.get("locality"))
    if "turns" not in line:
        yield _timed(library, Question(line["question"], today, locality)).as_json(line["id"])
        return
    context: Mapping[str, Any] = {}
    for n, turn in enumerate(line["turns"], 1):
        result = _timed(library, Question(turn["user"], today, locality, context))
        context = result.answer.context
        yield result.as_json(f"{line['id']}#{n}")


def _locality(library: Library, slug: str | None) -> str | None:
    known = [place.slug for place in library.places]
    if slug is None or slug in known:
        return slug
    raise CannotStart(f"there is no plan for the locality {slug!r}; known: {', '.join(known)}")


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
    answer = library.answer(question)
    return Timed(answer, (time.perf_counter() - started) * 1000)
