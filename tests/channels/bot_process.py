"""
A bot in a process of its own, to be killed: Telegram's listener and the courier on a SQLite file.

`python -m tests.channels.bot_process --url … --database … [--hold-at N] [--ahead SECONDS]`. With --hold-at it prints
"holding" when the N-th message was fetched, and never handles it. It ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
from datetime import timedelta
from pathlib import Path

from bot import logs
from bot.app import App
from bot.channels.telegram import Telegram
from handlers.messages import IncomingMessage
from tests.channels.fake_telegram import TOKEN
from tests.channels.rehearsal import QUICK, HandClock, stack


async def run(url: str, database: Path, hold_at: int, ahead: timedelta) -> None:
    """
    Listen and deliver until killed.
    """
    clock = HandClock()
    clock.forward(ahead)
    channel = Telegram(TOKEN, url, pace=QUICK)
    app = stack(database, channel, clock=clock)
    await app.database.migrate()
    await asyncio.gather(app.courier.run(), channel.listen(Holding(app, hold_at)))


class Holding:
    """
    The app's receive, stopping for ever at the N-th message; 0 never stops.
    """

    def __init__(self, app: App, hold_at: int) -> None:
        self._app = app
        self._left = hold_at

    async def __call__(self, message: IncomingMessage) -> None:
        self._left -= 1
        if self._left == 0:
            print("holding", flush=True)
            await asyncio.Event().wait()
        await self._app.receive(message)


def end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--database", type=Path, required=True)
    arguments.add_argument("--hold-at", type=int, default=0)
    arguments.add_argument("--ahead", type=float, default=0)
    asked = arguments.parse_args()
    threading.Thread(target=end_with_input, daemon=True).start()
    logs.set_up("ERROR")
    asyncio.run(run(asked.url, asked.database, asked.hold_at, timedelta(seconds=asked.ahead)))
