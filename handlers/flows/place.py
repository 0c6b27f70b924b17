"""
Where the person is from: asked once, may be skipped, changed with /noio.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask
from handlers.messages import Choice, IncomingMessage, Reply


def question(tools: Tools, text: str = texts.ASK_PLACE) -> Reply:
    """
    The question for the place, with the places that there are plans for.
    """
    choices = [Choice(f"place:{place.slug}", place.name) for place in tools.places]
    return Reply(text, (*choices, Choice("place:", texts.SKIP)))


def ask_place(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Ask, and wait for the answer.
    """
    return Turn(replace(state, flow="place", step="answered", slots={}), (question(tools),))


def answered(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice or a typed name of a place is kept; anything else is taken as what it is, a question.
    """
    if message.choice is not None and message.choice.startswith("place:"):
        return ask.keep_place(state, message.choice.removeprefix("place:"), tools)
    if message.choice is None and len(message.text) <= ask.LONGEST_QUESTION:
        place = tools.find_place(message.text)
        if place is not None:
            return ask.keep_place(state, place.slug, tools)
    return ask.listen(state, message, tools)


PLACE = Flow(
    name="place",
    entry="ask",
    steps={"ask": ask_place, "answered": answered},
    commands=("noio",),
    listens=True,
)
