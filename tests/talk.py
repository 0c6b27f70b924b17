"""
A conversation for tests: lines go in, replies come out, through the whole stack and its database.

A line is what a person types. `[2]` presses the second choice of the newest reply that has any, `[5.1]` takes a
reference as it stands, and `(ảnh)`, `(thoại)`, `(nhãn dán)` and the like are things that the bot cannot read.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.app import App
from bot.channels.base import numbered
from handlers.messages import Reply, Unreadable
from tests.fakes import Notebook, Sent, message, stack

UNREADABLE = MappingProxyType(
    {
        "(ảnh)": Unreadable.PHOTO,
        "(thoại)": Unreadable.VOICE,
        "(nhãn dán)": Unreadable.STICKER,
        "(tệp)": Unreadable.FILE,
        "(vị trí)": Unreadable.LOCATION,
        "(danh bạ)": Unreadable.CONTACT,
        "(tin bị giấu)": Unreadable.HIDDEN,
        "(tin lạ)": Unreadable.OTHER,
    }
)
PRESS = re.compile(r"\[(\d+)\]")
REFERENCE = re.compile(r"\[(\d+\.\d+)\]")
SAID, HEARD, MORE = "> ", "● ", "  "


class Talk:
    """
    One person's side of a conversation.
    """

    def __init__(self, app: App, notebook: Notebook, address: str = "5") -> None:
        self._app = app
        self._notebook = notebook
        self._address = address
        self._count = 0

    @property
    def seen(self) -> list[Sent]:
        """
        All that this person got, oldest first.
        """
        return [sent for sent in self._notebook.sent if sent.address == self._address]

    def resume(self, other: Talk) -> None:
        """
        Speak on where another left off, so that no message seems to be said before.
        """
        self._count = other._count

    async def say(self, line: str) -> list[Reply]:
        """
        Say one line. Returns the replies to it.
        """
        before = len(self.seen)
        self._count += 1
        await self._app.dispatcher.handle(
            message(id=f"{self._address}-{self._count}", address=self._address, **self._read(line))
        )
        await self._app.courier.deliver()
        return [sent.reply for sent in self.seen[before:]]

    async def hear(self, line: str) -> str:
        """
        Say one line. Returns the replies' texts as one.
        """
        return "\n".join(reply.text for reply in await self.say(line))

    def _read(self, line: str) -> dict[str, Any]:
        if line in UNREADABLE:
            file = f"{self._notebook.name}:document:1" if line == "(tệp)" else None
            return {"unreadable": UNREADABLE[line], "file": file}
        if found := REFERENCE.fullmatch(line):
            return {"choice": found[1]}
        if found := PRESS.fullmatch(line):
            newest = next(sent for sent in reversed(self.seen) if sent.reply.choices)
            return {"choice": newest.choice(int(found[1]) - 1)}
        return {"text": line}


@asynccontextmanager
async def talking(database_url: str, library: Any = None, areas: Any = None) -> AsyncIterator[Talk]:
    """
    A person at a bot on this database.
    """
    notebook = Notebook()
    app = stack(database_url, notebook, library=library, areas=areas)
    try:
        yield Talk(app, notebook)
    finally:
        await app.database.close()


def lines_of(transcript: str) -> list[str]:
    """
    What the person says in a transcript.
    """
    return [line.removeprefix(SAID) for line in transcript.splitlines() if line.startswith(SAID)]


def heading_of(transcript: str) -> str:
    """
    The lines before the first thing that is said: what the dialogue is about.
    """
    return transcript.partition(f"\n{SAID}")[0].rstrip()


async def play(talk: Talk, transcript: str) -> str:
    """
    The transcript as the bot makes it today from the same lines.
    """
    blocks = [heading_of(transcript)]
    for line in lines_of(transcript):
        blocks.append(f"{SAID}{line}")
        blocks.extend(written(reply) for reply in await talk.say(line))
    return "\n\n".join(blocks) + "\n"


def written(reply: Reply) -> str:
    """
    A reply as it stands in a transcript: a dot before it, its lines set in, choices as numbered lines.
    """
    first, *more = numbered(reply).splitlines()
    return "\n".join([HEARD + first, *((MORE + line).rstrip() for line in more)])


def transcripts(folder: Path) -> Iterable[Path]:
    """
    The transcripts of a folder, by name.
    """
    return sorted(folder.glob("*.txt"))
