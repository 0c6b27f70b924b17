"""
Questions for people: "Hỏi cán bộ" passes one on to the post of a unit, /cauhoi shows them there and answers.

Who asks sees the exact question before it goes, and whom it goes to; who answers is named by his post.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import texts_household as household
from handlers import texts_officer as say
from handlers.cases import Counted, Post, Ticket
from handlers.effects import AnswerTicket, AskOfficer
from handlers.flow import Flow, State, Tools, Turn, command_of
from handlers.flows import ask, reading
from handlers.flows.officers import (
    LONGEST,
    ON_A_PAGE,
    Unfit,
    addressed,
    at_home,
    for_officers,
    minute,
    post_for,
    shortened,
    typed,
    unit_choices,
    unit_name,
    waited,
)
from handlers.flows.shown import grouped
from handlers.messages import Choice, IncomingMessage, Reply

LEAST_WORDS = 2
"""Words of an answer."""
STOP = Choice("stop", say.NO)


# "Hỏi cán bộ", for anybody


@addressed
def start(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /hoicanbo, the same in words, or the choice `officer:<question>` below an answer that said no.
    """
    if tools.registry.spent(Counted.ASKED):
        return Turn(at_home(state), (Reply(household.ASKED_ENOUGH),))
    _, _, question = (message.choice or "").partition(":")
    if command_of(message.text):
        _, _, question = message.text.strip().partition(" ")
    asking = replace(state, flow="officer", step="question", slots={})
    if not question.strip():
        return Turn(asking, (Reply(say.ASK_WHAT),))
    return take_question(asking, replace(message, text=question, choice=None), tools)


@addressed
def take_question(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The typed question; then where it goes to.
    """
    try:
        question = typed(message)
    except Unfit:
        said = say.ASK_AGAIN.format(most=LONGEST) if message.text.strip() else say.ASK_WORDS
        return Turn(state, (Reply(said),))
    if _holds_identity(question, tools):
        return Turn(state, (Reply(say.ASK_IDENTITY),))
    kept = replace(state, slots={"question": question})
    unit = _unit(state, tools)
    return _review(kept, unit, tools) if unit else _ask_unit(kept, say.ASK_UNIT)


def _holds_identity(question: str, tools: Tools) -> bool:
    """
    Whether an identity number stands in it; one's own receipt codes have nine digits too and may.
    """
    for case in tools.registry.mine():
        question = question.replace(grouped(case.code), "").replace(case.code, "")
    return reading.holds_identity_number(question)


def _unit(state: State, tools: Tools) -> str | None:
    """
    Where the asker lives: as the newest registration says, else as it was said for an earlier question.
    """
    registered = next((case.unit for case in tools.registry.mine()), None)
    return registered or state.profile.get("unit")


def _ask_unit(state: State, text: str) -> Turn:
    return Turn(replace(state, step="unit"), (Reply(text, (STOP,)),))


@addressed
def take_unit(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A typed commune is shown as it was understood; only the choice keeps it.
    """
    if "question" not in state.slots:
        return start(state, replace(message, text="", choice=None), tools)
    what, _, code = (message.choice or "").partition(":")
    if what == "unit":
        return _review(replace(state, profile={**state.profile, "unit": code}), code, tools)
    if message.choice == STOP.id:
        return Turn(at_home(state), (Reply(say.ASK_STOPPED),))
    if message.choice is not None:
        return _ask_unit(state, say.ASK_UNIT)
    ways = unit_choices(tools.find_area(message.text[:200], state.profile.get("place")))
    if not ways:
        return _ask_unit(state, say.ASK_UNIT_AGAIN)
    return Turn(state, (Reply(say.ASK_UNIT_WHICH, (*ways, Choice("again", say.ASK_UNIT_NONE), STOP)),))


def _review(state: State, unit: str, tools: Tools) -> Turn:
    """
    The question as it will go, and to whom; an honest word where nobody takes it.
    """
    post = tools.registry.taken_by(unit)
    elsewhere = Choice("elsewhere", say.ASK_ELSEWHERE)
    if post is None:
        stopped = replace(state, step="review", slots={**state.slots, "unit": unit})
        return Turn(stopped, (Reply(say.ASK_NOBODY.format(unit=unit_name(unit, tools)), (elsewhere, STOP)),))
    ways = (Choice("send", say.ASK_SEND), Choice("edit", say.ASK_EDIT), elsewhere, STOP)
    text = say.ASK_REVIEW.format(post=post.name, question=state.slots["question"])
    return Turn(replace(state, step="review", slots={**state.slots, "unit": unit}), (Reply(text, ways),))


@addressed
def review(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Send, write anew, choose another unit, or stop; words leave the question as it stands.
    """
    if "question" not in state.slots:
        return start(state, replace(message, text="", choice=None), tools)
    unit = state.slots.get("unit", "")
    if message.choice == "edit":
        return Turn(replace(state, step="question", slots={}), (Reply(say.ASK_WHAT),))
    if message.choice == "elsewhere":
        return _ask_unit(state, say.ASK_UNIT)
    if message.choice == STOP.id:
        return Turn(at_home(state), (Reply(say.ASK_STOPPED),))
    post = tools.registry.taken_by(unit)
    if message.choice != "send" or post is None:
        return _review(state, unit, tools)
    told = Reply(say.NEW_TICKET.format(unit=unit_name(unit, tools)))
    passed_on = AskOfficer(unit, state.slots["question"], told)
    return Turn(at_home(state), (Reply(say.ASK_SENT.format(post=post.name)),), (passed_on,))


# /cauhoi


@for_officers
def list_all(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The questions that wait, oldest first, or the one that a choice `ticket:<id>` names.
    """
    _, _, id = (message.choice or "").partition(":")
    if id:
        return _open(state, id, tools)
    tickets = tools.registry.tickets()
    looking = replace(state, flow="tickets", step="listen", slots={})
    if not tickets:
        return Turn(looking, (Reply(say.TICKETS_EMPTY),))
    tools.registry.read(tickets[:ON_A_PAGE], "tickets")
    ways = tuple(_line(ticket, tools) for ticket in tickets[:ON_A_PAGE])
    return Turn(looking, (Reply(say.TICKETS.format(count=len(tickets)), ways),))


def _line(ticket: Ticket, tools: Tools) -> Choice:
    line = say.TICKET_LINE.format(waited=waited(ticket.asked_at, tools.today), question=ticket.question)
    return Choice(f"ticket:{ticket.id}", shortened(line))


def _find(id: str, tools: Tools) -> tuple[Ticket, Post] | None:
    """
    A question that still waits, and the post of this officer that answers it.
    """
    ticket = next((ticket for ticket in tools.registry.tickets() if str(ticket.id) == id), None)
    post = post_for(ticket.unit, tools) if ticket else None
    return (ticket, post) if ticket and post else None


def _open(state: State, id: str, tools: Tools) -> Turn:
    found = _find(id, tools)
    if found is None:
        return _gone(state)
    ticket, _ = found
    tools.registry.read([ticket], "ticket")
    text = say.TICKET.format(at=minute(ticket.asked_at), unit=unit_name(ticket.unit, tools), question=ticket.question)
    answering = replace(state, flow="tickets", step="answer", slots={"ticket": id})
    return Turn(answering, (Reply(text, (ALL,)),))


def _gone(state: State) -> Turn:
    return Turn(replace(state, flow="tickets", step="listen", slots={}), (Reply(say.TICKET_GONE, (ALL,)),))


@for_officers
def take_answer(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The typed answer, shown as the asker will read it.
    """
    found = _find(state.slots.get("ticket", ""), tools)
    if found is None:
        return _gone(state)
    try:
        answer = typed(message, least=LEAST_WORDS)
    except Unfit as unfit:
        return Turn(state, (Reply(str(unfit), (ALL,)),))
    return _sure(replace(state, step="sure", slots={**state.slots, "answer": answer}), *found)


def _sure(state: State, ticket: Ticket, post: Post) -> Turn:
    words = _told(ticket, post, state.slots["answer"])
    ways = (
        Choice(f"send:{ticket.id}", say.TICKET_SEND),
        Choice(f"ticket:{ticket.id}", say.WRITE_AGAIN),
        ALL,
    )
    return Turn(state, (Reply(say.TICKET_SURE.format(words=words), ways),))


def _told(ticket: Ticket, post: Post, answer: str) -> str:
    return say.TELL_ANSWER.format(post=post.name, question=ticket.question, answer=answer)


@for_officers
def send(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The answer goes by the choice that was shown with it; anything else shows it again.
    """
    id = state.slots.get("ticket", "")
    found = _find(id, tools)
    if found is None or "answer" not in state.slots:
        return _gone(state)
    if message.choice != f"send:{id}":
        return _sure(state, *found)
    ticket, post = found
    told = Reply(_told(ticket, post, state.slots["answer"]))
    others = [other for other in tools.registry.tickets() if other.id != ticket.id]
    ways = (*(Choice(f"ticket:{other.id}", say.NEXT_TICKET) for other in others[:1]), *((ALL,) if others else ()))
    done = replace(state, flow="tickets", step="listen", slots={})
    sent = Reply(say.TICKET_SENT.format(count=len(others)), ways)
    return Turn(done, (sent,), (AnswerTicket(ticket.id, state.slots["answer"], told),))


ALL = Choice("ticket:", say.ALL_TICKETS)

OFFICER = Flow(
    name="officer",
    entry="start",
    steps={"start": start, "question": take_question, "unit": take_unit, "review": review},
    commands=("hoicanbo",),
    choices=("officer",),
    private=True,
    words=("hoi can bo", "hoicanbo", "muon hoi can bo", "cho em hoi can bo", "gui can bo", "gui cau hoi cho can bo"),
    writes=frozenset({"question"}),
)
TICKETS = Flow(
    name="tickets",
    entry="list",
    steps={
        "list": list_all,
        "listen": ask.listen,
        "answer": take_answer,
        "sure": send,
    },
    commands=("cauhoi",),
    choices=("ticket",),
    private=True,
    writes=frozenset({"answer"}),
)
