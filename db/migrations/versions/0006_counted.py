"""
counts: what an account may do so often; wrong proofs of a confirmation code; which question was looked at; in which
units a case stood
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Wrong codes become one kind of what is counted. Where a case stood before is not known: it is taken for its unit
    of today.
    """
    op.create_table(
        "counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
    )
    op.create_index(op.f("ix_counts_channel_address_kind_at"), "counts", ["channel", "address", "kind", "at"])
    op.execute(
        "INSERT INTO counts (channel, address, kind, at) SELECT channel, address, 'missed', at FROM missed_codes"
    )
    op.drop_table("missed_codes")
    op.add_column("cases", sa.Column("unproven", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("audit", sa.Column("ticket_id", sa.Integer(), nullable=True))
    op.add_column("case_events", sa.Column("unit", sa.String(length=8), nullable=True))
    op.create_index(op.f("ix_case_events_unit"), "case_events", ["unit"])
    op.execute(
        "UPDATE case_events SET unit = (SELECT unit FROM cases WHERE cases.id = case_events.case_id) "
        "WHERE kind = 'sent'"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_case_events_unit"), "case_events")
    op.drop_column("case_events", "unit")
    op.drop_column("audit", "ticket_id")
    op.drop_column("cases", "unproven")
    op.create_table(
        "missed_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_codes")),
    )
    op.create_index(op.f("ix_missed_codes_channel_address_at"), "missed_codes", ["channel", "address", "at"])
    op.execute(
        "INSERT INTO missed_codes (channel, address, at) "
        "SELECT channel, address, at FROM counts WHERE kind = 'missed'"
    )
    op.drop_table("counts")
