"""The robot at a glance."""

from robot_bridge.control.attempt import truth_row
from robot_bridge.control.cell import Cell
from robot_bridge.control.clock import SECOND
from robot_bridge.control.loop import Punctuality
from robot_bridge.protocol.messages import Telemetry


def telemetry(
    cell: Cell,
    punctuality: Punctuality,
    *,
    now: int,
    policy_connected: bool,
    policy_trouble: str,
    journal_pending: int,
) -> Telemetry:
    """What the console shows of this moment."""
    machine, attempt, spec = cell.machine, cell.attempt, cell.motion.robot.spec
    truth = cell.motion.newest_truth
    running = attempt is not None and attempt.recorder is not None
    step = attempt.step if attempt is not None and running else -1
    return Telemetry(
        sent_ns=now,
        step=step,
        phase=machine.phase,
        activity=machine.activity,
        armed=machine.armed,
        stop_reason=machine.stop_reason[:2000],
        stop_cleared=machine.stop_cleared,
        hand_off=attempt.who_hands_off if attempt is not None else "operator",
        pending=machine.pending,
        task=spec.task,
        regime=attempt.args.regime if attempt is not None else "",
        episode_id=attempt.id if attempt is not None else None,
        run_id=attempt.args.run_id if attempt is not None else None,
        episode_seconds=max(step, 0) / spec.control_hz,
        hand_off_step=attempt.hand_off_step if attempt is not None else -1,
        state=tuple(float(value) for value in cell.motion.state),
        policy_connected=policy_connected,
        policy_trouble="" if policy_connected else policy_trouble[:2000],
        policy_version=cell.playback.policy_version,
        chunk_latency_ms=cell.chunk_latency_ms,
        chunk_stages_ms=cell.chunk_stages_ms,
        held_steps=attempt.held_steps if attempt is not None else 0,
        ticks=punctuality.ticks,
        late_ticks=punctuality.late_ticks,
        lateness_p99_ms=punctuality.p99_ms,
        peak_force=attempt.peak_force if attempt is not None else 0.0,
        journal_pending=journal_pending,
        auto_end=machine.auto_end,
        truth=truth_row(truth),
    )


SHOWN_EVERY_NS = SECOND // 10
