"""One table per class; the only place, with repositories and db, that names SQL."""

from backend.models.audit import AuditEvent, Command
from backend.models.base import Base
from backend.models.episode import Episode, Label, Segment
from backend.models.evaluation import Evaluation
from backend.models.rating import Rating
from backend.models.report import ReportBin, ReportState
from backend.models.robot import Robot, Task
from backend.models.run import Checkpoint, MetricPoint, Run, SuggestedOutcome, Suggestion
from backend.models.user import ApiToken, BrowserSession, User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Base",
    "BrowserSession",
    "Checkpoint",
    "Command",
    "Episode",
    "Evaluation",
    "Label",
    "MetricPoint",
    "Rating",
    "ReportBin",
    "ReportState",
    "Robot",
    "Run",
    "Segment",
    "SuggestedOutcome",
    "Suggestion",
    "Task",
    "User",
]
