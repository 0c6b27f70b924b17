"""
The commands that work from anywhere: /help, /huy, /why.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts, texts_officer
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask
from handlers.flows.officers import addressed
from handlers.flows.shown import commands_listed
from handlers.messages import IncomingMessage, Reply


@addressed
def show_help(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What the bot can do, with examples, and for officers first what they can; what is under way stays where it is.
    """
    places = ", ".join(place.name for place in tools.places)
    said = texts.HELP.format(places=places, commands=commands_listed(texts.COMMAND_SUMMARIES))
    held = ", ".join(post.name for post in tools.registry.posts())
    own = texts_officer.HELP.format(posts=held, commands=commands_listed(texts_officer.COMMAND_SUMMARIES))
    return Turn(state, (Reply(f"{own}\n\n{said}" if held else said, ask.MENU),))


@addressed
def cancel(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Leave whatever is under way; the person's place stays.
    """
    idle = state.flow in {"home", ask.ASK.name}
    said = texts.NOTHING_TO_CANCEL if idle else texts.CANCELLED
    return Turn(replace(state, flow="ask", step="listen", slots={}, context={}), (Reply(said, ask.MENU),))


@addressed
def why(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    For officers: the evidence behind the last answer, whose choices stay on offer.
    """
    evidence = state.context.get("why")
    said = tools.explain(evidence) if evidence else texts.WHY_NOTHING
    return Turn(state, (Reply(said, state.offered),))


HELP_WORDS = (
    "giup",
    "giup do",
    "tro giup",
    "huong dan",
    "menu",
    "help",
    "giup toi",
    "giup voi",
    "cac lenh",
    "xem menu",
)
CANCEL_WORDS = (
    *("thoi", "thui", "thoi khoi", "dừng", "dung lai", "huy", "huy bo", "huy di", "bo di", "thoat", "thoat ra"),
    *("ngung", "ngung lai", "stop", "cancel", "khong hoi nua", "thoi khong hoi nua", "thoi bo di", "thoi dung"),
)

HELP = Flow(name="help", entry="show", steps={"show": show_help}, commands=("help", "trogiup"), words=HELP_WORDS)
CANCEL = Flow(name="cancel", entry="cancel", steps={"cancel": cancel}, commands=("huy", "cancel"), words=CANCEL_WORDS)
WHY = Flow(name="why", entry="why", steps={"why": why}, commands=("why", "canhcu"))
