"""
What a process holds after very many turns: `python -m tests.bench_memory [turns]` (`make bench-memory`). The real
library answers real questions of ever new people through the dispatcher and the courier, on SQLite, without a
network. It prints the turns, the MB that the process holds, and the seconds so far.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.channels.base import Limits
from handlers.messages import Reply
from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.library import Library
from tests.bench_turns import asked, memory
from tests.fakes import message, stack

TURNS, LOOKS = 200_000, 10
AT_ONCE = 4


class Forgetful:
    """
    A channel that takes everything and keeps nothing.
    """

    name = "notebook"
    limits = Limits(text=4096, buttons=True)

    async def send(self, address: str, reply: Reply, ref: int) -> str | None:
        return None


async def measure(turns: int, url: str) -> None:
    """
    So many turns, and a line for each tenth of them.
    """
    app = stack(url, Forgetful(), library=Library.shipped(), areas=Areas(Catalogue.seed()))
    await app.begin()
    numbers, began = itertools.count(1), time.perf_counter()

    async def take(person: int, text: str) -> None:
        await app.receive(message(text, f"m{next(numbers)}", str(person)))

    def tell(done: int) -> None:
        print(f"{done:>9,} turns   {memory(os.getpid()):6.0f} MB   {time.perf_counter() - began:6.0f} s", flush=True)

    tell(0)
    for part in range(1, LOOKS + 1):
        said = asked(turns // LOOKS)
        for start in range(0, len(said), AT_ONCE):
            await asyncio.gather(*(take(person, text) for person, text in said[start : start + AT_ONCE]))
            await app.courier.deliver()
        tell(len(said) * part)
    await app.database.close()


def main(arguments: Sequence[str]) -> int:
    """
    The whole benchmark.
    """
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(int(arguments[0]) if arguments else TURNS, f"sqlite:///{Path(folder) / 'ct.db'}"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
