"""
What must be provable or counted: consents, what an account may do only so often, and who looked at what. Rows are
only ever added; an erased person's address becomes a keyed fingerprint, so that the rows stay countable and name
nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, tuple_, update

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

    def consents(self, account: Account) -> Sequence[StoredConsent]:
        """
        All that an account chose, oldest first.
        """
        query = select(consents).where(consents.c.channel == account.channel, consents.c.address == account.address)
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

    def counted(self, account: Account | None, kind: str, since: datetime) -> int:
        """
        How often an account (None: everybody) did this since then, also before it erased its data.
        """
        query = select(func.count()).select_from(counts).where(counts.c.kind == kind, counts.c.at > since)
        if account is not None:
            nameless = [("erased", mark) for mark in self._seal.marks(_named(account))]
            known = tuple_(counts.c.channel, counts.c.address)
            query = query.where(known.in_([(account.channel, account.address), *nameless]))
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

    def seen_by(self, account: Account, since: datetime) -> Sequence[Seen]:
        """
        What an account really looked at since then.
        """
        query = select(audit).where(
            audit.c.channel == account.channel, audit.c.address == account.address, audit.c.at >= since
        )
        rows = self._connection.execute(query.order_by(audit.c.id))
        return [Seen(row.at, row.what, row.case_id, row.post_id, row.ticket_id) for row in rows]

    def erase(self, account: Account, now: datetime) -> None:
        """
        Make an account's consents and counts nameless, and note that something was erased.
        """
        nameless = Account("erased", self._seal.mark(_named(account)))
        for table in (consents, counts):
            self._connection.execute(
                update(table)
                .where(table.c.channel == account.channel, table.c.address == account.address)
                .values(channel=nameless.channel, address=nameless.address)
            )
        self.saw(nameless, "erased", now)


def _named(account: Account) -> str:
    return f"{account.channel}:{account.address}"
