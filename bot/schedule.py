"""
The metronome: APScheduler only ticks, a tick carries no data, and a missed one is caught up once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import Counter

from bot.pulse import Beat, Pulse, tick_of, unheard

log = structlog.get_logger()

TICK_FAILURES = Counter("chungtay_tick_failures", "Ticks that ended in an error", ["tick"])

Tick = Callable[[], Awaitable[object]]
AT_WORK = timedelta(minutes=2)
"""How long one tick may take before it counts as hanging."""


def every(ticks: dict[str, tuple[timedelta, Tick]], pulse: Pulse) -> AsyncIOScheduler:
    """
    A scheduler, not yet started, that calls each tick at its interval, one at a time. The pulse expects each tick to
    end well: one may fail or be late, the next may not.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, (interval, tick) in ticks.items():
        TICK_FAILURES.labels(name)
        pulse.expect(tick_of(name), 2 * interval + AT_WORK, seen=True)
        scheduler.add_job(
            guarded(name, tick, pulse.beat), "interval", seconds=interval.total_seconds(), id=name, name=name
        )
    return scheduler


def guarded(name: str, tick: Tick, beat: Beat = unheard) -> Tick:
    """
    The tick, with its failure counted and logged instead of raised: the next one tries again.
    """

    async def run() -> None:
        try:
            await tick()
        except Exception:
            TICK_FAILURES.labels(name).inc()
            log.exception("tick_failed", tick=name)
        else:
            beat(tick_of(name))

    return run
