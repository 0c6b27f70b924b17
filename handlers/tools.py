"""
The tools that a step may use, made from the library of plans as of one moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.messages import Json
from knowledge.answer import Answer, Question
from knowledge.library import Library
from knowledge.places import Place, Whereabouts


@dataclass(frozen=True, slots=True)
class LibraryTools:
    """
    The library at one moment; `today` is the date where people live.
    """

    library: Library
    now: datetime
    today: date

    @property
    def places(self) -> tuple[Place, ...]:
        return self.library.places

    def whereabouts(self, text: str) -> Whereabouts | None:
        return self.library.whereabouts(text)

    def alarm(self, text: str) -> Answer | None:
        return self.library.alarm(text)

    def answer(self, question: Question) -> Answer:
        return self.library.answer(question)

    def explain(self, evidence: Mapping[str, Json]) -> str:
        return self.library.explain(evidence, self.today)
