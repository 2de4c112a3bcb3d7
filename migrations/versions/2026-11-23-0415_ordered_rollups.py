"""Rollups made anew are laid down in the order they are read in.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Rows of one window then share pages, as those do that grew with time; in the order of a hash table
# each was on a page of its own.
ORDER = "order by cube, level, start"


def upgrade() -> None:
    _rebuild(ORDER)


def downgrade() -> None:
    _rebuild("")


def _rebuild(order: str) -> None:
    """The function of revision 0002, but for the order of its rows."""
    op.execute("set local lock_timeout = '5s'")
    body = (
        op.get_bind()
        .exec_driver_sql("select prosrc from pg_proc where proname = 'report_rebuild'")
        .scalar_one()
    )
    last = "select * from short union all select * from middle union all select * from long"
    head, found, tail = body.partition(last)
    if not found:
        raise RuntimeError("report_rebuild() is not the one of revision 0002")
    tail = tail[tail.index(";") :]
    op.execute(
        f"create or replace function report_rebuild() returns void language sql as $$"
        f"{head}{last} {order}{tail}$$"
    )
