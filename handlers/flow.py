"""
The engine of a conversation: State and message in, Turn out. Pure: no I/O, no clock, no database.

A flow is one conversation with named steps; `flows/__init__.py` lists all of them. A step is a function
`(State, IncomingMessage, Tools) -> Turn`. Between two turns the state is JSON in a row, so a restart is nothing
special, and a step that no longer exists falls back to the entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol, TypeAlias

from handlers import texts
from handlers.cases import Case, Consent, ConsentKind, Counted, Form, Post, Ticket
from handlers.duties import Board, Duty, Owed
from handlers.effects import Effect
from handlers.messages import Choice, IncomingMessage, Json, Reply
from knowledge.answer import Answer, Question
from knowledge.areas import Area, Match
from knowledge.places import Named, Place, Whereabouts
from knowledge.text import fold


@dataclass(frozen=True, slots=True)
class State:
    """
    All that a conversation remembers.

    `flow` and `step` say where the person is, `slots` what this flow has gathered, `profile` what outlives it
    (the person's place), `context` what the last questions were about, `offered` the choices of the last turn,
    so that a bare number can answer them.
    """

    flow: str = "home"
    step: str = "listening"
    slots: Mapping[str, Json] = field(default_factory=dict)
    profile: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)
    offered: tuple[Choice, ...] = ()


HOME = State()


@dataclass(frozen=True, slots=True)
class Turn:
    """
    What one message led to: the new state, the replies in order, and the effects.
    """

    state: State
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()


class Registry(Protocol):
    """
    What a step may read of the desk, for the person who speaks: for all accounts that he joined. Nobody sees through
    it what he may not.
    """

    def mine(self) -> tuple[Case, ...]:
        """
        The cases that this account speaks for, newest first; with their history, erased and ended ones too.
        """
        ...

    def posts(self) -> tuple[Post, ...]:
        """
        The posts that this account holds now.
        """
        ...

    def queue(self) -> tuple[Case, ...]:
        """
        The open cases that this account's posts take care of, oldest first, at most 200, without their history;
        `alike` is told of those that have the telephone, or the name and the commune, of another one among them.
        """
        ...

    def listed(self, codes: Iterable[str]) -> None:
        """
        Note that a page shows these cases of the queue: the look is written into the audit log with the turn.
        """
        ...

    def case(self, code: str) -> Case | None:
        """
        One case by its receipt code, with its history: one of mine, or one in the units of my posts. An officer's
        look is written into the audit log together with the turn.
        """
        ...

    def tickets(self) -> tuple[Ticket, ...]:
        """
        The unanswered questions for this account's posts, oldest first.
        """
        ...

    def read(self, tickets: Iterable[Ticket], how: str) -> None:
        """
        Note that these questions are shown, in a list ("tickets") or one alone ("ticket"): the look is written into
        the audit log with the turn.
        """
        ...

    def asked(self) -> tuple[Ticket, ...]:
        """
        The questions that this account passed on, oldest first, answered or not.
        """
        ...

    def consent(self, kind: ConsentKind) -> Consent | None:
        """
        What this account chose last.
        """
        ...

    def consents(self) -> tuple[Consent, ...]:
        """
        All that this account chose, oldest first.
        """
        ...

    def alike(self, form: Form) -> tuple[str, ...]:
        """
        Receipt codes of open cases that may be the same household: same telephone, or nearly the same name in one
        commune and year. Only to find those among them that one speaks for or may see: nothing is said of the others.
        """
        ...

    def taken_by(self, unit: str) -> Post | None:
        """
        The post that takes care of a commune's cases: its own if somebody holds it, else the nearest above.
        """
        ...

    def confirmable(self, secret: str, proof: str) -> Case | None:
        """
        The case that a household's confirmation code is for, with the last three digits of the form's telephone or,
        where it has none, the name of its head as `proof`. None for a wrong code or proof, after five wrong in an
        hour, and for a code that ten wrong proofs came with.
        """
        ...

    def spent(self, what: Counted) -> bool:
        """
        Whether this account has done it as often today as it may: see `handlers.cases.A_DAY`.
        """
        ...

    def invited(self, secret: str) -> Post | None:
        """
        The post that an invitation is for, while it can be used; None for a wrong, old or used one, and after five
        wrong ones in an hour.
        """
        ...

    def owed(self) -> tuple[Owed, ...]:
        """
        What this account's posts owe and set themselves: the days that are now or next, soonest first, then the
        duties without a day.
        """
        ...

    def hushed(self) -> bool:
        """
        Whether this account is reminded of nothing.
        """
        ...

    def channels(self) -> tuple[str, ...]:
        """
        The channels that this person joined, this one among them; the one where he is told unasked comes first.
        """
        ...

    def joinable(self, secret: str) -> tuple[str, ...]:
        """
        The channels of the person whose join code it is; none for a wrong, old or used one, and after five wrong ones
        in an hour.
        """
        ...

    def boards(self) -> tuple[Board, ...]:
        """
        How far the units are with what this account's posts receive, soonest first.
        """
        ...

    def stated(self) -> tuple[Duty, ...]:
        """
        What the plans demand, with what officers in charge ruled about its days. Known to everybody.
        """
        ...

    def undated(self) -> tuple[Duty, ...]:
        """
        What this account's posts receive without a day, or no longer: they may give it one.
        """
        ...


class Tools(Protocol):
    """
    What a step may ask for: facts as of one moment, without I/O.
    """

    @property
    def now(self) -> datetime: ...

    @property
    def today(self) -> date: ...

    @property
    def places(self) -> tuple[Place, ...]: ...

    def whereabouts(self, text: str) -> Whereabouts | None: ...

    def named(self, text: str) -> Named:
        """
        The places that a text names, whatever else it says.
        """
        ...

    def alarm(self, text: str) -> Answer | None: ...

    def answer(self, question: Question) -> Answer: ...

    def explain(self, evidence: Mapping[str, Json]) -> str: ...

    @property
    def registry(self) -> Registry: ...

    def find_area(self, text: str, near: str | None = None) -> tuple[Match, ...]:
        """
        The communes that a typed address may mean: see `knowledge.areas.Areas.find`.
        """
        ...

    def area(self, code: str) -> Area | None: ...

    def unit_name(self, code: str) -> str | None:
        """
        The full name of a commune or a province, by its code.
        """
        ...

    def covers(self, upper: str, lower: str) -> bool: ...

    def provinces(self) -> tuple[tuple[str, str], ...]:
        """
        Code and name of each province of today that a plan's place lies in.
        """
        ...

    def communes(self, province: str) -> tuple[Area, ...]:
        """
        The communes of a province, by its code.
        """
        ...

    def spell_out(self, text: str) -> str:
        """
        The text with short forms spelled out and typos mended, lower-case: for recognising what is meant only.
        """
        ...

    def new_code(self) -> str:
        """
        A receipt code that was not given before, as far as chance allows: nine digits, the last one a check digit.
        """
        ...

    def new_secret(self) -> str:
        """
        A one-time code that cannot be guessed: eight digits.
        """
        ...

    def new_sign(self) -> str:
        """
        A one-time code that is short to type on another telephone: six signs without look-alikes.
        """
        ...

    def new_token(self) -> str:
        """
        A secret for an address that nobody guesses and that lasts: 43 characters.
        """
        ...

    def site(self, channel: str) -> str | None:
        """
        The address of the web side for somebody on this channel; None where there is none that reaches so far.
        """
        ...


Step: TypeAlias = Callable[[State, IncomingMessage, Tools], Turn]
Hears: TypeAlias = Callable[[State, IncomingMessage, Tools], bool]
COMMANDS = "go:"
"""Begins the id of a choice that acts as the command after it: `go:dangky`."""


@dataclass(frozen=True, slots=True)
class Flow:
    """
    One conversation: its name, the commands that start it from anywhere, its entry step, and all steps by name.
    `choices` are first words of choices that start it from anywhere too: "case" for `case:482915073`.

    A `private` one is about persons and does not take place in groups. While one that `listens` is under way, plain
    words may begin another: one that `hears` them. `own` names the steps that take a command while the flow is
    under way.

    `words` start it too, where a message is nothing else but politeness. Without marks a word is taken however it is
    typed, with marks only as it stands: "dừng" is not "đúng".

    In the steps of `writes` somebody words something for another person: an emergency in it is answered, and the step
    takes it all the same.
    """

    name: str
    entry: str
    steps: Mapping[str, Step]
    commands: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    private: bool = False
    listens: bool = False
    hears: Hears | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    writes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """
    All flows that the bot knows, with the one that listens when none is under way.
    """

    flows: tuple[Flow, ...]
    home: str = "home"

    def named(self, name: str) -> Flow:
        return next((flow for flow in self.flows if flow.name == name), self.flow_home())

    def flow_home(self) -> Flow:
        return next(flow for flow in self.flows if flow.name == self.home)

    def commanded(self, command: str) -> Flow | None:
        return next((flow for flow in self.flows if command in flow.commands), None)

    def chosen(self, choice: str | None) -> Flow | None:
        word = (choice or "").partition(":")[0]
        return next((flow for flow in self.flows if word in flow.choices), None)

    def hearing(self, state: State, message: IncomingMessage, tools: Tools) -> Flow | None:
        """
        The flow that plain words begin, where nothing but listening is under way.
        """
        if not self.named(state.flow).listens:
            return None
        return next((flow for flow in self.flows if flow.hears and flow.hears(state, message, tools)), None)

    def worded(self, text: str) -> Flow | None:
        """
        The flow whose words a whole message is: "thôi ạ", "dung lai di em".
        """
        spoken = set(cores_of(text))
        return next((flow for flow in self.flows if not spoken.isdisjoint(flow.words)), None)


POLITE = frozenset(
    (
        *("a", "da", "vang", "thua", "di", "em", "oi", "nhe", "nha", "nghe", "nghen", "ban", "bot", "ad"),
        *("giup", "minh", "voi", "u", "toi", "tui", "luon", "xin"),
    )
)
LONGEST_WORDS = 8
"""Words of a message that may still be a command said in words."""


def cores_of(text: str) -> Iterator[str]:
    """
    A message without more and more of the politeness around it, as typed and folded; a long one has none.
    """
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    if len(words) > LONGEST_WORDS:
        return
    for first in range(len(words)):
        for last in range(len(words), first, -1):
            if all(fold(word) in POLITE for word in (*words[:first], *words[last:])):
                core = " ".join(words[first:last])
                yield from (core, fold(core))


def command_of(text: str) -> str | None:
    """
    The command that a message starts with, lower-case, without slash and bot name: "/Start@ct" → "start".
    """
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return first[1:].split("@")[0].casefold() if first.startswith("/") and len(first) > 1 else None


def advance(book: Book, state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    One turn: a known command or its words start its flow, plain words may; otherwise the step that the person is in
    takes the message. An emergency comes before all of it, in every step; what is under way stays where it is.
    """
    message = chosen_by_words(state, message)
    flow, step = _taking(book, state, message, tools)
    if alarm := tools.alarm(message.text):
        state = replace(state, context={**state.context, "why": dict(alarm.evidence)})
        if step not in flow.writes:
            return _count_choices(Turn(state, (Reply(alarm.text),)))
    if flow.private and not message.private:
        return Turn(state, (Reply(texts.ONLY_IN_PRIVATE),))
    turn = flow.steps.get(step, flow.steps[flow.entry])(state, message, tools)
    return _count_choices(replace(turn, replies=(Reply(alarm.text), *turn.replies)) if alarm else turn)


def _taking(book: Book, state: State, message: IncomingMessage, tools: Tools) -> tuple[Flow, str]:
    command = command_of(message.text) or _command_chosen(message.choice) or _command_worded(book, message)
    running = book.named(state.flow)
    if command and command in running.own:
        return running, running.own[command]
    begun = book.commanded(command) if command else book.chosen(message.choice) or book.hearing(state, message, tools)
    return (begun, begun.entry) if begun else (running, state.step)


def _command_chosen(choice: str | None) -> str | None:
    return choice.removeprefix(COMMANDS) if choice and choice.startswith(COMMANDS) else None


def _command_worded(book: Book, message: IncomingMessage) -> str | None:
    worded = book.worded(message.text) if message.choice is None else None
    return worded.commands[0] if worded else None


def chosen_by_words(state: State, message: IncomingMessage) -> IncomingMessage:
    """
    The message as a choice, where its text is the number or the words of one that was just offered.
    """
    said = message.text.strip().rstrip(".")
    if message.choice is not None or not said:
        return message
    if said.isascii() and said.isdigit() and len(said) < 4 and 1 <= int(said) <= len(state.offered):
        return replace(message, choice=state.offered[int(said) - 1].id, text="")
    match = next((choice for choice in state.offered if fold(choice.label) == fold(said)), None)
    return replace(message, choice=match.id, text="") if match else message


def _count_choices(turn: Turn) -> Turn:
    replies, offered = [], list[Choice]()
    for reply in turn.replies:
        replies.append(replace(reply, first=len(offered) + 1))
        offered.extend(reply.choices)
    return replace(turn, replies=tuple(replies), state=replace(turn.state, offered=tuple(offered)))


def state_to_json(state: State) -> Json:
    """
    The state as a JSON object, for the conversation's row.
    """
    return {
        "flow": state.flow,
        "step": state.step,
        "slots": dict(state.slots),
        "profile": dict(state.profile),
        "context": dict(state.context),
        "offered": [[choice.id, choice.label] for choice in state.offered],
    }


def state_from_json(value: Mapping[str, Json]) -> State:
    """
    The state that `state_to_json` stored; fields that an older version did not have take their defaults.
    """
    known = {name: value[name] for name in ("flow", "step", "slots", "profile", "context") if name in value}
    offered = tuple(Choice(id, label) for id, label in value.get("offered", ()))
    return State(**known, offered=offered)
