"""Which episodes wait for a judgement, by an index of these alone.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# `report_episode` and `report_label_before` hold the episode's lock by then: a label and the row
# of its episode that come at the same moment see each other.
TRIGGERS = """
create function episode_is_judged(episode uuid) returns boolean language sql stable as $$
    select coalesce((select not (outcome = 'discard' and reason = 'undone') from labels
        where episode_id = episode order by version desc limit 1), false)
$$;

create function episode_judged() returns trigger language plpgsql as $$
begin
    update episodes set judged = not judged
        where id = new.id and judged <> episode_is_judged(new.id);
    return null;
end
$$;

create function label_judged() returns trigger language plpgsql as $$
begin
    update episodes set judged = not judged
        where id = new.episode_id and judged <> episode_is_judged(new.episode_id);
    return null;
end
$$;

create trigger waiting_episode after insert on episodes
    for each row execute function episode_judged();

create trigger waiting_label after insert on labels
    for each row execute function label_judged();
"""


def upgrade() -> None:
    # A migration must never queue behind a long reader and block everyone after it.
    op.execute("set local lock_timeout = '5s'")
    op.add_column(
        "episodes",
        sa.Column("judged", sa.Boolean(), server_default="false", nullable=False),
    )
    op.execute(TRIGGERS)
    op.execute("update episodes set judged = true where episode_is_judged(id)")
    op.create_index(
        "ix_episodes_waiting",
        "episodes",
        ["number"],
        unique=False,
        postgresql_where=sa.text("not judged"),
    )


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("drop trigger waiting_label on labels")
    op.execute("drop trigger waiting_episode on episodes")
    for function in ("label_judged()", "episode_judged()", "episode_is_judged(uuid)"):
        op.execute(f"drop function {function}")
    op.drop_index("ix_episodes_waiting", table_name="episodes")
    op.drop_column("episodes", "judged")
