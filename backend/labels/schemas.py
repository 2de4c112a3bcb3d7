"""Labels as JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from backend.kit.schemas import Body, Line, Prose, Schema

Outcome = Literal["success", "failure", "discard"]
UNDONE = "undone"
"""Reason of a discard that takes the only judgement back: the episode counts as unlabelled."""


class LabellerItem(Schema):
    """Who judged."""

    id: UUID
    name: str
    display_name: str


class LabelItem(Schema):
    """One judgement."""

    id: UUID
    episode_id: UUID
    version: int = Field(description="1, 2, 3 …; the highest of an episode counts.")
    supersedes: UUID | None
    outcome: Outcome
    undone: bool = Field(description="True: this row takes the judgement back; unlabelled again.")
    reason: str
    note: str
    step: int = Field(description="Robot step seen when deciding; -1 from the queue.")
    labeller: LabellerItem
    automatic: bool = Field(description="Given by a program; never shown as a person's.")
    created_at: datetime
    decided_at: datetime | None


class LabelBody(Body):
    """A judgement to be stored. The same id twice is stored once."""

    id: UUID = Field(description="Made by the client.")
    outcome: Outcome
    reason: Line = ""
    note: Prose = ""
    step: int = Field(-1, ge=-1, lt=2**31)
    seen_version: int = Field(
        0, ge=0, description="Version of the label the person saw; 0 for none. Older: 409."
    )
    decided_at: AwareDatetime | None = None
    end_episode: bool = Field(True, description="End the episode if it is still under way.")


class UndoBody(Body):
    """Taking a judgement back."""

    id: UUID = Field(description="Made by the client; the id of the new revision.")
    label_id: UUID = Field(description="The label that is to be undone; must be the current one.")


class LabelAnswer(Schema):
    """What is stored now."""

    label: LabelItem
    version: int
