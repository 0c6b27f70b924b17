"""
The metronome: APScheduler only ticks, a tick carries no data, and a missed one is caught up once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import Counter

log = structlog.get_logger()

TICK_FAILURES = Counter("chungtay_tick_failures", "Ticks that ended in an error", ["tick"])

Tick = Callable[[], Awaitable[object]]


def every(ticks: dict[str, tuple[timedelta, Tick]]) -> AsyncIOScheduler:
    """
    A scheduler, not yet started, that calls each tick at its interval, one at a time.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, (interval, tick) in ticks.items():
        scheduler.add_job(guarded(name, tick), "interval", seconds=interval.total_seconds(), id=name, name=name)
    return scheduler


def guarded(name: str, tick: Tick) -> Tick:
    """
    The tick, with its failure counted and logged instead of raised: the next one tries again.
    """

    async def run() -> None:
        try:
            await tick()
        except Exception:
            TICK_FAILURES.labels(name).inc()
            log.exception("tick_failed", tick=name)

    return run
