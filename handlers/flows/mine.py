"""
What a household does with its own: /hoso, /suadon, /rutdon, /dulieu, /xoadulieu, /dungnhac, /yeucau, /xacnhan.

Several households may stand behind one account: then it is asked which one is meant. An account sees only what it
speaks for; see `Registry.mine`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers import texts, texts_reminders
from handlers import texts_household as say
from handlers.cases import OPEN, Case, ConsentKind, Counted, Event, EventKind, Form, Status, may_recode
from handlers.effects import AskOfficer, Choose, Confirm, Count, Erase, Hush, MissedCode, Move, Recode
from handlers.flow import Flow, Hears, State, Step, Tools, Turn, command_of
from handlers.flows import ask, channels, drafts, form, reading, register
from handlers.flows.officers import unit_choices
from handlers.flows.shown import day, grouped, local_day, local_time, working_day_after
from handlers.flows.wish import own_matter
from handlers.messages import Choice, IncomingMessage, Reply, Unreadable
from knowledge.answer import Kind, Question
from knowledge.text import clean

LONGEST = 1_000
"""Characters of an answer or a request that is passed on."""
MOST_LISTED = 8
"""Households that are offered at once to who speaks for many."""
ANSWERED_IN = 2
"""Working days in which a request about personal data must be answered (NĐ 356/2025/NĐ-CP)."""
NINE = re.compile(r"\d{9}")
EIGHT = re.compile(r"\d{8}")


def _head(case: Case) -> str:
    return case.form.head if case.form else ""


def _where(case: Case) -> str:
    return f"{case.form.hamlet}, {case.form.area}" if case.form else ""


def _chosen(message: IncomingMessage, word: str) -> tuple[str, str]:
    """
    The code and the rest of a choice `<word>:<code>:<rest>`; ("", "") for anything else.
    """
    kind, _, rest = (message.choice or "").partition(":")
    code, _, what = rest.partition(":")
    return (code, what) if kind == word else ("", "")


def _one(cases: Iterable[Case], code: object) -> Case | None:
    return next((case for case in cases if case.code == code), None)


def _open(tools: Tools) -> tuple[Case, ...]:
    return tuple(case for case in tools.registry.mine() if case.status in OPEN and case.form)


def _which(cases: Sequence[Case], word: str) -> Reply:
    ways = (
        Choice(f"{word}:{one.code}", say.CASE_CHOICE.format(head=_head(one), code=grouped(one.code)))
        for one in cases[:MOST_LISTED]
    )
    return Reply(say.WHICH_OF_MANY if len(cases) > MOST_LISTED else say.WHICH_CASE, tuple(ways))


# /hoso


def show(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The registrations of this account: the one, or which one; or what may be done with the one that was chosen.
    """
    if typed := _typed_code(message.text):
        return _looked_up(state, typed, tools)
    code, what = _chosen(message, "hoso")
    cases = tuple(case for case in tools.registry.mine() if case.form)
    if code:
        return _worked(state, _one(cases, code), what, tools)
    if not cases:
        return register.go_home(state, say.NO_CASE)
    if len(cases) > 1:
        listed = _which(cases, "hoso")
        return Turn(_idle(state), (replace(listed, choices=(*register.offered(state), *listed.choices)),))
    return _detail(state, cases[0], tools)


def _typed_code(text: str) -> str | None:
    """
    A receipt code alone, or after the command.
    """
    said = text.partition(" ")[2] if command_of(text) else text
    bare = re.sub(r"\s", "", said)
    return bare if NINE.fullmatch(bare) else None


def _looked_up(state: State, code: str, tools: Tools) -> Turn:
    """
    The registration with a typed code, where it is one's own.
    """
    if tools.registry.spent(Counted.LOOKED_UP):
        return register.go_home(state, say.LOOKED_UP_ENOUGH)
    case = _one((case for case in tools.registry.mine() if case.form), code)
    return replace(_worked(state, case, "", tools), effects=(Count(Counted.LOOKED_UP),))


def _worked(state: State, case: Case | None, what: str, tools: Tools) -> Turn:
    if case is None:
        return register.go_home(state, say.NO_CASE)
    if what == "edit" and case.form:
        return register.correct(state, case, case.form, tools)
    if what == "withdraw":
        return _withdraw_sure(state, case)
    if what == "recode" and may_recode(case):
        return _recoded(state, case, tools)
    if what == "later":
        return register.go_home(state, say.KEPT_CASE)
    return _detail(state, case, tools)


def _recoded(state: State, case: Case, tools: Tools) -> Turn:
    """
    Another code for the household to confirm with, for who filled its form in.
    """
    secret = tools.new_secret()
    said = f"{say.RECODED}\n\n{say.CONFIRM_CODE.format(code=secret, plain=secret)}"
    return register.go_home(state, said, Recode(case.code, case.version, secret))


def _detail(state: State, case: Case, tools: Tools) -> Turn:
    said = [
        say.CASE.format(
            code=grouped(case.code), head=_head(case), sent=local_day(case.sent_at), status=_status(case, tools)
        )
    ]
    if case.form and case.form.helper and not case.confirmed and case.status in OPEN:
        said.append(say.NOT_CONFIRMED)
    ways = [("edit", say.EDIT), ("withdraw", say.WITHDRAW)] if case.status in OPEN else []
    ways = [*ways, ("recode", say.RECODE)] if may_recode(case) else ways
    asked = case.status is Status.ASKED
    ways = [("later", say.ANSWER_LATER), *ways] if asked else ways
    choices = tuple(Choice(f"hoso:{case.code}:{what}", label) for what, label in ways)
    at_case = replace(state, flow="hoso", step="reply", slots={"code": case.code}) if asked else _idle(state)
    return Turn(at_case, (Reply("\n\n".join(said), (*register.offered(state), *(choices or ask.MENU))),))


def _idle(state: State) -> State:
    return replace(state, flow="ask", step="listen", slots={})


def _status(case: Case, tools: Tools) -> str:
    last, mine = _last(case), {one.code for one in tools.registry.mine()}
    words = {
        Status.SENT: say.STATUS_SENT if tools.registry.taken_by(case.unit) else say.STATUS_SENT_TO_NOBODY,
        Status.TAKEN: say.STATUS_TAKEN,
        Status.ASKED: say.STATUS_ASKED,
        Status.FILED: say.STATUS_FILED,
        Status.DONE: say.STATUS_DONE,
        Status.DECLINED: say.STATUS_DECLINED,
        Status.WITHDRAWN: say.STATUS_WITHDRAWN,
        Status.MERGED: say.STATUS_MERGED if case.merged_into in mine else say.STATUS_MERGED_ELSEWHERE,
    }[case.status]
    return words.format(
        day=local_day(last.at if last else case.touched_at),
        note=(last.note if last else None) or "",
        decision=case.decision or "",
        decided=day(case.decided_on) if case.decided_on else "",
        into=grouped(case.merged_into or ""),
    )


def _last(case: Case) -> Event | None:
    """
    The event that brought the case to where it stands.
    """
    reached = [event for event in case.events if event.kind == case.status.value]
    return max(reached, key=lambda event: event.at, default=None)


# The answer to an officer's question


def reply(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The officer's question was just shown: what is typed now goes to the case.
    """
    case = _one(tools.registry.mine(), state.slots.get("code"))
    if case is None or case.status is not Status.ASKED or (message.choice is not None):
        return ask.listen(state, message, tools)
    if refusal := _unfit(message):
        return Turn(state, (Reply(refusal, (Choice(f"hoso:{case.code}:later", say.ANSWER_LATER),)),))
    return _replied(state, case, message.text)


def _unfit(message: IncomingMessage) -> str | None:
    if message.unreadable is Unreadable.HIDDEN:
        return texts.HIDDEN
    if message.unreadable is not None:
        return say.NO_PHOTO if message.unreadable in {Unreadable.PHOTO, Unreadable.FILE} else say.NO_VOICE
    if reading.holds_identity_number(message.text):
        return say.IDENTITY
    if len(message.text) > LONGEST:
        return say.TOO_LONG
    return None if any(letter.isalnum() for letter in message.text) else say.REPLY_EMPTY


def _replied(state: State, case: Case, text: str) -> Turn:
    code = grouped(case.code)
    move = Move(
        code=case.code,
        version=case.version,
        kind=EventKind.REPLIED,
        to=Status.TAKEN,
        note=clean(text),
        tell_officer=Reply(say.TELL_REPLIED.format(code=code, where=_where(case))),
    )
    return register.go_home(state, say.REPLY_SENT.format(code=code), move)


def _asked_now(tools: Tools) -> Case | None:
    return next((case for case in tools.registry.mine() if case.status is Status.ASKED), None)


def hears_reply(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Words that may be the answer to an officer's open question: no command, no question, no greeting.
    """
    text = message.text
    if message.choice is not None or message.unreadable or not text.strip() or command_of(text):
        return False
    if reading.looks_like_question(text) or tools.whereabouts(text) or _asked_now(tools) is None:
        return False
    return tools.answer(Question(text, tools.today)).kind is not Kind.SMALLTALK


def reply_sure(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Ask whether it is the answer; it is not sent by a guess.
    """
    case = _asked_now(tools)
    if case is None or _unfit(message):
        return register.go_home(state, _unfit(message) or say.NO_CASE)
    last = _last(case)
    asked = say.REPLY_SURE.format(
        code=grouped(case.code), question=(last.note if last else "") or "", text=message.text
    )
    ways = (Choice("answer:yes", say.REPLY_YES), Choice("answer:no", say.REPLY_NO))
    kept = replace(state, flow="traloi", step="sure", slots={"code": case.code, "text": message.text})
    return Turn(kept, (Reply(asked, ways),))


def reply_chosen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Send it, or take it for what else it was.
    """
    case = _one(tools.registry.mine(), state.slots.get("code"))
    text = str(state.slots.get("text", ""))
    if message.choice == "answer:yes" and case is not None and case.status is Status.ASKED:
        return _replied(state, case, text)
    if message.choice == "answer:no":
        return ask.answer(_idle(state), text, None, tools)
    return ask.listen(state, message, tools)


# /suadon and /rutdon


def edit(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The review screen of an open registration.
    """
    cases = _open(tools)
    code, _ = _chosen(message, "suadon")
    case = _one(cases, code) if code else cases[0] if len(cases) == 1 else None
    if case is not None and case.form is not None:
        return register.correct(state, case, case.form, tools)
    return _which_of(state, cases, "suadon")


def _which_of(state: State, cases: tuple[Case, ...], word: str) -> Turn:
    if not cases:
        return register.go_home(state, say.NOTHING_TO_CHANGE)
    return Turn(_idle(state), (_which(cases, word),))


def withdraw(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    One choice withdraws an open registration.
    """
    cases = _open(tools)
    code, what = _chosen(message, "rutdon")
    case = _one(cases, code) if code else cases[0] if len(cases) == 1 else None
    if case is None:
        return _which_of(state, cases, "rutdon")
    if what == "yes":
        return _withdrawn(state, case)
    return register.go_home(state, say.KEPT_CASE) if what == "no" else _withdraw_sure(state, case)


def _withdraw_sure(state: State, case: Case) -> Turn:
    said = say.WITHDRAW_SURE.format(code=grouped(case.code), head=_head(case))
    ways = tuple(
        Choice(f"rutdon:{case.code}:{what}", label)
        for what, label in (("yes", say.WITHDRAW_YES), ("no", say.WITHDRAW_NO))
    )
    return Turn(_idle(state), (Reply(said, ways),))


def _withdrawn(state: State, case: Case) -> Turn:
    said = say.WITHDRAWN.format(code=grouped(case.code))
    move = Move(
        code=case.code,
        version=case.version,
        kind=EventKind.WITHDRAWN,
        to=Status.WITHDRAWN,
        tell=Reply(said, ask.MENU),
        tell_officer=Reply(say.TELL_WITHDRAWN.format(code=grouped(case.code), where=_where(case))),
    )
    return Turn(_idle(state), (), (move,))


# /dulieu, /xoadulieu, /dungnhac


def data(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    All that is kept of this account.
    """
    parts = [*_cases_kept(tools), *_drafts_kept(state), *_questions_kept(tools), *_consents_kept(tools)]
    parts += [*_place_kept(state, tools), *_channels_kept(tools)]
    if not parts:
        return register.go_home(state, say.DATA_NOTHING)
    ways = (
        *((Choice("go:suadon", say.DATA_EDIT), Choice("go:rutdon", say.WITHDRAW)) if _open(tools) else ()),
        Choice("go:yeucau", say.DATA_COMPLAIN),
        Choice("go:xoadulieu", say.DATA_ERASE),
    )
    return Turn(_idle(state), (Reply("\n\n".join([say.DATA, *parts, say.DATA_REST]), ways),))


def _cases_kept(tools: Tools) -> Iterable[str]:
    for case in tools.registry.mine():
        if case.form:
            lead = say.DATA_CASE.format(
                code=grouped(case.code), sent=local_day(case.sent_at), status=say.STATUSES[case.status]
            )
            yield "\n".join([lead, *_lines(case.form)])


def _lines(told: Form) -> list[str]:
    return [f"• {line}" for _, line in form.lines_of(told)]


def _drafts_kept(state: State) -> Iterable[str]:
    for draft in drafts.drafts_of(state):
        lines = [f"• {line}" for line in form.answered_lines(draft.slots)]
        yield "\n".join([say.DATA_DRAFT.format(at=local_time(draft.at)), *lines])


def _questions_kept(tools: Tools) -> list[str]:
    passed_on = [
        say.DATA_QUESTION.format(
            day=local_day(one.asked_at),
            to=tools.unit_name(one.unit) or one.unit,
            question=one.question,
            answered=say.ANSWERED if one.answer else say.NOT_ANSWERED,
        )
        for one in tools.registry.asked()
    ]
    return ["\n".join([say.DATA_QUESTIONS, *(f"• {line}" for line in passed_on)])] if passed_on else []


def _consents_kept(tools: Tools) -> Iterable[str]:
    chosen = [
        say.DATA_CHOSEN.format(
            card=say.CARDS[consent.kind],
            given=say.GIVEN if consent.given else say.NOT_GIVEN,
            at=local_time(consent.at),
            version=consent.version,
        )
        for consent in tools.registry.consents()
    ]
    return ["\n".join([say.DATA_CONSENTS, *(f"• {line}" for line in chosen)])] if chosen else []


def _place_kept(state: State, tools: Tools) -> Iterable[str]:
    place = next((place for place in tools.places if place.slug == state.profile.get("place")), None)
    return [say.DATA_PLACE.format(place=place.name)] if place else []


def _channels_kept(tools: Tools) -> Iterable[str]:
    joined = tools.registry.channels()
    return [say.DATA_CHANNELS.format(channels=channels.listed(joined))] if len(joined) > 1 else []


def erase_sure(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Ask once.
    """
    codes = ", ".join(grouped(case.code) for case in _open(tools))
    joined = tools.registry.channels()
    everywhere = say.ERASE_JOINED.format(channels=channels.listed(joined)) if len(joined) > 1 else ""
    said = say.ERASE_SURE.format(cases=(say.ERASE_CASES.format(codes=codes) if codes else "") + everywhere)
    ways = (Choice("erase:yes", say.ERASE_YES), Choice("erase:no", say.ERASE_NO))
    return Turn(replace(state, flow="xoadulieu", step="chosen", slots={}), (Reply(said, ways),))


def erased(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Erase everything, the profile too; or nothing.
    """
    if message.choice == "erase:yes":
        return Turn(State(flow="ask", step="listen"), (Reply(_erased(tools), ask.MENU),), (Erase(),))
    return (
        register.go_home(state, say.NOT_ERASED) if message.choice == "erase:no" else ask.listen(state, message, tools)
    )


def _erased(tools: Tools) -> str:
    return f"{say.ERASED} {say.ERASED_BUT}" if tools.registry.mine() else say.ERASED


def stop_reminders(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    No reminders from now on, for officers none of deadlines either.
    """
    chosen = Choose(ConsentKind.REMINDERS, False, say.REMINDERS_VERSION, say.REMINDERS_STOPPED)
    if tools.registry.posts():
        said = f"{say.REMINDERS_STOPPED}\n\n{texts_reminders.HUSHED}"
        return register.go_home(state, said, chosen, Hush())
    return register.go_home(state, say.REMINDERS_STOPPED, chosen)


# Requests that need a person


def request(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A request about one's own data: typed already in plain words, or asked for.
    """
    if tools.registry.spent(Counted.ASKED):
        return register.go_home(state, say.ASKED_ENOUGH)
    _, _, typed = message.text.partition(" ") if command_of(message.text) else ("", "", message.text)
    if message.choice is not None or not typed.strip():
        return Turn(replace(state, flow="yeucau", step="typed", slots={}), (Reply(say.REQUEST),))
    return requested(state, replace(message, text=typed), tools)


def requested(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The words, and whom they would go to.
    """
    if message.choice is not None:
        return ask.listen(state, message, tools)
    at_words = replace(state, flow="yeucau", step="typed", slots={})
    if refusal := _unfit(message):
        return Turn(at_words, (Reply(refusal),))
    unit, text = _own_unit(state, tools), clean(message.text)
    if unit is None:
        return Turn(
            replace(at_words, step="where", slots={"text": text}), (Reply(say.REQUEST_WHERE, (DO_NOT_SEND,)),)
        )
    return _request_sure(at_words, unit, text, tools)


DO_NOT_SEND = Choice("request:no", say.REQUEST_NO)


def _request_sure(state: State, unit: str, text: str, tools: Tools) -> Turn:
    """
    The words as they will go, and to whom; where nobody takes them yet, that they can be kept for who comes.
    """
    post = tools.registry.taken_by(unit)
    nobody = say.REQUEST_NOBODY.format(unit=tools.unit_name(unit) or unit, text=text)
    asked = say.REQUEST_SURE.format(to=post.name, text=text) if post else nobody
    yes = Choice("request:yes", say.REQUEST_YES if post else say.REQUEST_KEEP)
    sure = replace(state, flow="yeucau", step="sure", slots={"unit": unit, "text": text})
    return Turn(sure, (Reply(asked, (yes, DO_NOT_SEND)),))


def request_where(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The commune, typed and then chosen; the words stay.
    """
    kind, _, code = (message.choice or "").partition(":")
    if kind == "unit":
        kept = replace(state, profile={**state.profile, "unit": code})
        return _request_sure(kept, code, str(state.slots.get("text")), tools)
    if message.choice is not None:
        return request_chosen(state, message, tools)
    ways = unit_choices(tools.find_area(message.text[:200], state.profile.get("place")))
    asked = say.REQUEST_WHICH if ways else say.REQUEST_WHERE_AGAIN
    return Turn(state, (Reply(asked, (*ways, DO_NOT_SEND)),))


def _own_unit(state: State, tools: Tools) -> str | None:
    units = [case.unit for case in (*_open(tools), *tools.registry.mine())]
    kept = state.profile.get("unit")
    return units[0] if units else str(kept) if kept else None


def request_chosen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Pass it on, with the time that the law gives for an answer. What is typed here instead belongs to it.
    """
    unit, text = str(state.slots.get("unit")), str(state.slots.get("text"))
    post = tools.registry.taken_by(unit)
    if message.choice == "request:no":
        return register.go_home(state, say.REQUEST_NOT_SENT)
    if message.choice is None and "unit" in state.slots:
        more = replace(message, text=f"{text} {message.text}".strip())
        refusal = _unfit(message) or _unfit(more)
        return Turn(state, (Reply(refusal),)) if refusal else _request_sure(state, unit, clean(more.text), tools)
    if message.choice != "request:yes" or "unit" not in state.slots:
        return ask.listen(state, message, tools)
    by = day(working_day_after(tools.today, ANSWERED_IN))
    told = Reply(say.TELL_REQUEST.format(by=by))
    passed_on = AskOfficer(unit, say.REQUEST_LEAD.format(text=text), told)
    said = say.REQUEST_SENT.format(to=post.name, by=by) if post else say.REQUEST_KEPT
    return register.go_home(state, said, passed_on)


# /xacnhan


def confirm(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The household's own word for what somebody filled in for it: the code first, then the proof. That is asked for
    whatever code was typed, so nobody learns here which codes there are.
    """
    if tools.registry.spent(Counted.CONFIRMED):
        return register.go_home(state, say.CONFIRMED_ENOUGH)
    secret = re.sub(r"\D", "", message.text)
    if not secret:
        return Turn(replace(state, flow="xacnhan", step="code", slots={}), (Reply(say.CODE_ASK),))
    if not EIGHT.fullmatch(secret):
        return register.go_home(state, say.CODE_WRONG, MissedCode())
    return Turn(replace(state, flow="xacnhan", step="proof", slots={"secret": secret}), (Reply(say.CODE_PROOF),))


def proof_typed(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What only the household knows beside the code. Right or wrong, it is a try of the day; after a wrong one it may be
    typed again without the code.
    """
    proof = clean(message.text)
    if message.choice is not None or not proof or reading.looks_like_question(proof):
        return ask.listen(state, message, tools)
    if "again" in state.slots and not (re.search(r"\d{3}", proof) or reading.name_in(proof)):
        return ask.listen(state, message, tools)
    secret = str(state.slots.get("secret"))
    case, tried = tools.registry.confirmable(secret, proof), Count(Counted.CONFIRMED)
    if case is None or case.form is None:
        wrong = register.go_home(state, say.CODE_WRONG, MissedCode(secret), tried)
        again = {"secret": secret, "again": True}
        return replace(wrong, state=replace(wrong.state, flow="xacnhan", step="proof", slots=again))
    return replace(_confirm_card(state, secret, proof, case, case.form), effects=(tried,))


def _confirm_card(state: State, secret: str, proof: str, case: Case, told: Form) -> Turn:
    """
    The form as it stands, and the question; which version was shown stays in the slots.
    """
    ways = (Choice("confirm:yes", say.YES), Choice("confirm:no", say.NO))
    slots = {"secret": secret, "proof": proof, "version": case.version}
    return Turn(replace(state, flow="xacnhan", step="chosen", slots=slots), (Reply(_card_of(case, told), ways),))


def _card_of(case: Case, told: Form) -> str:
    helper = told.helper
    lead = say.CONFIRM_BY_HELPER if helper else say.CONFIRM_BY_OFFICER
    who = lead.format(helper=helper.name if helper else "", code=grouped(case.code))
    return say.CONFIRM_CARD.format(who=who, lines="\n".join(_lines(told)))


def code_typed(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The code, asked for; what holds no digits is something else.
    """
    if message.choice is not None or not re.search(r"\d", message.text):
        return ask.listen(state, message, tools)
    return confirm(state, message, tools)


def confirmed(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Only the choice itself counts, and only for the form that was shown: one that changed since is shown again.
    """
    secret, proof = str(state.slots.get("secret")), str(state.slots.get("proof"))
    case = tools.registry.confirmable(secret, proof)
    if case is None or case.form is None:
        return register.go_home(state, say.CODE_WRONG)
    if case.version != state.slots.get("version"):
        return _confirm_card(state, secret, proof, case, case.form)
    if message.choice == "confirm:yes":
        shown = _card_of(case, case.form)
        chosen = Choose(ConsentKind.REGISTRATION, True, say.CONSENT_VERSION, shown)
        return register.go_home(state, say.CONFIRMED, Confirm(case.code, case.version), chosen)
    if message.choice == "confirm:no":
        return _not_confirmed(state, case, tools)
    ways = (Choice("confirm:yes", say.YES), Choice("confirm:no", say.NO))
    return Turn(state, (Reply(say.CONSENT_AGAIN, ways),))


def _not_confirmed(state: State, case: Case, tools: Tools) -> Turn:
    if tools.registry.taken_by(case.unit) is None:
        return register.go_home(state, say.NOT_CONFIRMED_ALONE)
    code = grouped(case.code)
    told = AskOfficer(case.unit, say.REFUSED_BY_HEAD.format(code=code), Reply(say.TELL_REFUSED.format(code=code)))
    return register.go_home(state, say.NOT_CONFIRMED_TOLD, told)


def _hears(command: str) -> Hears:
    def hears(state: State, message: IncomingMessage, tools: Tools) -> bool:
        return message.choice is None and own_matter(message.text, tools) == command

    return hears


def _flow(command: str, entry: Step, choices: tuple[str, ...] = (), **steps: Step) -> Flow:
    return Flow(
        name=command,
        entry="begin",
        steps={"begin": entry, **steps},
        commands=(command,),
        choices=choices,
        private=True,
        hears=_hears(command),
    )


def _hears_status(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Plain words about one's registration, or its receipt code alone.
    """
    if code := _typed_code(message.text):
        return _one(tools.registry.mine(), code) is not None
    return _hears("hoso")(state, message, tools)


HOSO = replace(_flow("hoso", show, ("hoso",), reply=reply), hears=_hears_status, writes=frozenset({"reply"}))
SUADON = _flow("suadon", edit, ("suadon",))
RUTDON = _flow("rutdon", withdraw, ("rutdon",))
DULIEU = _flow("dulieu", data)
XOADULIEU = replace(
    _flow("xoadulieu", erase_sure, chosen=erased),
    words=("xoa het", "xoa thong tin", "xoa het thong tin", "xoa du lieu", "xoa het du lieu", "xoadulieu"),
)
DUNGNHAC = _flow("dungnhac", stop_reminders)
YEUCAU = replace(
    _flow("yeucau", request, typed=requested, where=request_where, sure=request_chosen), writes=frozenset({"typed"})
)
XACNHAN = _flow("xacnhan", confirm, code=code_typed, proof=proof_typed, chosen=confirmed)
TRALOI = Flow(
    name="traloi", entry="begin", steps={"begin": reply_sure, "sure": reply_chosen}, private=True, hears=hears_reply
)
MINE = (HOSO, SUADON, RUTDON, DULIEU, XOADULIEU, DUNGNHAC, YEUCAU, XACNHAN, TRALOI)
