"""
submissions: the number of the document sealed, with the reference of its file; calendars: their addresses;
unreached: by choice
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    What was stored before stays readable; `python -m bot rekey` seals it.
    """
    op.add_column("submissions", sa.Column("sealed", sa.JSON(), nullable=True))
    stored = sa.table("submissions", sa.column("number", sa.String()), sa.column("sealed", sa.JSON()))
    made = "json_build_object" if op.get_bind().dialect.name == "postgresql" else "json_object"
    op.execute(stored.update().values(sealed=getattr(sa.func, made)("number", stored.c.number)))
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_column("number")
    op.add_column("unreached", sa.Column("by_choice", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "calendars",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_calendars")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_calendars_channel_address")),
    )


def downgrade() -> None:
    """
    Sealed numbers cannot be opened here: they are gone.
    """
    op.drop_table("calendars")
    with op.batch_alter_table("unreached", schema=None) as batch_op:
        batch_op.drop_column("by_choice")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.String(length=64), nullable=True))
        batch_op.drop_column("sealed")
