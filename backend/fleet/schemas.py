"""Robots, leases and commands as JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from backend.kit.schemas import Body, Line, Name, Schema

WaitingFor = Literal["arm", "policy", "reset", "label", "start", ""]
CommandName = Literal[
    "start_episode",
    "hand_off",
    "back_to_base",
    "take_over",
    "give_back",
    "pause",
    "resume",
    "end_episode",
    "stop",
    "clear_stop",
    "arm",
    "set_task",
    "set_auto_end",
]


class HolderItem(Schema):
    """Somebody who drives."""

    id: UUID
    name: str


class LeaseItem(Schema):
    """Who drives a robot; grows by one with each change of driver."""

    holder: HolderItem | None
    asking: HolderItem | None = Field(description="Who asks the driver for the robot.")
    epoch: int


class LensItem(Schema):
    """Where a camera is and how wide it sees: enough to draw on its picture."""

    on_tool: bool = Field(description="Fixed in the tool's frame; else in the robot's base frame.")
    position: tuple[float, float, float] = Field(description="Metres.")
    turn: tuple[float, float, float, float] = Field(
        description="Quaternion w, x, y, z; it looks along -z, x is right, y is up."
    )
    fovy: float = Field(description="Vertical field of view, radians.")


class CameraItem(Schema):
    """One camera of the cell."""

    name: str
    title: str = ""
    policy_size: int = Field(
        description="Edge of the square policy image, pixels; 0: only for people."
    )
    lens: LensItem | None = Field(None, description="null: nobody measured it.")


class RobotSpec(Schema):
    """What the robot says of itself. Empty until its bridge has connected once."""

    bridge_version: str = ""
    boot_id: UUID | None = None
    task: str = ""
    instruction: str = ""
    tasks: list[str] = Field([], description="Tasks it can be switched to without a restart.")
    control_hz: int = 0
    action_names: list[str] = Field([])
    action_limit: list[float] = Field(
        [], description="Limits per control period, m and rad; the robot enforces them."
    )
    action_rate_limit: list[float] = Field([])
    state_names: list[str] = Field([])
    cameras: list[CameraItem] = Field([])
    max_steps: dict[str, int] = Field({}, description="Longest episode by regime, steps.")
    simulated: bool = False
    renderer: str = ""


class TelemetryItem(Schema):
    """The robot at a glance, as its bridge said it last."""

    sent_ns: int
    step: int = Field(description="Step inside the episode, -1 outside one.")
    phase: Literal["base", "rl", "human", "paused", "stopped"]
    activity: Literal["idle", "resetting", "episode"]
    armed: bool
    stop_reason: str
    stop_cleared: bool
    hand_off: Literal["operator", "truth", "wait", "now"] = Field(
        description="Who hands off where nobody attends; now: the learned suggestion says so."
    )
    pending: str = Field(description="Switch at the next chunk boundary: rl, base or empty.")
    task: str
    regime: str
    episode_id: UUID | None
    run_id: UUID | None
    episode_seconds: float
    hand_off_step: int
    state: list[float]
    policy_connected: bool
    policy_trouble: str = Field(description="Why there is no policy session; empty: there is.")
    policy_version: int
    chunk_latency_ms: float
    chunk_stages_ms: dict[str, float] = Field(
        description="Where that time went, by stage, as the rollout measured it."
    )
    held_steps: int
    ticks: int
    late_ticks: int
    lateness_p99_ms: float
    peak_force: float
    journal_pending: int
    auto_end: bool
    truth: dict[str, Any] | None = Field(
        description="The simulator's own verdict; automatic accounts only, null for people."
    )


class RobotItem(Schema):
    """One robot now."""

    id: UUID
    name: str
    title: str
    kind: Literal["simulated", "real"]
    task_id: str | None
    run_id: UUID | None = Field(description="The run that new episodes belong to.")
    spec: RobotSpec
    connected: bool
    telemetry: TelemetryItem | None
    lease: LeaseItem
    waiting_for: WaitingFor = Field(description="What a person could do next; empty: nothing.")
    last_seen_at: datetime | None


class RobotMade(RobotItem):
    """The one time that the robot's token is shown."""

    token: str


class NewRobot(Body):
    """A robot to be made."""

    name: Name
    kind: Literal["simulated", "real"] = "simulated"
    title: Line = ""


class RobotChanges(Body):
    """What may be changed; fields left out stay. The task of a connected robot is a command."""

    title: Line | None = None
    run_id: UUID | None = None
    task_id: Line | None = None


class LeaseWish(Body):
    """Taking the lease."""

    takeover: bool = Field(False, description="Take it from somebody; needs a reason.")
    reason: Line = ""


class CommandBody(Body):
    """An order to a robot. The same id twice is carried out once."""

    id: UUID = Field(description="Made by the client.")
    kind: CommandName
    args: dict[str, Any] = Field({})
    frame_seen: int = Field(-1, ge=-1, lt=2**31, description="Last video frame the person saw.")


class CommandAnswer(Schema):
    """What came of a command."""

    id: UUID
    ok: bool
    error: str
    step: int = Field(description="Step at which it took effect; -1 outside an episode.")
    episode_id: UUID | None
