"""
What must be provable or counted: consents, what an account may do only so often, and who looked at what. Rows are
only ever added; an erased person's address becomes a keyed fingerprint, so that the rows stay countable and name
nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from db.people import is_of
from db.records import Account, Seen, StoredConsent
from db.seal import Seal
from db.tables import audit, consents, counts


class Trail:
    """
    The evidence of one unit of work.
    """

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def consents(self, *accounts: Account) -> Sequence[StoredConsent]:
        """
        All that the accounts of a person chose, oldest first.
        """
        query = select(consents).where(is_of(consents, *accounts))
        return [
            StoredConsent(row.kind, row.given, row.version, row.text_hash, row.at)
            for row in self._connection.execute(query.order_by(consents.c.id))
        ]

    def choose(self, account: Account, chosen: StoredConsent) -> None:
        """
        Keep what an account chose.
        """
        self._connection.execute(
            insert(consents).values(
                channel=account.channel,
                address=account.address,
                kind=chosen.kind,
                given=chosen.given,
                version=chosen.version,
                text_hash=chosen.text_hash,
                at=chosen.at,
            )
        )

    def counted(self, accounts: Collection[Account] | None, kind: str, since: datetime) -> int:
        """
        How often the accounts of a person (None: everybody) did this since then, also before they erased their data.
        """
        query = select(func.count()).select_from(counts).where(counts.c.kind == kind, counts.c.at > since)
        if accounts is not None:
            nameless = [Account("erased", mark) for one in accounts for mark in self._seal.marks(_named(one))]
            query = query.where(is_of(counts, *accounts, *nameless))
        return self._connection.execute(query).scalar_one()

    def count(self, account: Account, kind: str, now: datetime) -> None:
        """
        Count something that an account did.
        """
        values = {"channel": account.channel, "address": account.address, "kind": kind, "at": now}
        self._connection.execute(insert(counts).values(values))

    def forget_counts_before(self, moment: datetime) -> None:
        """
        Drop what counts no more.
        """
        self._connection.execute(delete(counts).where(counts.c.at < moment))

    def saw(
        self, account: Account, what: str, now: datetime, case: int | None = None, post: int | None = None
    ) -> None:
        """
        Write into the audit log.
        """
        self._connection.execute(
            insert(audit).values(
                at=now, channel=account.channel, address=account.address, what=what, case_id=case, post_id=post
            )
        )

    def saw_all(
        self, account: Account, seen: Sequence[tuple[str, int | None, int, int | None]], now: datetime
    ) -> None:
        """
        Write several looks into the audit log at once: how, and the ids of the case, the post and the question.
        """
        who = {"at": now, "channel": account.channel, "address": account.address}
        rows = [
            {**who, "what": what, "case_id": case, "post_id": post, "ticket_id": ticket}
            for what, case, post, ticket in seen
        ]
        self._connection.execute(insert(audit).values(rows))

    def seen_by(self, since: datetime, *accounts: Account) -> Sequence[Seen]:
        """
        What the accounts of a person really looked at since then.
        """
        query = select(audit).where(is_of(audit, *accounts), audit.c.at >= since)
        rows = self._connection.execute(query.order_by(audit.c.id))
        return [Seen(row.at, row.what, row.case_id, row.post_id, row.ticket_id) for row in rows]

    def erase(self, account: Account, now: datetime) -> None:
        """
        Make an account's consents and counts nameless, and note that something was erased.
        """
        nameless = {"channel": "erased", "address": self._seal.mark(_named(account))}
        for table in (consents, counts):
            self._connection.execute(update(table).where(is_of(table, account)).values(**nameless))
        self.noted("erased", account, now)

    def noted(self, what: str, account: Account, now: datetime) -> None:
        """
        Write into the audit log what an account did, under its fingerprint: the row outlives an erasure.
        """
        self.saw(Account(what, self._seal.mark(_named(account))), what, now)


def _named(account: Account) -> str:
    return f"{account.channel}:{account.address}"
