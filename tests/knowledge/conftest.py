"""
Short ways to ask the shipped library, and the quality gate, run once for all tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import pytest

from knowledge.answer import Answer, Question
from knowledge.eval import gate
from knowledge.library import Library
from knowledge.parse import Plan, shipped

Ask: TypeAlias = Callable[..., Answer]
Talk: TypeAlias = Callable[..., list[Answer]]


@pytest.fixture(scope="session")
def ask(library: Library) -> Ask:
    """
    Ask one question: its text, the profile's place, the context, the day.
    """

    def ask(
        text: str, place: str | None = None, context: Mapping[str, Any] | None = None, today: date = gate.TODAY
    ) -> Answer:
        return library.answer(Question(text, today, place, context or {}))

    return ask


@pytest.fixture(scope="session")
def talk(ask: Ask) -> Talk:
    """
    Ask several questions in a row; the context goes through JSON between the turns, as it does in the database.
    """

    def talk(*texts: str, place: str | None = None) -> list[Answer]:
        answers: list[Answer] = []
        context: Mapping[str, Any] = {}
        for text in texts:
            answers.append(ask(text, place, context))
            context = json.loads(json.dumps(answers[-1].context))
            place = answers[-1].place or place
        return answers

    return talk


@pytest.fixture(scope="session")
def plans() -> Mapping[str, Plan]:
    """
    The shipped plans by id.
    """
    return {plan.id: plan for plan in shipped()}


@pytest.fixture(scope="session")
def report(library: Library) -> gate.Report:
    """
    All gold questions asked; it takes about ten seconds.
    """
    return gate.run(library, gate.TODAY)
