"""
/start: who is speaking, what it can do, where the person is from.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask, place, register
from handlers.flows.officers import addressed
from handlers.messages import IncomingMessage, Reply


@addressed
def greet(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Greet with what can be asked and done, and ask for the place, but not whoever skipped the question before. Whose
    place is known is told which one it is.
    """
    greeting = Reply(texts.GREETING, (*register.offered(state), *ask.MENU))
    if "place" not in state.profile:
        fresh = replace(state, flow="place", step="answered", slots={}, context={})
        return Turn(fresh, (greeting, place.question(tools)))
    fresh = replace(state, flow="ask", step="listen", slots={}, context={})
    kept = next((one for one in tools.places if one.slug == state.profile["place"]), None)
    return Turn(fresh, (greeting, Reply(texts.PLACE_IS.format(place=kept.name))) if kept else (greeting,))


START_WORDS = (
    "bat dau",
    "bat dau lai",
    "bat dau lai tu dau",
    "lam lai",
    "lam lai tu dau",
    "lai tu dau",
    "start",
    "ve dau",
)

WELCOME = Flow(name="welcome", entry="greet", steps={"greet": greet}, commands=("start",), words=START_WORDS)
