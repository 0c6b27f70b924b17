"""
Registrations: what a household told lies sealed; what is counted and searched stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, update

from db.inserts import insert_new_now
from db.people import is_of
from db.records import Account, NewCase, Stay, StoredCase, StoredEvent
from db.seal import Seal
from db.tables import case_accounts, case_events, cases


class Cases:
    """
    The registrations of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def by_code(self, code: str) -> StoredCase | None:
        """
        The case with this receipt code.
        """
        return next(iter(self._select(cases.c.code == code)), None)

    def by_ids(self, ids: Collection[int]) -> Sequence[StoredCase]:
        """
        The cases with these ids.
        """
        return self._select(cases.c.id.in_(ids))

    def of_accounts(self, *accounts: Account) -> Sequence[StoredCase]:
        """
        The cases that the accounts of a person speak for, newest first.
        """
        return self._select(_spoken_for(accounts), newest_first=True)

    def of_units(
        self, units: Collection[str], statuses: Collection[str], limit: int, first: Collection[str] = ()
    ) -> Sequence[StoredCase]:
        """
        The cases of these units, and those that were raised to them, oldest first; where they are more than `limit`,
        those with the statuses `first` before the others.
        """
        here = or_(cases.c.unit.in_(units), cases.c.care.in_(units)), cases.c.status.in_(statuses)
        found = self._select(*here, cases.c.status.in_(first), limit=limit) if first else []
        rest = self._select(*here, cases.c.status.not_in(first), limit=limit - len(found))
        return sorted([*found, *rest], key=lambda case: (case.sent_at, case.id))

    def ever_of_units(self, units: Collection[str]) -> Sequence[StoredCase]:
        """
        The cases that stand with these units or once did, erased ones too.
        """
        came = exists(
            select(case_events.c.id).where(case_events.c.case_id == cases.c.id, case_events.c.unit.in_(units))
        )
        return self._select(or_(cases.c.unit.in_(units), came))

    def stays(self, case: StoredCase) -> Sequence[Stay]:
        """
        With which units a case stood and its form could be read, oldest first; the last stay ends when the household
        erased it.
        """
        query = select(case_events.c.at, case_events.c.unit).where(
            case_events.c.case_id == case.id, case_events.c.unit.is_not(None)
        )
        came = [(row.at, row.unit) for row in self._connection.execute(query.order_by(case_events.c.id))]
        came = came or [(case.sent_at, case.unit)]
        left = [*(at for at, _ in came[1:]), None if case.form else case.touched_at]
        return [Stay(unit, since, until) for (since, unit), until in zip(came, left, strict=True)]

    def units_untouched_since(self, moment: datetime, statuses: Collection[str]) -> Sequence[str]:
        """
        The units with cases that stand with them and that nobody touched since.
        """
        query = select(cases.c.unit).distinct().where(*_untouched(moment, statuses)).order_by(cases.c.unit)
        return self._connection.execute(query).scalars().all()

    def untouched_since(
        self, moment: datetime, statuses: Collection[str], units: Collection[str], limit: int
    ) -> Sequence[StoredCase]:
        """
        The cases that stand with one of these units, their own, and that nobody touched since.
        """
        return self._select(*_untouched(moment, statuses), cases.c.unit.in_(units), limit=limit)

    def perhaps_alike(self, unit: str, year: int, phone: str, statuses: Collection[str]) -> Sequence[StoredCase]:
        """
        The cases with this telephone, and those of this unit and year.
        """
        here = (cases.c.unit == unit) & (cases.c.year == year)
        return self._select(
            or_(here, cases.c.phone_mark.in_(self._seal.marks(phone))), cases.c.status.in_(statuses), limit=2_000
        )

    def confirmable(self, secret: str, since: datetime, most_unproven: int, renewed: str) -> StoredCase | None:
        """
        The unconfirmed case that this confirmation code is for, made since then: with the case, or by an event of the
        kind `renewed`. None after so many wrong proofs.
        """
        again = select(case_events.c.id).where(case_events.c.case_id == cases.c.id, case_events.c.at >= since)
        made = or_(cases.c.sent_at >= since, exists(again.where(case_events.c.kind == renewed)))
        fresh = made, cases.c.unproven < most_unproven
        found = self._select(cases.c.confirm_mark.in_(self._seal.marks(secret)), ~cases.c.confirmed, *fresh)
        return next(iter(found), None)

    def unproven(self, secret: str) -> None:
        """
        Count against a confirmation code that who typed it could not prove whose it is.
        """
        known = update(cases).where(cases.c.confirm_mark.in_(self._seal.marks(secret)))
        self._connection.execute(known.values(unproven=cases.c.unproven + 1))

    def recode(self, case: StoredCase, secret: str, now: datetime) -> bool:
        """
        Put another confirmation code in the place of the one there was. False: the case changed since.
        """
        form = case.form or {}
        return self.change(case, now, unproven=0, **self._sealed(form, str(form.get("phone", "")), secret))

    def events(self, id: int) -> Sequence[StoredEvent]:
        """
        The history of a case, oldest first.
        """
        query = select(case_events).where(case_events.c.case_id == id).order_by(case_events.c.id)
        return [self._event(row) for row in self._connection.execute(query)]

    def events_of(self, ids: Sequence[int]) -> Mapping[int, Sequence[StoredEvent]]:
        """
        The histories of several cases, each oldest first, in one statement for each thousand.
        """
        found = dict[int, list[StoredEvent]]()
        for first in range(0, len(ids), 1_000):
            part = ids[first : first + 1_000]
            query = select(case_events).where(case_events.c.case_id.in_(part)).order_by(case_events.c.id)
            for row in self._connection.execute(query):
                found.setdefault(row.case_id, []).append(self._event(row))
        return found

    def _event(self, row: Row[Any]) -> StoredEvent:
        return StoredEvent(row.at, row.kind, row.post_id, self._seal.open(row.sealed) if row.sealed else None)

    def ending_with(self, kind: str, ids: Collection[int]) -> set[int]:
        """
        Which of these cases have an event of this kind as their newest.
        """
        newest = (
            select(func.max(case_events.c.id)).where(case_events.c.case_id.in_(ids)).group_by(case_events.c.case_id)
        )
        query = select(case_events.c.case_id).where(case_events.c.id.in_(newest), case_events.c.kind == kind)
        return set(self._connection.scalars(query))

    def accounts(self, id: int) -> Sequence[Account]:
        """
        The accounts that speak for a case.
        """
        query = select(case_accounts).where(case_accounts.c.case_id == id)
        return [Account(row.channel, row.address, row.own) for row in self._connection.execute(query)]

    def add(self, new: NewCase, now: datetime) -> int | None:
        """
        Store a registration. Returns its id, or None when its receipt code was given before.
        """
        values = {
            "code": new.code,
            "version": 1,
            "status": new.status,
            "unit": new.unit,
            "care": new.unit,
            "year": new.year,
            "confirmed": False,
            "on_paper": new.on_paper,
            "sent_at": now,
            "touched_at": now,
            **self._sealed(new.form, new.phone, new.confirm),
        }
        id: int | None = insert_new_now(self._connection, cases, values)
        return id

    def change(self, case: StoredCase, now: datetime, **values: Any) -> bool:
        """
        Change columns of a case over the version that was looked at. False: it changed since.
        """
        change = (
            update(cases)
            .where(cases.c.id == case.id, cases.c.version == case.version)
            .values(version=case.version + 1, touched_at=now, **values)
        )
        return self._connection.execute(change).rowcount == 1

    def fill_in(
        self,
        case: StoredCase,
        form: Mapping[str, Any],
        phone: str,
        unit: str,
        year: int,
        now: datetime,
        **values: Any,
    ) -> bool:
        """
        Put another form in its place, and change other columns with it. False: the case changed since.
        """
        return self.change(
            case, now, unit=unit, care=unit, year=year, **values, **self._sealed(form, phone, case.confirm)
        )

    def rewrite(self, case: StoredCase, form: Mapping[str, Any], now: datetime) -> bool:
        """
        Put another form of the same household in its place. False: the case changed since.
        """
        return self.change(case, now, **self._sealed(form, str(form.get("phone", "")), case.confirm))

    def note(
        self,
        id: int,
        kind: str,
        now: datetime,
        post: int | None = None,
        note: str | None = None,
        unit: str | None = None,
    ) -> None:
        """
        Write into the history of a case; `unit`: where it stands from now on.
        """
        values = {"case_id": id, "at": now, "kind": kind, "post_id": post, "unit": unit}
        values["sealed"] = self._seal.close(note) if note else None
        self._connection.execute(insert(case_events).values(values))

    def let_speak(self, id: int, account: Account) -> None:
        """
        From now on this account speaks for the case; a household's own account stays its own.
        """
        values = {"case_id": id, "channel": account.channel, "address": account.address, "own": account.own}
        if insert_new_now(self._connection, case_accounts, values) is None and account.own:
            self._connection.execute(
                update(case_accounts)
                .where(case_accounts.c.case_id == id, is_of(case_accounts, account))
                .values(own=True)
            )

    def silence(self, id: int, *accounts: Account) -> None:
        """
        The accounts do not speak for the case any more.
        """
        self._connection.execute(
            delete(case_accounts).where(case_accounts.c.case_id == id, is_of(case_accounts, *accounts))
        )

    def erase(self, case: StoredCase, status: str, now: datetime) -> bool:
        """
        Take away all that a household told, in the case and in its history. False: the case changed since.
        """
        gone = self.change(case, now, status=status, sealed=None, phone_mark=None, confirm_mark=None)
        self._connection.execute(update(case_events).where(case_events.c.case_id == case.id).values(sealed=None))
        self._connection.execute(delete(case_accounts).where(case_accounts.c.case_id == case.id))
        return gone

    def see_that_keys_open(self) -> None:
        """
        Open the newest registration that was not erased, and the oldest: conversations are forgotten sooner. Raises
        Unusable.
        """
        for first, which in ((cases.c.id.desc(), "mới nhất"), (cases.c.id.asc(), "cũ nhất")):
            held = select(cases.c.sealed).where(cases.c.sealed.is_not(None)).order_by(first).limit(1)
            self._seal.must_open(self._connection.execute(held).scalar(), f"đơn đăng ký {which}")

    def reseal(self) -> int:
        """
        Seal everything anew with the newest key. Returns how many rows.
        """
        self._connection.execute(select(cases.c.id).with_for_update())
        held = self._select()
        for case in held:
            if case.form is not None:
                values = self._sealed(case.form, str(case.form.get("phone", "")), case.confirm)
                self._connection.execute(update(cases).where(cases.c.id == case.id).values(**values))
        query = select(case_events.c.id, case_events.c.sealed).where(case_events.c.sealed.is_not(None))
        events = self._connection.execute(query.with_for_update()).all()
        for event in events:
            sealed = self._seal.close(self._seal.open(event.sealed))
            self._connection.execute(update(case_events).where(case_events.c.id == event.id).values(sealed=sealed))
        return len(held) + len(events)

    def _sealed(self, form: Mapping[str, Any], phone: str, confirm: str | None) -> dict[str, Any]:
        return {
            "sealed": self._seal.close({"form": form, "confirm": confirm}),
            "phone_mark": self._seal.mark(phone) if phone else None,
            "confirm_mark": self._seal.mark(confirm) if confirm else None,
        }

    def _select(self, *where: Any, newest_first: bool = False, limit: int | None = None) -> Sequence[StoredCase]:
        order = (cases.c.sent_at.desc(), cases.c.id.desc()) if newest_first else (cases.c.sent_at, cases.c.id)
        query = select(cases).where(*where).order_by(*order).limit(limit)
        return [self._case(row) for row in self._connection.execute(query)]

    def _case(self, row: Row[Any]) -> StoredCase:
        told = self._seal.open(row.sealed) if row.sealed else {"form": None, "confirm": None}
        return StoredCase(
            id=row.id,
            code=row.code,
            version=row.version,
            status=row.status,
            unit=row.unit,
            care=row.care,
            form=told["form"],
            confirm=told["confirm"],
            confirmed=row.confirmed,
            on_paper=row.on_paper,
            sent_at=row.sent_at,
            touched_at=row.touched_at,
            decision=row.decision,
            decided_on=row.decided_on,
            merged_into=row.merged_into,
        )


def _untouched(moment: datetime, statuses: Collection[str]) -> tuple[Any, ...]:
    return cases.c.touched_at <= moment, cases.c.status.in_(statuses), cases.c.care == cases.c.unit


def _spoken_for(accounts: Collection[Account]) -> Any:
    of_case = case_accounts.c.case_id == cases.c.id
    return exists(select(case_accounts.c.case_id).where(of_case, is_of(case_accounts, *accounts)))
