"""
The tables, private to this room. Times are stored in UTC and come back aware. Columns named `sealed` hold what is
personal, encrypted (`db.seal`); so do `conversations.state` and `outbox.payload`. A duty's `facts` are a plan's own
words; the title that an officer gave is sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """
    An aware moment, stored in UTC. A naive value is refused: SQLite would drop the offset in silence.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("state", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("draft_at", UtcDateTime),
    Column("nudges", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("channel", "address"),
    Index(None, "draft_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "external_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("business_key", String(256), nullable=False, unique=True),
    Column("priority", Integer, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(256)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("doubts", Integer, nullable=False, default=0),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("provider_id", String(128)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(None, "state", "priority", "not_before"),
    Index(None, "channel", "address", "id"),
)

updates = Table(
    "updates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("lane", String(128), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("sealed", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "external_id"),
    Index(None, "channel", "lane", "position"),
)

channels = Table(
    "channels",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("paused_until", UtcDateTime, nullable=False),
    Column("paced_until", UtcDateTime),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(9), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("care", String(8), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sealed", Text),
    Column("phone_mark", String(32)),
    Column("confirm_mark", String(32)),
    Column("confirmed", Boolean, nullable=False),
    Column("on_paper", Boolean, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("decision", String(64)),
    Column("decided_on", Date),
    Column("merged_into", String(9)),
    Column("unproven", Integer, nullable=False, server_default=text("0")),
    Index(None, "care", "status", "sent_at"),
    Index(None, "unit", "year"),
    Index(None, "phone_mark"),
    Index(None, "confirm_mark"),
)

case_accounts = Table(
    "case_accounts",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("own", Boolean, nullable=False),
    Index(None, "channel", "address"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("post_id", Integer, ForeignKey("posts.id")),
    Column("unit", String(8)),
    Column("sealed", Text),
    Index(None, "unit"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("version", String(16), nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "channel", "address", "kind"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(32), nullable=False),
    Column("unit", String(8), nullable=False),
    UniqueConstraint("unit", "role"),
)

post_holders = Table(
    "post_holders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id"), nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "channel", "address"),
    Index(
        "uq_post_holders_now",
        "post_id",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", String(32), nullable=False, unique=True),
    Column("post_id", Integer, ForeignKey("posts.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Integer, ForeignKey("posts.id")),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

counts = Table(
    "counts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "channel", "address", "kind", "at"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit", String(8), nullable=False),
    Column("channel", String(32)),
    Column("address", String(128)),
    Column("sealed", Text),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("post_id", Integer, ForeignKey("posts.id")),
    Index(None, "unit", "answered_at"),
    Index(None, "channel", "address"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("what", String(32), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id")),
    Column("post_id", Integer, ForeignKey("posts.id")),
    Column("ticket_id", Integer),
    Index(None, "channel", "address", "at"),
    Index(None, "case_id"),
)

grants = Table(
    "grants",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("sealed", Text),
    Column("renewed_at", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
)

duties = Table(
    "duties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("post_id", Integer, ForeignKey("posts.id")),
    Column("rule", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("ruled", Boolean, nullable=False),
    Column("basis", String(256)),
    Column("facts", JSON, nullable=False),
    Column("sealed", Text),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "post_id"),
)

duty_units = Table(
    "duty_units",
    metadata,
    Column("duty_id", Integer, ForeignKey("duties.id"), primary_key=True),
    Column("unit", String(8), primary_key=True),
    Column("receives", Boolean, primary_key=True),
    Index(None, "unit"),
)

told = Table(
    "told",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("duty_id", Integer, ForeignKey("duties.id"), nullable=False),
    Column("last_day", Date, nullable=False),
    Column("step", Integer, nullable=False),
    Column("post_id", Integer, ForeignKey("posts.id"), nullable=False),
    Column("again", Integer, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("duty_id", "last_day", "post_id", "step", "again"),
    Index(None, "at", "channel", "address"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("duty_id", Integer, ForeignKey("duties.id"), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("unit", String(8), primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id"), nullable=False),
    Column("sealed", JSON),
    Column("at", UtcDateTime, nullable=False),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("duty_id", Integer, ForeignKey("duties.id"), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id"), primary_key=True),
    Column("until", UtcDateTime, nullable=False, index=True),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("duty_id", Integer, ForeignKey("duties.id"), primary_key=True),
    Column("post_id", Integer, ForeignKey("posts.id"), primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

unreached = Table(
    "unreached",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("by_choice", Boolean, nullable=False, server_default=text("false")),
)

joined = Table(
    "joined",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("address", String(128), primary_key=True),
    Column("person", String(32), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    UniqueConstraint("person", "channel"),
)

join_codes = Table(
    "join_codes",
    metadata,
    Column("mark", String(32), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "address"),
)

calendars = Table(
    "calendars",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "address"),
)
