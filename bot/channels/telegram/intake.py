"""
Updates under way: one lane a chat, and which update may be acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from bot.channels.base import object_of
from bot.channels.telegram.parse import id_of
from handlers.messages import Json


class Intake:
    """
    The updates that were fetched and may not be acknowledged yet, handled one lane a chat.
    """

    def __init__(self, take: Callable[[Json], Awaitable[None]]) -> None:
        self._take = take
        self._open: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._next: int | None = None
        self._asked = 0

    def ask(self) -> int | None:
        """
        The lowest update that is still needed: asking from it on lets Telegram forget all before it.
        """
        offset = min(self._open, default=self._next)
        self._asked = offset or 0
        return offset

    @property
    def busy(self) -> bool:
        """
        Whether some updates are still being handled.
        """
        return bool(self._open)

    def add(self, updates: Iterable[Json]) -> int:
        """
        Begin to handle those that are new in the answer to the last `ask`, oldest first. Returns how many.

        What was handled is remembered until an answer came to an `ask` beyond it: the answer to an earlier one may
        have been under way with it.
        """
        numbered = {update["update_id"]: update for update in updates if id_of(object_of(update).get("update_id"))}
        fresh = sorted(numbered.keys() - self._open.keys() - self._done)
        for id in fresh:
            self._begin(id, numbered[id])
            self._next = max(self._next or 0, id + 1)
        self._done = {done for done in self._done if done >= self._asked}
        return len(fresh)

    def _begin(self, id: int, update: Json) -> None:
        lane = _lane(update)
        task = asyncio.create_task(self._after(self._lanes.get(lane), update), name=f"update-{id}")
        self._open[id] = self._lanes[lane] = task
        task.add_done_callback(partial(self._finish, id, lane))

    async def _after(self, before: asyncio.Task[None] | None, update: Json) -> None:
        if before is not None:
            await asyncio.wait({before})
        await self._take(update)

    def _finish(self, id: int, lane: str, task: asyncio.Task[None]) -> None:
        del self._open[id]
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        self._done.add(id)

    async def settle(self, within: float) -> None:
        """
        Wait until one of them is handled, but no longer than this many seconds.
        """
        if self._open:
            await asyncio.wait(self._open.values(), timeout=within, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """
        Leave off; what was not stored will be delivered again.
        """
        tasks = list(self._open.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _lane(update: Json) -> str:
    raw = object_of(update)
    message = object_of(raw.get("message")) or object_of(object_of(raw.get("callback_query")).get("message"))
    return id_of(object_of(message.get("chat")).get("id")) or ""
