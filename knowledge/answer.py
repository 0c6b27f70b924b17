"""
What an answer is: verbatim clauses with their address, a question back, an honest no, or a short human line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

PAGE_ASK = "muc:"
"""Begins what a choice asks that is bound to a unit of a plan: muc:<unit key> quotes it, muc:<unit key>:<page> shows
a page of that section."""


class Kind(StrEnum):
    """
    What an answer is.
    """

    ANSWER = "answer"
    CLARIFY = "clarify"
    DECLINE = "decline"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Question:
    """
    What a person asked. `place` is the slug of the profile's place; `context` what the last answer left behind.
    """

    text: str
    today: date
    place: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """
    A verbatim quote and where it stands: the plan's id, the clause's path.
    """

    document: str
    path: str
    quote: str


@dataclass(frozen=True, slots=True)
class Option:
    """
    A way on: what people see, and the question that choosing it asks (about `place`, where given).
    """

    label: str
    ask: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What the bot says: `text` is all that the person sees. `context` is JSON for the next question; `seen` is what the
    decision looked at, by name (empty for comparisons and pages). An `urgent` one answers an emergency: nothing else
    is said or offered with it. `place` is the slug of the place that the person said is theirs, to be kept.
    `evidence` is JSON too: what `Library.explain` needs to say why this very answer was given.
    """

    kind: Kind
    text: str
    citations: tuple[Citation, ...] = ()
    options: tuple[Option, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[str, float] = field(default_factory=dict)
    urgent: bool = False
    place: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
