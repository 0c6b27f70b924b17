"""
An officer corrects a registration of his units before it is decided: a slip in a paper that was typed in, or what a
household told him. It reads the changed lines; its history names the post and the fields.

Choices are `mend:<code>:<field>` and `mend:<code>:send`; the slots hold what was changed until it is sent, with the
version of the case that was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers import texts_officer as say
from handlers.cases import OPEN, Case, Form, form_from_json, form_to_json
from handlers.effects import Correct
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import form
from handlers.flows.case import after, idle, reached, show
from handlers.flows.officers import Unfit, for_officers, home_unit, seen
from handlers.flows.paper import FIELDS, question, read
from handlers.flows.shown import grouped
from handlers.messages import Choice, IncomingMessage, Json, Reply
from knowledge.text import clean


@for_officers
def start(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A choice about a case, looked up anew: its lines, a line to change, or to send what was changed. Words leave the
    case as it is shown.
    """
    code, _, what = (message.choice or f"mend:{state.slots.get('code', '')}:").removeprefix("mend:").partition(":")
    case = seen(code, tools)
    if case is None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE),))
    if case.status not in OPEN or case.form is None:
        return show(state, case, tools, say.CHANGED)
    turn = _work(_at(state, case), case, case.form, what, tools)
    return turn if message.choice else replace(turn, replies=(Reply(say.CHOOSE), *turn.replies))


def _work(state: State, case: Case, told: Form, what: str, tools: Tools) -> Turn:
    if what in FIELDS:
        return _ask(state, what)
    changed = _changed(state, told)
    if what == "send" and changed != told:
        return _send(state, case, told, changed, tools)
    if changed != told:
        return _sure(state, case, told, changed, tools)
    return _lines(state, case, told, say.CHANGED if what == "send" else None)


def _at(state: State, case: Case) -> State:
    """
    At this version of the case, with what was changed of it so far.
    """
    here = state.flow == "mend" and (state.slots.get("code"), state.slots.get("version")) == (case.code, case.version)
    changed = state.slots["changed"] if here else {}
    slots = {**idle(state).slots, "code": case.code, "version": case.version, "changed": changed}
    return replace(state, flow="mend", step="start", slots=slots)


def _changed(state: State, told: Form) -> Form:
    return form_from_json({**form_to_json(told), **state.slots["changed"]})


def _lines(state: State, case: Case, told: Form, before: str | None = None) -> Turn:
    shown = [_choice(case, name, line) for name, line in form.lines_of(told) if name in FIELDS]
    text = say.MEND.format(code=grouped(case.code))
    ways = (*shown, Choice(f"case:{case.code}", say.BACK_TO_CASE))
    return Turn(state, (Reply(f"{before}\n\n{text}" if before else text, ways),))


def _ask(state: State, name: str, problem: str | None = None) -> Turn:
    asking = replace(state, step="field", slots={**state.slots, "field": name})
    return Turn(asking, (Reply(f"{problem}\n\n{question(name)}" if problem else question(name)),))


@for_officers
def take_field(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    The line as it is to be; where fewer people are left than work, how many work is asked next.
    """
    case, name = seen(state.slots.get("code", ""), tools), state.slots.get("field", "")
    if case is None or case.form is None or name not in FIELDS or message.choice is not None:
        return Turn(idle(state), (Reply(say.NO_SUCH_CASE),))
    if case.version != state.slots["version"] or case.status not in OPEN:
        return show(state, case, tools, say.CHANGED)
    filled = form_to_json(_changed(state, case.form))
    try:
        filled[name] = read(name, clean(message.text), filled, tools)
    except Unfit as unfit:
        return _ask(state, name, str(unfit))
    kept = replace(state, step="start", slots={**state.slots, "changed": _differing(filled, case.form)})
    if filled["workers"] > filled["members"]:
        return _ask(kept, "workers")
    return _work(kept, case, case.form, "", tools)


def _differing(filled: Mapping[str, Json], told: Form) -> Json:
    """
    The fields that are other than what was told, as JSON.
    """
    before = form_to_json(told)
    return {name: filled[name] for name in FIELDS if _plain(filled[name]) != _plain(before[name])}


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _sure(state: State, case: Case, told: Form, changed: Form, tools: Tools) -> Turn:
    """
    What the household will read, before it goes.
    """
    shape = say.SURE if reached(case) else say.SURE_PAPER
    text = shape.format(words=_told(case, told, changed, tools))
    ways = (
        _choice(case, "send", say.MEND_SEND),
        *_more(case, changed),
        Choice(f"case:{case.code}", say.BACK_TO_CASE),
    )
    return Turn(state, (Reply(text, ways),))


def _more(case: Case, changed: Form) -> list[Choice]:
    return [_choice(case, name, line) for name, line in form.lines_of(changed) if name in FIELDS]


def _told(case: Case, told: Form, changed: Form, tools: Tools) -> str:
    lines = "\n".join(f"• {line}" for _, line in _new_lines(told, changed))
    return say.TELL_MENDED.format(unit=home_unit(case.unit, tools), code=grouped(case.code), lines=lines)


def _new_lines(told: Form, changed: Form) -> list[tuple[str, str]]:
    before = dict(form.lines_of(told))
    return [(name, line) for name, line in form.lines_of(changed) if before.get(name) != line]


def _send(state: State, case: Case, told: Form, changed: Form, tools: Tools) -> Turn:
    names = ", ".join(say.PAPER_NAMES[name] for name, _ in _new_lines(told, changed))
    tell = Reply(_told(case, told, changed, tools))
    effect = Correct(case.code, case.version, changed, tell=tell, note=names)
    done = f"{say.MENDED} {say.TOLD if reached(case) else say.TELL_THEM}"
    said = Reply(done.format(code=grouped(case.code), names=names), after(state, case, tools))
    return Turn(idle(state), (said,), (effect,))


def _choice(case: Case, what: str, label: str) -> Choice:
    return Choice(f"mend:{case.code}:{what}", label)


MEND = Flow(
    name="mend",
    entry="start",
    steps={"start": start, "field": take_field},
    choices=("mend",),
    private=True,
)
