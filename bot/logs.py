"""
Structured logs without message bodies, names, phones or tokens.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

TOKEN_IN_URL = re.compile(r"(bot)?\d{5,}:[A-Za-z0-9_-]{3,}")
FORBIDDEN = frozenset({"text", "body", "label", "phone", "name", "address", "token", "state", "slots", "profile"})
QUIET = ("httpx", "httpcore", "apscheduler", "telegram", "uvicorn.access", "alembic", "aiosqlite")


DEEPEST = 8
"""Frames that are logged of an error."""


def set_up(level: str) -> None:
    """
    One JSON line an event on standard error; other libraries' lines pass through the same redaction.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_broke,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.raiseExceptions = False  # or a line that cannot be written would be shown with all that it holds
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def where_it_broke(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """
    An error as its types and places, cause by cause: its text could hold a person's words.
    """
    found = event.pop("exc_info", None)
    error = found if isinstance(found, BaseException) else (found[1] if isinstance(found, tuple) else None)
    if found is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = list(_causes(error))
    return event


def _causes(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-DEEPEST:]]
        yield " > ".join([*places, type(error).__name__])
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """
    Drop fields that may hold a person's words, and blot out tokens wherever they stand.
    """
    for key in FORBIDDEN & event.keys():
        event[key] = "…"
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = TOKEN_IN_URL.sub("…", value)
    return event
