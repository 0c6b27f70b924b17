"""
The desk: what an account may see and do with registrations, posts and questions, in one transaction.

A step reads through it (`Registry`) while the turn is computed; the effects of the turn are carried out by
`carry_out` in the transaction that stores the turn, on a fresh desk that checks every right again. Rights hang on
posts: an account sees a case because it speaks for the household, or because it holds a post whose unit covers the
case's. Raises Stale when a right or a version is gone: the turn is then taken again and sees why.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cached_property, singledispatchmethod

from rapidfuzz import fuzz

from db.desk import DeskRows
from db.errors import Stale
from db.records import Account, NewCase, StoredCase, StoredConsent, StoredEvent, StoredPost, StoredTicket
from handlers.cases import (
    A_DAY,
    OPEN,
    WAITING,
    Case,
    Consent,
    ConsentKind,
    Counted,
    Event,
    EventKind,
    Form,
    Post,
    Role,
    Status,
    Ticket,
    form_from_json,
    form_to_json,
    kept_apart,
    may_recode,
)
from handlers.duties import Board, Duty, Owed, Told
from handlers.duty_desk import DutyDesk
from handlers.effects import (
    AnswerTicket,
    AskOfficer,
    Choose,
    Confirm,
    Correct,
    Count,
    DutyEffect,
    Effect,
    EndCalendar,
    Erase,
    Hush,
    Invite,
    Join,
    KeepCalendar,
    LeavePost,
    MissedCode,
    Move,
    OfferJoin,
    Prefer,
    Recode,
    Register,
    Split,
    TakePost,
)
from handlers.messages import ConversationKey, Reply
from knowledge.areas import Areas
from knowledge.text import clean, fold
from knowledge.workdays import VIET_NAM, local_day

LONGEST_QUEUE = 200
LONGEST_LIST = 20_000
MOST_MISSES = 5
"""Wrong codes an hour of one account, after which none of it is looked up."""
MOST_MISSES_OF_ALL = 300
"""Wrong codes an hour of everybody: somebody is guessing with many accounts."""
MISSES_COUNT = timedelta(hours=1)
INVITATION_LASTS = timedelta(minutes=15)
JOIN_CODE_LASTS = timedelta(minutes=15)
CONFIRMATION_LASTS = timedelta(days=30)
MOST_UNPROVEN = 10
"""Wrong proofs of one confirmation code, by whomever, after which it opens nothing: one chance in a hundred."""
PROOF_DIGITS = 3
"""Last digits of a telephone that prove a confirmation code at least."""
ALIKE = 90
"""Likeness of two folded names (rapidfuzz's ratio, 0 to 100) from which they may be one person's."""
BY_HOUSEHOLD = frozenset({EventKind.WITHDRAWN, EventKind.REPLIED})
"""The moves that only the household makes; all others are an officer's."""
ROLES = tuple(Role)
"""In the order in which they are asked to take care."""


@dataclass(frozen=True, slots=True)
class Telling:
    """
    A message that leaves with the turn, to another conversation; `by_day`: not before the morning, by night.
    """

    to: ConversationKey
    reply: Reply
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """
    An officer's look at a case or a question, for the audit log: ids of the case and of the post; `what` was opened,
    the case or a page of the queue, a question or the list of them.
    """

    case: int | None
    post: int
    what: str = "case"
    ticket: int | None = None


@dataclass
class Desk:
    """
    The desk as the person behind one account sees it at one moment.
    """

    rows: DeskRows
    key: ConversationKey
    now: datetime
    areas: Areas
    looks: list[Look] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    forgotten: list[Account] = field(default_factory=list)
    """Whose messages of before are to be deleted with this turn."""
    emptied: list[Account] = field(default_factory=list)
    """Other accounts of whose conversations nothing is to be left."""
    _names: dict[int, str | None] = field(default_factory=dict)
    """Of the posts that were looked up."""
    _queued: dict[str, Look] = field(default_factory=dict)
    """What a look at a case of the queue would be, by receipt code."""

    # What a step may read: see handlers.flow.Registry.

    def mine(self) -> tuple[Case, ...]:
        return tuple(self._with_events(case) for case in self.rows.cases.of_accounts(*self._person))

    def posts(self) -> tuple[Post, ...]:
        return tuple(self._post(post) for post in self._held)

    def queue(self) -> tuple[Case, ...]:
        rows = self.rows.cases.of_units(self._cared_for, OPEN, LONGEST_QUEUE, first=WAITING)
        over = [(row, post) for row in rows if (post := self._post_over(row))]
        self._queued = {row.code: Look(row.id, post.id, "queue") for row, post in over}
        found = [row for row, _ in over]
        taken = [row.id for row in found if row.status == Status.TAKEN]
        replied, twins = self.rows.cases.ending_with(EventKind.REPLIED, taken), _twins(found)
        return tuple(
            replace(self._full(row) if row.id in twins else self._case(row), replied=row.id in replied, events=())
            for row in found
        )

    def listed(self, codes: Iterable[str]) -> None:
        self.looks += [self._queued[code] for code in codes if code in self._queued]

    def case(self, code: str) -> Case | None:
        case = self.rows.cases.by_code(code)
        if case is None:
            return None
        if not self._speaks(case):
            post = self._post_over(case)
            if post is None:
                return None
            self.looks.append(Look(case.id, post.id))
        return self._full(case)

    def tickets(self) -> tuple[Ticket, ...]:
        return tuple(self._ticket(row) for row in self.rows.tickets.waiting(self._cared_for, LONGEST_QUEUE))

    def read(self, tickets: Iterable[Ticket], how: str) -> None:
        over = [(ticket.id, post.id) for ticket in tickets if (post := self._covering(ticket.unit))]
        self.looks += [Look(None, post, how, ticket) for ticket, post in over]

    def asked(self) -> tuple[Ticket, ...]:
        return tuple(self._ticket(row) for row in self.rows.tickets.of_accounts(*self._person))

    def consent(self, kind: ConsentKind) -> Consent | None:
        chosen = [consent for consent in self.consents() if consent.kind is kind]
        return chosen[-1] if chosen else None

    def consents(self) -> tuple[Consent, ...]:
        return tuple(
            Consent(ConsentKind(row.kind), row.given, row.version, row.text_hash, row.at, self.key)
            for row in self.rows.trail.consents(*self._person)
        )

    def alike(self, form: Form) -> tuple[str, ...]:
        return tuple(case.code for case in self._alike(form, None))

    def taken_by(self, unit: str) -> Post | None:
        post = self._responsible(unit)
        return self._post(post) if post else None

    def confirmable(self, secret: str, proof: str) -> Case | None:
        if self._guessing():
            return None
        case = self.rows.cases.confirmable(secret, self.now - CONFIRMATION_LASTS, MOST_UNPROVEN, EventKind.RECODED)
        if case is None or self._may_not_confirm(case) or not _proves(case, proof):
            return None
        return self._full(case)

    def spent(self, what: Counted) -> bool:
        morning = datetime.combine(local_day(self.now), time(), VIET_NAM)
        return self.rows.trail.counted(self._person, what, morning) >= A_DAY[what]

    def invited(self, secret: str) -> Post | None:
        if self._guessing():
            return None
        post = self.rows.posts.invited(secret, self.now)
        return self._post(post) if post else None

    def owed(self) -> tuple[Owed, ...]:
        return self._duties.owed()

    def hushed(self) -> bool:
        return bool(self.rows.duties.lost([self._account]))

    def channels(self) -> tuple[str, ...]:
        return tuple(account.channel for account in self._person)

    def joinable(self, secret: str) -> tuple[str, ...]:
        first = None if self._guessing() else self.rows.people.offered(secret, self.now)
        return tuple(account.channel for account in self.rows.people.accounts(first)) if first else ()

    def boards(self) -> tuple[Board, ...]:
        return self._duties.boards()

    def stated(self) -> tuple[Duty, ...]:
        return self._duties.stated()

    def undated(self) -> tuple[Duty, ...]:
        return self._duties.undated()

    def told(self, board: Board) -> tuple[Told, ...]:
        """
        Who was told of a board's occurrence when, oldest first.
        """
        return self._duties.told(board)

    def registrations(self, post: Post) -> tuple[Case, ...]:
        """
        All registrations of the unit of a post that this account holds, with their history, oldest first.
        """
        if all(held.id != post.id for held in self._held):
            return ()
        units = [post.unit, *(area.code for area in self.areas.communes(post.unit))]
        found = self.rows.cases.of_units(units, tuple(Status), LONGEST_LIST)
        cases = [case for case in found if self._post_over(case)]
        told = self.rows.cases.events_of([case.id for case in cases])
        return tuple(replace(self._case(case), events=self._events(told.get(case.id, ()))) for case in cases)

    # What a turn may do.

    @singledispatchmethod
    def do(self, effect: Effect) -> None:
        """
        Carry out one effect. Raises Stale.
        """
        raise TypeError(f"no desk knows {type(effect).__name__}")

    @do.register
    def _(self, effect: Choose) -> None:
        text_hash = hashlib.sha256(effect.text.encode()).hexdigest()
        chosen = StoredConsent(effect.kind, effect.given, effect.version, text_hash, self.now)
        self.rows.trail.choose(self._account, chosen)

    @do.register
    def _(self, effect: Register) -> None:
        form = effect.form
        if effect.on_paper:
            self._must(self._covering(form.unit) is not None)
        new = NewCase(
            code=effect.code,
            status=Status.SENT,
            unit=form.unit,
            year=form.year,
            form=form_to_json(form),
            phone=form.phone,
            confirm=effect.confirm_code,
            on_paper=effect.on_paper,
        )
        id = self.rows.cases.add(new, self.now)
        if id is None:
            raise Stale("the receipt code was given before")
        by = self._covering(form.unit) if effect.on_paper else None
        self.rows.cases.note(id, EventKind.SENT, self.now, post=by.id if by else None, unit=form.unit)
        if not effect.on_paper:
            self.rows.cases.let_speak(id, replace(self._account, own=form.helper is None))
            self.do(Count(Counted.SENT))
        self._tell_of_new(effect)

    @do.register
    def _(self, effect: Confirm) -> None:
        case = self._looked_at(effect.code, effect.version)
        self._must(not case.confirmed and not self._may_not_confirm(case))
        self._must(self.rows.cases.change(case, self.now, confirmed=True, confirm_mark=None))
        self.rows.cases.let_speak(case.id, self._account)
        self.rows.cases.note(case.id, EventKind.CONFIRMED, self.now)

    @do.register
    def _(self, effect: Recode) -> None:
        case = self._looked_at(effect.code, effect.version)
        by = self._post_over(case)
        self._must(by is not None or self._speaks(case))
        self._must(may_recode(self._case(case)) and self.rows.cases.recode(case, effect.secret, self.now))
        self.rows.cases.note(case.id, EventKind.RECODED, self.now, post=by.id if by else None)
        self.rows.trail.saw(self._account, "recoded", self.now, case.id, by.id if by else None)
        if effect.tell is not None:
            self._tell_household(case, effect.tell)

    @do.register
    def _(self, effect: MissedCode) -> None:
        self.do(Count(Counted.MISSED))
        if effect.secret is not None:
            self.rows.cases.unproven(effect.secret)
        if effect.joining:
            self.rows.trail.noted("join_missed", self._account, self.now)

    @do.register
    def _(self, effect: Count) -> None:
        self.rows.trail.count(self._account, effect.what, self.now)

    @do.register
    def _(self, effect: Correct) -> None:
        case = self._looked_at(effect.code, effect.version)
        by = self._post_over(case)
        self._must(case.status in OPEN and case.form is not None)
        self._must(self._speaks(case) or by is not None)
        form, by = effect.form, None if self._speaks(case) else by
        moved = form.unit != case.unit
        self._must(
            self.rows.cases.fill_in(
                case,
                form_to_json(form),
                form.phone,
                form.unit,
                form.year,
                self.now,
                status=Status.SENT if moved else case.status,
                confirmed=case.confirmed and self._is_own(self.rows.cases.accounts(case.id)),
            )
        )
        self.rows.cases.note(
            id=case.id,
            kind=EventKind.CORRECTED,
            now=self.now,
            post=by.id if by else None,
            note=effect.note,
            unit=form.unit if moved else None,
        )
        if by is not None:
            self.rows.trail.saw(self._account, "corrected", self.now, case.id, by.id)
        if effect.tell is not None:
            self._tell_household(case, effect.tell)
        if effect.tell_officer is not None:
            self._tell_officer(form.unit, effect.tell_officer)

    @do.register
    def _(self, effect: Move) -> None:
        case = self._looked_at(effect.code, effect.version)
        by = None if effect.kind in BY_HOUSEHOLD else self._post_over(case)
        self._must(self._speaks(case) if effect.kind in BY_HOUSEHOLD else by is not None)
        values = {
            "status": effect.to,
            "care": by.unit if by else case.care,
            "merged_into": effect.merged_into,
            "decision": effect.decision or case.decision,
            "decided_on": effect.decided_on or case.decided_on,
        }
        self._must(self.rows.cases.change(case, self.now, **values))
        self.rows.cases.note(case.id, effect.kind, self.now, post=by.id if by else None, note=effect.note)
        if effect.tell is not None:
            self._tell_household(case, effect.tell)
        if effect.tell_officer is not None:
            self._tell_officer(case.unit, effect.tell_officer)

    @do.register
    def _(self, effect: Invite) -> None:
        by = next((post for post in self._held if self._may_invite(post, effect)), None)
        if by is None:
            raise Stale("only a post above invites")
        made = self.rows.posts.invite(
            effect.secret, effect.role, effect.unit, by.id, self.now, self.now + INVITATION_LASTS
        )
        self._must(made is not None)

    @do.register
    def _(self, effect: TakePost) -> None:
        invited = self.rows.posts.invited(effect.secret, self.now)
        former = self.rows.posts.holder(invited.id) if invited else None
        self._must(self.rows.posts.take(effect.secret, self._account, self.now) is not None)
        if former is not None and former not in self._person:
            accounts = self.rows.people.accounts(former)
            self.forgotten += accounts
            self.rows.calendars.end(*accounts)
            self._tell(former, effect.tell_former)

    @do.register
    def _(self, effect: LeavePost) -> None:
        self._must(any(post.id == effect.post for post in self._held))
        self.rows.posts.leave(effect.post, self.now)
        self.forgotten += self._person
        self.rows.calendars.end(*self._person)

    @do.register
    def _(self, effect: AskOfficer) -> None:
        self.rows.tickets.add(effect.unit, effect.question, self._account, self.now)
        self.do(Count(Counted.ASKED))
        self._tell_officer(effect.unit, effect.tell_officer)

    @do.register
    def _(self, effect: AnswerTicket) -> None:
        ticket = self.rows.tickets.by_id(effect.ticket)
        post = self._covering(ticket.unit) if ticket else None
        if ticket is None or post is None:
            raise Stale("the question is another unit's, or gone")
        self._must(self.rows.tickets.answer(ticket, effect.answer, post.id, self.now))
        if ticket.account is not None:
            self._tell(ticket.account, effect.tell)

    @do.register
    def _(self, effect: Erase) -> None:
        for case in self.rows.cases.of_accounts(*self._person):
            self._erase(case)
        for ticket in self.rows.tickets.of_accounts(*self._person):
            self.forgotten += self._officers_at(ticket.unit)
        self.rows.tickets.erase(*self._person)
        for account in self._person:
            self.rows.trail.erase(account, self.now)
            self.rows.people.withdraw(account)
            self.rows.people.split(account)
        self.emptied += self._others

    @do.register
    def _(self, effect: KeepCalendar) -> None:
        self._must(bool(self._held))
        self.rows.calendars.end(*self._person)
        self.rows.calendars.keep(effect.secret, self._account, self.now)

    @do.register
    def _(self, effect: EndCalendar) -> None:
        self.rows.calendars.end(*self._person)

    @do.register
    def _(self, effect: Hush) -> None:
        for account in self._person:
            if effect.hushed:
                self.rows.duties.hush(account, self.now)
            else:
                self.rows.duties.speak_up(account)

    @do.register
    def _(self, effect: OfferJoin) -> None:
        self._must(self.rows.people.offer(effect.secret, self._account, self.now + JOIN_CODE_LASTS))

    @do.register
    def _(self, effect: Join) -> None:
        first = self.rows.people.offered(effect.secret, self.now)
        if first is None or not self.rows.people.join(effect.secret, self._account, self.now):
            raise Stale("the code ran out, or both have an account on one channel")
        if effect.prefer:
            self.rows.people.prefer(self._account)
        accounts = self.rows.people.accounts(self._account)
        if self.rows.duties.hushed(*accounts):
            for account in accounts:
                self.rows.duties.hush(account, self.now)
        for account in (first, self._account):
            self.rows.trail.noted("joined", account, self.now)
        self._tell_there(first, effect.tell)

    @do.register
    def _(self, effect: Split) -> None:
        other = next((account for account in self._others if account.channel == effect.channel), None)
        if other is None:
            raise Stale("nothing is joined there any more")
        self.rows.people.split(other)
        for account in (other, self._account):
            self.rows.people.withdraw(account)
            self.rows.trail.noted("split", account, self.now)
        self.emptied.append(other)
        self._tell_there(other, effect.tell)

    @do.register
    def _(self, effect: Prefer) -> None:
        way = next((account for account in self._person if account.channel == effect.channel), None)
        if way is None:
            raise Stale("nothing is joined there any more")
        self.rows.people.prefer(way)

    @do.register
    def _(self, effect: DutyEffect) -> None:
        for account, reply in self._duties.do(effect):
            self._tell_there(self._way_to(account), reply, by_day=True)

    def _erase(self, case: StoredCase) -> None:
        """
        What a household told goes; a helper only stops speaking for a household that speaks for itself, and the
        helper's name leaves the form.
        """
        accounts = self.rows.cases.accounts(case.id)
        if not self._is_own(accounts) and any(account.own for account in accounts):
            self.rows.cases.silence(case.id, *self._person)
            self._must(case.form is None or self.rows.cases.rewrite(case, {**case.form, "helper": None}, self.now))
            return
        self.forgotten += [account for account in accounts if not self._is_mine(account)]
        self.forgotten += self._officers_at(case.unit, case.care)
        status = Status.WITHDRAWN if case.status in OPEN else Status(case.status)
        self._must(self.rows.cases.erase(case, status, self.now))
        if status != case.status:
            self.rows.cases.note(case.id, EventKind.WITHDRAWN, self.now)

    def _officers_at(self, *at: str) -> list[Account]:
        """
        Who may have been shown in the chat what belongs to these units.
        """
        above = {area.province_code for area in map(self.areas.by_code, at) if area}
        units = {*at, *above}
        holders = [self.rows.posts.holder(post.id) for post in self.rows.posts.held_at(units)]
        return [holder for holder in holders if holder is not None]

    def _is_own(self, accounts: Iterable[Account]) -> bool:
        return any(account.own for account in accounts if self._is_mine(account))

    def _is_mine(self, account: Account) -> bool:
        return replace(account, own=True) in self._person

    @cached_property
    def _duties(self) -> DutyDesk:
        way_to = self.rows.people.way_to
        return DutyDesk(self.rows, self._held, self.now, way_to, self._post, self._unit_name)

    def _unit_name(self, unit: str) -> str:
        area = self.areas.by_code(unit)
        return area.full if area else self.areas.province(unit) or unit

    # Rights.

    @cached_property
    def _account(self) -> Account:
        """
        Who speaks: what is kept is kept as this one's.
        """
        return Account(self.key.channel, self.key.address)

    @cached_property
    def _person(self) -> tuple[Account, ...]:
        """
        All accounts of who speaks: what is read and allowed is the same on each.
        """
        return self.rows.people.accounts(self._account)

    @property
    def _others(self) -> list[Account]:
        return [account for account in self._person if account != self._account]

    @cached_property
    def _held(self) -> Sequence[StoredPost]:
        return self.rows.posts.held_by(*self._person)

    @cached_property
    def _cared_for(self) -> list[str]:
        """
        The units whose cases stand in this account's queue: its posts' own, and those below where no post is held.
        """
        units = list[str]()
        for unit in dict.fromkeys(post.unit for post in self._held):
            below = [area.code for area in self.areas.communes(unit)]
            held = {post.unit for post in self.rows.posts.held_at(below)}
            units += [unit, *(code for code in below if code not in held)]
        return units

    def _covering(self, unit: str) -> StoredPost | None:
        return next((post for post in self._held if self.areas.covers(post.unit, unit)), None)

    def _post_over(self, case: StoredCase) -> StoredPost | None:
        return self._covering(case.unit)

    def _speaks(self, case: StoredCase) -> bool:
        return any(map(self._is_mine, self.rows.cases.accounts(case.id)))

    def _may_invite(self, post: StoredPost, effect: Invite) -> bool:
        if post.unit == effect.unit:
            return effect.role is Role.DEPUTY or post.role == effect.role
        return self.areas.covers(post.unit, effect.unit)

    def _looked_at(self, code: str, version: int) -> StoredCase:
        case = self.rows.cases.by_code(code)
        if case is None or case.version != version:
            raise Stale("the case changed since")
        return case

    def _must(self, holds: bool) -> None:
        if not holds:
            raise Stale("the case, the post or the right to it changed since")

    def _may_not_confirm(self, case: StoredCase) -> bool:
        """
        Who filled a form in for a household, and the officer over it, cannot confirm it in the household's place.
        """
        speaking = filter(self._is_mine, self.rows.cases.accounts(case.id))
        return any(not account.own for account in speaking) or self._post_over(case) is not None

    def _guessing(self) -> bool:
        """
        Whether this person typed too many wrong codes; where everybody together did, one of its own is too many.
        """
        since = self.now - MISSES_COUNT
        own = self.rows.trail.counted(self._person, Counted.MISSED, since)
        everybody = self.rows.trail.counted(None, Counted.MISSED, since) if own else 0
        return own >= MOST_MISSES or everybody >= MOST_MISSES_OF_ALL

    # Telling.

    def _responsible(self, unit: str) -> StoredPost | None:
        """
        The held post that takes care of a unit: its own first, else the province's; the officer before the others.
        """
        area = self.areas.by_code(unit)
        for code in (unit, *([area.province_code] if area else [])):
            held = sorted(self.rows.posts.held_at([code]), key=lambda post: ROLES.index(Role(post.role)))
            if held:
                return held[0]
        return None

    def _tell_officer(self, unit: str, reply: Reply) -> None:
        post = self._responsible(unit)
        holder = self.rows.posts.holder(post.id) if post else None
        if holder is not None and holder not in self._person:
            self._tell(holder, reply)

    def _tell_of_new(self, effect: Register) -> None:
        """
        Tell the post that takes a registration; that it may be another one's household, only to who may see both.
        """
        unit, taker = effect.form.unit, self._responsible(effect.form.unit)
        twins = [case.unit for case in self._alike(effect.form, effect.code)]
        area, alike = self.areas.by_code(unit), effect.tell_alike
        sees = taker is not None and any(self.areas.covers(taker.unit, twin) for twin in twins)
        self._tell_officer(unit, alike if alike and sees else effect.tell_officer)
        if alike and area and not sees and any(self.areas.covers(area.province_code, twin) for twin in twins):
            self._tell_officer(area.province_code, alike)

    def _tell_household(self, case: StoredCase, reply: Reply) -> None:
        for way in dict.fromkeys(self._way_to(account) for account in self.rows.cases.accounts(case.id)):
            self._tell_there(way, reply)

    def _tell(self, account: Account, reply: Reply) -> None:
        self._tell_there(self._way_to(account), reply)

    def _way_to(self, account: Account) -> Account:
        """
        Where somebody is told: who speaks here, here.
        """
        return self._account if self._is_mine(account) else self.rows.people.way_to(account)

    def _tell_there(self, account: Account, reply: Reply, by_day: bool = False) -> None:
        self.tellings.append(Telling(ConversationKey(account.channel, account.address), reply, by_day))

    # Rows as values.

    def _alike(self, form: Form, but: str | None) -> tuple[StoredCase, ...]:
        near = self.rows.cases.perhaps_alike(form.unit, form.year, form.phone, OPEN)
        return tuple(case for case in near if case.code != but and case.form and _same(form, case.form))

    def _alike_and_seen(self, row: StoredCase, form: Form) -> Iterator[str]:
        """
        Only what this account may see: a telephone may be in another unit's case too.
        """
        for case in self._alike(form, row.code):
            if self._speaks(case) or self._post_over(case):
                yield case.code

    def _case(self, row: StoredCase) -> Case:
        return Case(
            code=row.code,
            version=row.version,
            status=Status(row.status),
            form=form_from_json(row.form) if row.form else None,
            unit=row.unit,
            sent_at=row.sent_at,
            touched_at=row.touched_at,
            raised=row.care != row.unit,
            confirmed=row.confirmed,
            on_paper=row.on_paper,
            decision=row.decision,
            decided_on=row.decided_on,
            merged_into=row.merged_into,
        )

    def _with_events(self, row: StoredCase) -> Case:
        return replace(self._case(row), events=self._events(self.rows.cases.events(row.id)))

    def _events(self, told: Iterable[StoredEvent]) -> tuple[Event, ...]:
        return tuple(Event(one.at, EventKind(one.kind), self._name_of(one.post), one.note) for one in told)

    def _full(self, row: StoredCase) -> Case:
        case = self._with_events(row)
        apart = kept_apart(case.events)
        alike = self._alike_and_seen(row, case.form) if case.form and case.status in OPEN else ()
        return replace(case, alike=tuple(code for code in alike if code not in apart))

    def _name_of(self, post: int | None) -> str | None:
        if post is not None and post not in self._names:
            row = self.rows.posts.by_id(post)
            self._names[post] = self._post(row).name if row else None
        return self._names[post] if post is not None else None

    def _post(self, row: StoredPost) -> Post:
        return Post(row.id, Role(row.role), row.unit, self._unit_name(row.unit))

    def _ticket(self, row: StoredTicket) -> Ticket:
        return Ticket(
            id=row.id,
            unit=row.unit,
            question=row.question or "",
            asked_at=row.asked_at,
            answer=row.answer,
            answered_by=self._name_of(row.post),
        )


def carry_out(desk: Desk, effects: Iterable[Effect], looks: Iterable[Look]) -> Sequence[Telling]:
    """
    Carry out the effects of a turn in order, write an officer's looks into the audit log, and return what is to be
    told to others. Raises Stale.
    """
    note_looks(desk, looks)
    for effect in effects:
        desk.do(effect)
    return tuple(desk.tellings)


def note_looks(desk: Desk, looks: Iterable[Look]) -> None:
    """
    Write looks into the audit log, in one statement.
    """
    seen = [(look.what, look.case, look.post, look.ticket) for look in looks]
    if seen:
        desk.rows.trail.saw_all(Account(desk.key.channel, desk.key.address), seen, desk.now)


def _same(form: Form, other: object) -> bool:
    """
    Whether two forms may be one household's: the same telephone, or nearly the same name in one commune and year.
    """
    held = form_from_json(other)
    if form.phone and form.phone == held.phone:
        return True
    here = form.unit == held.unit and form.year == held.year
    return here and fuzz.ratio(fold(form.head), fold(held.head)) >= ALIKE


def _proves(case: StoredCase, said: str) -> bool:
    """
    Whether somebody who has the confirmation code of a case knows whose it is too: the end of the telephone, or the
    name of the head where there is none.
    """
    form = case.form or {}
    if phone := form.get("phone"):
        digits = "".join(letter for letter in said if letter.isdigit())
        return len(digits) >= PROOF_DIGITS and phone.endswith(digits)
    return bool(form) and fold(clean(said)) == fold(clean(form["head"]))


def _twins(rows: Iterable[StoredCase]) -> set[int]:
    """
    The ids of those that have the telephone, or the name in one commune, of another one.
    """
    named = defaultdict[tuple[str, str], set[int]](set)
    for row in rows:
        form = row.form or {}
        for where, sign in (("", form.get("phone", "")), (row.unit, fold(form.get("head", "")))):
            named[where, sign].add(row.id)
            if not sign:
                named[where, sign].clear()
    return {id for ids in named.values() if len(ids) > 1 for id in ids}
