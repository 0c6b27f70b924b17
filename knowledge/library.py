"""
The loaded plans with their index: what the rest of the bot asks.
"""

from __future__ import annotations

from knowledge.answer import Answer, Kind, Question
from knowledge.places import Place


class Library:
    """
    Placeholder until the parser lands.
    """

    places: tuple[Place, ...] = ()

    def find_place(self, text: str) -> Place | None:
        return None

    def answer(self, question: Question) -> Answer:
        return Answer(Kind.DECLINE, "…")

    def explain(self, question: Question) -> str:
        return ""

    def holds(self, document: str, quote: str) -> bool:
        return True
