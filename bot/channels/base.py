"""
What every channel is: a name, limits as data, and a way to send. Channels know no conversation.

SendError
├── Throttled(retry_after)   the channel says when: the whole channel waits
├── Unreachable              certainly not sent: again later, with back-off
├── Unknown                  the connection died after the request had left: maybe delivered
└── Refused                  never again
    └── Blocked              the person stopped the bot
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from handlers.messages import IncomingMessage, Reply

Handle: TypeAlias = Callable[[IncomingMessage], Awaitable[None]]
"""What a channel calls with each message that came in; returns once it is stored."""


class SendError(Exception):
    """
    A message did not leave; the class says what to do about it.
    """


class Throttled(SendError):
    """
    Too fast: nothing more on this channel before `retry_after`.
    """

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"the channel asks to wait {retry_after.total_seconds():g} s")
        self.retry_after = retry_after


class Unreachable(SendError):
    """
    The channel could not be reached; the message was certainly not taken.
    """


class Unknown(SendError):
    """
    The connection died after the request had left; the message may have been taken.
    """


class Refused(SendError):
    """
    The channel will never take this message.
    """


class Blocked(Refused):
    """
    The person stopped the bot or left.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a channel can take: characters a message, choices as buttons or not, characters a button; `pace` is the
    shortest time between two messages of one token, where there is one.
    """

    text: int
    buttons: bool
    label: int = 64
    pace: timedelta | None = None


class Channel(Protocol):
    """
    A way to reach people.
    """

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Send one reply; `ref` names it, so that its choices are `ref.0`, `ref.1` … Returns the channel's own id of the
        message. Raises SendError.
        """
        ...


def choice_ref(ref: int, n: int) -> str:
    """
    The opaque reference of the n-th choice (from 0) of a sent reply.
    """
    return f"{ref}.{n}"


def numbered(reply: Reply) -> str:
    """
    The reply as plain text, its choices as numbered lines that a bare number answers.
    """
    lines = [f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, reply.first)]
    return "\n".join([reply.text, "", *lines]) if lines else reply.text


def parts(text: str, limit: int) -> list[str]:
    """
    The text in pieces of at most `limit` characters, cut at a paragraph, else at a sentence end, else at a blank.
    """
    pieces = []
    while len(text) > limit:
        cut = _cut(text, limit)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    for pattern in (r"\n\n", r"\n", r"[.;!?…](?=\s)", r"\s"):
        ends = [found.end() for found in re.finditer(pattern, window)]
        if ends and ends[-1] > limit // 3:
            return ends[-1]
    return limit
