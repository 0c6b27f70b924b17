"""
One registration on an officer's desk: what it says, and what can be done with it.

Its choices are `case:<code>:<what>`; what an officer has typed for an action stands in the slots until it is sent,
with the version of the case that was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from handlers import texts_officer as say
from handlers.cases import OPEN, WAITING, Case, EventKind, Status, kept_apart, may_recode
from handlers.effects import Move, Recode
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask, casefile, reading
from handlers.flows.officers import (
    CODE_DIGITS,
    Unfit,
    digits,
    for_officers,
    home_unit,
    read_day,
    rounds,
    seen,
    shortened,
    typed,
)
from handlers.flows.shown import day, grouped
from handlers.messages import Attachment, Choice, IncomingMessage, Reply
from knowledge.workdays import local_day

LEAST_WORDS = 3
"""Words that a question or a reason to a household has at least."""
LONGEST_DECISION = 60
"""Characters of a decision's number."""
QUEUE = "queue:0:"
"""The choice that leads back to the queue, where the case was not opened from a page of it."""


@dataclass(frozen=True, slots=True)
class Typing:
    """
    Something that an officer types for an action: the question for it, how it is read, what is offered as choices.
    """

    ask: str
    read: Callable[[IncomingMessage, Case, Tools], str]
    offered: Callable[[date], tuple[tuple[str, str], ...]] = lambda today: ()


@dataclass(frozen=True, slots=True)
class Action:
    """
    What an officer may do with a case: the statuses that allow it, what is typed first, what the household is told.

    One with a `send` shows the household's words first and waits for that choice; others are done at once.
    """

    label: str
    at: frozenset[Status]
    kind: EventKind
    to: Status
    tell: str
    done: str
    send: str | None = None
    typing: Mapping[str, Typing] = field(default_factory=dict)


def _words(message: IncomingMessage, case: Case, tools: Tools) -> str:
    return typed(message, least=LEAST_WORDS)


NUMBER = re.compile(r"^\s*(?:quyết định\s+)?(?:số\s*:?\s*)?", re.IGNORECASE)


def _decision(message: IncomingMessage, case: Case, tools: Tools) -> str:
    """
    The number of a decision as it was typed, without "Quyết định số" before it. Raises Unfit.
    """
    number = NUMBER.sub("", " ".join(typed(message).split()))
    if len(number) > LONGEST_DECISION or not any(letter.isdigit() for letter in number):
        raise Unfit(say.NOT_A_DECISION.format(most=LONGEST_DECISION))
    return number


def _decided_on(message: IncomingMessage, case: Case, tools: Tools) -> str:
    on, sent = read_day(message.text, tools.today), local_day(case.sent_at)
    if on > tools.today:
        raise Unfit(say.DATE_AHEAD.format(on=day(on)))
    if on < sent and not case.on_paper:
        raise Unfit(say.DATE_BEFORE.format(on=day(on), sent=day(sent)))
    return day(on)


def _round(message: IncomingMessage, case: Case, tools: Tools) -> str:
    start = read_day(message.text, tools.today)
    if start not in rounds(tools.today):
        raise Unfit(say.NOT_A_ROUND)
    return day(start)


def _two_rounds(today: date) -> tuple[tuple[str, str], ...]:
    """
    The review that runs, and the next one; on the 15th itself the one that starts.
    """
    near = [start for start in rounds(today) if (today - start).days <= 15][:2]
    return tuple((day(start), day(start)) for start in near)


def _today(today: date) -> tuple[tuple[str, str], ...]:
    return ((day(today), say.TODAY.format(on=day(today))),)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "take": Action(say.TAKE, frozenset({Status.SENT}), EventKind.TAKEN, Status.TAKEN, say.TELL_TAKEN, say.TAKEN),
        "resume": Action(
            say.RESUME, frozenset({Status.ASKED}), EventKind.TAKEN, Status.TAKEN, say.TELL_RESUMED, say.RESUMED
        ),
        "file": Action(
            say.FILE,
            frozenset({Status.TAKEN}),
            EventKind.FILED,
            Status.FILED,
            say.TELL_FILED,
            say.FILED,
            say.FILE_SEND,
            {"round": Typing(say.FILE_WHEN, _round, _two_rounds)},
        ),
        "ask": Action(
            say.ASK_MORE,
            frozenset({Status.TAKEN}),
            EventKind.ASKED,
            Status.ASKED,
            say.TELL_ASKED,
            say.ASKED,
            say.ASK_MORE_SEND,
            {"question": Typing(say.ASK_MORE_WHAT, _words)},
        ),
        "done": Action(
            say.DONE,
            frozenset({Status.FILED}),
            EventKind.DONE,
            Status.DONE,
            say.TELL_DONE,
            say.DONE_DONE,
            say.DONE_SEND,
            {"decision": Typing(say.DONE_NUMBER, _decision), "on": Typing(say.DONE_DATE, _decided_on, _today)},
        ),
        "decline": Action(
            say.DECLINE,
            OPEN,
            EventKind.DECLINED,
            Status.DECLINED,
            say.TELL_DECLINED,
            say.DECLINED,
            say.DECLINE_SEND,
            {"reason": Typing(say.DECLINE_WHY, _words)},
        ),
    }
)


@for_officers
def opened(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice about a case, looked up anew: what was offered may be old.
    """
    code, _, what = (message.choice or "").removeprefix("case:").partition(":")
    case = seen(code, tools)
    if case is None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE, (_queue(state),)),))
    if what in {"pdf", "docx"} and case.form:
        return Turn(_at(state, case), (_letter(case, what),))
    if what == "recode" and may_recode(case):
        return _recoded(state, case, tools)
    if what in ACTIONS:
        return _begin(state, case, what, tools)
    if what:
        return _go_on(state, case, what, message, tools)
    return show(state, case, tools)


def show(state: State, case: Case, tools: Tools, before: str | None = None) -> Turn:
    """
    A case as it stands now, with what can be done; `before` is said above it.
    """
    whole = casefile.whole(case, tools.today)
    text = f"{before}\n\n{whole}" if before else whole
    return Turn(_at(state, case), (Reply(text, (*choices(case), _queue(state))),))


def _at(state: State, case: Case) -> State:
    """
    Looking at this case, which a word may be about.
    """
    looking = idle(state)
    return replace(looking, slots={**looking.slots, "shown": case.code})


def choices(case: Case) -> tuple[Choice, ...]:
    """
    What can be done with a case where it stands.
    """
    actions = [_choice(case, name, act.label) for name, act in ACTIONS.items() if case.status in act.at]
    mend = [Choice(f"mend:{case.code}:", say.MEND_IT)] if case.status in OPEN else []
    code = [_choice(case, "recode", say.RECODE)] if may_recode(case) else []
    letters = [_choice(case, "pdf", say.LETTER_PDF), _choice(case, "docx", say.LETTER_DOCX)]
    return (*(actions if case.form else ()), *_about_others(case), *((*letters, *mend, *code) if case.form else ()))


def _about_others(case: Case) -> list[Choice]:
    apart = kept_apart(case.events)
    alike = [code for code in case.alike if code not in apart]
    compare = [Choice(f"alike:{case.code}:{code}", say.ALIKE.format(code=grouped(code))) for code in alike[:3]]
    again = [Choice(f"alike:{case.code}:{code}:again", say.JOIN_AGAIN.format(code=grouped(code))) for code in apart]
    unmerge = [Choice(f"alike:{case.code}::unmerge", say.UNMERGE)] if case.status is Status.MERGED else []
    return [*compare, *again[:3], *unmerge]


def _choice(case: Case, what: str, label: str) -> Choice:
    return Choice(f"case:{case.code}:{what}", label)


def _queue(state: State) -> Choice:
    return Choice(state.slots.get("queue", QUEUE), say.BACK_TO_QUEUE)


def idle(state: State) -> State:
    """
    Looking at cases, with nothing half done; the page of the queue stays.
    """
    page = state.slots.get("queue", QUEUE)
    return replace(state, flow="case", step="listen", slots={"queue": page})


def _begin(state: State, case: Case, name: str, tools: Tools) -> Turn:
    if case.status not in ACTIONS[name].at or case.form is None:
        return show(state, case, tools, say.CHANGED)
    slots = {**idle(state).slots, "code": case.code, "version": case.version, "action": name, "typed": {}}
    return _next(replace(state, flow="case", step="type", slots=slots), case, tools)


def _next(state: State, case: Case, tools: Tools, problem: str | None = None) -> Turn:
    """
    Ask for what is still to be typed; then show the household's words, or do it where there is nothing to show.
    """
    action = ACTIONS[state.slots["action"]]
    name = _missing(state, action)
    if name is not None:
        typing = action.typing[name]
        offered = [_choice(case, f"typed:{name}:{text}", label) for text, label in typing.offered(tools.today)]
        back = _choice(case, "", say.BACK_TO_CASE)
        return Turn(state, (Reply(problem or typing.ask, (*offered, back)),))
    if action.send is None:
        return _send(state, case, tools)
    return Turn(replace(state, step="sure"), (_sure(state, case, action, tools),))


def _missing(state: State, action: Action) -> str | None:
    return next((name for name in action.typing if name not in state.slots["typed"]), None)


def _sure(state: State, case: Case, action: Action, tools: Tools) -> Reply:
    name, shape = state.slots["action"], say.SURE if reached(case) else say.SURE_PAPER
    text = shape.format(words=_told(state, case, action, tools))
    send = _choice(case, f"send:{name}", action.send or action.label)
    return Reply(text, (send, _choice(case, name, say.WRITE_AGAIN), _choice(case, "", say.BACK_TO_CASE)))


def _told(state: State, case: Case, action: Action, tools: Tools) -> str:
    """
    The words that the household reads.
    """
    unit = home_unit(case.unit, tools)
    return action.tell.format(code=grouped(case.code), unit=unit, **state.slots["typed"])


@for_officers
def take_typed(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Something typed for the action that is under way.
    """
    case = seen(state.slots.get("code", ""), tools)
    if case is None or message.choice is not None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE, (_queue(state),)),))
    return _take(state, case, message, tools)


def _take(state: State, case: Case, message: IncomingMessage, tools: Tools) -> Turn:
    action = ACTIONS[state.slots["action"]]
    name = _missing(state, action)
    if name is None:
        return _next(state, case, tools)
    try:
        value = action.typing[name].read(message, case, tools)
    except Unfit as unfit:
        return _next(state, case, tools, str(unfit))
    return _next(replace(state, slots={**state.slots, "typed": {**state.slots["typed"], name: value}}), case, tools)


def _go_on(state: State, case: Case, what: str, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice within an action: an offered text, or to send. Only for the action, the case and the version at hand.
    """
    step, _, rest = what.partition(":")
    at_hand = state.flow == "case" and state.slots.get("code") == case.code
    if not at_hand or state.slots["version"] != case.version:
        return show(state, case, tools, say.CHANGED)
    action = ACTIONS[state.slots["action"]]
    name, _, text = rest.partition(":")
    if step == "typed" and state.step == "type" and name == _missing(state, action):
        return _take(state, case, replace(message, text=text, choice=None), tools)
    if step == "send" and state.step == "sure" and rest == state.slots["action"]:
        return _send(state, case, tools)
    return show(state, case, tools, say.CHANGED)


def _send(state: State, case: Case, tools: Tools) -> Turn:
    action, given = ACTIONS[state.slots["action"]], state.slots["typed"]
    move = Move(
        code=case.code,
        version=case.version,
        kind=action.kind,
        to=action.to,
        note=given.get("question") or given.get("reason") or given.get("round"),
        decision=given.get("decision"),
        decided_on=read_day(given["on"], tools.today) if "on" in given else None,
        tell=Reply(_told(state, case, action, tools)),
    )
    done = f"{action.done} {say.TOLD if reached(case) else say.TELL_THEM}"
    said = done.format(code=grouped(case.code), **given)
    return Turn(idle(state), (Reply(said, after(state, case, tools)),), (move,))


def after(state: State, case: Case, tools: Tools) -> tuple[Choice, ...]:
    """
    The ways on after something was done with a case: this case, the next one that waits, the queue.
    """
    waiting = [other for other in tools.registry.queue() if other.status in WAITING and other.code != case.code]
    further = [_choice(other, "", _next_label(other)) for other in waiting[:1]]
    return (_choice(case, "", say.BACK_TO_CASE), *further, _queue(state))


def _next_label(case: Case) -> str:
    return shortened(say.NEXT_CASE.format(head=case.form.head if case.form else grouped(case.code)))


def _recoded(state: State, case: Case, tools: Tools) -> Turn:
    """
    Another confirmation code; who filled the form in hears that theirs is good no more.
    """
    secret, code = tools.new_secret(), grouped(case.code)
    told = Reply(say.TELL_RECODED.format(code=code, unit=home_unit(case.unit, tools)))
    said = Reply(say.RECODED.format(code=code, secret=secret), (_choice(case, "", say.BACK_TO_CASE), _queue(state)))
    return Turn(_at(state, case), (said,), (Recode(case.code, case.version, secret, told),))


def _letter(case: Case, kind: str) -> Reply:
    code = grouped(case.code)
    paper = Attachment(say.LETTER_NAME.format(code=code, kind=kind), f"letter.{kind}:{case.code}")
    return Reply(say.LETTER_READY.format(code=code), (_choice(case, "", say.BACK_TO_CASE),), attachment=paper)


def reached(case: Case) -> bool:
    """
    Whether what is told to the household reaches anybody: a paper has no account until the household has confirmed
    it, be it changed since.
    """
    return not case.on_paper or any(event.kind is EventKind.CONFIRMED for event in case.events)


def listen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Beside the choices of a case: another receipt code, a question as from anybody, or a choice in other words.
    """
    code = digits(message.text)
    if len(code) == CODE_DIGITS and not any(letter.isalpha() for letter in message.text):
        return opened(state, replace(message, choice=f"case:{code}"), tools)
    case = seen(state.slots.get("shown", ""), tools) if "shown" in state.slots else None
    if case is None or message.choice or ask.refusal(message) or reading.looks_like_question(message.text):
        return ask.listen(state, message, tools)
    return _worded(state, case, message, tools)


def _worded(state: State, case: Case, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The one choice of the case whose words were typed, in part or with a slip; any other word leaves the case open.
    """
    own = (way for way in choices(case) if way.id.startswith("case:"))
    meant = [way.id for way in own if _means(message.text, way.label)]
    if len(meant) == 1:
        return opened(state, replace(message, choice=meant[0], text=""), tools)
    asked = say.NOT_UNDERSTOOD.format(text=shortened(message.text))
    return Turn(state, (Reply(asked, (*choices(case), _queue(state))),))


def _means(text: str, label: str) -> bool:
    said = set(reading.bare(text).split())
    return (bool(said) and said <= set(reading.bare(label).split())) or reading.nearly(text, label)


@for_officers
def be_sure(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Words where only a choice sends: what is to be sent is shown again.
    """
    case = seen(state.slots.get("code", ""), tools)
    if case is None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE, (_queue(state),)),))
    sure = _sure(state, case, ACTIONS[state.slots["action"]], tools)
    return Turn(state, (replace(sure, text=f"{say.CHOOSE}\n\n{sure.text}"),))


CASE = Flow(
    name="case",
    entry="open",
    steps={
        "open": opened,
        "type": take_typed,
        "sure": be_sure,
        "listen": listen,
    },
    choices=("case",),
    private=True,
    writes=frozenset({"type"}),
)
