"""
Questions: what the bot does when nothing else is under way.

A choice that an answer offers is itself a question: its id is `ask:<place>:<question>`, `ask::…` without a place.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from handlers import texts, texts_household, texts_officer
from handlers.flow import Flow, State, Tools, Turn, command_of
from handlers.flows import reading
from handlers.flows.address import bare_address
from handlers.flows.dated import asks_when, with_days
from handlers.flows.officers import addressed
from handlers.flows.wish import wish_of
from handlers.messages import Choice, IncomingMessage, Reply, Unreadable
from knowledge.answer import PAGE_ASK, Answer, Kind, Option, Question
from knowledge.compose import UNCLEAR

LONGEST_QUESTION = 1_500
"""Characters. A longer message is an essay, not a question; it is asked for in short."""

UNREADABLE = MappingProxyType(
    {
        Unreadable.PHOTO: texts.PHOTO,
        Unreadable.VOICE: texts.VOICE,
        Unreadable.STICKER: texts.STICKER,
        Unreadable.FILE: texts.FILE,
        Unreadable.LOCATION: texts.LOCATION,
        Unreadable.CONTACT: texts.CONTACT,
        Unreadable.HIDDEN: texts.HIDDEN,
        Unreadable.OTHER: texts.UNREADABLE,
    }
)

MENU = (
    Choice(f"ask::{texts.MENU_CRITERIA}", texts.MENU_CRITERIA),
    Choice(f"ask::{texts.MENU_AWARDS}", texts.MENU_AWARDS),
    Choice(f"ask::{texts.MENU_DEADLINES}", texts.MENU_DEADLINES),
    Choice(f"ask::{texts.MENU_DUTIES}", texts.MENU_DUTIES),
    Choice("go:dangky", texts.MENU_REGISTER),
)

REGISTER_HERE = Choice("go:dangky", texts_household.HERE)


@addressed
def listen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Take whatever comes: a choice, something unreadable, an unknown command, a question.
    """
    state = replace(state, flow="ask", step="listen", slots={})
    if message.choice is not None:
        return _choose(state, message, tools)
    refused = refusal(message)
    if refused is not None:
        return Turn(state, (Reply(refused, MENU),))
    if hint := hint_of(message.text, tools):
        return Turn(state, (hint,))
    return answer(state, message.text, None, tools)


def refusal(message: IncomingMessage) -> str | None:
    """
    What to say to something that cannot be read as a question; None where it can.
    """
    if message.unreadable is not None and not message.text.strip():
        return UNREADABLE[message.unreadable]
    if command := command_of(message.text):
        return texts.UNKNOWN_COMMAND.format(command=f"/{command[:32]}")
    if len(message.text) > LONGEST_QUESTION:
        return texts.TOO_LONG
    if reading.holds_identity_number(message.text, (12,)):
        return texts_household.IDENTITY
    if not any(letter.isalnum() for letter in message.text):
        return texts.ONLY_MARKS if "?" in message.text else texts.ONLY_EMOJI
    return None


AGREEMENTS = frozenset({"dong y", "khong dong y", "toi dong y", "em dong y"})


def hint_of(text: str, tools: Tools) -> Reply | None:
    """
    What to say to words that belong to the registration and ask nothing: a short form, a consent that nobody asked
    for, a name, an address. None for everything else.
    """
    if reading.says_one_of(text, {"dk", "đk"}):
        return Reply(texts_household.HINT_DK, (REGISTER_HERE, MENU[0]))
    if reading.says_one_of(text, AGREEMENTS):
        return Reply(texts_household.HINT_AGREE, MENU)
    if reading.is_a_name(text):
        return Reply(texts_household.HINT_NAME, (REGISTER_HERE, *MENU[:-1]))
    return _place_hint(text, tools)


def _place_hint(text: str, tools: Tools) -> Reply | None:
    match = bare_address(text, tools)
    if match is None:
        return None
    plan = next((place for place in tools.places if place.slug == match.plan_place), None)
    keep = (Choice(f"place:{plan.slug}", texts_household.HINT_PLAN.format(place=plan.name)),) if plan else ()
    was = f" ({match.was})" if match.was else ""
    return Reply(texts_household.HINT_ADDRESS.format(area=match.area.full, was=was), (*keep, REGISTER_HERE))


def _choose(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    kind, _, rest = (message.choice or "").partition(":")
    if kind == "ask":
        place, _, question = rest.partition(":")
        return answer(state, question, place or None, tools)
    if kind == "place":
        return keep_place(state, rest, tools)
    return Turn(state, (Reply(texts.STALE_CHOICE, MENU),))


def keep_place(state: State, slug: str, tools: Tools) -> Turn:
    """
    Remember the person's place (or that they skipped it) and offer the menu.
    """
    state = replace(state, flow="ask", step="listen", slots={})
    place = next((place for place in tools.places if place.slug == slug), None)
    if place is None:
        skipped = replace(state, profile={"place": "", **state.profile})
        return Turn(skipped, (Reply(f"{texts.PLACE_SKIPPED} {texts.MENU}", MENU),))
    kept = replace(state, profile={**state.profile, "place": place.slug}, context={})
    return Turn(kept, (Reply(f"{texts.PLACE_KEPT.format(place=place.name)}\n\n{texts.MENU}", MENU),))


def answer(state: State, text: str, place: str | None, tools: Tools) -> Turn:
    """
    Answer one question and remember what it was about, and the place that the person said is theirs.
    """
    question = Question(
        text=text,
        today=tools.today,
        place=place or state.profile.get("place"),
        context={**state.context, "chosen_place": place} if place else state.context,
    )
    found = tools.answer(question)
    waiting = str(state.context.get("waiting", ""))  # what was asked before the bot asked for the place
    if found.citations and any(asks_when(tools.spell_out(one)) for one in (text, waiting)):
        found = with_days(found, tools.registry.stated(), tools.today)
    reply = reply_of(found)
    menu = MENU if not reply.choices and found.kind is not Kind.ANSWER else ()
    unsure = found.kind is Kind.DECLINE or is_a_guess(found)
    person = (Choice(f"officer:{text}", texts_officer.ASK_OFFICER),) if unsure else ()
    reply = replace(reply, choices=(*reply.choices, *person, *menu))
    if REGISTER_HERE not in reply.choices and any(wish_of(one, tools).asks_how for one in (text, waiting) if one):
        reply = replace(reply, choices=(REGISTER_HERE, *(one for one in reply.choices if one != MENU[-1])))
    if found.urgent:
        reply = replace(reply, choices=())
    profile = {**state.profile, "place": found.place} if found.place else state.profile
    return Turn(replace(state, profile=profile, context={**found.context, "why": dict(found.evidence)}), (reply,))


def is_a_guess(found: Answer) -> bool:
    """
    Whether clauses or groups are offered that the person may not have meant.
    """
    offered = [option.ask.startswith(PAGE_ASK) for option in found.options]
    return found.kind is Kind.CLARIFY and found.text != UNCLEAR and bool(offered) and all(offered)


def reply_of(found: Answer) -> Reply:
    """
    An answer as a message.
    """
    return Reply(
        text=found.text,
        choices=tuple(choice_of(option) for option in found.options),
        quotes=tuple((citation.document, citation.quote) for citation in found.citations),
    )


def choice_of(option: Option) -> Choice:
    """
    A way on as a choice that asks its question.
    """
    return Choice(f"ask:{option.place or ''}:{option.ask}", option.label)


ASK = Flow(name="ask", entry="listen", steps={"listen": listen}, listens=True)
