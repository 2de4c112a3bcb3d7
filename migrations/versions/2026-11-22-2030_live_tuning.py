"""What people change about a run while it goes on, and its events by one index.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration must never queue behind a long reader and block everyone after it.
    op.execute("set local lock_timeout = '5s'")
    op.add_column(
        "runs",
        sa.Column(
            "tuning", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.create_index(
        "ix_audit_events_run",
        "audit_events",
        [sa.literal_column("(details ->> 'run_id')"), "seq"],
        unique=False,
        postgresql_where=sa.text("details ? 'run_id'"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_index("ix_audit_events_run", table_name="audit_events")
    op.drop_column("runs", "tuning")
