"""One cell under control: takes orders, plays chunks, obeys hands, and holds when in doubt.

Everything happens in `tick`, once per control period, or in the calls that bring news from outside
between two ticks. Nothing here waits.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from robot_bridge.control.attempt import Attempt, new_attempt
from robot_bridge.control.clock import MS, SECOND, Clock
from robot_bridge.control.commands import CommandRefusedError, StartArgs
from robot_bridge.control.machine import DRIVEN, Machine
from robot_bridge.control.motion import Motion
from robot_bridge.control.pictures import Pictures
from robot_bridge.control.playback import Playback, Turn
from robot_bridge.control.ports import Ports
from robot_bridge.control.recorder import Images, Recorder
from robot_bridge.control.teller import Teller
from robot_bridge.control.watchdog import DriveStream
from robot_bridge.errors import RobotError
from robot_bridge.protocol.messages import (
    Activity,
    Chunk,
    Command,
    ConsoleFrame,
    Drive,
    Phase,
    Source,
)
from robot_bridge.robots.base import Ending, Robot

CLOSING_LIMIT_S = 2
SHOWN_RESET_S = 1.5


def _new_seed() -> int:
    return secrets.randbelow(2**31)


@dataclass(frozen=True)
class CellOptions:
    """What distinguishes one bridge from another."""

    paced: bool = True
    """False: simulated time runs as fast as chunks come, and stands still while they do not."""
    frames_every: int = 5
    """Console pictures kept with the episode: one in so many steps, 0 for none."""
    new_id: Callable[[], UUID] = uuid4
    new_seed: Callable[[], int] = _new_seed


class Cell:
    """The robot, who drives it, and the attempt that runs."""

    def __init__(self, robot: Robot, ports: Ports, clock: Clock, options: CellOptions) -> None:
        """The robot is connected already and stays stopped until it is armed."""
        self.machine = Machine()
        self.attempt: Attempt | None = None
        self.chunk_latency_ms = 0.0
        self.chunk_stages_ms: dict[str, float] = {}
        self.teller = Teller(ports, clock, options.new_id)
        self._ports = ports
        self._clock = clock
        self._options = options
        self._hands = DriveStream()
        self._pictures = Pictures(ports.want_images)
        self._closing: list[tuple[Recorder, int]] = []
        self.motion = Motion(robot, ports, self._pictures, options.frames_every)
        self.playback = Playback(
            self.machine,
            self.motion,
            self._pictures,
            ports,
            clock,
            paced=options.paced,
            enter=self._switched,
        )

    # ── orders ────────────────────────────────────────────────────────────────────────────────────

    def start(self, order: Command, args: StartArgs) -> Attempt:
        """Accept an attempt and begin its reset."""
        self.refuse_while_busy()
        spec = self.motion.robot.spec
        if args.regime not in spec.max_steps:
            known = ", ".join(sorted(spec.max_steps))
            raise CommandRefusedError(f"this robot has no regime {args.regime!r}; it has {known}")
        attempt = new_attempt(
            order,
            args,
            spec,
            episode_id=args.episode_id or self._options.new_id(),
            seed=self._options.new_seed() if args.seed is None else args.seed,
        )
        self.attempt = attempt
        self.machine.begin_reset(Phase.RL if args.hand_off_at_start else Phase.BASE)
        self.motion.busy = True
        self._ports.reset(args.regime, attempt.seed)
        self._ports.changed()
        return attempt

    def refuse_while_busy(self) -> None:
        """Raise CommandRefusedError while a reset, perhaps of a stopped attempt, still runs."""
        if self.motion.busy:
            raise CommandRefusedError("the robot is still being reset: try again in a moment")

    def take_over(self, order: Command) -> None:
        """A person drives from the next tick on; outside an attempt nothing is recorded."""
        if self.attempt is not None:
            self.attempt.player.cancel()
            self.attempt.moving, self.attempt.held_run = True, 0
        self._hands.open(self._clock.now_ns())
        self._enter(Phase.HUMAN, "take over", order)

    def give_back(self, why: str, order: Command) -> None:
        """The policy is asked for a chunk and drives when it comes; the robot holds until then."""
        attempt = self.attempt
        if attempt is None:
            self.pause(why, order)
            return
        self._hands.close()
        attempt.player.cancel()
        attempt.held_run, attempt.starved_since = 0, None
        self._enter(self.machine.wanted, why, order)

    def pause(self, why: str, order: Command | None = None) -> None:
        """The robot holds and the episode clock stands still."""
        self._hands.close()
        if self.attempt is not None:
            self.attempt.player.cancel()
        self._enter(Phase.PAUSED, why, order)

    def want(self, attempt: Attempt, phase: Phase, order: Command) -> int:
        """Switch between base and actor at the next chunk boundary; returns that step."""
        self.machine.wanted = phase
        attempt.switch = order
        self._ports.changed()
        return attempt.player.switch_step(attempt.step)

    def end(self, ended_by: str, order: Command | None = None) -> None:
        """The attempt is over; the robot holds."""
        attempt, self.attempt = self.attempt, None
        self._hands.close()
        self.machine.finish()
        self._ports.changed()
        if attempt is None or attempt.recorder is None:
            return
        attempt.player.cancel()
        self._close(attempt, attempt.recorder, ended_by)
        details = {
            "ended_by": ended_by,
            "steps": attempt.step,
            "hand_off_step": attempt.hand_off_step,
            "peak_force": attempt.peak_force,
        }
        self.teller.tell("episode_ended", attempt, details, order)

    def stop(self, reason: str, order: Command | None = None) -> None:
        """Latch the stop: the robot holds from the next tick on, and the attempt is over."""
        if self.machine.stop(reason):
            self.teller.tell("stopped", self.attempt, {"reason": reason}, order)
            self.motion.stopping(reason)
        self._hands.close()
        if self.machine.activity is not Activity.IDLE:
            self.end("stopped", order)
        self._ports.changed()

    # ── news ──────────────────────────────────────────────────────────────────────────────────────

    def session_lost(self, name: str, why: str) -> None:
        """A session is gone: an armed robot stops, and a half-done re-arming starts again."""
        self._ports.evidence("session_lost", session=name, why=why, armed=self.machine.armed)
        self.machine.stop_cleared = False
        if self.machine.armed:
            self.stop(f"the {name} session was lost: {why}")
        self._ports.changed()

    def drive(self, drive: Drive) -> bool:
        """A driving person's hands; returns whether they count."""
        return self._hands.accept(drive, self._clock.now_ns())

    def chunk(self, chunk: Chunk) -> None:
        """An answer of the policy. One for another episode or an old question is dropped."""
        attempt = self.attempt
        if attempt is None or chunk.episode_id != attempt.id:
            return
        refused = attempt.player.offer(chunk)
        if refused is None:
            return
        if refused:
            self.teller.tell("chunk_rejected", attempt, {"reason": refused})
            return
        self.chunk_latency_ms = (self._clock.now_ns() - attempt.asked_ns) / MS
        self.chunk_stages_ms = chunk.took_ms
        if attempt.hand_off != chunk.hand_off:
            attempt.hand_off = chunk.hand_off
            self._ports.changed()

    def images(self, number: int, images: Images) -> None:
        """Policy images came."""
        self._pictures.deliver(number, images)

    def frame(self, episode_id: UUID, frame: ConsoleFrame) -> None:
        """A picture to keep came."""
        recorders = [recorder for recorder, _ in self._closing]
        if self.attempt is not None and self.attempt.recorder is not None:
            recorders.append(self.attempt.recorder)
        for recorder in recorders:
            if recorder.episode_id == episode_id:
                recorder.frame(frame)

    def reset_done(self, seconds: float) -> None:
        """The robot stands at its start."""
        self.motion.busy = False
        self.motion.rest()
        if self.attempt is None:
            return
        shown = min(seconds, SHOWN_RESET_S) if self._options.paced else 0.0
        self.attempt.reset_seconds = seconds
        self.attempt.ready_at = self._clock.now_ns() + int(shown * SECOND)

    def reset_failed(self, reason: str) -> None:
        """The robot could not be brought to its start."""
        self.motion.busy = False
        self._fault(f"reset failed: {reason}")

    def task_failed(self, task: str, reason: str) -> None:
        """The robot could not be made ready for another task; it keeps the one it had."""
        self.motion.busy = False
        self._fault(f"the task could not be changed to {task}: {reason}")

    def begun(self, episode_id: UUID) -> None:
        """The policy side has the EpisodeStart: observations may follow."""
        if self.attempt is not None and self.attempt.id == episode_id:
            self.attempt.begun = True

    def close_now(self) -> None:
        """The process ends: write what is known, without pictures that have not come."""
        for recorder, _ in self._closing:
            recorder.give_up()
        self._closing.clear()

    @property
    def closing(self) -> bool:
        """Whether an ended attempt still waits for pictures."""
        return any(not recorder.closed for recorder, _ in self._closing)

    # ── time ──────────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> bool:
        """One control period; returns whether robot time passed."""
        now = self._clock.now_ns()
        self._guard(now)
        if self.motion.busy or self.motion.failed:
            return False
        try:
            return self._turn(now)
        except RobotError as error:
            self.motion.failed = True
            self._fault(str(error))
            return False

    def _guard(self, now: int) -> None:
        if self.machine.phase is Phase.HUMAN and self._hands.released(now):
            self.pause("released: robot holds")
        if self.attempt is not None:
            overdue = self._pictures.overdue(now) if self._options.paced else ""
            if overdue:
                self.stop(overdue)
        for recorder, deadline in self._closing:
            if now >= deadline:
                recorder.give_up()
        self._closing = [entry for entry in self._closing if not entry[0].closed]
        if self.attempt is None and not self._closing:
            self._pictures.drop()

    def _turn(self, now: int) -> bool:
        self.motion.sense()
        attempt = self.attempt
        if attempt is not None and self.machine.activity is Activity.RESETTING:
            return self._await_start(attempt, now)
        if self.machine.phase is Phase.HUMAN:
            return self._follow_hands(attempt, now) if attempt is not None else self._jog(now)
        self.motion.end_hands(now)
        if attempt is not None and self.machine.phase in DRIVEN:
            return self._after(attempt, attempt.step, self.playback.follow(attempt, now))
        self.motion.hold(now)
        return True

    def _await_start(self, attempt: Attempt, now: int) -> bool:
        if attempt.ready_at is not None and now >= attempt.ready_at:
            if attempt.recorder is None:
                self._announce(attempt)
            if attempt.begun:
                self.machine.begin_episode()
                self.teller.phase(
                    Phase.PAUSED, Phase.BASE, "episode starts", attempt, attempt.order
                )
        if self._options.paced:
            self.motion.hold(now)
        return self._options.paced

    def _announce(self, attempt: Attempt) -> None:
        start = attempt.announce(self.motion.robot.spec, self._clock.wall())
        attempt.recorder = Recorder(start, report_steps=attempt.args.chunk, emit=self._ports.record)
        details = {"regime": start.regime, "seed": start.seed}
        self.teller.tell("episode_started", attempt, details, attempt.order)

    def _follow_hands(self, attempt: Attempt, now: int) -> bool:
        before = attempt.step
        twist = self._hands.twist(now)
        if twist is None:
            self.motion.hold_step(attempt, now)
            self.motion.note_hands(now, silent=True)
            return self._after(attempt, before, Turn())
        why = self.motion.act(attempt, self.motion.steer(twist), Source.HUMAN, 0, now)
        self.motion.note_hands(now, silent=False)
        return self._after(attempt, before, Turn(rejected=why))

    def _jog(self, now: int) -> bool:
        """A person drives outside an attempt: the same hands and limits, and no record."""
        twist = self._hands.twist(now)
        why = ""
        if twist is None:
            self.motion.hold(now)
        else:
            why = self.motion.jog(self.motion.steer(twist), now)
        self.motion.note_hands(now, silent=twist is None)
        if why:
            details = {"reason": why, "phase": Phase.HUMAN.value}
            self.teller.tell("action_rejected", None, details)
            self.stop(f"an action of human was rejected: {why}")
        return True

    def _after(self, attempt: Attempt, before: int, turn: Turn) -> bool:
        if turn.rejected:
            details = {"reason": turn.rejected, "phase": self.machine.phase.value}
            self.teller.tell("action_rejected", attempt, details)
            self.stop(f"an action of {self.machine.phase.value} was rejected: {turn.rejected}")
        elif turn.late:
            self.stop(turn.late)
        elif attempt.step > before:
            self._look_for_ending(attempt)
        return turn.passed

    def _look_for_ending(self, attempt: Attempt) -> None:
        truth = self.motion.truth(attempt)
        ending = truth.ending if truth is not None else None
        if ending is not None and (ending is not Ending.SUCCESS or self.machine.auto_end):
            self.end(ending.value)
        elif attempt.end_at is not None and attempt.step >= attempt.end_at[0]:
            self.end(attempt.end_at[1], attempt.end_at[2])
        elif attempt.step >= self.motion.robot.spec.max_steps[attempt.args.regime]:
            self.end(Ending.TIMEOUT.value)

    def _close(self, attempt: Attempt, recorder: Recorder, ended_by: str) -> None:
        now = self._clock.now_ns()
        last = self.motion.look()
        truth, state = (last.truth, last.state) if last is not None else (None, None)
        end = attempt.farewell(ended_by, self._clock.wall(), truth, state)
        recorder.finish(end, expect_images=last is not None)
        self._closing.append((recorder, now + CLOSING_LIMIT_S * SECOND))
        if last is not None:
            self._pictures.order(
                self.motion.moment,
                last.snapshot,
                now,
                urgent=False,
                use=lambda images: recorder.images(end.steps, images),
            )

    def _fault(self, reason: str) -> None:
        self.teller.tell("robot_fault", self.attempt, {"reason": reason})
        self.stop(f"robot fault: {reason}")

    def _switched(self, attempt: Attempt, phase: Phase) -> None:
        order, attempt.switch = attempt.switch, None
        why = str(order.args.get("because") or "") if order is not None else ""
        self._enter(phase, why or "chunk boundary", order)

    def _enter(self, phase: Phase, why: str, order: Command | None = None) -> None:
        before, self.machine.phase = self.machine.phase, phase
        self.teller.phase(before, phase, why, self.attempt, order)
