"""
/choduyet: the registrations that wait for an officer, oldest first, and the tables of them.

A page of it is the choice `queue:<page>:<word>`, so that it can be come back to from a case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from handlers import texts_officer as say
from handlers.cases import WAITING, Case, Post, Status
from handlers.flow import Flow, State, Tools, Turn, command_of
from handlers.flows import ask, casefile
from handlers.flows.case import opened
from handlers.flows.officers import CODE_DIGITS, ON_A_PAGE, digits, for_officers, shortened
from handlers.messages import Attachment, Choice, IncomingMessage, Reply
from knowledge.text import clean, tokens

LONGEST_WORD = 40
"""Characters of a word that the queue is searched for; more is a question."""
MOST = 200
"""`Registry.queue` gives no more."""
LEAST_DIGITS = 3
"""Digits that are taken for the end of a receipt code."""
PAGE = re.compile(r"queue:(\d+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """
    One page of the queue, from 0, narrowed by a typed word.
    """

    number: int = 0
    word: str = ""

    @property
    def choice(self) -> str:
        return f"queue:{self.number}:{self.word}"


@for_officers
def start(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    /choduyet, with a word or a receipt code after it, or a choice that names a page.
    """
    if message.choice is not None:
        named = PAGE.fullmatch(message.choice)
        return show(state, Page(int(named[1]), named[2]) if named else Page(), tools)
    _, _, word = message.text.strip().partition(" ")
    return find(state, replace(message, text=word), tools) if word else show(state, Page(), tools)


def listen(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    Beside the choices of the queue: a word to search for, a receipt code, or a question as from anybody.
    """
    word = clean(message.text)
    if message.choice or not word or len(word) > LONGEST_WORD or "?" in word or command_of(word):
        return ask.listen(state, message, tools)
    return find(state, message, tools)


@for_officers
def find(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A whole receipt code opens its case; anything else narrows the queue.
    """
    word = shortened(message.text, LONGEST_WORD)
    if len(digits(word)) == CODE_DIGITS and not any(letter.isalpha() for letter in word):
        return opened(replace(state, slots={}), replace(message, choice=f"case:{digits(word)}", text=""), tools)
    return show(state, Page(0, word), tools)


def show(state: State, page: Page, tools: Tools) -> Turn:
    """
    One page of the queue: those that wait for the officer first, each group oldest first.
    """
    cases = sorted(tools.registry.queue(), key=lambda case: (case.status not in WAITING, case.sent_at))
    found = [case for case in cases if _fits(case, page.word)]
    last = max(0, (len(found) - 1) // ON_A_PAGE)
    page = replace(page, number=min(max(page.number, 0), last))
    here = found[page.number * ON_A_PAGE :][:ON_A_PAGE]
    tools.registry.listed(case.code for case in here)
    own = {post.unit for post in tools.registry.posts()}
    lines = [Choice(f"case:{case.code}", casefile.line(case, tools.today, case.unit in own)) for case in here]
    ways = (*lines, *_further(page, last), *files(tools.registry.posts()))
    looking = replace(state, flow="queue", step="listen", slots={"queue": page.choice})
    return Turn(looking, (Reply("\n".join(_said(cases, found, page, last, tools)), ways),))


def _fits(case: Case, word: str) -> bool:
    if not word:
        return True
    number = digits(word)
    if number and not any(letter.isalpha() for letter in word):
        return len(number) >= LEAST_DIGITS and case.code.endswith(number)
    form = case.form
    return form is not None and _plain(word) in _plain(f"{form.head} {form.hamlet} {form.area} {form.was or ''}")


def _plain(text: str) -> str:
    """
    The folded words of a text between blanks, so that "tran" is not found in "Sóc Trăng".
    """
    return f" {' '.join(tokens(text))} "


def _said(cases: Sequence[Case], found: Sequence[Case], page: Page, last: int, tools: Tools) -> Iterator[str]:
    yield _counted(cases) if cases else say.QUEUE_EMPTY
    questions = len(tools.registry.tickets())
    yield say.QUESTIONS_WAIT.format(count=questions) if questions else say.NO_QUESTIONS
    if len(cases) == MOST:
        yield say.QUEUE_FULL.format(most=MOST)
    if page.word and cases:
        shape = say.QUEUE_FOUND if found else say.QUEUE_NOTHING_FOUND
        yield shape.format(word=page.word, count=len(found))
    if last:
        yield say.QUEUE_PAGE.format(page=page.number + 1, pages=last + 1)
    if found:
        yield say.QUEUE_SEARCH


def _counted(cases: Sequence[Case]) -> str:
    counts = Counter(case.status for case in cases)
    numbers = {
        say.QUEUE: len(cases),
        say.QUEUE_WAITING: sum(counts[status] for status in WAITING),
        say.QUEUE_ASKED: counts[Status.ASKED],
        say.QUEUE_FILED: counts[Status.FILED],
    }
    return " ".join(shape.format(count=count) for shape, count in numbers.items() if count)


def _further(page: Page, last: int) -> Iterator[Choice]:
    if page.number < last:
        yield Choice(replace(page, number=page.number + 1).choice, say.NEXT_PAGE)
    if page.number > 0:
        yield Choice(replace(page, number=page.number - 1).choice, say.PAGE_BEFORE)
    if page.word:
        yield Choice(Page().choice, say.SEE_ALL)


def files(posts: Sequence[Post]) -> tuple[Choice, ...]:
    """
    The tables of each post; with the unit's name where somebody holds several.
    """
    kinds = (("list", say.LIST_FILE), ("months", say.CHART_FILE))
    several = len(posts) > 1
    return tuple(
        Choice(f"table:{kind}:{post.id}", say.FILE_OF.format(file=label, unit=post.unit_name) if several else label)
        for post in posts
        for kind, label in kinds
    )


@for_officers
def table(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    A table of one of this officer's posts, as a file.
    """
    kind, _, id = (message.choice or "").removeprefix("table:").partition(":")
    post = next((post for post in tools.registry.posts() if str(post.id) == id), None)
    if post is None:
        return show(state, Page(), tools)
    if kind == "list":
        text, paper = say.LIST_READY, Attachment(say.LIST_NAME, f"list.xlsx:{post.id}")
    else:
        text, paper = say.CHART_READY, Attachment(say.CHART_NAME, f"months.png:{post.id}")
    ways = (Choice(Page().choice, say.BACK_TO_QUEUE), *files(tools.registry.posts()))
    looking = replace(state, flow="queue", step="listen", slots={})
    return Turn(looking, (Reply(text.format(unit=post.unit_name), ways, attachment=paper),))


QUEUE = Flow(
    name="queue",
    entry="start",
    steps={"start": start, "listen": listen},
    commands=("choduyet",),
    choices=("queue",),
    private=True,
)
TABLE = Flow(name="table", entry="table", steps={"table": table}, choices=("table",), private=True)
