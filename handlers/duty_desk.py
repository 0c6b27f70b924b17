"""
The part of the desk where deadlines lie: what posts owe, receive and set themselves, and what may be done about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatchmethod

from db.desk import DeskRows
from db.errors import Stale
from db.records import Account, NewDuty, StoredDuty, StoredPost, StoredSubmission, StoredTelling
from handlers.cases import Post
from handlers.duties import (
    NUDGED,
    Board,
    Duty,
    Line,
    Owed,
    Submission,
    Told,
    days_of,
    moved_days,
    rule_from_json,
    rule_to_json,
)
from handlers.effects import AddDuty, DutyEffect, NudgeMissing, PutOff, RuleDuty, Submit, TakeBack, Want
from handlers.messages import Reply
from knowledge.deadlines import OVER_AFTER
from knowledge.text import fold
from knowledge.workdays import local_day


@dataclass(frozen=True, slots=True)
class DutyDesk:
    """
    The deadlines as the holder of some posts sees them at one moment.
    """

    rows: DeskRows
    held: Sequence[StoredPost]
    now: datetime
    way_to: Callable[[Account], Account]
    named: Callable[[StoredPost], Post]
    unit_name: Callable[[str], str]

    # What a step may read

    def owed(self) -> tuple[Owed, ...]:
        wants = self.rows.duties.wants([post.id for post in self.held])
        found = [one for duty in self._near() for one in self._owed(duty, wants.get)]
        dated = sorted((one for one in found if one.last), key=lambda one: one.last or date.max)
        return (*dated, *(one for one in found if one.last is None))

    def _near(self) -> Sequence[StoredDuty]:
        return self.rows.duties.of_posts([post.id for post in self.held], [post.unit for post in self.held])

    def _owed(self, row: StoredDuty, wants: Callable[[tuple[int, int], bool | None], bool | None]) -> Iterator[Owed]:
        duty, owing = duty_of(row), self.rows.duties.units(row.id, receives=False)
        for post in self.held:
            wanted = wants((row.id, post.id), None)
            if not (post.id == row.post or post.unit in owing or wanted):
                continue
            if not row.active and duty.rule.day is None:
                yield Owed(duty, self.named(post), None, wanted=wanted)
            for last in self._open_days(row, post, duty):
                done = self.rows.duties.submitted(row.id, last).get(post.unit)
                yield Owed(duty, self.named(post), last, self._said(done) if done else None, wanted)

    def _open_days(self, row: StoredDuty, post: StoredPost, duty: Duty) -> Iterator[date]:
        """
        The days that are now or next; one that has passed only where it was asked for. What comes every week shows
        the next one, and those that were asked for.
        """
        today, days = local_day(self.now), days_of(duty.rule, local_day(self.now)) if row.active else []
        shown = [day for day in days if day >= today][: 1 if duty.rule.every == "week" else None]
        for last in days:
            if last in shown or any(one.post == post.id for one in self.rows.duties.tellings(row.id, last)):
                yield last

    def _in_order(self, unit: str) -> list[str]:
        return fold(self.unit_name(unit)).split(",")

    def _said(self, done: StoredSubmission) -> Submission:
        by = self.rows.posts.by_id(done.post)
        return Submission(done.number, done.at, self.named(by).name if by else "", done.file is not None)

    def boards(self) -> tuple[Board, ...]:
        found = [board for duty in self._near() if duty.active for board in self._boards(duty)]
        return tuple(sorted(found, key=lambda board: board.last))

    def stated(self) -> tuple[Duty, ...]:
        return tuple(duty_of(row) for row in self.rows.duties.of_plans())

    def undated(self) -> tuple[Duty, ...]:
        return tuple(duty_of(row) for row in self._near() if not row.active and self._in_charge(row))

    def _boards(self, row: StoredDuty) -> Iterator[Board]:
        receiving = self.rows.duties.units(row.id, receives=True)
        post = next((post for post in self.held if post.unit in receiving), None)
        if post is None:
            return
        duty, today = duty_of(row), local_day(self.now)
        for last in days_of(duty.rule, today):
            tellings = self.rows.duties.tellings(row.id, last)
            if tellings or last >= today:
                lines = tuple(self._lines(row, last, tellings))
                yield Board(duty, last, self.named(post), lines, self.nudged_today(row.id))

    def _lines(self, row: StoredDuty, last: date, tellings: Sequence[StoredTelling]) -> Iterator[Line]:
        units = sorted(self.rows.duties.units(row.id, receives=False), key=self._in_order)
        submitted, held = self.rows.duties.submitted(row.id, last), self.rows.posts.held_at(units)
        holders = {post.id: self.rows.posts.holder(post.id) for post in held}
        lost = self.rows.duties.lost(holder for holder in holders.values() if holder)
        for unit in units:
            here = [post.id for post in held if post.unit == unit]
            of_unit = [telling for telling in tellings if telling.post in here]
            done = submitted.get(unit)
            yield Line(
                unit=unit,
                name=self.unit_name(unit),
                step=of_unit[-1].step if of_unit else None,
                told=of_unit[-1].at if of_unit else None,
                reached=any((holder := holders[id]) is not None and holder not in lost for id in here),
                done=self._said(done) if done else None,
            )

    def told(self, board: Board) -> tuple[Told, ...]:
        """
        Who was told of a board's occurrence when, oldest first.
        """
        found = self.rows.duties.tellings(board.duty.id, board.last)
        posts = {id: self.rows.posts.by_id(id) for id in {one.post for one in found}}
        return tuple(Told(one.step, self.named(post), one.at) for one in found if (post := posts[one.post]))

    # What a turn may do; each returns who is to be told what

    @singledispatchmethod
    def do(self, effect: DutyEffect) -> list[tuple[Account, Reply]]:
        """
        Carry out one effect. Raises Stale.
        """
        raise TypeError(f"no desk knows {type(effect).__name__}")

    @do.register
    def _(self, effect: Submit) -> list[tuple[Account, Reply]]:
        post = self._owing(effect.duty, effect.post)
        done = StoredSubmission(effect.duty, effect.last, post.unit, post.id, effect.number, self.now, effect.file)
        must(self.rows.duties.submit(done))
        return [(account, self._told_of(effect, account)) for account in self._receivers(effect.duty)]

    def _told_of(self, effect: Submit, account: Account) -> Reply:
        here = effect.file is not None and effect.file.partition(":")[0] == account.channel
        return effect.tell_with_file if here and effect.tell_with_file else effect.tell

    @do.register
    def _(self, effect: TakeBack) -> list[tuple[Account, Reply]]:
        post = self._owing(effect.duty, effect.post)
        must(self.rows.duties.take_back(effect.duty, effect.last, post.unit))
        return [(account, effect.tell) for account in self._receivers(effect.duty)]

    @do.register
    def _(self, effect: PutOff) -> list[tuple[Account, Reply]]:
        post = self._owing(effect.duty, effect.post)
        self.rows.duties.put_off(effect.duty, effect.last, post.id, effect.until)
        return []

    @do.register
    def _(self, effect: Want) -> list[tuple[Account, Reply]]:
        must(any(post.id == effect.post for post in self.held))
        must(any(duty.id == effect.duty for duty in self._near()))
        self.rows.duties.want(effect.duty, effect.post, effect.wanted)
        return []

    @do.register
    def _(self, effect: AddDuty) -> list[tuple[Account, Reply]]:
        must(any(post.id == effect.post for post in self.held))
        new = NewDuty(effect.key, rule_to_json(effect.rule), True, {"title": effect.title}, post=effect.post)
        self.rows.duties.state(new, self.now)
        return []

    @do.register
    def _(self, effect: RuleDuty) -> list[tuple[Account, Reply]]:
        duty = self.rows.duties.by_id(effect.duty)
        if duty is None or duty.version != effect.version or not self._in_charge(duty):
            raise Stale("the duty changed since, or is another's")
        must(self.rows.duties.rule(duty, self.now, rule_to_json(effect.rule), effect.active, effect.basis))
        today = local_day(self.now)
        if effect.active:
            for old, new in moved_days(rule_from_json(duty.rule), effect.rule, today).items():
                self.rows.duties.carry(duty.id, old, new)
        stands = set(days_of(effect.rule, today)) if effect.active else set[date]()
        gone = {
            telling.account: telling.last_day
            for telling in self.rows.duties.told_since(duty.id, today - OVER_AFTER)
            if telling.last_day not in stands
        }
        before, after = effect.tell
        return [(account, Reply(f"{before}{old:%d/%m/%Y}{after}")) for account, old in gone.items()]

    @do.register
    def _(self, effect: NudgeMissing) -> list[tuple[Account, Reply]]:
        duty = self.rows.duties.by_id(effect.duty)
        must(duty is not None and self._receives(duty.id, effect.post) and not self.nudged_today(effect.duty))
        units = self.rows.duties.units(effect.duty, receives=False)
        missing = units - set(self.rows.duties.submitted(effect.duty, effect.last))
        posts = {post.id: self.rows.posts.holder(post.id) for post in self.rows.posts.held_at(missing)}
        holders = {id: holder for id, holder in posts.items() if holder is not None}
        lost = self.rows.duties.lost(holders.values())
        asked = {id: holder for id, holder in holders.items() if holder not in lost}
        for id, holder in asked.items():
            self.rows.duties.note(effect.duty, effect.last, NUDGED, id, holder, self.now)
        return [(way, effect.tell) for way in dict.fromkeys(map(self.way_to, asked.values()))]

    def nudged_today(self, duty: int) -> bool:
        """
        Whether a receiving post asked already today.
        """
        tellings = self.rows.duties.told_since(duty, local_day(self.now) - OVER_AFTER)
        return any(one.step == NUDGED and local_day(one.at) == local_day(self.now) for one in tellings)

    # Rights

    def _owing(self, duty: int, post: int) -> StoredPost:
        """
        The post of this account that owes the duty, made it, or subscribed to it.
        """
        row = self.rows.duties.by_id(duty)
        held = next((one for one in self.held if one.id == post), None)
        if row is None or held is None or not row.active:
            raise Stale("the duty or the post is another's, or gone")
        owing = held.unit in self.rows.duties.units(duty, receives=False)
        must(owing or row.post == post or self.rows.duties.wants([post]).get((duty, post), False))
        return held

    def _receives(self, duty: int, post: int) -> bool:
        receiving = self.rows.duties.units(duty, receives=True)
        return any(one.id == post and one.unit in receiving for one in self.held)

    def _in_charge(self, duty: StoredDuty) -> bool:
        """
        Who made a duty for its post, or holds a post at a unit that receives it.
        """
        if duty.post is not None:
            return any(post.id == duty.post for post in self.held)
        return any(self._receives(duty.id, post.id) for post in self.held)

    def _receivers(self, duty: int) -> list[Account]:
        posts = self.rows.posts.held_at(self.rows.duties.units(duty, receives=True))
        holders = [self.rows.posts.holder(post.id) for post in posts]
        return list(dict.fromkeys(self.way_to(holder) for holder in holders if holder is not None))


def must(holds: bool) -> None:
    """
    Raises Stale where something does not hold any more.
    """
    if not holds:
        raise Stale("the duty, the post or the right to it changed since")


def duty_of(row: StoredDuty) -> Duty:
    """
    A stored duty as officers see it.
    """
    facts = {name: row.facts[name] for name in FACTS if name in row.facts}
    return Duty(
        id=row.id,
        version=row.version,
        rule=rule_from_json(row.rule),
        active=row.active,
        basis=row.basis,
        own=row.post is not None,
        **facts,
    )


FACTS = ("title", "who", "to_whom", "plan", "path", "quote", "source", "caveat", "successor")
