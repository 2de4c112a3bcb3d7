"""Keys and gamepad buttons of one's own.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration must never queue behind a long reader and block everyone after it.
    op.execute("set local lock_timeout = '5s'")
    op.add_column(
        "users",
        sa.Column(
            "keys", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_column("users", "keys")
