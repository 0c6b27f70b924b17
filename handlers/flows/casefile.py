"""
How a registration reads for an officer: as a line of the queue, as a whole, and what its history says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handlers import texts
from handlers import texts_officer as say
from handlers.cases import WAITING, Case, Event, EventKind, Form, Helper
from handlers.flows.officers import LONGEST_LABEL, minute, shortened, waited
from handlers.flows.reading import NO_PHONE
from handlers.flows.shown import day, grouped
from handlers.flows.standing import leaving_shown

ABOUT_OTHERS = frozenset({EventKind.MERGED, EventKind.KEPT_APART, EventKind.UNDONE})
"""Events whose note is another case's receipt code."""


def line(case: Case, today: date, home: bool) -> str:
    """
    A case as a choice of the queue: code, name, hamlet (for a post above: commune), how long it waits, status,
    and what is special about it. At most 64 characters.
    """
    marks = {say.LINE_RAISED: case.raised, say.LINE_TWIN: bool(case.alike)}
    stands = say.REPLIED if case.replied else say.STATUS[case.status]
    status = stands + "".join(mark for mark, is_so in marks.items() if is_so)
    if case.form is None:
        return say.LINE_ERASED.format(code=grouped(case.code), status=status)
    parts = {"code": grouped(case.code), "waited": waited(case.sent_at, today), "status": status}
    spare = LONGEST_LABEL - len(say.LINE.format(head="", where="", **parts))
    where = case.form.hamlet if home else case.form.area.split(",")[0]
    where = shortened(where, max(spare // 2, spare - len(case.form.head)))
    return say.LINE.format(head=short_name(case.form.head, spare - len(where)), where=where, **parts)


def short_name(name: str, most: int) -> str:
    """
    A name in at most so many characters; the given name, its last word, stays whole as long as it can: "N. T. Lan".
    """
    words = name.split()
    for at in (*range(1, len(words) - 1), 0):
        if len(" ".join(words)) > most and len(words) > 1:
            words[at] = f"{words[at][0]}."
    short = " ".join(words)
    return short if len(short) <= most else shortened(words[-1], most)


def whole(case: Case, today: date) -> str:
    """
    A case with all that the household told and all that happened.
    """
    form = form_lines(case.form) if case.form else (say.CASE_ERASED,)
    history = (say.HISTORY, *(_event(event) for event in case.events)) if case.events else ()
    blocks = ([*_heading(case, today)], [*form, *_trust(case)], history)
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _heading(case: Case, today: date) -> Iterator[str]:
    heading = say.CASE_WAITS if case.status in WAITING else say.CASE
    yield heading.format(code=grouped(case.code), status=say.STATUS[case.status], waited=waited(case.sent_at, today))
    if case.raised:
        yield say.CASE_RAISED
    if case.alike:
        yield say.CASE_ALIKE.format(codes=", ".join(map(grouped, case.alike)))
    if case.merged_into:
        yield say.CASE_MERGED.format(code=grouped(case.merged_into))
    if case.decision and case.decided_on:
        yield say.CASE_DECISION.format(decision=case.decision, on=day(case.decided_on))


def form_lines(form: Form) -> tuple[str, ...]:
    """
    All fields of a form that are filled in, a line each.
    """
    lines = (
        say.HEAD.format(head=form.head),
        say.PHONE.format(phone=form.phone or NO_PHONE),
        say.HOME.format(hamlet=form.hamlet, area=form.area),
        say.WAS.format(was=form.was) if form.was else None,
        say.STANDS.format(
            standing=texts.STANDINGS[form.standing], since=say.SINCE.format(since=form.since) if form.since else ""
        ),
        say.PEOPLE.format(members=form.members, workers=form.workers),
        say.LEAVES.format(leaving=leaving_shown(form.standing, form.leaving), year=form.year),
        say.NEEDS.format(needs=needs(form)) if form.needs else None,
        say.REASON.format(reason=form.reason) if form.reason else None,
        _helper(form.helper) if form.helper else None,
    )
    return tuple(line for line in lines if line)


def needs(form: Form) -> str:
    """
    What the household wishes for, in words; a key that is no longer known stands as it is.
    """
    return ", ".join(texts.NEEDS.get(need, need) for need in form.needs)


def _helper(helper: Helper) -> str:
    return say.HELPER.format(name=helper.name, relation=helper.relation, how=helper.consent_how, on=helper.consent_on)


def _trust(case: Case) -> Iterator[str]:
    """
    What an officer must know of how the registration came in.
    """
    if case.on_paper:
        yield say.CASE_PAPER
    if case.confirmed or (case.form and case.form.helper):
        yield say.CONFIRMED if case.confirmed else say.NOT_CONFIRMED


def _event(event: Event) -> str:
    shape = say.EVENT_BY if event.by else say.EVENT
    note = say.EVENT_NOTE.format(note=_note(event)) if event.note else ""
    return shape.format(at=minute(event.at), what=say.EVENT_KINDS[event.kind], by=_by(event)) + note


def _by(event: Event) -> str:
    """
    The post without its province, for a line.
    """
    return (event.by or "").split(",")[0]


def _note(event: Event) -> str:
    return grouped(event.note or "") if event.kind in ABOUT_OTHERS else event.note or ""
