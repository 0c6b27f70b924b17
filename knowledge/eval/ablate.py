"""
What each stage is worth: the gate's figures with one stage switched off at a time. The weights stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knowledge import exemplars
from knowledge.eval import gate
from knowledge.exemplars import Exemplars
from knowledge.library import Library
from knowledge.parse import Plan, shipped

STAGES = ("spelling", "concepts", "letter groups", "structure", "follow-ups", "second quote")
"""Stages that the library can go without."""


def variants() -> Iterator[tuple[str, Library]]:
    """
    The whole library, then one for each stage that is left out.
    """
    plans, known = shipped(), exemplars.load()
    yield "everything", Library(plans, known)
    for stage in STAGES:
        yield f"without {stage}", Library(plans, known, frozenset([stage]))
    yield "without gaps and other topics", Library(plans, replace(known, gaps=(), topics=(), talks=()))
    yield "without questions people ask", Library(plans, replace(known, kinds=()))


def unannotated() -> Iterator[tuple[Plan, Library]]:
    """
    For each plan, a library that knows only the questions asked about the other four: how a plan that nobody
    annotated would fare.
    """
    plans, known = shipped(), exemplars.load()
    for plan in plans:
        yield plan, Library(plans, replace(known, kinds=_of_others(known, plan)))


def _of_others(known: Exemplars, plan: Plan) -> tuple[exemplars.Kind, ...]:
    return tuple(kind for kind in known.kinds if kind.plan != plan.id)


def table() -> Iterator[str]:
    """
    A row a variant, as Markdown: right answers and right refusals of the measured half, and of all dialogue turns.
    """
    yield "| | answered | declined | dialogue turns answered | declined | focus | p50 ms |"
    yield "|---|---|---|---|---|---|---|"
    for name, library in variants():
        yield _row(name, gate.run(library, gate.TODAY))
    yield _row("each plan without its own questions", unannotated_report())


def unannotated_report() -> gate.Report:
    """
    The single questions about each plan, asked of the library that does not know how people ask about it.
    """
    asked: list[gate.Asked] = []
    for plan, library in unannotated():
        report = gate.run(library, gate.TODAY)
        asked.extend(one for one in report.asked if {wanted.plan for wanted in one.item.gold} == {plan.id})
    return gate.Report(tuple(asked))


def _row(name: str, report: gate.Report) -> str:
    kinds = [(answerable, turn) for turn in (False, True) for answerable in (True, False)]
    asked = {(one.item.answerable, bool(one.item.turn)) for one in report.asked}
    shares = zip(gate.figures(report, "measure").values(), kinds, strict=True)
    times = sorted(one.ms for one in report.asked)
    cells = " | ".join(f"{value:.1%}" if kind in asked else "–" for value, kind in shares)
    return f"| {name} | {cells} | {gate.focus(report):.2f} | {times[len(times) // 2]:.1f} |"
