"""Buckets of steps as one expression, which Postgres folds into its queries.

As functions with a query of their own they were most of what a report took for the single
attempts at the ends of its window.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Exact below 128 steps; above, 64 buckets for each doubling, so that none is wider than 1/64 of
# what it counts. Not strict: a strict function with a `case` in it is not folded.
OCTAVES = "".join(
    f"""
        when steps < {2 << octave}::bigint
            then {128 + (octave - 7) * 64} + ((steps - {1 << octave}) >> {octave - 6})"""
    for octave in range(7, 31)
)
NEW = f"""
create or replace function report_bucket(steps int) returns int language sql immutable as $$
    select case when steps < 128 then greatest(steps, 0){OCTAVES} end
$$;

create or replace function report_count_of(steps int) returns numeric language sql immutable as $$
    select ('1e' || (7 * report_bucket(steps))::text)::numeric
$$
"""
OLD = """
create or replace function report_bucket(steps int) returns int
language sql immutable strict as $$
    select case when steps < 128 then greatest(steps, 0) else (
        select 128 + (octave - 7) * 64 + ((steps - (1 << octave)) >> (octave - 6))
        from (select length(ltrim(steps::bit(32)::text, '0')) - 1 as octave) as sized) end
$$;

create or replace function report_count_of(steps int) returns numeric
language sql immutable strict as $$
    select ('1' || repeat('0', 7 * report_bucket(steps)))::numeric
$$
"""


def upgrade() -> None:
    for statement in NEW.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in OLD.split(";\n"):
        op.execute(statement)
