"""
/noikenh joins a second channel of the same person with a short code, or says where he is told; /tachkenh splits them.

The code is made on one channel and typed on the other. There both channels are named, with what joining lets the
other one see, and only the choice itself joins them: the other telephone may be somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from handlers import texts_channels as say
from handlers.cases import ConsentKind
from handlers.effects import Choose, Join, MissedCode, OfferJoin, Prefer, Split
from handlers.flow import Flow, State, Step, Tools, Turn, command_of
from handlers.flows import ask, register
from handlers.messages import Choice, IncomingMessage, Reply

SIGNS = 6
"""Of a join code."""
LOOKED_AT = frozenset({"web", "terminal", "console"})
"""Channels where somebody sees what was sent only when he looks: no place to be told unasked, unless he wants it."""
KEEP = Choice("join:no", say.NO)


def named(channel: str) -> str:
    """
    What people call a channel.
    """
    return say.CHANNELS.get(channel, channel)


def listed(channels: Iterable[str]) -> str:
    """
    Several of them.
    """
    return ", ".join(named(channel) for channel in channels)


# /noikenh


def begin(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /noikenh: with a code after it, the question whether to join; without, what can be done.
    """
    _, _, code = message.text.strip().partition(" ") if command_of(message.text) else ("", "", "")
    at_start = replace(state, flow=JOIN.name, step="chosen", slots={})
    return _typed(at_start, code, message, tools) if code.strip() else _offer(at_start, message, tools)


def _offer(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What is joined and where the person is told; the first time, what joining means.
    """
    first, *others = tools.registry.channels()
    make = Choice("join:make", say.MAKE)
    if not others:
        return Turn(state, (Reply(say.INTRODUCED.format(here=named(message.key.channel)), (make, KEEP)),))
    moves = (Choice(f"join:prefer:{other}", say.PREFER.format(channel=named(other))) for other in others)
    ways = (*moves, make, Choice("go:tachkenh", say.SPLIT), KEEP)
    return Turn(state, (Reply(say.JOINED.format(channels=listed((first, *others)), told=named(first)), ways),))


def chosen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A code to make, a code that was typed, another channel to be told on, or nothing.
    """
    what = (message.choice or "").removeprefix("join:")
    if message.choice is None:
        return _typed(state, message.text, message, tools)
    if what == "make":
        return _made(state, tools)
    if what == "no":
        return register.go_home(state, say.KEPT)
    channel = what.removeprefix("prefer:")
    if what == channel or channel not in tools.registry.channels():
        return ask.listen(state, message, tools)
    return register.go_home(state, say.PREFERRED.format(channel=named(channel)), Prefer(channel))


def _made(state: State, tools: Tools) -> Turn:
    secret = tools.new_sign()
    return register.go_home(state, say.MADE.format(code=secret), OfferJoin(secret))


def _typed(state: State, text: str, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A code: which channels it joins, and the question. What is no code is something else.
    """
    secret = re.sub(r"[\s.-]", "", text).upper()
    if len(secret) != SIGNS or not secret.isalnum() or not secret.isascii():
        return register.go_home(state, say.NO_CODE) if command_of(message.text) else ask.listen(state, message, tools)
    theirs, mine = tools.registry.joinable(secret), tools.registry.channels()
    if not theirs:
        return register.go_home(state, say.WRONG_CODE, MissedCode(joining=True))
    if set(theirs) & set(mine):
        return register.go_home(state, say.SAME_CHANNEL.format(channels=listed(theirs)))
    sure = replace(state, flow=JOIN.name, step="sure", slots={"secret": secret})
    return Turn(sure, (_card(theirs, message),))


def _card(theirs: Iterable[str], message: IncomingMessage) -> Reply:
    ways = (Choice("join:yes", say.YES), KEEP)
    return Reply(say.CARD.format(theirs=listed(theirs), here=named(message.key.channel)), ways)


def sure(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Only the choice itself joins; the code is looked up again, it may have run out.
    """
    secret, here = str(state.slots.get("secret")), message.key.channel
    theirs = tools.registry.joinable(secret)
    if message.choice == KEEP.id:
        return register.go_home(state, say.KEPT)
    if not theirs or set(theirs) & set(tools.registry.channels()):
        return register.go_home(state, say.WRONG_CODE)
    card = _card(theirs, message)
    if message.choice != "join:yes":
        return Turn(state, (replace(card, text=say.CHOOSE),))
    told = here if here not in LOOKED_AT else theirs[0]
    agreed = Choose(ConsentKind.JOINING, True, say.CARD_VERSION, card.text)
    joined = Join(secret, told == here, Reply(say.TELL_JOINED.format(channel=named(here))))
    done = say.DONE.format(theirs=listed(theirs), here=named(here), told=named(told))
    return register.go_home(state, done, agreed, joined)


# /tachkenh


def split(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Which of the other channels goes.
    """
    others = _others(message, tools)
    if not others:
        return register.go_home(state, say.NOT_JOINED)
    ways = (Choice(f"split:{other}", say.SPLIT_ONE.format(channel=named(other))) for other in others)
    at_choice = replace(state, flow=SPLIT.name, step="chosen", slots={})
    said = say.SPLIT_SURE.format(here=named(message.key.channel), others=listed(others))
    return Turn(at_choice, (Reply(said, (*ways, Choice("split:", say.NO))),))


def _others(message: IncomingMessage, tools: Tools) -> list[str]:
    return [channel for channel in tools.registry.channels() if channel != message.key.channel]


def split_chosen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Split by choice only.
    """
    if message.choice == "split:":
        return register.go_home(state, say.KEPT)
    channel = (message.choice or "").removeprefix("split:")
    if message.choice == channel or channel not in _others(message, tools):
        return ask.listen(state, message, tools)
    told = Reply(say.TELL_SPLIT.format(channel=named(message.key.channel)))
    return register.go_home(state, say.SPLIT_DONE.format(channel=named(channel)), Split(channel, told))


def _flow(command: str, entry: Step, words: tuple[str, ...], **steps: Step) -> Flow:
    return Flow(
        name=command,
        entry="begin",
        steps={"begin": entry, **steps},
        commands=(command,),
        private=True,
        words=words,
    )


JOIN = _flow("noikenh", begin, ("noi kenh", "noi zalo", "noi telegram", "doi kenh nhac"), chosen=chosen, sure=sure)
SPLIT = _flow("tachkenh", split, ("tach kenh", "bo noi kenh", "thoi noi kenh"), chosen=split_chosen)
CHANNELS = (JOIN, SPLIT)
