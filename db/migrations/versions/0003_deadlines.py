"""
deadlines: duties, who owes them, who was told when, what was done and put off
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paced_until", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "unreached",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_unreached")),
    )
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("ruled", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=256), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_duties_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint("key", name=op.f("uq_duties_key")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_post_id"), ["post_id"], unique=False)

    op.create_table(
        "duty_units",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("receives", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_duty_units_duty_id_duties")),
        sa.PrimaryKeyConstraint("duty_id", "unit", "receives", name=op.f("pk_duty_units")),
    )
    with op.batch_alter_table("duty_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_units_unit"), ["unit"], unique=False)

    op.create_table(
        "snoozes",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_snoozes_duty_id_duties")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_snoozes_post_id_posts")),
        sa.PrimaryKeyConstraint("duty_id", "last_day", "post_id", name=op.f("pk_snoozes")),
    )
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snoozes_until"), ["until"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_submissions_duty_id_duties")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_submissions_post_id_posts")),
        sa.PrimaryKeyConstraint("duty_id", "last_day", "unit", name=op.f("pk_submissions")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_subscriptions_duty_id_duties")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_subscriptions_post_id_posts")),
        sa.PrimaryKeyConstraint("duty_id", "post_id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name=op.f("fk_told_duty_id_duties")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_told_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told")),
        sa.UniqueConstraint(
            "duty_id",
            "last_day",
            "post_id",
            "step",
            "again",
            name=op.f("uq_told_duty_id_last_day_post_id_step_again"),
        ),
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_at_channel_address"), ["at", "channel", "address"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_at_channel_address"))

    op.drop_table("told")
    op.drop_table("subscriptions")
    op.drop_table("submissions")
    with op.batch_alter_table("snoozes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snoozes_until"))

    op.drop_table("snoozes")
    with op.batch_alter_table("duty_units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_units_unit"))

    op.drop_table("duty_units")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duties_post_id"))

    op.drop_table("duties")
    op.drop_table("unreached")

    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.drop_column("paced_until")
