"""
What every channel is: a name, limits as data, and a way to send. Channels know no conversation.

SendError
├── Throttled(retry_after)   the channel says when: the whole channel waits
├── Unreachable              certainly not sent: again later, with back-off
├── Unknown                  the connection died after the request had left: maybe delivered
└── Refused                  never again
    ├── Blocked              the person stopped the bot
    └── Closed               the person has not written for so long that the channel takes nothing for them

CannotListen                 the channel will not have this bot; the sentence says what to change
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from handlers import texts
from handlers.messages import IncomingMessage, Json, Reply

Handle: TypeAlias = Callable[[IncomingMessage], Awaitable[None]]
"""What a channel calls with each message that came in; returns once it is stored."""
Store: TypeAlias = Callable[[str, Json], Awaitable[None]]
"""What a channel calls with its name and an update as it came; returns once that is kept. Raises DatabaseError."""

Say: TypeAlias = Callable[[], Awaitable[str]]
"""Sends one part of a reply. Returns the channel's own id of it, or ""."""

LOOK_AFTER = timedelta(minutes=5)
"""How often a channel whose server calls us is asked whether it still knows us: nobody may write for hours."""
SILENT_POLLED, SILENT_CALLED = timedelta(minutes=3), 3 * LOOK_AFTER
"""After how long without a word of its server a channel counts as silent: polled, or called by it."""
SLOW = 1.0
"""Seconds after which a person who waits is shown that the bot is at work."""
MOST_PART_WAY = 1000


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


class Closed(Refused):
    """
    The person has not written for so long that the channel takes nothing for them until they do.
    """


class CannotListen(Exception):
    """
    The channel will not have this bot; the sentence says what to change.
    """


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How long things may take, in seconds.

    `poll`: the channel holds an empty poll. `read`: wait for an answer. `send`: one reply with all its
    parts. `take`: one update. `patience`: how long slow chats may hold up the next poll. `first`,
    `longest`: waits between tries.
    """

    poll: float = 30
    read: float = 15
    send: float = 45
    take: float = 60
    patience: float = 1
    first: float = 1
    longest: float = 60

    def wait(self, tries: int) -> float:
        """
        The wait after this many failed tries: doubled each time, capped.
        """
        return float(min(self.first * (1 << min(tries - 1, 16)), self.longest))


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


class Hook(Protocol):
    """
    A channel whose server calls us: at `/hooks/<name>` of PUBLIC_URL.
    """

    @property
    def name(self) -> str: ...

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """
        Whether this call comes from the channel's own server. Header names are in lower case.
        """
        ...

    def parse(self, payload: Json, now: datetime) -> IncomingMessage | None:
        """
        What a person said or pressed; None for anything else. Never raises, whatever the payload.
        """
        ...

    def position(self, payload: Json, now: datetime) -> int:
        """
        Where an update stands among those of its conversation: the smaller first.
        """
        ...

    def settle(self, payload: Json) -> None:
        """
        An update has been handled; what the person sees of it (a pressed keyboard) may be put right meanwhile.
        """
        ...

    async def typing(self, address: str) -> None:
        """
        Show the person that the bot is at work. May fail in any way.
        """
        ...


@asynccontextmanager
async def showing(typing: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """
    While this lasts longer than `SLOW`, the person is shown that the bot is at work; how that fails does not matter.
    """

    async def show() -> None:
        await asyncio.sleep(SLOW)
        with suppress(Exception):
            await typing()

    shown = asyncio.create_task(show())
    try:
        yield
    finally:
        shown.cancel()


class PartWay:
    """
    Replies that left in part: a try after a failure goes on behind the part that was taken last.
    """

    def __init__(self) -> None:
        self._taken: dict[int, list[str]] = {}

    async def go_on(self, ref: int, says: Sequence[Say]) -> str | None:
        """
        Send what is left of a reply. Returns the last id that a part was given. Raises what a part raises.
        """
        taken = self._taken.setdefault(ref, [])
        if len(self._taken) > MOST_PART_WAY:
            del self._taken[next(iter(self._taken))]
        for say in says[len(taken) :]:
            taken.append(await say())
        self.forget(ref)
        return next((id for id in reversed(taken) if id), None)

    def forget(self, ref: int) -> None:
        """
        It will not be tried again.
        """
        self._taken.pop(ref, None)


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


def plain(reply: Reply, limit: int) -> list[str]:
    """
    The reply for a channel that takes words alone: choices as numbered lines, a word in place of a file, in clean
    pieces of at most `limit` UTF-16 units.
    """
    if reply.attachment is not None:
        no_file = texts.NO_FILES_HERE.format(name=reply.attachment.name)
        reply = replace(reply, text=f"{reply.text}\n\n{no_file}")
    return pieces(numbered(reply), limit)


def pieces(text: str, limit: int, at_most: int | None = None) -> list[str]:
    """
    The text in clean pieces of at most `limit` UTF-16 units each; the first cut is tried at `at_most` characters.
    """
    found = list[str]()
    for piece in parts(text, at_most or limit):
        fits = len(piece.encode("utf-16-le")) // 2 <= limit
        found.extend([piece] if fits else pieces(piece, limit, (at_most or limit) // 2))
    return [piece for piece in found if piece.strip()]


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


def object_of(value: Json) -> Mapping[str, Json]:
    """
    A JSON object; an empty one for anything else.
    """
    return value if isinstance(value, Mapping) else {}


def clean(value: Json) -> str:
    """
    The words as they came, without what no database stores: half characters and NUL.
    """
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""
