"""
The wire: what an answer of Telegram means, as an error that says what to do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.base import (
    Blocked,
    Refused,
    SendError,
    Throttled,
    Unknown,
    Unreachable,
    object_of,
)
from bot.channels.http import NOT_SENT
from handlers.messages import Json

UNASKED_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


class Wire(HTTPXRequest):
    """
    PTB's HTTP with the answers told apart that PTB blurs, and without its log line of unreadable bodies.

    PTB wraps what `do_request` raises in a NetworkError; `send_error` reads the cause.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """
        One request. Raises the SendError that a status or an unreadable answer stands for.
        """
        code, body = await super().do_request(*args, **kwargs)
        if (problem := _problem(code, body)) is not None:
            raise problem
        return code, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """
        The answer as an object. Raises TelegramError.
        """
        answer = _json(payload)
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not of the Bot API")
        return answer


def _problem(code: int, body: bytes) -> SendError | None:
    if code == 429:
        return Throttled(_asked_wait(object_of(_json(body))))
    if code == 413:
        return Refused("the file is too large for Telegram")
    if code >= 500:
        return Unreachable(f"Telegram answered {code}")
    if code < 300 and "result" not in object_of(_json(body)):
        return Unknown("Telegram's answer cannot be read")
    return None


def _json(payload: bytes) -> Json:
    try:
        return json.loads(payload)
    except ValueError:
        return None


def _asked_wait(answer: Mapping[str, Json]) -> timedelta:
    seconds = object_of(answer.get("parameters")).get("retry_after")
    if not isinstance(seconds, int) or seconds < 1:
        return UNASKED_WAIT
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


GONE = ("chat not found", "user not found", "deactivated", "peer_id_invalid")


def send_error(error: Exception) -> SendError:
    """
    What a failed call means for the message. A migrated group is refused: its new id is a new conversation.
    """
    match error:
        case SendError():
            return error
        case RetryAfter():
            return Throttled(error._retry_after)  # the public property warns on each use in 22.8
        case Forbidden():
            return Blocked(error.message)
        case BadRequest():
            gone = any(words in error.message.casefold() for words in GONE)
            return Blocked(error.message) if gone else Refused(error.message)
        case ChatMigrated() | InvalidToken():
            return Refused(f"{type(error).__name__}: {error.message}")
        case NetworkError():
            return _network_error(error)
        case _:
            return Unknown(f"{type(error).__name__}: {error}")


def _network_error(error: NetworkError) -> SendError:
    cause = error.__cause__
    if isinstance(cause, SendError):
        return cause
    said = f"{type(cause).__name__ if cause else 'HTTP status'}: {error.message}"
    answered = cause is None or isinstance(cause, TelegramError)
    return Unreachable(said) if answered or isinstance(cause, NOT_SENT) else Unknown(said)
