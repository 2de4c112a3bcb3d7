"""Who drives, what the cell does, and what may be asked of it now. Pure state, no clock.

STOPPED ── clear_stop ── arm ──► PAUSED (idle) ── start ──► BASE ⇄ RL ⇄ HUMAN ⇄ PAUSED (episode)
   ▲                               ⇅ take over                │
   │                            HUMAN (idle, unrecorded)      │
   └────────────── a stop or a fault, from anywhere ──────────┘
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from robot_bridge.protocol.messages import Activity, CommandKind, Phase

FIRST_STOP = "not armed yet"
DRIVEN = (Phase.BASE, Phase.RL)


@dataclass(frozen=True)
class Readiness:
    """What the rest of the bridge says about itself when a command comes."""

    control: bool
    policy: bool
    fault: str = ""
    """Why nothing may be recorded now: journal or cameras. Empty when all is well."""


@dataclass
class Machine:
    """The state that telemetry shows and commands change."""

    phase: Phase = Phase.STOPPED
    activity: Activity = Activity.IDLE
    armed: bool = False
    stop_reason: str = FIRST_STOP
    stop_cleared: bool = False
    wanted: Phase = Phase.BASE
    """Who should drive while no person does: base or rl."""
    auto_end: bool = False
    _rules: dict[CommandKind, Callable[[Readiness], str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """One rule per command: it returns why not, or an empty string."""
        self._rules = {
            CommandKind.START_EPISODE: self._refuse_start,
            CommandKind.HAND_OFF: self._refuse_switch,
            CommandKind.BACK_TO_BASE: self._refuse_switch,
            CommandKind.TAKE_OVER: self._refuse_take_over,
            CommandKind.GIVE_BACK: self._refuse_give_back,
            CommandKind.PAUSE: self._refuse_pause,
            CommandKind.RESUME: self._refuse_resume,
            CommandKind.END_EPISODE: self._refuse_outside_episode,
            CommandKind.CLEAR_STOP: self._refuse_clear,
            CommandKind.ARM: self._refuse_arm,
            CommandKind.SET_TASK: self._refuse_set_task,
        }

    @property
    def pending(self) -> str:
        """A switch that waits for the next chunk boundary."""
        in_episode = self.activity is Activity.EPISODE and self.phase in DRIVEN
        return self.wanted.value if in_episode and self.wanted is not self.phase else ""

    def refusal(self, kind: CommandKind, ready: Readiness) -> str:
        """Why this command is refused now, with advice; empty when it may run."""
        rule = self._rules.get(kind)
        return rule(ready) if rule else ""

    def stop(self, reason: str) -> bool:
        """Latch the stop. The first reason stays until it is cleared; returns whether it is new."""
        new = self.phase is not Phase.STOPPED or self.stop_cleared
        if new:
            self.stop_reason = reason
        self.phase, self.armed, self.stop_cleared = Phase.STOPPED, False, False
        return new

    def clear(self) -> None:
        """First of two steps out of a stop."""
        self.stop_cleared = True

    def arm(self) -> None:
        """Second step: the robot may move again when an episode is started."""
        self.phase, self.armed = Phase.PAUSED, True
        self.stop_reason, self.stop_cleared = "", False

    def begin_reset(self, wanted: Phase) -> None:
        """An episode was accepted; the cell goes to its start."""
        self.activity, self.phase, self.wanted = Activity.RESETTING, Phase.PAUSED, wanted

    def begin_episode(self) -> None:
        """The reset is done; the base policy drives first."""
        self.activity, self.phase = Activity.EPISODE, Phase.BASE

    def finish(self) -> None:
        """The episode is over; the robot holds until somebody starts the next one."""
        self.activity, self.wanted = Activity.IDLE, Phase.BASE
        if self.phase is not Phase.STOPPED:
            self.phase = Phase.PAUSED

    def _refuse_outside_episode(self, _: Readiness) -> str:
        return "" if self.activity is Activity.EPISODE else "no episode is running: start one first"

    def _refuse_outside_driving(self, ready: Readiness) -> str:
        driven = self.activity is Activity.IDLE and self.phase is Phase.HUMAN
        return "" if driven else self._refuse_outside_episode(ready)

    def _refuse_start(self, ready: Readiness) -> str:
        if not self.armed:
            return "the robot is not armed: clear the stop, then arm it"
        if self.activity is not Activity.IDLE:
            return "an episode is running: end it first"
        if self.phase is Phase.HUMAN:
            return "a person drives: give the robot back first"
        if not ready.policy:
            return "the policy session is down: start the rollout process and wait for it"
        return ready.fault

    def _refuse_switch(self, ready: Readiness) -> str:
        outside = self._refuse_outside_episode(ready)
        if outside:
            return outside
        if self.phase is Phase.HUMAN:
            return "a person drives: give the robot back first"
        return "" if self.phase in DRIVEN else "the episode is paused: resume it first"

    def _refuse_take_over(self, _: Readiness) -> str:
        if not self.armed:
            return "the robot is not armed: clear the stop, then arm it"
        if self.activity is Activity.RESETTING:
            return "the robot is being reset: wait until it stands at its start"
        return "a person drives already" if self.phase is Phase.HUMAN else ""

    def _refuse_give_back(self, ready: Readiness) -> str:
        outside = self._refuse_outside_driving(ready)
        if outside:
            return outside
        return "" if self.phase is Phase.HUMAN else "nobody drives: there is nothing to give back"

    def _refuse_pause(self, ready: Readiness) -> str:
        outside = self._refuse_outside_driving(ready)
        if outside:
            return outside
        return "the episode is paused already" if self.phase is Phase.PAUSED else ""

    def _refuse_resume(self, ready: Readiness) -> str:
        outside = self._refuse_outside_episode(ready)
        if outside:
            return outside
        return "" if self.phase is Phase.PAUSED else "the episode is not paused"

    def _refuse_clear(self, _: Readiness) -> str:
        return "" if self.phase is Phase.STOPPED else "the robot is not stopped"

    def _refuse_arm(self, ready: Readiness) -> str:
        if self.phase is not Phase.STOPPED:
            return "the robot is armed already"
        if not self.stop_cleared:
            return "the stop is not cleared: clear it first, then arm"
        return "" if ready.control else "the control session is down: arm when it is back"

    def _refuse_set_task(self, _: Readiness) -> str:
        if self.activity is not Activity.IDLE:
            return "an episode is running: end it before changing the task"
        return "a person drives: give the robot back first" if self.phase is Phase.HUMAN else ""
