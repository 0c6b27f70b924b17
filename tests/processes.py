"""
The bot as a process of its own: `chat --json` that may be killed, `serve` on a free port.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.fakes import KEY

ROOT = Path(__file__).parents[1]
PATIENCE = 60
"""Seconds for what takes five on a machine that has nothing else to do."""


BOT, SMALL_BOT = "bot", "tests.small_bot"


def start(folder: Path, module: str, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """
    `python -m bot …` in a folder, with these settings and nothing else in its environment.
    """
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **key_for(settings), **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def key_for(settings: Mapping[str, str]) -> Mapping[str, str]:
    """
    The tests' key where a database is on a server: no file lies beside that one.
    """
    return {"DATA_KEY": KEY} if settings.get("DATABASE_URL", "").startswith("postgresql") else {}


@contextmanager
def running(folder: Path, module: str, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """
    The process, killed at the end if it is still there.
    """
    process = start(folder, module, *arguments, **settings)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


class JsonChat:
    """
    What a program says to `chat --json` and gets back.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    def write(self, **line: str) -> None:
        self._in.write(json.dumps(line) + "\n")
        self._in.flush()

    def read(self) -> dict[str, Any]:
        line = self._out.readline()
        assert line, "the process ended"
        found: dict[str, Any] = json.loads(line)
        return found

    def say(self, **line: str) -> list[dict[str, Any]]:
        """
        Say one line. Returns all replies up to `done`, those left from before included.
        """
        self.write(**line)
        replies = []
        while "done" not in (reply := self.read()):
            replies.append(reply)
        return replies

    def kill(self) -> list[dict[str, Any]]:
        """
        End it as a power cut does. Returns the lines that were already printed and not read.
        """
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(PATIENCE) == -signal.SIGKILL
        return [json.loads(line) for line in self._out.read().splitlines()]

    def wait_until_it_hangs(self) -> None:
        """
        After "treo": it is in the middle of that turn.
        """
        assert self._process.stderr is not None
        assert self._process.stderr.readline() == "hanging\n"


@contextmanager
def json_chat(folder: Path, database_url: str) -> Iterator[JsonChat]:
    with running(folder, SMALL_BOT, "chat", "--json", DATABASE_URL=database_url) as process:
        yield JsonChat(process)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def served(
    folder: Path, database_url: str, port: int, module: str = SMALL_BOT
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """
    A started `serve` that said what is on, and a browser at its address.
    """
    settings = {"DATABASE_URL": database_url, "WEB_PORT": str(port), "LOG_LEVEL": "DEBUG"}
    with (
        running(folder, module, "serve", **settings) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as browser,
    ):
        yield process, browser


def stdout_until(process: subprocess.Popen[str], words: str) -> str:
    """
    What it prints up to the line that holds these words.
    """
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(line)
        if words in line:
            return "".join(heard)
    raise AssertionError(f"it ended without {words!r}: {''.join(heard)}")
