"""Every message of the two bridge sessions, protocol version 1.

A bridge dials out twice: the *control* session to the web process (commands in, telemetry and video
out) and the *policy* session to the rollout process (observations out, chunks in). Both start with
`Hello` and `Welcome` or `Refused`. `docs/protocol.md` tells the order of things.

Legend: A action components, S state components, C steps in a played chunk, L steps in a reference
chunk. Steps count control periods since the start of the episode, from 0. Times called `*_at` are
wall-clock seconds since the epoch; times called `*_ns` are monotonic nanoseconds of the sender.
Durable messages carry a journal sequence number and are repeated until acknowledged.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from robot_bridge.protocol.codec import Array, Decoder

PROTOCOL_VERSION = 1

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=2000)]
Count = Annotated[int, Meta(ge=0)]


class Phase(StrEnum):
    """Who drives now."""

    BASE = "base"
    RL = "rl"
    HUMAN = "human"
    PAUSED = "paused"
    STOPPED = "stopped"


class Activity(StrEnum):
    """What the cell is doing, whoever drives."""

    IDLE = "idle"
    RESETTING = "resetting"
    EPISODE = "episode"


class Source(StrEnum):
    """Who produced one executed step."""

    BASE = "base"
    RL = "rl"
    HUMAN = "human"
    HOLD = "hold"


class Outcome(StrEnum):
    """A judgement on an episode."""

    SUCCESS = "success"
    FAILURE = "failure"
    DISCARD = "discard"


class CommandKind(StrEnum):
    """What a console may ask of a bridge. Arguments are listed in `docs/protocol.md`."""

    START_EPISODE = "start_episode"
    HAND_OFF = "hand_off"
    BACK_TO_BASE = "back_to_base"
    TAKE_OVER = "take_over"
    GIVE_BACK = "give_back"
    PAUSE = "pause"
    RESUME = "resume"
    END_EPISODE = "end_episode"
    STOP = "stop"
    CLEAR_STOP = "clear_stop"
    ARM = "arm"
    SET_TASK = "set_task"
    SET_AUTO_END = "set_auto_end"


HandOff = Literal["operator", "truth", "wait", "now"]
"""`operator`: a person alone. Unattended: `truth`, the simulator's verdict; `wait` and `now`, what
was learned from switches."""


class Message(msgspec.Struct, tag_field="type", frozen=True, kw_only=True):
    """Base of every message; the class name in snake case is its tag."""


# ── handshake, both sessions ──────────────────────────────────────────────────────────────────────


class Lens(msgspec.Struct, frozen=True, kw_only=True):
    """Where a camera is and how wide it sees: enough to draw on its picture."""

    on_tool: bool
    """Fixed in the frame of the tool centre point; else in the robot's base frame."""
    position: tuple[float, float, float]
    turn: tuple[float, float, float, float]
    """Unit quaternion w, x, y, z. The camera looks along its -z; its x is right, its y is up."""
    fovy: Annotated[float, Meta(gt=0, lt=3.15)]
    """Vertical field of view, radians."""


class Camera(msgspec.Struct, frozen=True, kw_only=True):
    """One camera of the cell."""

    name: Name
    title: Text = ""
    policy_size: Count
    """Edge of the square policy image, pixels; 0: for people alone."""
    lens: Lens | None = None
    """None where it is not known: nothing is drawn on its picture then."""


class Hello(Message, tag="hello", frozen=True, kw_only=True):
    """First message from the bridge. The token travels in the Authorization header, not here."""

    versions: tuple[int, ...]
    """Protocol versions this bridge speaks, best first."""
    session: Annotated[str, Meta(pattern="^(control|policy)$")]
    robot: Name
    bridge_version: Name
    boot_id: UUID
    """New at every start of the bridge process."""
    task: Name
    instruction: Text
    tasks: tuple[Name, ...]
    """Tasks this robot can be switched to without a restart."""
    control_hz: Annotated[int, Meta(ge=1, le=1000)]
    action_names: tuple[Name, ...]
    action_limit: tuple[float, ...]
    """Limits the robot itself enforces per control period, m and rad. Shown read-only."""
    action_rate_limit: tuple[float, ...]
    state_names: tuple[Name, ...]
    cameras: tuple[Camera, ...]
    max_steps: dict[str, int]
    simulated: bool
    renderer: Text = ""


class Welcome(Message, tag="welcome", frozen=True, kw_only=True):
    """The session stands."""

    version: int
    session_id: UUID
    robot_id: UUID
    heartbeat_ms: Count
    """How often the server promises a heartbeat."""


class Refused(Message, tag="refused", frozen=True, kw_only=True):
    """The session does not stand; `advice` says what to change. The server closes after it."""

    reason: Text
    advice: Text


class Heartbeat(Message, tag="heartbeat", frozen=True, kw_only=True):
    """I am alive, and so is my logic. Sent by both sides."""

    sent_ns: int


class Ack(Message, tag="ack", frozen=True, kw_only=True):
    """Everything of this episode (or this event) is durable on the server; it may be forgotten."""

    id: UUID


# ── control session, bridge → web ─────────────────────────────────────────────────────────────────


class Telemetry(Message, tag="telemetry", frozen=True, kw_only=True):
    """The robot at a glance, 10 times a second and at once after every change."""

    sent_ns: int
    step: int
    """Step inside the episode, -1 outside one."""
    phase: Phase
    activity: Activity
    armed: bool
    stop_reason: Text = ""
    """Why it is stopped; empty unless `phase` is stopped."""
    stop_cleared: bool = False
    """First of the two steps out of a stop is done."""
    hand_off: HandOff = "operator"
    """Who decides on the hand-off of this episode, as the newest chunk said."""
    pending: Text = ""
    """A switch that takes effect at the next chunk boundary: `rl`, `base`, or empty."""
    task: Name
    regime: str = ""
    episode_id: UUID | None = None
    run_id: UUID | None = None
    episode_seconds: float = 0.0
    hand_off_step: int = -1
    state: tuple[float, ...] = ()
    policy_connected: bool = False
    policy_trouble: Text = ""
    """Why there is no policy session, as a sentence; empty while there is one."""
    policy_version: int = 0
    """Version of the actor that made the steps now playing; 0 for the base policy."""
    chunk_latency_ms: float = 0.0
    """Request to arrival of the newest chunk."""
    chunk_stages_ms: dict[str, float] = {}
    """Where that time went, by stage, as the chunk itself says."""
    held_steps: int = 0
    """Steps of this episode spent holding for want of a chunk."""
    ticks: Count = 0
    """Control periods since the bridge started."""
    late_ticks: Count = 0
    """Those that began more than 20 ms late."""
    lateness_p99_ms: float = 0.0
    """Over the last 10 s."""
    peak_force: float = 0.0
    journal_pending: Count = 0
    """Episodes recorded and not yet acknowledged."""
    auto_end: bool = False
    truth: dict[str, Any] | None = None
    """Simulated robots only, for labellers: critical, ending, relative_pose, peak_force."""


class Event(Message, tag="event", frozen=True, kw_only=True):
    """Something worth an audit row. Journalled, repeated until acknowledged by its id."""

    id: UUID
    at: float
    kind: Name
    """episode_started, episode_ended, phase_changed, stopped, stop_cleared, armed, task_changed,
    auto_end_changed, command_refused, action_rejected, chunk_rejected, robot_fault."""
    episode_id: UUID | None = None
    step: int = -1
    command_id: UUID | None = None
    issued_by: Text = ""
    details: dict[str, Any] = {}


class CommandResult(Message, tag="command_result", frozen=True, kw_only=True):
    """The answer to one command."""

    id: UUID
    ok: bool
    error: Text = ""
    step: int = -1
    """Step at which it took effect."""
    episode_id: UUID | None = None


class VideoFrame(Message, tag="video_frame", frozen=True, kw_only=True):
    """One console picture. Never journalled; the newest wins."""

    camera: Name
    sequence: Count
    captured_ns: int
    """Monotonic clock of the robot's machine."""
    captured_at: float
    step: int
    width: Count
    height: Count
    jpeg: bytes


# ── control session, web → bridge ─────────────────────────────────────────────────────────────────


class Command(Message, tag="command", frozen=True, kw_only=True):
    """One order. The same id twice is executed once."""

    id: UUID
    kind: CommandKind
    args: dict[str, Any] = {}
    issued_by: Text
    lease_epoch: Count
    frame_seen: int = -1
    """Sequence of the last video frame the person had seen."""


class Drive(Message, tag="drive", frozen=True, kw_only=True):
    """A driving person's hands, 50 times a second while held. Silence means release."""

    sequence: Count
    lease_epoch: Count
    twist: tuple[float, float, float, float, float, float]
    """Each in -1..1, a share of the action limit per step, base frame."""


class Watch(Message, tag="watch", frozen=True, kw_only=True):
    """Which console pictures somebody wants now; replaces the previous wish."""

    streams: tuple["Stream", ...]


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One wanted picture stream."""

    camera: Name
    width: Annotated[int, Meta(ge=64, le=1280)]
    height: Annotated[int, Meta(ge=48, le=960)]
    fps: Annotated[int, Meta(ge=1, le=50)]


# ── policy session, bridge → rollout ──────────────────────────────────────────────────────────────


class PolicyImage(msgspec.Struct, frozen=True, kw_only=True):
    """One square policy image, JPEG (quality 95, 4:4:4): what is stored is what was seen."""

    camera: Name
    jpeg: bytes


class EpisodeStart(Message, tag="episode_start", frozen=True, kw_only=True):
    """An attempt begins. Durable."""

    seq: Count
    episode_id: UUID
    run_id: UUID | None = None
    task: Name
    instruction: Text
    regime: Name
    seed: int = 0
    """Seed of the reset, so that the same start can be visited again."""
    started_at: float
    reset_seconds: float = 0.0
    issued_by: Text = ""
    delay: Count = 3
    """Steps from an observation to its chunk in this attempt; transitions are cut by it."""


class Observation(Message, tag="observation", frozen=True, kw_only=True):
    """What the robot senses at `step`, and the wish for a chunk that begins `delay` steps later."""

    episode_id: UUID
    step: Count
    delay: Count
    """The answer is played from `step + delay` on."""
    rl: bool
    """True when the actor should drive, false for the base policy."""
    images: tuple[PolicyImage, ...]
    state: Array
    """float32 [S]."""
    sent_ns: int = 0
    explore: bool = True
    """False in evaluation: the actor's mean."""


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """What was sensed at one replay anchor, every second step."""

    step: Count
    images: tuple[PolicyImage, ...]


class ConsoleFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A picture kept for people who label later."""

    camera: Name
    step: Count
    width: Count
    height: Count
    jpeg: bytes


class ChunkReport(Message, tag="chunk_report", frozen=True, kw_only=True):
    """What happened over a stretch of steps. Durable; stretches have no gaps and no overlaps."""

    seq: Count
    episode_id: UUID
    start_step: Count
    actions: Array
    """float32 [n, A], as the driver says it sent them."""
    states: Array
    """float32 [n, S], sensed at the start of each step."""
    sources: tuple[Source, ...]
    policy_versions: tuple[int, ...]
    """Per step; 0 for the base policy and for people."""
    anchors: tuple[Anchor, ...]
    frames: tuple[ConsoleFrame, ...] = ()
    hand_off_step: int = -1
    """As in EpisodeEnd, as far as known."""


class EpisodeEnd(Message, tag="episode_end", frozen=True, kw_only=True):
    """An attempt is over. Durable. `last_*` was sensed after the final action."""

    seq: Count
    episode_id: UUID
    steps: Count
    ended_at: float
    ended_by: Name
    """success, broken, dropped, jammed, out_of_reach, timeout (the world); label (a person judged);
    stopped, bridge_restarted (cut short)."""
    truncated: bool
    """Cut short (timeout, stop, crash): no terminal, values bootstrap."""
    hand_off_step: int = -1
    """First step driven by the actor or, in warm-up, handed off; -1 if never."""
    peak_force: float = 0.0
    truth: dict[str, Any] | None = None
    last_state: Array | None = None
    """float32 [S] after the final action."""
    last_images: tuple[PolicyImage, ...] = ()


# ── policy session, rollout → bridge ──────────────────────────────────────────────────────────────


class Chunk(Message, tag="chunk", frozen=True, kw_only=True):
    """An answer: actions for the steps `first_step …`."""

    episode_id: UUID
    chunk_id: UUID
    first_step: Count
    actions: Array
    """float32 [C, A], m and rad per control period, base frame."""
    source: Source
    policy_version: Count
    took_ms: dict[str, float]
    """Time by stage: decode, vla, token, actor."""
    hand_off: HandOff = "operator"
    """Who decides on the hand-off; a suggestion orders nothing by itself."""


ControlUp = Hello | Heartbeat | Telemetry | Event | CommandResult | VideoFrame
ControlDown = Welcome | Refused | Heartbeat | Ack | Command | Drive | Watch
PolicyUp = Hello | Heartbeat | EpisodeStart | Observation | ChunkReport | EpisodeEnd
PolicyDown = Welcome | Refused | Heartbeat | Ack | Chunk

decode_control_up: Decoder[ControlUp] = Decoder(ControlUp)
decode_control_down: Decoder[ControlDown] = Decoder(ControlDown)
decode_policy_up: Decoder[PolicyUp] = Decoder(PolicyUp)
decode_policy_down: Decoder[PolicyDown] = Decoder(PolicyDown)
