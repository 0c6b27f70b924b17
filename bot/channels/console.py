"""
The terminal: people type on standard input, replies are printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from bot.channels.base import Limits, choice_ref, numbered
from handlers.messages import Attachment, Reply

Print = Callable[[str], None]


def laid_down(attachment: Attachment) -> Path:
    """
    Where the file lies now: in a folder of its own that only this user can read.
    """
    file = Path(mkdtemp(prefix="chung-tay-")) / Path(attachment.name).name
    file.write_bytes(attachment.content)
    return file


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
        file = reply.attachment
        attachment = file and {"name": file.name, "path": str(laid_down(file))}
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
        file = f"\n[{reply.attachment.name}: {laid_down(reply.attachment)}]" if reply.attachment else ""
        self._write(f"\n{numbered(reply)}{file}\n")
        return None
