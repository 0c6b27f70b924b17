"""
/nhapdon: an officer types in a registration that came on paper: a field a message, or several with semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from handlers import texts
from handlers import texts_officer as say
from handlers.cases import Form, Standing
from handlers.effects import Register
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import reading
from handlers.flows.casefile import form_lines
from handlers.flows.officers import LONGEST, Unfit, at_home, for_officers, seen, unit_choices, unit_name
from handlers.flows.shown import grouped
from handlers.messages import Choice, IncomingMessage, Json, Reply
from knowledge.text import clean, fold

LONGEST_HAMLET = 80
"""Characters."""
MOST_PEOPLE = 30
STANDINGS = (Standing.POOR, Standing.NEAR_POOR, Standing.JUST_LEFT)
BACK_WORDS = frozenset({"lai", "quay lai", "sua"})
NOTHING = frozenset({"khong", "khong co", "ko", "ko co", "khong can", "khong ro", "khong nho", "khong biet"})
"""Says the same as "-", where nothing is a value."""
THIS_YEAR = frozenset({"nam nay", "nay"})

Filled = Mapping[str, Json]
Read = Callable[[str, Filled, Tools], Json]


def _name(text: str, filled: Filled, tools: Tools) -> Json:
    return _known(reading.name_in(text), "head")


def _phone(text: str, filled: Filled, tools: Tools) -> Json:
    """
    A telephone; none is nothing that keeps a household out.
    """
    return "" if _nothing(text) else _known(reading.phone_in(text), "phone")


def _nothing(text: str) -> bool:
    return text == say.PAPER_NONE or reading.bare(text) in NOTHING


def _known(value: str | None, name: str) -> str:
    if value is None:
        raise Unfit(say.PAPER_WRONG[name])
    return value


def _hamlet(text: str, filled: Filled, tools: Tools) -> Json:
    if len(text) > LONGEST_HAMLET or not any(letter.isalnum() for letter in text):
        raise Unfit(say.PAPER_WRONG["hamlet"])
    return text


def _one_of(name: str, most: int) -> Read:
    """
    A standing by its number.
    """

    def read(text: str, filled: Filled, tools: Tools) -> Json:
        return STANDINGS[_number(text, name, 1, most) - 1]

    return read


def _number(text: str, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most):
        raise Unfit(say.PAPER_WRONG[name])
    return int(text)


def _since(text: str, filled: Filled, tools: Tools) -> Json:
    return None if _nothing(text) else _number(text, "since", 1990, tools.today.year)


def _members(text: str, filled: Filled, tools: Tools) -> Json:
    return _number(text, "members", 1, MOST_PEOPLE)


def _workers(text: str, filled: Filled, tools: Tools) -> Json:
    return _number(text, "workers", 0, filled["members"])


def _year(text: str, filled: Filled, tools: Tools) -> Json:
    if fold(text) in THIS_YEAR:
        return tools.today.year
    return _number(text, "year", tools.today.year, tools.today.year + 3)


def _needs(text: str, filled: Filled, tools: Tools) -> Json:
    if _nothing(text) or text == "0":
        return []
    numbers = [_number(part, "needs", 1, len(texts.NEEDS)) for part in re.split(r"[\s,.]+", text)]
    return [list(texts.NEEDS)[number - 1] for number in dict.fromkeys(numbers)]


def _reason(text: str, filled: Filled, tools: Tools) -> Json:
    if len(text) > LONGEST:
        raise Unfit(say.PAPER_WRONG["reason"])
    return None if _nothing(text) else text


FIELDS: Mapping[str, Read] = MappingProxyType(
    {
        "head": _name,
        "phone": _phone,
        "hamlet": _hamlet,
        "standing": _one_of("standing", 3),
        "since": _since,
        "members": _members,
        "workers": _workers,
        "leaving": _one_of("leaving", 2),
        "year": _year,
        "needs": _needs,
        "reason": _reason,
    }
)
"""The fields of a form in the order of the paper, with how each is read from what was typed."""


@for_officers
def start(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Whose paper it is: one's own commune, where there is just one.
    """
    communes = {post.unit for post in tools.registry.posts() if tools.area(post.unit)}
    fresh = replace(state, flow="paper", step="unit", slots={})
    if len(communes) == 1 and len(tools.registry.posts()) == 1:
        return _begin(fresh, communes.pop(), tools)
    ways = tuple(Choice(f"unit:{unit}", unit_name(unit, tools)) for unit in sorted(communes))
    return Turn(fresh, (Reply(say.PAPER_UNIT, ways),))


@for_officers
def take_unit(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A typed commune below one's posts, or a chosen one.
    """
    unit = (message.choice or "").removeprefix("unit:")
    if unit and tools.area(unit) and _within(unit, tools):
        return _begin(state, unit, tools)
    ways = unit_choices(match for match in tools.find_area(message.text[:200]) if _within(match.area.code, tools))
    return Turn(state, (Reply(say.PAPER_UNIT if ways else say.NO_SUCH_UNIT, ways),))


def _within(unit: str, tools: Tools) -> bool:
    return any(tools.covers(post.unit, unit) for post in tools.registry.posts())


def _begin(state: State, unit: str, tools: Tools) -> Turn:
    typing = replace(state, step="field", slots={"unit": unit, "filled": {}})
    turn = _next(typing, tools)
    heading = say.PAPER_START.format(unit=unit_name(unit, tools))
    return replace(turn, replies=(Reply(f"{heading}\n\n{turn.replies[0].text}"),))


@for_officers
def take_field(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    One or several fields; "lại" goes back to the one before.
    """
    if "filled" not in state.slots:
        return start(state, message, tools)
    filled = dict[str, Json](state.slots["filled"])
    missing = [name for name in FIELDS if name not in filled]
    parts = [clean(part) for part in message.text.split(";", max(len(missing) - 1, 0))]
    if len(parts) == 1 and fold(parts[0]) in BACK_WORDS:
        return _back(state, tools)
    problem = None
    try:
        for name, part in zip(missing, parts, strict=False):
            filled[name] = read(name, part, filled, tools)
    except Unfit as unfit:
        problem = str(unfit)
    return _next(replace(state, slots={**state.slots, "filled": filled}), tools, problem)


def read(name: str, text: str, filled: Filled, tools: Tools) -> Json:
    """
    What was typed as the value of a field, by the fields before it. Raises Unfit.
    """
    if name != "phone" and reading.holds_identity_number(text):
        raise Unfit(say.PAPER_IDENTITY)
    if not text:
        raise Unfit(say.ONLY_WORDS)
    return FIELDS[name](text, filled, tools)


def _missing(filled: Filled) -> str | None:
    return next((name for name in FIELDS if name not in filled), None)


def _back(state: State, tools: Tools) -> Turn:
    """
    The newest field is forgotten and asked again.
    """
    filled = dict[str, Json](state.slots["filled"])
    last = next((name for name in reversed(tuple(FIELDS)) if name in filled), None)
    filled.pop(last or "", None)
    return _next(replace(state, step="field", slots={**state.slots, "filled": filled}), tools)


def _next(state: State, tools: Tools, problem: str | None = None) -> Turn:
    """
    The question for the next missing field, or the whole form to look over.
    """
    name = _missing(state.slots["filled"])
    if name is None:
        return _review(state, tools, problem)
    text = f"{problem}\n\n{question(name)}" if problem else question(name)
    return Turn(replace(state, step="field"), (Reply(text),))


def question(name: str) -> str:
    """
    The question for a field.
    """
    listed = "\n".join(f"{n}. {label}" for n, label in enumerate(texts.NEEDS.values(), 1))
    return say.PAPER_ASK[name].format(needs=listed) if name == "needs" else say.PAPER_ASK[name]


def _review(state: State, tools: Tools, problem: str | None = None) -> Turn:
    form = _form(state, tools)
    text = say.PAPER_REVIEW.format(form="\n".join(form_lines(form)))
    notes = (problem, _alike(form, tools))
    fixes = tuple(Choice(f"fix:{name}", say.PAPER_FIX.format(name=say.PAPER_NAMES[name])) for name in FIELDS)
    ways = (Choice("send", say.PAPER_SEND), *fixes, Choice("no", say.NO))
    said = "\n\n".join([*(note for note in notes if note), text])
    return Turn(replace(state, step="review"), (Reply(said, ways),))


def _alike(form: Form, tools: Tools) -> str | None:
    """
    A word about registrations that may be the same household's. Of another unit's nothing is said: who may see both
    hears of it once the paper is filed.
    """
    codes = ", ".join(grouped(code) for code in tools.registry.alike(form) if seen(code, tools))
    return say.PAPER_ALIKE.format(codes=codes) if codes else None


def _form(state: State, tools: Tools) -> Form:
    filled, unit = state.slots["filled"], state.slots["unit"]
    area = tools.area(unit)
    more = {
        "standing": Standing(filled["standing"]),
        "leaving": Standing(filled["leaving"]),
        "needs": tuple(filled["needs"]),
    }
    return Form(**{**filled, **more}, unit=unit, area=area.full if area else unit_name(unit, tools))


@for_officers
def review(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    File it, mend a field, or drop it.
    """
    if "filled" not in state.slots:
        return start(state, message, tools)
    what, _, name = (message.choice or "").partition(":")
    if message.choice is None:
        back = fold(clean(message.text)) in BACK_WORDS
        return _back(state, tools) if back else _review(state, tools, say.PAPER_CHOOSE)
    if what == "fix" and name in FIELDS:
        return _fix(state, name, tools)
    if what == "no":
        return Turn(at_home(state), (Reply(say.PAPER_DROPPED),))
    return _register(state, tools) if what == "send" else _review(state, tools)


def _fix(state: State, name: str, tools: Tools) -> Turn:
    """
    Ask a field again, and the number of workers with that of the people.
    """
    again = {name, "workers"} if name == "members" else {name}
    kept = {field: value for field, value in state.slots["filled"].items() if field not in again}
    return _next(replace(state, slots={**state.slots, "filled": kept}), tools)


def _register(state: State, tools: Tools) -> Turn:
    form, code, secret = _form(state, tools), tools.new_code(), tools.new_secret()
    told, alike = (
        Reply(text.format(code=grouped(code), hamlet=form.hamlet, area=form.area))
        for text in (say.PAPER_FOR_OFFICER, say.PAPER_FOR_OFFICER_ALIKE)
    )
    register = Register(code, form, told, confirm_code=secret, on_paper=True, tell_alike=alike)
    said = say.PAPER_SENT.format(code=grouped(code), secret=secret)
    ways = (Choice(f"case:{code}", say.OPEN_CASE.format(code=grouped(code))), Choice("paper:", say.PAPER_NEXT))
    return Turn(at_home(state), (Reply(said, ways),), (register,))


PAPER = Flow(
    name="paper",
    entry="start",
    steps={"start": start, "unit": take_unit, "field": take_field, "review": review},
    commands=("nhapdon",),
    choices=("paper",),
    private=True,
)
