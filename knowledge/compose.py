"""
How an answer reads: a fixed lead, the verbatim words, the source line, the ways on. Nothing is generated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answer import Answer, Citation, Kind, Option
from knowledge.exemplars import Aside, Gap
from knowledge.parse import Plan
from knowledge.places import Place
from knowledge.text import LABEL, shortened
from knowledge.units import Unit, is_apart

WHOLE_LIST = "Xem toàn mục"
WHOLE_LIST_OF = "Xem toàn mục của {place}"
ANOTHER_PLACE = "Còn {place} thì sao?"
ASK_OFFICER = "Việc này bà con hỏi cán bộ xã, phường giúp nhé."
NOT_FOUND = "Tôi tìm trong {plans} nhưng không thấy chỗ nào nói về việc này."
OFF_TOPIC = "Việc này nằm ngoài phong trào “Vì người nghèo”, tôi không trả lời được."
WHAT_I_KNOW = "Tôi biết về kế hoạch của phong trào: tiêu chí, khen thưởng, thời hạn, ai làm việc gì."
ASK_AWAY = "Bà con muốn hỏi gì về kế hoạch giúp người nghèo?"
UNCLEAR = "Dạ, tôi chưa rõ bà con muốn hỏi thêm việc gì. Bà con gõ rõ hơn một chút, hoặc chọn dưới đây nhé."
WHICH_GROUP = "Kế hoạch của {place} ghi riêng cho từng nhóm. Bà con hỏi về nhóm nào?"
WHICH_CLAUSE = (
    "Tôi chưa chắc bà con muốn hỏi ý nào. Kế hoạch của {place} có những ý dưới đây; "
    "nếu không phải, bà con hỏi dài hơn một chút nhé."
)
WHICH_PLACE = "Mỗi nơi có kế hoạch riêng. Bà con hỏi về nơi nào?"
NO_SUCH_PLAN = "Tôi chưa có kế hoạch của {name}. Hiện tôi có: {places}."
NO_SUCH_SECTION = "Tôi không tìm thấy mục này trong kế hoạch. Bà con hỏi lại bằng lời giúp tôi nhé."
NEARBY = "Gần với câu hỏi, kế hoạch của {place} có những ý dưới đây."
ONLY_PARTLY = (
    "Tôi chưa có kế hoạch chung của {area}. Trong vùng này tôi chỉ có kế hoạch của {places}. "
    "Bà con ở đó thì chọn dưới đây."
)
LIVES_IN = "Tôi ở {place}"
OTHERWISE = "Kế hoạch ghi khác với con số trong câu hỏi."
NOT_THERE = "{place}: tôi không thấy kế hoạch nói về việc này."
HELD = "Kế hoạch có nói về {subjects}."
ABOUT = "Kế hoạch nói gì về {subject}?"
HERE_WE_HAVE = "Bản kế hoạch đang có "
OPTIONS = 3
LONGEST, LONGEST_COMPARED = 1_500, 3_000
"""Characters of an answer about one place, and of a comparison, that can be read on a phone."""
LONGEST_HEADINGS = 100
"""Characters of a heading path in a source line; of a longer one the last headings are shown."""
COUNTS = ("", "", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def lead(plan: Plan) -> str:
    """
    The fixed sentence before a quote: who says it.
    """
    if plan.meta.document_kind == "Kế hoạch":
        return f"Kế hoạch của {plan.meta.place_name} ghi:"
    return f"{plan.meta.issuer} đăng về kế hoạch của {plan.meta.place_name}:"


def source_line(plan: Plan, path: str, headings: Sequence[str], today: date) -> str:
    """
    Number, date, issuer, address, period, and whether the period is over.
    """
    return _source(plan, _address([path], headings), today)


def sources(plan: Plan, units: Sequence[Unit], today: date) -> str:
    """
    One source line for all that is quoted from a plan: every address, with the headings that do not stand over the
    quotes already.
    """
    below: dict[tuple[str, ...], list[str]] = {}
    for unit in units:
        below.setdefault(unit.headings[:-1] if governing(unit) else unit.headings, []).append(unit.path)
    return _source(plan, "; ".join(_address(paths, headings) for headings, paths in below.items()), today)


def _source(plan: Plan, address: str, today: date) -> str:
    meta = plan.meta
    named = " ".join(part for part in (meta.document_kind, meta.number) if part)
    issued = f" ngày {meta.issued.day}/{meta.issued.month}/{meta.issued.year}" if meta.issued else ""
    issuer = f" của {meta.issuer}" if meta.issuer else ""
    return f"Nguồn: {named}{issued}{issuer}, {address}.{_period(plan, today)}"


ADDRESSES = {
    "header": "phần đầu văn bản",
    "preamble": "phần căn cứ",
    "closing": "đoạn cuối",
    "recipients": "nơi nhận",
    "signature": "phần ký",
}


def _address(paths: Sequence[str], headings: Sequence[str]) -> str:
    parts = list(dict.fromkeys(ADDRESSES[path.split(".")[0]] for path in paths if is_apart(path)))
    numbers = dict.fromkeys(path.split("~")[0] for path in paths if not is_apart(path))
    shown = f" ({_shown(headings)})" if headings else ""
    return " và ".join([*parts, f"mục {' và '.join(numbers)}{shown}"] if numbers else parts)


def _shown(headings: Sequence[str]) -> str:
    """
    The heading path; of a long one the last headings.
    """
    named = [plain(heading) for heading in headings]
    while len(named) > 1 and len(" › ".join(named)) > LONGEST_HEADINGS:
        named = named[1:]
    return " › ".join(named if len(named) == len(headings) else ["…", *named])


def plain(heading: str) -> str:
    """
    A heading as it is shown: without the dash before it and the colon after it.
    """
    return heading.strip("-+ ").rstrip(" .:")


def _period(plan: Plan, today: date) -> str:
    end = plan.meta.period_end
    if end is None:
        return ""
    over = " (đã hết giai đoạn)" if end < today.year else ""
    return f" Giai đoạn {_years(plan)}{over}."


def _years(plan: Plan) -> str:
    start, end = plan.meta.period_start, plan.meta.period_end
    return f"{start}–{end}" if start else f"đến năm {end}"


def whose(plans: Sequence[Plan]) -> str:
    """
    "của tỉnh Vĩnh Phúc (2021–2025) và tỉnh Bến Tre (2021–2025)".
    """
    named = [
        f"{plan.meta.place_name} ({_years(plan)})" if plan.meta.period_end else plan.meta.place_name for plan in plans
    ]
    return f"của {listed(named)}"


def listed(words: Sequence[str]) -> str:
    """
    "a, b và c".
    """
    return " và ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def every(plans: Sequence[Plan]) -> str:
    """
    "cả năm kế hoạch", for more than one plan.
    """
    count = COUNTS[len(plans)] if len(plans) < len(COUNTS) else str(len(plans))
    return f"cả {count} kế hoạch"


def quoted(unit: Unit) -> str:
    """
    The unit's words as they are shown.
    """
    return f"“{unit.text}”"


def citation(unit: Unit) -> Citation:
    """
    The unit as a citation.
    """
    return Citation(unit.plan, unit.path, unit.quote)


def some(
    plan: Plan, units: Sequence[Unit], today: date, options: Sequence[Option], context: dict[str, object]
) -> Answer:
    """
    One unit of one plan, or more that belong to the answer, with their source; as many as can be read on a phone.
    """
    text = "\n\n".join([lead(plan), *_quotes(plan, units), sources(plan, units, today)])
    if len(text) > LONGEST and len(units) > 1:
        return some(plan, units[:-1], today, options, context)
    note = changed_since(plan, units)
    if note and len(text) + len(note) < LONGEST:
        text = f"{text}\n{note}"
    return Answer(Kind.ANSWER, text, tuple(citation(unit) for unit in units), tuple(options), context)


def _quotes(plan: Plan, units: Sequence[Unit]) -> Iterator[str]:
    """
    Each quote under its heading, which is said once for all that stand under it; with its address, where there are
    several.
    """
    several = len({unit.path for unit in units}) > 1
    before: tuple[str, ...] = ()
    for unit in units:
        headings = _opening(plan, unit)
        yield from (heading for heading in headings if heading not in before)
        before = headings
        yield f"{quoted(unit)} ({_address([unit.path], ())})" if several else quoted(unit)
        if unit.form == "list" and unit.shown < len(unit.items):
            yield f"(Còn {len(unit.items) - unit.shown} ý nữa, bà con chọn “{WHOLE_LIST}”.)"


def otherwise(answer: Answer) -> Answer:
    """
    The answer to a question that supposes another figure than the quoted words state.
    """
    return replace(answer, text=f"{OTHERWISE}\n\n{answer.text}")


def changed_since(plan: Plan, units: Sequence[Unit]) -> str:
    """
    The note on what a quote names and is no more, such as the district level; from the plan's own list, with sources.
    """
    quotes = " ".join(unit.quote for unit in units)
    note = next((note for note in plan.meta.notes if note.when and re.search(note.when, quotes)), None)
    return f"Lưu ý: {note.text}" if note else ""


def _opening(plan: Plan, unit: Unit) -> tuple[str, ...]:
    """
    The heading over a quote, and those below it that a list begins under: they say whom its first items are for.
    """
    first = next((clause for clause in plan.clauses if unit.members and clause.id == unit.members[0]), None)
    below = first.headings[len(unit.headings) :] if first else ()
    return tuple(filter(None, [governing(unit), *map(plain, below)]))


def governing(unit: Unit) -> str:
    """
    The heading under which the words stand and without which they would hang in the air; empty where there is none.
    """
    return plain(unit.headings[-1]) if unit.headings and not is_apart(unit.path) else ""


def side_by_side(
    parts: Sequence[tuple[Plan, Sequence[Unit]]], today: date, options: Sequence[Option], context: dict[str, object]
) -> Answer:
    """
    The same question in several places, each with its source; a place that does not say it is named as such. Second
    quotes go where all together could not be read on a phone.
    """
    text = "\n\n".join(_beside(plan, units, today) for plan, units in parts)
    if len(text) > LONGEST_COMPARED and any(len(units) > 1 for _, units in parts):
        return side_by_side([(plan, units[:1]) for plan, units in parts], today, options, context)
    cited = tuple(citation(unit) for _, units in parts for unit in units)
    return Answer(Kind.ANSWER, text, cited, tuple(options), context)


def _beside(plan: Plan, units: Sequence[Unit], today: date) -> str:
    place = capital(plan.meta.place_name)
    if not units:
        return NOT_THERE.format(place=place)
    return "\n".join([f"{place}:", *_quotes(plan, units), sources(plan, units, today)])


def capital(name: str) -> str:
    """
    The words with a capital letter at the beginning.
    """
    return name[:1].upper() + name[1:]


def gap(
    found: Gap, lacking: Sequence[Plan], of_all: bool, held: Sequence[str], options: Sequence[Option],
    context: dict[str, object],
) -> Answer:  # fmt: skip
    """
    What these plans (`of_all`: all that there are) do not say, what they do hold nearby (`held`), and whom to ask.
    """
    near = f" {HELD.format(subjects=listed(held))}" if held else ""
    return Answer(
        Kind.DECLINE, f"{missing(found.say, lacking, of_all)}{near}\n\n{ASK_OFFICER}", (), tuple(options), context
    )


def missing(say: str, lacking: Sequence[Plan], of_all: bool) -> str:
    """
    The reviewed sentence with the plans that it is about: "Kế hoạch của tỉnh Vĩnh Phúc (2021–2025) không nêu …".
    """
    opening = next((one for one in (HERE_WE_HAVE, "Kế hoạch ") if say.startswith(one)), "")
    if not opening or not lacking:
        return say
    held = ", bản tôi đang có," if opening == HERE_WE_HAVE else ""
    subject = f"{every(lacking)}{held} đều" if of_all and len(lacking) > 1 else f"kế hoạch {whose(lacking)}{held}"
    return f"{capital(subject)} {say.removeprefix(opening)}"


def about(subject: str) -> Option:
    """
    A way on where no place is known yet: the question about the subject, which asks for the place.
    """
    ask = ABOUT.format(subject=subject)
    return Option(shortened(ask, LABEL), ask)


def not_found(
    asked: Sequence[Plan], of_all: bool, near: Plan | None, options: Sequence[Option], context: dict[str, object]
) -> Answer:
    """
    Nothing was found in these plans (`of_all`: all that there are); the neighbours, in the plan `near`, are offered
    and not claimed to answer.
    """
    plans = every(asked) if of_all and len(asked) > 1 else f"kế hoạch {whose(asked)}"
    nearby = f"\n\n{NEARBY.format(place=near.meta.place_name)}" if options and near else ""
    return Answer(Kind.DECLINE, f"{NOT_FOUND.format(plans=plans)} {ASK_OFFICER}{nearby}", (), tuple(options), context)


def no_such_section(context: dict[str, object]) -> Answer:
    """
    A choice that leads nowhere any more.
    """
    return Answer(Kind.DECLINE, NO_SUCH_SECTION, (), (), context)


def off_topic(found: Aside | None, context: dict[str, object]) -> Answer:
    """
    Another subject: a short no; an emergency gets its numbers and nothing else.
    """
    if found is not None and found.urgent:
        return emergency((found,), context)
    return Answer(Kind.DECLINE, f"{OFF_TOPIC} {WHAT_I_KNOW}", (), (), context)


def emergency(topics: Sequence[Aside], context: dict[str, object]) -> Answer:
    """
    What to do now and whom to call, before and instead of all else.
    """
    said = "\n\n".join(topic.say[0] for topic in topics)
    return Answer(Kind.DECLINE, said, (), (), context, urgent=True)


def small_talk(found: Aside, turn: int, context: dict[str, object]) -> Answer:
    """
    A short human line, another one each time.
    """
    return Answer(Kind.SMALLTALK, found.say[turn % len(found.say)], (), (), context)


def introduced(place: Place | None, context: dict[str, object]) -> Answer:
    """
    A person said who they are: taken note of, and a way on.
    """
    known = f"Dạ, tôi nhớ rồi: {place.name}. " if place else "Dạ, chào bà con. "
    return Answer(Kind.SMALLTALK, f"{known}{ASK_AWAY}", (), (), context, place=place.slug if place else None)


def partly(area: str, within: Sequence[Place], context: dict[str, object]) -> Answer:
    """
    A person is from a wider area: say for which part of it there is a plan, and offer that.
    """
    held = ", ".join(place.name for place in within)
    options = tuple(Option(place.name, LIVES_IN.format(place=place.name)) for place in within)
    return Answer(Kind.CLARIFY, ONLY_PARTLY.format(area=area, places=held), (), options, context)


def unclear(options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    A word that says nothing by itself: ask what is meant.
    """
    return Answer(Kind.CLARIFY, UNCLEAR, (), tuple(options), context)


def which_group(place: str, options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    Ask whom the question is about; each choice shows what the plan says for one group.
    """
    return Answer(Kind.CLARIFY, WHICH_GROUP.format(place=place), (), tuple(options), context)


def which_clause(place: str, options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    Ask what a question of few words is about; each choice shows what the plan says of it.
    """
    return Answer(Kind.CLARIFY, WHICH_CLAUSE.format(place=place), (), tuple(options), context)


def which_place(places: Sequence[Place], ask: str, context: dict[str, object]) -> Answer:
    """
    Ask which place is meant; each choice asks the same question there.
    """
    options = tuple(Option(place.name, ask, place.slug) for place in places)
    return Answer(Kind.CLARIFY, WHICH_PLACE, (), options, context)


def no_such_plan(name: str, places: Sequence[Place], options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    A place that no plan is held for: say which ones there are.
    """
    known = ", ".join(place.name for place in places)
    return Answer(Kind.DECLINE, NO_SUCH_PLAN.format(name=name, places=known), (), tuple(options), context)
