"""
/dangky: a household says that it wants to leave the poor list, in a dozen short answers.

The form lives in `profile["drafts"]`, in `slots` only which one is being filled in; `handlers/flows/form.py` holds
the questions. Choices are `reg:<question>:<value>`: a press on an older question's button changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers import texts
from handlers import texts_household as say
from handlers.cases import OPEN, Case, ConsentKind, Counted, EventKind, Form
from handlers.effects import Choose, Correct, Effect, Register
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask, drafts, form, reading
from handlers.flows.address import FAILS, understood
from handlers.flows.drafts import Draft, Slots
from handlers.flows.question import Field, Taken, choices
from handlers.flows.shown import grouped, local_day
from handlers.flows.standing import LONGEST_REASON
from handlers.flows.wish import own_matter, wish_of
from handlers.messages import Choice, IncomingMessage, Reply, Unreadable
from knowledge.answer import Answer, Kind, Question

NAME = "register"
BACK_WORDS = frozenset(
    {"quay lai", "lui lai", "tro lai", "cau truoc", "sua cau truoc", "ve cau truoc", "lui", "back"}
)
KEEP_WORDS = frozenset({"giu nhu cu", "nhu cu", "giu nguyen", "giu cu", "van nhu cu", "khong sua", "khong doi"})
LATER_WORDS = frozenset(
    [
        "de sau",
        "tam dung",
        "de bua khac",
        "de hom khac",
        "de mai",
        "mai lam tiep",
        "mai tiep",
        "lat nua",
        "de lat",
        "de chut nua",
        "ban roi",
        "gio ban",
        "bua khac",
        "hom khac",
        "de tinh sau",
        "luc khac",
    ]
)
NOT_NOW = frozenset({"thoi", "thoi khoi", "khoi", "khong", "khong can", "khong dau", "ko", "hong"})
"""Not the refusal that is kept as evidence, but surely no consent."""
SENDS = re.compile(
    r"(?:gui|nop)(?: (?:don|luon|ngay|con|chau|can bo|xa|phuong|do|nay|nua|thoi))*"
    r"|dong y(?: gui)?|ok|dung(?: roi| het)?|xong(?: roi)?|duoc roi|chinh xac|cam ket"
)
"""Words at the end that want to send, and are not the promise itself: it is asked for alone, so its number is 1."""
OTHER_MATTERS = frozenset({"yeucau", "xoadulieu", "dulieu", "rutdon", "hoso", "dungnhac"})
"""Commands that plain words in the middle of a form may mean."""
NEVER_NO = frozenset({"who", "helper_name", "head", "address"})
"""Questions that "không" answers not at all: it means the whole form."""
KEPT = "draft:"
"""Begins the choice that goes on with an unfinished form from anywhere."""
TYPED_PLACES = frozenset({"address", "which", "sure", "hamlet"})
NOTED_ABOVE = frozenset({"hamlet", "standing"})
"""Questions above which the place stands that was taken: "sai rồi" means it."""
MONTHLY_REVIEW_UNTIL = date(2026, 12, 31)
"""From 2027 on the procedures are replaced (NĐ 351/2025/NĐ-CP): no times are promised after."""
REMEMBERED = timedelta(hours=12)
"""What sending means is not told twice within this time."""
MOST_OFFERED = 5
"""Unfinished forms that are offered at once."""


# Beginning


def begin(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Offer what is unfinished or sent already; otherwise the consent card.
    """
    if kept := drafts.draft_of(state, (message.choice or "").removeprefix(KEPT)):
        return _asked(state, _untold(kept, tools), tools, say.GO_ON_HERE)
    if _value(message, "resume"):
        return resume(state, message, tools)
    who = wish_of(message.text, tools).who if message.text else None
    at_home = replace(state, flow=NAME, step="resume", slots={"who": who} if who else {})
    if drafts.drafts_of(state):
        return Turn(at_home, (_drafts_offered(state),))
    sent = [case for case in tools.registry.mine() if case.status in OPEN and case.form]
    if sent and who != "help":
        return Turn(at_home, (_sent_offered(sent),))
    return consent_card(at_home)


def _drafts_offered(state: State) -> Reply:
    kept = drafts.drafts_of(state)[:MOST_OFFERED]
    going_on = [Choice(f"reg:resume:{draft.id}", _called(draft)) for draft in kept]
    drop = Choice("reg:resume:drop", say.DROP_DRAFTS if len(kept) > 1 else say.DROP_DRAFT)
    said = say.DRAFTS_SEVERAL if len(kept) > 1 else say.DRAFTS
    return Reply(said, (*going_on, Choice("reg:resume:new", say.NEW_FORM), drop))


def _called(draft: Draft) -> str:
    head = draft.slots.get("head")
    return say.GO_ON_WITH.format(head=f"hộ {head}" if head else say.NO_NAME_YET, day=local_day(draft.at))


def _sent_offered(sent: list[Case]) -> Reply:
    cases = "; ".join(
        say.HAVE_CASE_LINE.format(head=case.form.head if case.form else "", code=grouped(case.code))
        for case in sent[:3]
    )
    more = (Choice("go:hoso", say.SEE_CASES), Choice("reg:resume:new", say.OTHER_HOUSEHOLD))
    return Reply(say.HAVE_CASE.format(cases=cases), more)


def consent_card(state: State) -> Turn:
    """
    What is asked, for what, who sees it and how long it is kept, with two equal choices.
    """
    asked = Reply(say.CONSENT_CARD, _consent_choices())
    who = {"who": state.slots["who"]} if "who" in state.slots else {}
    return Turn(replace(state, flow=NAME, step="consent", slots=who), (Reply(say.WELCOME), asked))


def _consent_choices() -> tuple[Choice, ...]:
    return choices("consent", ("yes", say.YES), ("no", say.NO))


def resume(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Go on with an unfinished form, begin a new one, or throw the unfinished ones away; another household's is new.
    """
    value = _value(message, "resume")
    if value == "new":
        return consent_card(state)
    if value == "drop":
        return go_home(_without_drafts(state), say.DROPPED)
    draft = drafts.draft_of(state, value)
    if draft is None and wish_of(message.text, tools).who == "help":
        return consent_card(replace(state, slots={"who": "help"}))
    if draft is None and message.choice is None and _turns_away(message.text):
        return go_home(state, say.PAUSED if drafts.drafts_of(state) else say.NOT_NOW)
    if draft is None:
        return ask.listen(state, message, tools)
    return _asked(state, _untold(draft, tools), tools, say.GO_ON_HERE)


def _untold(draft: Draft, tools: Tools) -> Draft:
    """
    The form; what sending means is told again after some time.
    """
    if tools.now - draft.at < REMEMBERED:
        return draft
    return replace(draft, slots={name: value for name, value in draft.slots.items() if name != "told"})


def _without_drafts(state: State) -> State:
    for draft in drafts.drafts_of(state):
        state = drafts.drop(state, draft.id)
    return state


def go_home(state: State, said: str, *effects: Effect) -> Turn:
    """
    Say something last; what is unfinished is offered beside the menu.
    """
    home = replace(state, flow="ask", step="listen", slots={})
    return Turn(home, (Reply(said, (*offered(home), *ask.MENU)),), effects)


def consent(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Only the choice itself counts; anything else is answered, and the card's question stays.
    """
    value = _value(message, "consent")
    if value in {"yes", "no"}:
        chosen = Choose(ConsentKind.REGISTRATION, value == "yes", say.CONSENT_VERSION, say.CONSENT_CARD)
        return _agreed(state, tools, chosen) if chosen.given else go_home(state, say.CONSENT_REFUSED, chosen)
    if message.choice is None and (_turns_away(message.text) or reading.says_one_of(message.text, NOT_NOW)):
        return go_home(state, say.NOT_NOW)
    again = Reply(say.CONSENT_AGAIN, _consent_choices())
    if message.choice is None and reading.looks_like_question(message.text):
        return _aside(state, message.text, tools, again)
    return Turn(state, (again,))


def _turns_away(text: str) -> bool:
    return reading.says_one_of(text, LATER_WORDS) or reading.puts_off(text) or reading.gives_up(text)


def _agreed(state: State, tools: Tools, chosen: Choose) -> Turn:
    near, who = state.profile.get("place"), state.slots.get("who")
    slots = {**({"near": near} if near else {}), **({"who": who} if who else {})}
    draft = drafts.new_draft(state, "review", slots, tools.now)
    return replace(_asked(state, draft, tools, say.FOR_WHOM.get(who or "", "")), effects=(chosen,))


def _value(message: IncomingMessage, name: str) -> str | None:
    """
    What was chosen, where it belongs to this question.
    """
    lead = f"reg:{name}:"
    return message.choice.removeprefix(lead) if message.choice and message.choice.startswith(lead) else None


# One question


def answered(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Take the answer to the open question, or what else somebody says there, and ask what comes next.
    """
    draft = drafts.draft_of(state, state.slots.get("draft"))
    if draft is None:
        return go_home(state, say.GONE)
    field = form.BY_NAME.get(draft.step)
    if field is None:
        return _asked(state, draft, tools)
    if message.unreadable is not None:
        return _asked(state, draft, tools, _refused(message.unreadable))
    if message.choice is not None:
        return _chosen(state, draft, field, message, tools)
    return _typed(state, draft, field, message.text, tools)


def _refused(unreadable: Unreadable) -> str:
    kinds = {
        Unreadable.PHOTO: say.NO_PHOTO,
        Unreadable.FILE: say.NO_PHOTO,
        Unreadable.VOICE: say.NO_VOICE,
        Unreadable.HIDDEN: texts.HIDDEN,
    }
    return kinds.get(unreadable, say.NO_FILE)


def _chosen(state: State, draft: Draft, field: Field, message: IncomingMessage, tools: Tools) -> Turn:
    value = _value(message, field.name)
    if value is None:
        return _elsewhere(state, draft, message, tools)
    if value == "back":
        return _back(state, draft, field, tools)
    if value == "keep":
        return _next(state, draft, tools)
    return _taken(state, draft, field.pick(draft.slots, value, tools), tools)


def _elsewhere(state: State, draft: Draft, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A button of another message: a question for the library is answered, an older question's button is not obeyed.
    """
    kind, _, rest = (message.choice or "").partition(":")
    if kind == "ask":
        return _aside(state, rest.partition(":")[2], tools, *_asked(state, draft, tools).replies)
    return _asked(state, draft, tools, say.STALE)


def _typed(state: State, draft: Draft, field: Field, text: str, tools: Tools) -> Turn:
    if reading.says_one_of(text, BACK_WORDS) or (
        field.name in NOTED_ABOVE and reading.says_one_of(text, reading.WRONG)
    ):
        return _back(state, draft, field, tools)
    if reading.says_one_of(text, LATER_WORDS) or (field.name != "reason" and reading.puts_off(text)):
        return pause(state, tools)
    if field.name != "reason" and reading.gives_up(text):
        return Turn(replace(state, step="leave"), (_leave_question(),))
    if reading.says_one_of(text, KEEP_WORDS) and form.kept_answer(draft.slots, field.name) is not None:
        return _next(state, draft, tools)
    if field.name != "reason" and (matter := own_matter(text, tools)) in OTHER_MATTERS:
        return _another_matter(state, draft, str(matter), tools)
    if len(text) > (LONGEST_REASON if field.name == "reason" else form.LONGEST):
        return _asked(state, draft, tools, say.TOO_LONG)
    if field.name != "phone" and reading.holds_identity_number(text):
        return _asked(state, draft, tools, say.IDENTITY)
    return _read(state, draft, field, text, tools)


def _another_matter(state: State, draft: Draft, matter: str, tools: Tools) -> Turn:
    """
    Plain words that mean a command, in the middle of a form: it is named; nothing is taken for an answer.
    """
    if matter == "rutdon":
        return Turn(replace(state, step="leave"), (_leave_question(),))
    return _asked(state, draft, tools, say.OTHER_MATTER.format(command=f"/{matter}"))


def _read(state: State, draft: Draft, field: Field, text: str, tools: Tools) -> Turn:
    """
    The typed words as an answer; where they are none and ask something, the library answers and the question stays.
    """
    asks = reading.looks_like_question(text)
    strict = field.strict and not (reading.wonders(text) and field.name != "phone")
    taken = say.CHOOSE_ONE if asks and not strict else field.take(draft.slots, text, tools)
    if isinstance(taken, str):
        taken = _nearly_chosen(draft, field, text, tools) or taken
    if isinstance(taken, str) and field.name in NEVER_NO and reading.says_one_of(text, NOT_NOW):
        return Turn(replace(state, step="leave"), (_leave_question(),))
    if isinstance(taken, str) and asks:
        return _aside(state, text, tools, *_asked(state, draft, tools).replies)
    return _taken(state, draft, taken, tools)


def _nearly_chosen(draft: Draft, field: Field, text: str, tools: Tools) -> Taken | None:
    """
    The one choice of the question whose words were typed with a slip, or whose first words were typed.
    """
    offered = field.ask(draft.slots, tools).choices
    meant = [choice.id.split(":", 2)[2] for choice in offered if _says(text, choice.label)]
    return field.pick(draft.slots, meant[0], tools) if len(meant) == 1 else None


def _says(text: str, label: str) -> bool:
    return reading.nearly(text, label) or reading.begins(text, label)


def _taken(state: State, draft: Draft, taken: Taken, tools: Tools) -> Turn:
    if isinstance(taken, str):
        tries = draft.slots.get("tries", 0) + (draft.step == "address")
        failed = replace(draft, slots={**draft.slots, "tries": tries}) if tries else draft
        stuck = draft.step == "address" and tries >= FAILS
        return _asked(state, failed, tools, "" if stuck else taken)
    slots = form.with_answer(draft.slots, taken)
    return _next(state, replace(draft, slots=slots), tools, _noted(draft, taken, slots))


def _noted(draft: Draft, taken: Slots, slots: Slots) -> str:
    """
    The place that was just understood from typed words, and how to say that it is wrong. One that was chosen among
    those offered stood there already.
    """
    shown = draft.step in {"which", "sure"} and slots.get("unit") in {found[0] for found in draft.slots["found"]}
    noted = understood(taken, slots) if draft.step in TYPED_PLACES and not shown else ""
    follows = form.step_of("review", slots)
    return f"{noted} {say.NOT_SO}" if noted and follows in NOTED_ABOVE else noted


def _next(state: State, draft: Draft, tools: Tools, lead: str = "") -> Turn:
    return _asked(state, replace(draft, step=form.step_of("review", draft.slots)), tools, lead)


def _back(state: State, draft: Draft, field: Field, tools: Tools) -> Turn:
    slots = form.without_passing(draft.slots)
    before = form.question_before(slots, field.name)
    if form.open_question(slots) is None and draft.slots.get("reviewed"):
        return _asked(state, replace(draft, step="review", slots=slots), tools)
    if before is None:
        return _asked(state, draft, tools, say.FIRST_QUESTION)
    return _asked(state, replace(draft, step=before.name, slots=slots), tools)


def _asked(state: State, draft: Draft, tools: Tools, lead: str = "") -> Turn:
    """
    The question of the form's step, kept as the place to go on from.
    """
    draft = replace(draft, step=form.step_of(draft.step, draft.slots))
    if draft.step == "review":
        return _reviewed(state, draft, tools, lead)
    field = form.BY_NAME[draft.step]
    question = _led(_with_ways(field, field.ask(draft.slots, tools), draft), lead)
    said = question if field is form.FIELDS[0] else replace(question, text=form.of_whom(draft.slots, question.text))
    return Turn(_kept(state, draft, tools), (said,))


def _led(reply: Reply, lead: str) -> Reply:
    return replace(reply, text=f"{lead}\n\n{reply.text}") if lead else reply


def _with_ways(field: Field, question: Reply, draft: Draft) -> Reply:
    """
    The question with the choices to keep an earlier answer and to go back, where a number cannot mean something else.
    """
    if field.bare:
        return question
    kept = form.kept_answer(draft.slots, field.name)
    keep = [("keep", say.KEEP.format(value=kept))] if kept is not None else []
    first = field is form.FIELDS[0]
    ways = choices(field.name, *keep, *(() if first else [("back", say.BACK)]))
    return replace(question, choices=(*question.choices, *ways))


def _kept(state: State, draft: Draft, tools: Tools) -> State:
    kept = drafts.keep(_placed(state, draft), replace(draft, at=tools.now))
    return replace(kept, flow=NAME, step=draft.step, slots={"draft": draft.id})


def _placed(state: State, draft: Draft) -> State:
    """
    Who registers for the own household and has no place for questions yet gets that of the address.
    """
    place = draft.slots.get("place") if draft.slots.get("who") == "own" else None
    if not place or "place" in state.profile:
        return state
    return replace(state, profile={**state.profile, "place": place})


def _aside(state: State, text: str, tools: Tools, *again: Reply) -> Turn:
    """
    A question in mid-form: the library's answer with its quotes, then the open question once more.
    """
    if reading.asks_about_the_form(text):
        return Turn(state, (Reply(say.WHY_ASK), *again))
    found = tools.answer(Question(text, tools.today, _place(state), state.context))
    said = Reply(say.ASIDE_LATER) if found.kind is Kind.CLARIFY else replace(ask.reply_of(found), choices=())
    if found.kind is Kind.DECLINE:  # its choices are not offered here, so nothing stands below
        kept = [part for part in said.text.split("\n\n") if "dưới đây" not in part]
        said = replace(said, text="\n\n".join(kept))
    return Turn(replace(state, context={**found.context, "why": dict(found.evidence)}), (said, *again))


def _place(state: State) -> str | None:
    draft = drafts.draft_of(state, state.slots.get("draft"))
    place = (draft.slots.get("place") if draft else None) or state.profile.get("place")
    return str(place) if place else None


# Reviewing and sending


def _reviewed(state: State, draft: Draft, tools: Tools, lead: str = "") -> Turn:
    told = draft.slots.get("told") == draft.slots["unit"]
    draft = replace(draft, step="review", slots={**draft.slots, "reviewed": True, "told": draft.slots["unit"]})
    lines = choices("review", *form.shown(draft.slots, tools.today))
    kept = _kept(state, draft, tools)
    return Turn(kept, (_led(Reply(say.REVIEW, lines), lead), _card(draft, told, tools)))


def _card(draft: Draft, told: bool, tools: Tools) -> Reply:
    """
    What sending means, in the words of the household's own plan where it has any; in full unless just `told`.
    """
    if told or "code" in draft.slots:
        return _card_again(draft)
    place = draft.slots.get("place")
    clause = _clause(place, tools)
    source = say.CARD_PLAN_SILENT if place else say.CARD_NO_PLAN
    taken = tools.registry.taken_by(draft.slots["unit"])
    parts = [say.CARD.format(source=source), *([] if taken else [say.NOBODY_YET])]
    lead = form.of_whom(draft.slots, "\n".join(parts))
    text = "\n\n".join([lead, *([clause.text] if clause else []), say.CARD_ASK])
    quotes = ask.reply_of(clause).quotes if clause else ()
    return replace(_card_again(draft), text=text, quotes=quotes)


def _card_again(draft: Draft) -> Reply:
    send = say.SEND_HELP if draft.slots.get("who") == "help" else say.SEND_OWN
    corrects = "code" in draft.slots
    ways = (("send", say.SEND_CORRECTED if corrects else send), ("later", say.LATER))
    return Reply(say.CARD_CORRECT if corrects else say.CARD_AGAIN, choices("review", *ways))


def _clause(place: str | None, tools: Tools) -> Answer | None:
    if place is None:
        return None
    found = (tools.answer(Question(asked, tools.today, place)) for asked in say.CARD_QUESTIONS)
    return next((answer for answer in found if answer.kind is Kind.ANSWER), None)


def review(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A line to change, the promise that sends, or later.
    """
    draft = drafts.draft_of(state, state.slots.get("draft"))
    if draft is None:
        return go_home(state, say.GONE)
    if form.open_question(draft.slots):
        return _asked(state, draft, tools)
    value = _value(message, "review")
    if value == "later":
        return pause(state, tools)
    if value == "send":
        return _sent_unless_alike(state, draft, tools)
    if value in form.BY_NAME:
        return _asked(state, _edited(value, draft), tools)
    return _reviewed_otherwise(state, draft, message, tools)


def _edited(name: str, draft: Draft) -> Draft:
    """
    The form at the question that changes a line; all about the helper is asked anew, but for the name.
    """
    if name != "who":
        return replace(draft, step=name)
    anew = {"helper_relation", "helper_how", "helper_on"}
    slots = {slot: value for slot, value in draft.slots.items() if slot not in anew}
    return replace(draft, step="helper_name", slots=slots)


def _reviewed_otherwise(state: State, draft: Draft, message: IncomingMessage, tools: Tools) -> Turn:
    if message.unreadable is not None:
        return _asked(state, draft, tools, _refused(message.unreadable))
    if message.choice is not None:
        return _elsewhere(state, draft, message, tools)
    if reading.says_one_of(message.text, LATER_WORDS) or reading.puts_off(message.text):
        return pause(state, tools)
    if reading.gives_up(message.text) or reading.says_one_of(message.text, NOT_NOW):
        return Turn(replace(state, step="leave"), (_leave_question(),))
    if reading.says_one_of(message.text, BACK_WORDS):
        before = form.question_before(draft.slots, "review")
        return _asked(state, replace(draft, step=before.name), tools) if before else _asked(state, draft, tools)
    if (matter := own_matter(message.text, tools)) in OTHER_MATTERS:
        return _another_matter(state, draft, str(matter), tools)
    if SENDS.fullmatch(reading.bare(message.text)):
        return Turn(state, (_card_again(draft),))
    if reading.looks_like_question(message.text):
        return _aside(state, message.text, tools, *_asked(state, draft, tools).replies)
    return _line_named(state, draft, message.text, tools)


def _line_named(state: State, draft: Draft, text: str, tools: Tools) -> Turn:
    """
    A line said by its name, "sua so dien thoai"; with a new number in it, the line as changed.
    """
    name = form.line_named(text)
    if name is None:
        return _asked(state, draft, tools, say.CHOOSE_ONE)
    edited = _edited(name, draft)
    taken = form.BY_NAME[name].take(draft.slots, text, tools) if name == "phone" else say.CHOOSE_ONE
    return _asked(state, edited, tools) if isinstance(taken, str) else _taken(state, edited, taken, tools)


def _sent_unless_alike(state: State, draft: Draft, tools: Tools) -> Turn:
    told = form.form_of(draft.slots, tools.today)
    if "code" in draft.slots:
        return _corrected(state, draft, told, tools)
    if tools.registry.spent(Counted.SENT):
        return go_home(state, say.SENT_ENOUGH)
    codes = _own_alike(told, tools)
    return Turn(replace(state, step="alike"), (_alike(codes),)) if codes else _sent(state, draft, told, tools)


def _own_alike(told: Form, tools: Tools) -> list[str]:
    """
    The registrations of this account that may be the same household. Of anybody else's nothing is said: who types a
    neighbour's name or telephone must not learn from it that the neighbour is registered.
    """
    alike = tools.registry.alike(told)
    return [case.code for case in tools.registry.mine() if case.code in alike]


def _alike(codes: list[str]) -> Reply:
    ways = choices("alike", ("same", say.DO_NOT_SEND), ("send", say.SEND_ANYWAY))
    return Reply(say.ALIKE.format(codes=", ".join(map(grouped, codes))), ways)


def alike(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    This account may have sent a registration of this household already: its own choice.
    """
    draft = drafts.draft_of(state, state.slots.get("draft"))
    if draft is None:
        return go_home(state, say.GONE)
    value = _value(message, "alike")
    told = form.form_of(draft.slots, tools.today)
    if value == "send":
        return _sent(state, draft, told, tools)
    if value == "same":
        return go_home(drafts.drop(state, draft.id), say.NOT_SENT)
    return Turn(state, (_led(_alike(_own_alike(told, tools)), say.CHOOSE_ONE),))


def _sent(state: State, draft: Draft, told: Form, tools: Tools) -> Turn:
    code = tools.new_code()
    secret = tools.new_secret() if told.helper else None
    news, alike = (
        Reply(text.format(code=grouped(code), where=_where(told))) for text in (say.TELL_NEW, say.TELL_NEW_ALIKE)
    )
    receipt = Reply(_receipt(code, secret, told, tools))
    effect = Register(code, told, news, confirm_code=secret, tell_alike=alike)
    done = drafts.drop(state, draft.id)
    chosen = tools.registry.consent(ConsentKind.REMINDERS)
    if chosen is not None and chosen.given:
        return replace(go_home(done, texts.MENU), replies=(receipt,), effects=(effect,))
    card = Reply(say.REMINDERS_CARD, choices("reminders", ("yes", say.YES), ("no", say.NO)))
    return Turn(replace(done, flow=NAME, step="reminders", slots={}), (receipt, card), (effect,))


def _where(told: Form) -> str:
    return f"{told.hamlet}, {told.area}"


def _receipt(code: str, secret: str | None, told: Form, tools: Tools) -> str:
    post = tools.registry.taken_by(told.unit)
    to = f"{post.name}" if post else say.SENT_TO_NOBODY.format(area=told.area)
    dated = say.NEXT if tools.today <= MONTHLY_REVIEW_UNTIL else say.NEXT_UNDATED
    coming = dated if post else say.NEXT_WITHOUT_OFFICER
    sent = say.SENT.format(head=told.head, code=grouped(code), to=to, next=coming)
    return f"{sent}\n\n{say.CONFIRM_CODE.format(code=secret, plain=secret)}" if secret else sent


def _corrected(state: State, draft: Draft, told: Form, tools: Tools) -> Turn:
    code = str(draft.slots["code"])
    case = next((case for case in tools.registry.mine() if case.code == code), None)
    done = drafts.drop(state, draft.id)
    if case is None or case.status not in OPEN or case.form is None:
        return go_home(done, say.CORRECTED_TOO_LATE)
    if draft.slots.get("edition") != edition(case):
        return correct(state, case, case.form, tools)
    if told == case.form:
        return go_home(done, say.UNCHANGED.format(code=grouped(code)))
    officer = Reply(say.TELL_CORRECTED.format(code=grouped(code), where=_where(told)))
    said = say.CORRECTED if tools.registry.taken_by(told.unit) else say.CORRECTED_UNTOLD
    return go_home(done, said.format(code=grouped(code)), Correct(code, case.version, told, officer))


def reminders(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A consent apart, which may be refused; silence is none, so anything else is taken as what it is.
    """
    value = _value(message, "reminders")
    if value not in {"yes", "no"}:
        return ask.listen(state, message, tools)
    chosen = Choose(ConsentKind.REMINDERS, value == "yes", say.REMINDERS_VERSION, say.REMINDERS_CARD)
    return go_home(state, say.REMINDERS_ON if chosen.given else say.REMINDERS_OFF, chosen)


# Stopping


def pause(state: State, tools: Tools) -> Turn:
    """
    Leave the form as it is, to go on with another day.
    """
    return go_home(state, say.PAUSED)


def leave(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /huy in the middle of a form: keep it or throw it away? Where nothing was told yet there is nothing to ask.
    """
    if drafts.draft_of(state, state.slots.get("draft")) is None:
        return go_home(state, texts.CANCELLED)
    return Turn(replace(state, step="leave"), (_leave_question(),))


def _leave_question() -> Reply:
    ways = (("keep", say.LEAVE_KEEP), ("drop", say.LEAVE_DROP), ("back", say.LEAVE_BACK))
    return Reply(say.LEAVE, choices("leave", *ways))


def left(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Kept, thrown away, or gone on with.
    """
    draft = drafts.draft_of(state, state.slots.get("draft"))
    if draft is None:
        return go_home(state, say.GONE)
    value = _value(message, "leave")
    if value == "drop" or reading.says_one_of(message.text, {"xoa", "xoa het", "bo", "bo het"}):
        return go_home(drafts.drop(state, draft.id), say.DROPPED)
    if value == "back":
        return _asked(state, draft, tools, say.GO_ON_HERE)
    if (
        value == "keep"
        or reading.says_one_of(message.text, LATER_WORDS | {"giu", "luu"})
        or reading.puts_off(message.text)
    ):
        return pause(state, tools)
    return Turn(state, (_led(_leave_question(), say.CHOOSE_ONE),))


def correct(state: State, case: Case, told: Form, tools: Tools) -> Turn:
    """
    The review screen of a registration that was sent, to change its lines.
    """
    known = next((one for one in drafts.drafts_of(state) if one.slots.get("code") == case.code), None)
    if known is not None and known.slots.get("edition") == edition(case):
        return _asked(state, replace(known, step="review"), tools)
    state = drafts.drop(state, known.id) if known else state
    slots = {**form.slots_of(told), "code": case.code, "edition": edition(case)}
    fresh = drafts.new_draft(state, "review", slots, tools.now)
    return _asked(state, fresh, tools, say.CHANGED_SINCE if known else "")


def edition(case: Case) -> int:
    """
    How often the form of a case was corrected: a draft made from an older one is not written over it.
    """
    return sum(event.kind is EventKind.CORRECTED for event in case.events)


def hears(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    A statement that the household wants to leave the poor list, or a press on a button of a form that is unfinished.
    """
    if message.choice is not None:
        return message.choice.startswith("reg:") and bool(drafts.drafts_of(state))
    return bool(message.text) and wish_of(message.text, tools).begins


def offered(state: State) -> tuple[Choice, ...]:
    """
    The choice to go on with what is unfinished.
    """
    kept = drafts.drafts_of(state)
    ways = f"{KEPT}{kept[0].id}" if len(kept) == 1 else "go:dangky"
    return (Choice(ways, say.GO_ON),) if kept else ()


STEPS: Mapping[str, Any] = {
    "begin": begin,
    "resume": resume,
    "consent": consent,
    **dict.fromkeys(form.BY_NAME, answered),
    "review": review,
    "alike": alike,
    "reminders": reminders,
    "ask_leave": leave,
    "leave": left,
}
REGISTER = Flow(
    name=NAME,
    entry="begin",
    steps=STEPS,
    commands=("dangky",),
    choices=("draft",),
    private=True,
    hears=hears,
    own={"huy": "ask_leave", "cancel": "ask_leave"},
    words=(
        "dang ky",
        "dang ki",
        "dangky",
        "dangki",
        "di dang ky",
        "dang ky di",
        "muon dang ky",
        "dang ky thoat ngheo",
    ),
    writes=frozenset({"reason"}),
)
