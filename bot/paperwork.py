"""
The files that a reply promises, made when it leaves: a letter of one registration, a list and a chart of a unit's,
a board, a calendar.

A reply carries only what paper it is, such as "letter.pdf:482915073"; the right to it is checked again when it is
made, and each making of a letter or list is in the audit log.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import Clock, local_date
from bot.papers.calendar import Entry, calendar_ics
from bot.papers.chart import monthly_png
from bot.papers.letter import LetterFields, letter_docx, letter_pdf
from bot.papers.progress import (
    DONE,
    LOST,
    MISSING,
    ProgressRow,
    ToldRow,
    progress_png,
    progress_xlsx,
    told_xlsx,
)
from bot.papers.table import RegistrationRow, registrations_xlsx
from db.desk import DeskRows
from db.records import Account
from db.uow import Database
from handlers import texts, texts_officer
from handlers import texts_reminders as say
from handlers.cases import ROLE_NAMES, Case, EventKind, Form, Helper, Post, Status
from handlers.desk import Desk
from handlers.duties import Line, Owed, Submission, Told
from handlers.flows.due import goes_on, last_day_words, step_words
from handlers.flows.officers import minute
from handlers.flows.shown import grouped
from handlers.messages import ConversationKey
from knowledge.areas import Areas
from knowledge.deadlines import aim
from knowledge.workdays import working_days

MONTHS = 12
"""How many months a chart shows."""

Make = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Gathered:
    """
    All that a paper is made from, and what the audit log will say of it: how, the case if it is of one, the post.
    """

    make: Make
    seen: tuple[tuple[str, int | None, int], ...] = ()

    def note(self, reader: Account, rows: DeskRows, now: datetime) -> None:
        for what, case, post in self.seen:
            rows.trail.saw(reader, what, now, case, post)


@dataclass(frozen=True, slots=True)
class Paperwork:
    """
    Makes papers out of what the desk holds.
    """

    database: Database
    areas: Areas
    clock: Clock

    async def make(self, paper: str, reader: ConversationKey) -> bytes | None:
        """
        The file for somebody who may have it; None for everybody else, and for a paper that is none.
        """
        now = self.clock()
        async with self.database.read() as uow:
            gathered = await uow.desk(lambda rows: self._gather(rows, paper, reader, now))
        if gathered is None:
            return None
        async with self.database.write() as uow:
            await uow.desk(lambda rows: gathered.note(Account(reader.channel, reader.address), rows, now))
            await uow.commit()
        return await asyncio.to_thread(gathered.make)

    async def calendar(self, secret: str) -> bytes | None:
        """
        The calendar that a secret address opens, as it stands now, empty where nothing is owed; None: it opens none.
        """
        now = self.clock()
        async with self.database.read() as uow:
            entries = await uow.desk(lambda rows: self._entries_behind(rows, secret, now))
        return None if entries is None else calendar_ics(entries, now)

    def _entries_behind(self, rows: DeskRows, secret: str, now: datetime) -> list[Entry] | None:
        account = rows.calendars.opened(secret)
        if account is None:
            return None
        return entries_of(Desk(rows, ConversationKey(account.channel, account.address), now, self.areas))

    def _gather(self, rows: DeskRows, paper: str, reader: ConversationKey, now: datetime) -> Gathered | None:
        """
        Read what the paper needs; making it is then a matter of these values alone.
        """
        kind, _, of = paper.partition(":")
        desk = Desk(rows, reader, now, self.areas)
        if kind in LETTERS:
            return self._letter(desk, kind, of)
        if kind in TABLES:
            return self._table(desk, kind, of)
        if kind in BOARDS:
            return self._board(desk, kind, of)
        return self._calendar(desk) if kind == "deadlines.ics" else None

    def _calendar(self, desk: Desk) -> Gathered | None:
        """
        What the reader's own posts still owe, whoever the paper was promised to; nothing owed is no calendar.
        """
        entries = entries_of(desk)
        return Gathered(lambda: calendar_ics(entries, desk.now)) if entries else None

    def _board(self, desk: Desk, kind: str, of: str) -> Gathered | None:
        """
        A paper about a board: `<post>:<duty>:<last day>`.
        """
        boards = {f"{board.post.id}:{board.duty.id}:{board.last.isoformat()}": board for board in desk.boards()}
        board, today = boards.get(of), local_date(desk.now)
        if board is None:
            return None
        if kind == "reminders.xlsx":
            told = [told_row(one) for one in desk.told(board)]
            return Gathered(lambda: told_xlsx(board.duty.title, board.last, board.post.unit_name, told, today))
        write, rows = BOARDS[kind], [progress_row(line) for line in board.lines]
        return Gathered(lambda: write(board.duty.title, board.last, board.post.unit_name, rows, today))

    def _letter(self, desk: Desk, kind: str, code: str) -> Gathered | None:
        case = desk.case(code)
        if case is None or case.form is None:
            return None
        fields, write = letter_fields(case, case.form, self.areas), LETTERS[kind]
        return Gathered(lambda: write(fields), tuple((kind, look.case, look.post) for look in desk.looks))

    def _table(self, desk: Desk, kind: str, post: str) -> Gathered | None:
        held = next((one for one in desk.posts() if str(one.id) == post), None)
        if held is None:
            return None
        cases, today = desk.registrations(held), local_date(desk.now)
        write = TABLES[kind]
        return Gathered(lambda: write(held, cases, today), ((kind, None, held.id),))


def entries_of(desk: Desk) -> list[Entry]:
    """
    What the posts of an account still owe.
    """
    return [entry_of(one, one.last) for one in desk.owed() if one.last and not one.off and not one.done]


def entry_of(one: Owed, last: date) -> Entry:
    """
    A duty as an entry of a calendar, on the working day to aim at.
    """
    duty = one.duty
    notes = (last_day_words(last), duty.quote and say.QUOTE.format(quote=duty.quote), duty.source, goes_on(duty))
    uid = f"duty-{duty.id}-{one.post.id}-{last:%Y%m%d}@chung-tay"
    return Entry(uid, aim(last), duty.title, tuple(note for note in notes if note))


def progress_row(line: Line) -> ProgressRow:
    """
    A unit of a board as a line of its table.
    """
    state = DONE if line.done else MISSING if line.reached else LOST
    done_at = minute(line.done.at) if line.done else None
    number = document_number(line.done) if line.done else None
    return ProgressRow(line.name, state, number, done_at, minute(line.told) if line.told else None)


def document_number(done: Submission) -> str | None:
    """
    The number of what was handed in, and whether a file came with it.
    """
    return say.HAS_FILE.format(number=done.number or "").strip() if done.with_file else done.number


def told_row(told: Told) -> ToldRow:
    """
    One reminder as a line of the log.
    """
    return ToldRow(told.post.unit_name, ROLE_NAMES[told.post.role], step_words(told.step), minute(told.at))


def letter_fields(case: Case, form: Form, areas: Areas) -> LetterFields:
    """
    A registration as the letter words it.
    """
    area = areas.by_code(form.unit)
    return LetterFields(
        receipt=grouped(case.code),
        head=form.head,
        phone=phone(form.phone),
        hamlet=form.hamlet,
        commune=area.name if area else form.area,
        province=area.province if area else "",
        was=form.was,
        status_now=texts.STANDINGS[form.standing],
        poor_since=form.since,
        leaving=texts.STANDINGS[form.leaving],
        year=form.year,
        members=form.members,
        workers=form.workers,
        income_band=None,
        reason=form.reason,
        needs=tuple(texts.NEEDS.get(need, need) for need in form.needs),
        lacking=(),
        helper=helper_line(form.helper) if form.helper else None,
        sent_on=local_date(case.sent_at),
    )


def helper_line(helper: Helper) -> str:
    """
    Who wrote for the household, and how it agreed.
    """
    return f"{helper.relation}: {helper.name}; chủ hộ đồng ý ngày {helper.consent_on} ({helper.consent_how})"


def phone(number: str) -> str:
    """
    Ten digits as they are read: "0912 345 678".
    """
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) == 10 else number


def list_of(post: Post, cases: Sequence[Case], today: date) -> bytes:
    """
    All registrations of a post's unit as a workbook.
    """
    rows = [row_of(case, case.form, today) for case in cases if case.form is not None]
    return registrations_xlsx(post.unit_name, rows, today)


def row_of(case: Case, form: Form, today: date) -> RegistrationRow:
    """
    A registration as a line of the list; it waits until it is decided or withdrawn.
    """
    sent = local_date(case.sent_at)
    return RegistrationRow(
        receipt=grouped(case.code),
        head=form.head,
        phone=phone(form.phone),
        hamlet=form.hamlet,
        commune=form.area,
        status_now=texts.STANDINGS[form.standing],
        leaving=texts.STANDINGS[form.leaving],
        members=form.members,
        workers=form.workers,
        sent_on=sent,
        state=texts_officer.STATUS[case.status],
        decided_no=case.decision,
        decided_on=case.decided_on,
        entered_by="cán bộ (đơn giấy)" if case.on_paper else "hộ gửi qua chat",
        waiting_days=working_days(sent, today) if case.status in {Status.SENT, Status.TAKEN} else 0,
    )


def chart_of(post: Post, cases: Sequence[Case], today: date) -> bytes:
    """
    How many registrations were sent and decided in each of the last months.
    """
    months = last_months(today)
    sent = Counter(month_of(local_date(case.sent_at)) for case in cases)
    decided = Counter(
        month_of(local_date(event.at)) for case in cases for event in case.events if is_decision(event.kind)
    )
    return monthly_png(post.unit_name, [(month, sent[month], decided[month]) for month in months], today)


def is_decision(kind: EventKind) -> bool:
    return kind in {EventKind.DONE, EventKind.DECLINED}


def last_months(today: date) -> list[str]:
    """
    The last twelve months up to this one, oldest first: "12/2025" … "11/2026".
    """
    count = today.year * MONTHS + today.month - 1
    return [f"{n % 12 + 1:02d}/{n // 12}" for n in range(count - MONTHS + 1, count + 1)]


def month_of(day: date) -> str:
    return f"{day:%m/%Y}"


BOARDS = {"board.xlsx": progress_xlsx, "board.png": progress_png, "reminders.xlsx": progress_xlsx}
LETTERS = {"letter.pdf": letter_pdf, "letter.docx": letter_docx}
TABLES = {"list.xlsx": list_of, "months.png": chart_of}
