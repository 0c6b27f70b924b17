"""
How an answer reads: a fixed lead, the verbatim words, the source line, the ways on. Nothing is generated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.answer import PAGE_ASK, Answer, Citation, Kind, Option
from knowledge.exemplars import Aside, Gap
from knowledge.parse import Plan
from knowledge.places import Place
from knowledge.units import Unit

WHOLE_LIST = "Xem toàn mục"
NEXT_PAGE = "Xem tiếp"
ASK_OFFICER = "Việc này bà con hỏi cán bộ xã, phường giúp nhé."
NOT_FOUND = "Tôi tìm trong kế hoạch nhưng không thấy chỗ nào nói về việc này."
OFF_TOPIC = "Việc này nằm ngoài phong trào “Vì người nghèo”, tôi không trả lời được."
WHAT_I_KNOW = "Tôi biết về kế hoạch của phong trào: tiêu chí, khen thưởng, thời hạn, ai làm việc gì."
ASK_AWAY = "Bà con muốn hỏi gì về kế hoạch giúp người nghèo?"
WHICH_PLACE = "Mỗi nơi có kế hoạch riêng. Bà con hỏi về nơi nào?"
NO_SUCH_PLAN = "Tôi chưa có kế hoạch của {name}. Hiện tôi có: {places}."
OTHERWISE = "Kế hoạch ghi khác với con số trong câu hỏi."
NEARBY = "Gần với câu hỏi, kế hoạch có nói về:"
NOT_THERE = "{place}: tôi không thấy kế hoạch nói về việc này."
OPTIONS = 3
LONGEST = 1_500
"""Characters of an answer about one place that can be read on a phone."""
PAGE = 1_150
"""Characters of a page when a whole section is shown."""


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
    meta = plan.meta
    named = " ".join(part for part in (meta.document_kind, meta.number) if part)
    issued = f" ngày {meta.issued.day}/{meta.issued.month}/{meta.issued.year}" if meta.issued else ""
    issuer = f" của {meta.issuer}" if meta.issuer else ""
    return f"Nguồn: {named}{issued}{issuer}, {_address(path, headings)}.{_period(plan, today)}"


ADDRESSES = {
    "header": "phần đầu văn bản",
    "preamble": "phần căn cứ",
    "closing": "đoạn cuối",
    "recipients": "nơi nhận",
    "signature": "phần ký",
}


def _address(path: str, headings: Sequence[str]) -> str:
    head = path.split(".")[0]
    if head in ADDRESSES:
        return ADDRESSES[head]
    shown = " › ".join(heading.strip("-+ :").rstrip(".:") for heading in headings)
    return f"mục {path.split('~')[0]} ({shown})" if shown else f"mục {path.split('~')[0]}"


def _period(plan: Plan, today: date) -> str:
    start, end = plan.meta.period_start, plan.meta.period_end
    if end is None:
        return ""
    years = f"{start}–{end}" if start else f"đến năm {end}"
    over = " (đã hết giai đoạn)" if end < today.year else ""
    return f" Giai đoạn {years}{over}."


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
    One unit of one plan, or more that belong to the answer, each with its source; as many as can be read on a phone.
    """
    paragraphs = [lead(plan)]
    for unit in units:
        paragraphs += [*_governing(unit), quoted(unit)]
        if unit.form == "list" and unit.shown < len(unit.items):
            paragraphs.append(f"(Còn {len(unit.items) - unit.shown} ý nữa, bà con chọn “{WHOLE_LIST}”.)")
        paragraphs.append(source_line(plan, unit.path, unit.headings, today))
    text = "\n\n".join(paragraphs)
    if len(text) > LONGEST and len(units) > 1:
        return some(plan, units[:-1], today, options, context)
    note = changed_since(plan, units)
    if note and len(text) + len(note) < LONGEST:
        text = f"{text}\n{note}"
    return Answer(Kind.ANSWER, text, tuple(citation(unit) for unit in units), tuple(options), context)


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


def _governing(unit: Unit) -> list[str]:
    """
    The heading under which the words stand, where they would hang in the air without it.
    """
    return [unit.headings[-1].strip("-+ ")] if unit.headings and unit.path[:1].isupper() else []


def side_by_side(
    parts: Sequence[tuple[Plan, Sequence[Unit]]], today: date, options: Sequence[Option], context: dict[str, object]
) -> Answer:
    """
    The same question in several places, each with its source; a place that does not say it is named as such.
    """
    paragraphs, cited = [], []
    for plan, units in parts:
        if not units:
            paragraphs.append(NOT_THERE.format(place=_capital(plan.meta.place_name)))
        for n, unit in enumerate(units):
            source = source_line(plan, unit.path, unit.headings[-1:], today)
            head = "" if n else f"{_capital(plan.meta.place_name)}:\n"
            paragraphs.append(f"{head}{quoted(unit)}\n{source}")
            cited.append(citation(unit))
    return Answer(Kind.ANSWER, "\n\n".join(paragraphs), tuple(cited), tuple(options), context)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def page_of(plan: Plan, unit: Unit, clauses: Sequence[str], page: int, today: date) -> Answer:
    """
    One page of a whole section; a page never cuts a clause.
    """
    pages = _paged(clauses)
    page = min(max(page, 1), len(pages))
    shown = pages[page - 1]
    count = f" (phần {page}/{len(pages)})" if len(pages) > 1 else ""
    heading = unit.headings[-1].strip("-+ ") if unit.headings else ""
    text = "\n\n".join(
        [
            f"{heading}{count}".strip(),
            *(f"“{clause}”" for clause in shown),
            source_line(plan, unit.path, unit.headings, today),
        ]
    )
    more = (Option(NEXT_PAGE, f"{PAGE_ASK}{unit.key}:{page + 1}"),) if page < len(pages) else ()
    return Answer(Kind.ANSWER, text, tuple(Citation(unit.plan, unit.path, clause) for clause in shown), more, {})


def _paged(clauses: Sequence[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    used = 0
    for clause in clauses:
        if pages[-1] and used + len(clause) > PAGE:
            pages.append([])
            used = 0
        pages[-1].append(clause)
        used += len(clause)
    return pages


def options_of(asks: Sequence[str], place: str | None) -> list[Option]:
    """
    Ways on: each a question that the plans answer.
    """
    return [Option(_short(ask), ask, place) for ask in asks[:OPTIONS]]


def _short(ask: str) -> str:
    text = ask[:1].upper() + ask[1:]
    return text if len(text) <= 60 else f"{text[:57].rsplit(' ', 1)[0]}…"


def gap(found: Gap, held: Sequence[str], options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    What the plans do not say, what this plan does hold nearby (`held`), and whom to ask.
    """
    near = f" Kế hoạch có nói về {' và '.join(held)}." if held else ""
    return Answer(Kind.DECLINE, f"{found.say}{near}\n\n{ASK_OFFICER}", (), tuple(options), context)


def not_found(options: Sequence[Option], context: dict[str, object]) -> Answer:
    """
    Nothing was found; the neighbours are offered and not claimed to answer.
    """
    near = f"\n\n{NEARBY}" if options else ""
    return Answer(Kind.DECLINE, f"{NOT_FOUND} {ASK_OFFICER}{near}", (), tuple(options), context)


def off_topic(found: Aside | None, context: dict[str, object]) -> Answer:
    """
    Another subject: a short no; an emergency gets its numbers first.
    """
    if found is not None and found.urgent and found.say:
        return Answer(Kind.DECLINE, found.say[0], (), (), context)
    return Answer(Kind.DECLINE, f"{OFF_TOPIC} {WHAT_I_KNOW}", (), (), context)


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
    return Answer(Kind.SMALLTALK, f"{known}{ASK_AWAY}", (), (), context)


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
