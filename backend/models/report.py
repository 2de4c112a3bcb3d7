"""Rollups that reports are made of, kept by triggers in the transaction of each episode and label.

What an attempt adds is said once, in the view `report_facts`; the functions are in the migration.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, MaybeMoment, Words

LEVELS = (600, 3600, 86400)
"""Lengths of the clock-aligned bins that are kept, seconds; each divides the next."""

CUBES = {"all": 0, "policy": 1, "person": 2, "total": 3, "total_policy": 4, "total_person": 5}
"""The same sums several times, so that none has more rows than its tables need: by task, robot, run
and regime, these also by policy version and by person, and all three without the first four."""


class ReportBin(Base):
    """Sums over the attempts of one bin of the clock that share everything a report groups by."""

    __tablename__ = "report_bins"

    cube: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """One of `CUBES`."""
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Begin of the bin in which the attempt ended, seconds since the epoch."""
    task_id: Mapped[Words] = mapped_column(primary_key=True)
    robot_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    """All zeros: no run."""
    regime: Mapped[Words] = mapped_column(primary_key=True)
    policy: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Actor version, cut to its first two figures; -1 outside its cubes."""
    person: Mapped[UUID] = mapped_column(primary_key=True)
    """Who gave the label that counts; all zeros: nobody, and outside its cubes."""
    episodes: Mapped[int]
    successes: Mapped[int]
    failures: Mapped[int]
    unlabelled: Mapped[int]
    discarded: Mapped[int]
    automatic: Mapped[int]
    corrected: Mapped[int]
    interventions: Mapped[int]
    steps: Mapped[int] = mapped_column(BigInteger)
    critical_steps: Mapped[int] = mapped_column(BigInteger)
    active_steps: Mapped[int] = mapped_column(BigInteger)
    success_steps: Mapped[int] = mapped_column(BigInteger)
    squared_steps: Mapped[int] = mapped_column(BigInteger)
    reset_ms: Mapped[int] = mapped_column(BigInteger)
    lag_ms: Mapped[int] = mapped_column(BigInteger)
    lagged: Mapped[int]
    histogram: Mapped[Decimal] = mapped_column(Numeric)
    """Steps of successes; seven decimal digits count one bucket."""
    rl_histogram: Mapped[Decimal] = mapped_column(Numeric)
    """Those in which the actor drove and no person."""
    human_histogram: Mapped[Decimal] = mapped_column(Numeric)
    first_at: Mapped[MaybeMoment]
    """Begin of the first reset among them. A relabel that takes an attempt away leaves it."""
    last_at: Mapped[MaybeMoment]


class ReportState(Base):
    """One row: what changes whenever a report could."""

    __tablename__ = "report_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    labels: Mapped[int] = mapped_column(BigInteger)
    """Labels stored so far."""
