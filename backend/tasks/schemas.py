"""Tasks as JSON."""

from typing import Any

from pydantic import Field

from backend.kit.schemas import Schema


class TaskItem(Schema):
    """What is to be done."""

    id: str
    title: dict[str, str] = Field(description="By language.")
    instruction: str = Field(description="What the VLA is told.")
    references: dict[str, Any] = Field(
        description="Recorded figures of the base policy and of teleoperation, by regime."
    )
    failure_reasons: dict[str, list[str]] = Field(description="By language; keys 1 to 5.")
