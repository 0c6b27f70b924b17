"""
A question answered from the plans alone: no conversation, no desk, what the plans state as they state it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from handlers.duties import Duty, of_plan
from handlers.flows.dated import asks_when, with_days, words_of
from handlers.flows.when import asks_for_days, of_plans, place_meant
from knowledge.answer import Answer, Question
from knowledge.deadlines import AT, duties
from knowledge.library import Library
from knowledge.workdays import VIET_NAM


def answered(library: Library, question: Question) -> Answer:
    """
    The library's answer with the days of what it quotes, or the days themselves where nothing else is asked.
    """
    spelled, named = library.spell_out(question.text), library.named(question.text)
    if asks_for_days(spelled, library.spell_out(named.rest), named):
        return _days(library, question, spelled)
    answer = library.answer(question)
    dated = answer.citations and asks_when(spelled)
    return with_days(answer, _stated(library, question.today), question.today) if dated else answer


def _days(library: Library, question: Question, spelled: str) -> Answer:
    place = place_meant(library.named(question.text), question.context, question.place, library.places)
    now = datetime.combine(question.today, AT, VIET_NAM)
    found = of_plans(words_of(spelled), place, _stated(library, question.today), now)
    return replace(found, context=question.context)


def _stated(library: Library, today: date) -> tuple[Duty, ...]:
    return tuple(of_plan(duty) for duty in duties(library.plans, today))
