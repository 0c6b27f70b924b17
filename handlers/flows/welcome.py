"""
/start: who is speaking, what it can do, where the person is from.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask, place, register
from handlers.messages import IncomingMessage, Reply


def greet(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Greet with what can be asked and done and ask for the place.
    """
    fresh = replace(state, flow="place", step="answered", slots={}, context={})
    return Turn(fresh, (Reply(texts.GREETING, (*register.offered(state), *ask.MENU)), place.question(tools)))


WELCOME = Flow(name="welcome", entry="greet", steps={"greet": greet}, commands=("start",))
