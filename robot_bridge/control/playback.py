"""Driving by the policy: asks in time, plays what comes, holds while nothing does."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from robot_bridge.control.attempt import Attempt
from robot_bridge.control.chunks import Ask
from robot_bridge.control.clock import SECOND, Clock
from robot_bridge.control.machine import Machine
from robot_bridge.control.motion import Motion
from robot_bridge.control.pictures import Pictures
from robot_bridge.control.ports import Ports
from robot_bridge.control.recorder import Images
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import Observation, Phase

MAX_HELD_STEPS = 25
FIRST_CHUNK_LIMIT_S = 10
MAX_PICTURES_OUT = 12


@dataclass(frozen=True)
class Turn:
    """What became of one control period."""

    passed: bool = True
    """Whether robot time passed."""
    rejected: str = ""
    """Why the action was rejected; the robot held instead."""
    late: str = ""
    """Why waiting for a chunk has to end."""


class Playback:
    """One control period under the policy."""

    def __init__(
        self,
        machine: Machine,
        motion: Motion,
        pictures: Pictures,
        ports: Ports,
        clock: Clock,
        *,
        paced: bool,
        enter: Callable[[Attempt, Phase], None],
    ) -> None:
        """`enter` is called when a chunk of another phase begins; unpaced time waits for chunks."""
        self._machine = machine
        self._motion = motion
        self._pictures = pictures
        self._ports = ports
        self._clock = clock
        self._paced = paced
        self._enter = enter
        self.policy_version = 0

    def follow(self, attempt: Attempt, now: int) -> Turn:
        """Play one step of the chunk, or hold while there is none."""
        if not self._paced and self._pictures.outstanding > MAX_PICTURES_OUT:
            return Turn(passed=False)
        ask = attempt.player.ask(attempt.step, rl=self._machine.wanted is Phase.RL)
        if ask is not None:
            self._observe(attempt, ask, now)
        play = attempt.player.play(attempt.step)
        if play is None:
            return self._starve(attempt, now)
        attempt.moving, attempt.held_run, attempt.starved_since = True, 0, None
        if play.begins is not None:
            self._begin_chunk(attempt, play.begins)
        self.policy_version = play.policy_version
        why = self._motion.act(attempt, play.action, play.source, play.policy_version, now)
        return Turn(rejected=why)

    def _begin_chunk(self, attempt: Attempt, ask: Ask) -> None:
        if attempt.recorder is not None:
            attempt.recorder.boundary()
        phase = Phase.RL if ask.rl else Phase.BASE
        if ask.rl and attempt.hand_off_step < 0:
            attempt.handed_off()
        if phase is not self._machine.phase:
            self._enter(attempt, phase)

    def _starve(self, attempt: Attempt, now: int) -> Turn:
        if attempt.starved_since is None:
            attempt.starved_since = now
        if now - attempt.starved_since > FIRST_CHUNK_LIMIT_S * SECOND:
            late = f"no chunk came for {FIRST_CHUNK_LIMIT_S} s: look at the rollout process"
            return Turn(passed=False, late=late)
        if not self._paced:
            return Turn(passed=False)
        if not attempt.moving:
            self._motion.hold(now)
            return Turn()
        attempt.held_steps += 1
        attempt.held_run += 1
        self._motion.hold_step(attempt, now)
        if attempt.held_run > MAX_HELD_STEPS:
            return Turn(late=f"the next chunk is more than {MAX_HELD_STEPS} steps late")
        return Turn()

    def _observe(self, attempt: Attempt, ask: Ask, now: int) -> None:
        state = Array.of(self._motion.state.astype(np.float32))
        attempt.asked_ns = now

        def send(images: Images) -> None:
            if attempt.player.asked is not ask:
                return
            self._ports.observe(
                Observation(
                    episode_id=attempt.id,
                    step=ask.step,
                    delay=ask.delay,
                    rl=ask.rl,
                    images=images,
                    state=state,
                    sent_ns=self._clock.now_ns(),
                    explore=attempt.args.explore,
                )
            )

        motion = self._motion
        self._pictures.order(motion.moment, motion.robot.snapshot(), now, urgent=True, use=send)
