"""
Structured logs without message bodies, names, phones or tokens.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

TOKEN_IN_URL = re.compile(r"(bot)?\d{5,}:[A-Za-z0-9_-]{3,}")
FORBIDDEN = frozenset({"text", "body", "label", "phone", "name", "address", "token", "state", "slots", "profile"})
QUIET = ("httpx", "httpcore", "apscheduler", "telegram", "uvicorn.access", "alembic", "aiosqlite")


def set_up(level: str) -> None:
    """
    One JSON line an event on standard error; other libraries' lines pass through the same redaction.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
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
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


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
