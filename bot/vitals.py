"""
Whether this process can do its work, and the figures of it that are counted only when somebody asks. No person is in
either of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from prometheus_client import Gauge

from bot.app import App
from bot.channels.web import WebShelf
from bot.pulse import SERVER
from db.engine import newest_revision
from db.records import Standing

log = structlog.get_logger()

OUTBOX = Gauge("chungtay_outbox_messages", "Messages in the outbox", ["channel", "state"])
OLDEST = Gauge(
    "chungtay_outbox_oldest_seconds", "Since when the oldest of them is in the outbox", ["channel", "state"]
)
UPDATES = Gauge("chungtay_updates", "Updates that were delivered and are not handled", ["channel", "state"])
UPDATES_OLDEST = Gauge(
    "chungtay_updates_oldest_seconds", "Since when the oldest of them is here", ["channel", "state"]
)
SEEN = Gauge(
    "chungtay_part_seen_seconds",
    "Since a part was last seen at work: courier of a channel, porter, tick, server of a channel",
    ["part"],
)
STILL = Gauge("chungtay_part_still", "1: the part is not at work, or the server is silent", ["part"])
DATABASE_UP = Gauge("chungtay_database_up", "1: the database answers and has the schema of this program")

DATABASE_PATIENCE = 3
"""Seconds after which a database that does not answer counts as away."""

newest = cache(newest_revision)


@dataclass(frozen=True, slots=True)
class Vitals:
    """
    What was found; `database` is empty when nothing is wrong with it. `seen`: seconds since each part was.
    """

    database: str
    plans: int
    seen: Mapping[str, float]
    still: Mapping[str, str]

    def wrong(self, servers: bool) -> list[str]:
        """
        All that is wrong, a sentence each; with `servers` also that channels' servers are silent.
        """
        found = [self.database] if self.database else []
        found += [] if self.plans else ["không có kế hoạch nào"]
        parts = [part for part in self.still if servers or not part.startswith(SERVER)]
        return found + [f"{part}: {self.still[part]}" for part in parts]

    def as_json(self) -> Mapping[str, Any]:
        """
        The figures of it.
        """
        return {"plans": self.plans, "seen": {part: round(age, 1) for part, age in self.seen.items()}}


async def look(app: App) -> Vitals:
    """
    Look at the database, the plans, and when each part was last seen.
    """
    return Vitals(await _database(app), len(app.library.places), app.pulse.ages(), app.pulse.still())


async def _database(app: App) -> str:
    """
    What is wrong with the database, or nothing.
    """
    try:
        async with asyncio.timeout(DATABASE_PATIENCE):
            revision = await app.database.revision()
            async with app.database.read() as uow:
                await uow.outbox.waiting([WebShelf.name], app.clock())
    except Exception as error:  # whatever it is, we are not ready
        log.warning("not_ready", exc_info=error)
        return f"cơ sở dữ liệu của DATABASE_URL không trả lời ({type(error).__name__}), nhật ký ghi rõ hơn"
    if revision != newest():
        return (
            f"cơ sở dữ liệu của DATABASE_URL có lược đồ {revision}, chương trình này cần {newest()}; xem lệnh migrate"
        )
    return ""


async def measure(app: App) -> None:
    """
    Set the figures that are not counted as they happen; those of the database are left out while it is away.
    """
    up = not await _database(app)
    try:
        async with asyncio.timeout(DATABASE_PATIENCE), app.database.read() as uow:
            messages, updates = await uow.outbox.counts(), await uow.updates.standing()
    except Exception as error:  # the other figures matter all the more
        log.warning("outbox_not_counted", exc_info=error)
        messages, updates = {}, {}
    for gauge in (OUTBOX, OLDEST, UPDATES, UPDATES_OLDEST, SEEN, STILL):
        gauge.clear()
    still = app.pulse.still()
    for part, age in app.pulse.ages().items():
        SEEN.labels(part).set(age)
        STILL.labels(part).set(part in still)
    DATABASE_UP.set(up)
    _set(OUTBOX, OLDEST, messages, app.clock)
    _set(UPDATES, UPDATES_OLDEST, updates, app.clock)


def _set(
    count: Gauge, oldest: Gauge, found: Mapping[tuple[str, str], Standing], clock: Callable[[], datetime]
) -> None:
    for labels, standing in found.items():
        count.labels(*labels).set(standing.count)
        oldest.labels(*labels).set((clock() - standing.oldest).total_seconds())
