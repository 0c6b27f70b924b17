"""
A handful of the made-up population of `make bench-households`: through the real bot and one kill, nothing is lost.
"""

from __future__ import annotations

from pathlib import Path

from bot.clock import local_date, system_clock
from tests.population import report, settle


def test_a_dozen_households_register_rightly_though_the_bot_is_killed(tmp_path: Path) -> None:
    village = settle(tmp_path, 12, 1, local_date(system_clock()))

    village.talk()

    outcomes = village.outcomes()
    figures = report(village, outcomes, 0)
    assert village.restarts == 1
    assert [one.household.transcript for one in outcomes if not one.right] == [], figures
    assert "registered twice:                 0" in figures
