"""
Where the person is from: asked once, may be skipped, changed with /noio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import texts
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask
from handlers.flows.officers import addressed
from handlers.messages import Choice, IncomingMessage, Reply
from knowledge.places import Place, Whereabouts


def question(tools: Tools) -> Reply:
    """
    The question for the place, with the places that there are plans for.
    """
    return _offering(texts.ASK_PLACE, tools.places)


def _offering(text: str, places: Sequence[Place]) -> Reply:
    choices = [Choice(f"place:{place.slug}", place.name) for place in places]
    return Reply(text, (*choices, Choice("place:", texts.SKIP)))


@addressed
def ask_place(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Ask, and wait for the answer.
    """
    return Turn(replace(state, flow="place", step="answered", slots={}), (question(tools),))


@addressed
def answered(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice or a typed name of a place is kept; one that no plan is held for is asked again; anything else is taken
    as what it is, a question.
    """
    if message.choice is not None and message.choice.startswith("place:"):
        return ask.keep_place(state, message.choice.removeprefix("place:"), tools)
    if ask.refusal(message) is not None or message.choice is not None:
        return ask.listen(state, message, tools)
    where = tools.whereabouts(message.text)
    if where is None:
        return ask.listen(state, message, tools)
    if where.place is not None:
        return ask.keep_place(state, where.place.slug, tools)
    return Turn(replace(state, flow="place", step="answered"), (_unknown(where, tools),))


def _unknown(where: Whereabouts, tools: Tools) -> Reply:
    """
    The question once more, with the places that there are: those in the area, where it has any.
    """
    places = where.within or tools.places
    known = ", ".join(place.name for place in places)
    said = texts.PLACE_PARTLY if where.within else texts.PLACE_UNKNOWN
    return _offering(said.format(area=where.area, places=known), places)


PLACE = Flow(
    name="place",
    entry="ask",
    steps={"ask": ask_place, "answered": answered},
    commands=("noio",),
    listens=True,
    words=("doi noi o", "noi o", "doi cho o", "doi dia phuong", "doi noi khac", "doi tinh", "chon noi khac"),
)
