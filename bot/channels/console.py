"""
The terminal: people type on standard input, replies are printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.channels.base import Limits, choice_ref, numbered
from handlers.messages import Reply

Print = Callable[[str], None]


class JsonConsole:
    """
    One JSON line a reply, for programs. The address is the user.
    """

    name = "console"
    limits = Limits(text=100_000, buttons=True)

    def __init__(self, write: Print) -> None:
        self._write = write

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Print the reply for its user; never fails.
        """
        attachment = reply.attachment and {"name": reply.attachment.name, "path": reply.attachment.path}
        line = {
            "user": address,
            "text": reply.text,
            "choices": [{"id": choice_ref(ref, n), "label": choice.label} for n, choice in enumerate(reply.choices)],
            "attachment": attachment,
        }
        self._write(json.dumps(line, ensure_ascii=False))
        return None


class Terminal:
    """
    Plain text for a person; choices are numbered lines.
    """

    name = "terminal"
    limits = Limits(text=100_000, buttons=False)

    def __init__(self, write: Print) -> None:
        self._write = write

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        """
        Print the reply; never fails.
        """
        file = f"\n[{reply.attachment.name}: {reply.attachment.path}]" if reply.attachment else ""
        self._write(f"\n{numbered(reply)}{file}\n")
        return None
