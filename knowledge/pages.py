"""
A whole section, page by page: whom each clause is for, its words, where it stands, and the ways on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from knowledge.answer import PAGE_ASK, Answer, Citation, Kind, Option
from knowledge.compose import LONGEST, OPTIONS, lead, plain, source_line
from knowledge.parse import Clause, Plan
from knowledge.units import Unit

NEXT_PAGE = "Xem tiếp"
PREVIOUS_PAGE = "Xem lại trang trước"
FIRST_PAGE = "Xem từ trang 1"
LAST_PAGE = "Xem trang cuối"
POSITION = "Trang {page}/{pages}."
NO_SUCH_PAGE = "Mục này chỉ có {pages} trang, không có trang {page}. Bà con chọn trang bên dưới giúp tôi nhé."

Entry: TypeAlias = tuple[Clause, str]
"""A clause and the words of it that are quoted in one piece."""


def page_ask(unit: Unit, page: int) -> str:
    """
    What a choice asks that leads to a page of a section.
    """
    return f"{PAGE_ASK}{unit.key}:{page}"


def page_of(plan: Plan, unit: Unit, page: int, today: date, after: Sequence[Option]) -> Answer:
    """
    One page of a section (a list unit), counted from 1, with the ways to the pages beside it; `after` are the ways on
    at the section's end. A page that is not there is declined with the ways to the first and the last one.
    """
    title = plain(unit.headings[-1]) if unit.headings else ""
    source = source_line(plan, unit.path, unit.headings[:-1], today)
    around = [lead(plan), title, f"{source} {POSITION.format(page=99, pages=99)}"]
    pages = _paged(plan, unit, LONGEST - len("\n\n".join(around)) - 2)
    if not 1 <= page <= len(pages):
        return _no_such_page(unit, page, len(pages))
    if len(pages) > 1:
        source = f"{source} {POSITION.format(page=page, pages=len(pages))}"
    entries = pages[page - 1]
    paragraphs = [lead(plan), title, *_paragraphs(entries, len(unit.headings)), source]
    cited = tuple(Citation(plan.id, clause.path, words) for clause, words in entries)
    ways = _beside(unit, page, len(pages))
    options = ways if page < len(pages) else [*ways, *after][:OPTIONS]
    return Answer(Kind.ANSWER, "\n\n".join(filter(None, paragraphs)), cited, tuple(options))


def _beside(unit: Unit, page: int, pages: int) -> list[Option]:
    following = [Option(NEXT_PAGE, page_ask(unit, page + 1))] if page < pages else []
    return following + ([Option(PREVIOUS_PAGE, page_ask(unit, page - 1))] if page > 1 else [])


def _no_such_page(unit: Unit, page: int, pages: int) -> Answer:
    options = [Option(FIRST_PAGE, page_ask(unit, 1))]
    if pages > 1:
        options.append(Option(LAST_PAGE, page_ask(unit, pages)))
    return Answer(Kind.DECLINE, NO_SUCH_PAGE.format(pages=pages, page=page), (), tuple(options))


def _paged(plan: Plan, unit: Unit, room: int) -> list[list[Entry]]:
    pages: list[list[Entry]] = [[]]
    for entry in _entries(plan, unit, room):
        grown = "\n\n".join(_paragraphs([*pages[-1], entry], len(unit.headings)))
        if pages[-1] and len(grown) > room:
            pages.append([])
        pages[-1].append(entry)
    return pages


def _entries(plan: Plan, unit: Unit, room: int) -> Iterator[Entry]:
    """
    The section's clauses in order; one that no page could hold, sentence by sentence.
    """
    members = frozenset(unit.members)
    for clause in (clause for clause in plan.clauses if clause.id in members):
        fits = len("\n\n".join(_paragraphs([(clause, clause.text)], len(unit.headings)))) <= room
        pieces = [clause.text] if fits else [sentence.text for sentence in clause.sentences]
        yield from ((clause, words) for words in pieces)


def _paragraphs(entries: Iterable[Entry], depth: int) -> Iterator[str]:
    """
    The words in quotation marks, under each heading below the section's own (`depth` of them) where it changes.
    """
    before: tuple[str, ...] = ()
    for clause, words in entries:
        below = clause.headings[depth:]
        yield from (plain(heading) for n, heading in enumerate(below, 1) if below[:n] != before[:n])
        yield f"“{words}”"
        before = below
