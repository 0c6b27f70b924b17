"""
Registrations that may be one household: seen side by side, merged, kept apart, and each of it taken back.

Its choices are `alike:<code>:<other code>:<what>`.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlers import texts
from handlers import texts_officer as say
from handlers.cases import OPEN, Case, EventKind, Form, Status, kept_apart, status_before_merging
from handlers.effects import Move
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows.case import after, idle, reached, show
from handlers.flows.officers import for_officers, home_unit, seen
from handlers.flows.reading import NO_PHONE
from handlers.flows.shown import day, grouped
from handlers.flows.standing import leaving_shown
from handlers.messages import Choice, IncomingMessage, Reply
from knowledge.text import fold
from knowledge.workdays import local_day


@for_officers
def start(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice about two cases, both looked up anew.
    """
    code, other_code, what, *_ = [*(message.choice or "").removeprefix("alike:").split(":"), "", ""]
    one = seen(code, tools)
    if one is None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE),))
    if what == "unmerge":
        return _unmerge(state, one, tools)
    other = seen(other_code, tools)
    if other is None:
        return show(state, one, tools, say.ALIKE_GONE)
    if what == "again":
        return _join_again(state, one, other, tools)
    if one.status not in OPEN or other.status not in OPEN or not one.form or not other.form:
        return show(state, one, tools, say.ALIKE_GONE)
    step = {"merge": _sure, "merged": _merge, "apart": _keep_apart}.get(what, _compare)
    return step(state, one, other, tools)


def _compare(state: State, one: Case, other: Case, tools: Tools) -> Turn:
    heading = say.COMPARED.format(
        one=grouped(one.code),
        one_on=day(local_day(one.sent_at)),
        one_status=say.STATUS[one.status],
        other=grouped(other.code),
        other_on=day(local_day(other.sent_at)),
        other_status=say.STATUS[other.status],
    )
    ways = (
        _choice(other, one, "merge", say.MERGE.format(code=grouped(one.code))),
        _choice(one, other, "merge", say.MERGE.format(code=grouped(other.code))),
        _choice(one, other, "apart", say.KEEP_BOTH),
        _open(one),
        _open(other),
    )
    text = "\n".join([heading, "", *_differences(one.form, other.form)])
    return Turn(idle(state), (Reply(text, ways),))


def _differences(one: Form | None, other: Form | None) -> Iterator[str]:
    """
    The fields of two forms: once where they are the same, under each other where they are not.
    """
    if one is None or other is None:
        return
    fields = zip(say.COMPARED_FIELDS, _shown(one), _shown(other), strict=True)
    for name, value, against in fields:
        same = fold(value) == fold(against)
        shape = say.SAME if same else say.DIFFERENT
        yield shape.format(name=say.COMPARED_FIELDS[name], value=value, one=value, other=against)


def _shown(form: Form) -> tuple[str, ...]:
    return (
        form.head,
        form.phone or NO_PHONE,
        form.hamlet,
        texts.STANDINGS[form.standing],
        f"{form.members} / {form.workers}",
        f"{leaving_shown(form.standing, form.leaving)}, {form.year}",
    )


def _sure(state: State, gone: Case, kept: Case, tools: Tools) -> Turn:
    what = say.MERGE_SURE.format(gone=grouped(gone.code), kept=grouped(kept.code))
    shape = say.MERGE_TELLS if reached(gone) else say.MERGE_TELLS_NOBODY
    text = f"{what}\n\n{shape.format(words=_told(say.TELL_MERGED, gone, tools))}"
    send = _choice(gone, kept, "merged", say.MERGE_SEND)
    compare = _choice(gone, kept, "", say.COMPARE_AGAIN)
    return Turn(idle(state), (Reply(text, (send, compare)),))


def _merge(state: State, gone: Case, kept: Case, tools: Tools) -> Turn:
    move = Move(
        code=gone.code,
        version=gone.version,
        kind=EventKind.MERGED,
        to=Status.MERGED,
        note=kept.code,
        merged_into=kept.code,
        tell=Reply(_told(say.TELL_MERGED, gone, tools)),
    )
    said = say.MERGED.format(gone=grouped(gone.code), kept=grouped(kept.code))
    undo = Choice(f"alike:{gone.code}::unmerge", say.UNMERGE)
    return Turn(idle(state), (Reply(said, (*after(state, kept, tools), undo)),), (move,))


def _keep_apart(state: State, one: Case, other: Case, tools: Tools) -> Turn:
    moves = (_note(one, EventKind.KEPT_APART, other.code), _note(other, EventKind.KEPT_APART, one.code))
    said = say.KEPT_APART.format(one=grouped(one.code), other=grouped(other.code))
    undo = _choice(one, other, "again", say.UNDO)
    return Turn(idle(state), (Reply(said, (*after(state, one, tools), undo)),), moves)


def _join_again(state: State, one: Case, other: Case, tools: Tools) -> Turn:
    pairs = ((one, other.code), (other, one.code))
    moves = tuple(_note(case, EventKind.UNDONE, code) for case, code in pairs if code in kept_apart(case.events))
    if not moves:
        return show(state, one, tools, say.CHANGED)
    said = say.JOINED_AGAIN.format(one=grouped(one.code), other=grouped(other.code))
    return Turn(idle(state), (Reply(said, after(state, one, tools)),), moves)


def _note(case: Case, kind: EventKind, note: str) -> Move:
    """
    Something written into a case's history that changes nothing about where it stands.
    """
    return Move(case.code, case.version, kind, case.status, note=note, merged_into=case.merged_into)


def _unmerge(state: State, case: Case, tools: Tools) -> Turn:
    if case.status is not Status.MERGED:
        return show(state, case, tools, say.CHANGED)
    told = Reply(_told(say.TELL_UNMERGED, case, tools))
    move = Move(case.code, case.version, EventKind.UNDONE, status_before_merging(case.events), tell=told)
    said = say.UNMERGED.format(code=grouped(case.code))
    return Turn(idle(state), (Reply(said, after(state, case, tools)),), (move,))


def _told(words: str, case: Case, tools: Tools) -> str:
    return words.format(code=grouped(case.code), unit=home_unit(case.unit, tools))


def _choice(one: Case, other: Case, what: str, label: str) -> Choice:
    return Choice(f"alike:{one.code}:{other.code}:{what}", label)


def _open(case: Case) -> Choice:
    return Choice(f"case:{case.code}", say.OPEN_CASE.format(code=grouped(case.code)))


ALIKE = Flow(name="alike", entry="start", steps={"start": start}, choices=("alike",), private=True)
