"""
joined: the accounts of one person on several channels; join_codes: the codes that join them
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_joined")),
        sa.UniqueConstraint("person", "channel", name=op.f("uq_joined_person_channel")),
    )
    op.create_table(
        "join_codes",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_join_codes")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_join_codes_channel_address")),
    )


def downgrade() -> None:
    op.drop_table("join_codes")
    op.drop_table("joined")
