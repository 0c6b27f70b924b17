"""
The bench's made-up plans are real plans, the same for the same seed, and its report names every figure.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge import bench, exemplars
from knowledge.exemplars import Exemplars
from knowledge.parse import coverage, parse, shipped


@pytest.fixture(autouse=True)
def _unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_made_up_plans_parse_and_speak_of_their_own_place_only() -> None:
    names = [plan.meta.place_name.split(" ", 1)[-1] for plan in shipped()]
    for text, original in zip(bench.made_up(5, 1), shipped(), strict=True):
        plan = parse(text.id, text.source, text.review)
        assert plan.meta.place_name.startswith("xã ")
        assert plan.meta.place_name.removeprefix("xã ") in text.source
        assert not any(f"huyện {name}" in text.source or f"tỉnh {name}" in text.source for name in names)
        assert len(plan.clauses) >= 0.9 * len(original.clauses)
        assert coverage(plan) > 0.99


def test_the_same_seed_makes_the_same_plans_and_another_seed_others() -> None:
    first, again, other = (list(bench.made_up(12, seed)) for seed in (1, 1, 2))
    assert first == again
    assert len({text.id for text in first}) == len({text.source for text in first}) == 12
    assert [text.source for text in first] != [text.source for text in other]


def test_each_question_goes_to_a_plan_made_from_the_one_it_asks_about() -> None:
    asked = bench._questions(50, 1)
    assert asked == bench._questions(50, 1)
    assert {plan for _, plan in asked} <= {text.id for text in bench.made_up(50, 1)}


def _here(stage: Callable[[Path, int, int], bench.Figures], folder: Path, places: int, seed: int) -> bench.Figures:
    return stage(folder, places, seed)


def test_the_report_has_a_line_for_each_engine_and_says_when_bm25s_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(folder: Path) -> str:
        return "bm25s alone: not measured"

    few = Exemplars(exemplars.load().kinds[::40], (), (), ())
    monkeypatch.setattr(exemplars, "load", lambda: few)
    monkeypatch.setattr(bench, "_apart", _here)
    monkeypatch.setattr(bench, "_run_bm25s", missing)
    monkeypatch.setattr(bench, "ASKED", 10)
    assert bench.report(5, 1) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[2:4]] == ["archive, full", "tantivy alone"]
    assert lines[4] == "bm25s alone: not measured"
    assert all(f"{what} in" in lines[5] for what in ("added", "replaced", "withdrawn"))
