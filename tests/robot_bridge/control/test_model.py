"""Orders, losses and faults in any order, against a model of three lines."""

from typing import Any
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from robot_bridge.protocol.messages import (
    Activity,
    ChunkReport,
    Command,
    CommandKind,
    EpisodeEnd,
    EpisodeStart,
    Phase,
)
from tests.robot_bridge.control.rig import Rig

KINDS = [k for k in CommandKind if k is not CommandKind.SET_TASK]
ARGS: dict[CommandKind, dict[str, Any]] = {
    CommandKind.START_EPISODE: {"regime": "critical"},
    CommandKind.SET_AUTO_END: {"enabled": True},
}


class Session(RuleBasedStateMachine):
    """The model: armed or not, cleared or not, and the highest lease."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig(frames_every=0)
        self.armed = False
        self.cleared = False
        self.epoch = 0
        self.given: list[Command] = []
        self.drives = 0

    @rule(kind=st.sampled_from(KINDS), epoch=st.integers(0, 3))
    def order(self, kind: CommandKind, epoch: int) -> None:
        order = Command(
            id=uuid4(), kind=kind, args=ARGS.get(kind, {}), issued_by="ada", lease_epoch=epoch
        )
        self.given.append(order)
        stale = epoch < self.epoch and kind is not CommandKind.STOP
        self.rig.authority.command(order)
        answer = self.rig.ports.results[-1]
        if stale:
            assert not answer.ok
            return
        self.epoch = max(self.epoch, epoch)
        if kind is CommandKind.STOP:
            assert answer.ok
            self.armed = self.cleared = False
        elif kind is CommandKind.CLEAR_STOP:
            assert answer.ok is not self.armed
            self.cleared = not self.armed
        elif kind is CommandKind.ARM:
            assert answer.ok is (self.cleared and not self.armed)
            self.armed, self.cleared = self.armed or self.cleared, False
        elif kind is CommandKind.START_EPISODE:
            assert not answer.ok or self.armed
            if answer.ok:
                regime, seed = self.rig.ports.resets[-1]
                self.rig.cell.reset_done(self.rig.robot.reset(regime, seed))

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self.given))
        first = next(r for r in self.rig.ports.results if r.id == order.id)
        before = (self.rig.cell.machine.phase, len(self.rig.ports.events))
        self.rig.authority.command(order)
        assert self.rig.ports.results[-1] == first
        assert before == (self.rig.cell.machine.phase, len(self.rig.ports.events))

    @rule(session=st.sampled_from(["control", "policy"]))
    def lose(self, session: str) -> None:
        self.rig.cell.session_lost(session, "gone")
        self.armed = self.cleared = False

    @rule(count=st.integers(1, 40), answering=st.booleans())
    def time_passes(self, count: int, answering: bool) -> None:
        self.rig.answering = answering
        attempt = self.rig.cell.attempt
        if attempt is not None and attempt.recorder is not None:
            self.rig.cell.begun(attempt.id)
        self.rig.tick(count)
        if self.rig.cell.machine.phase is Phase.STOPPED and self.armed:
            assert "late" in self.rig.cell.machine.stop_reason
            self.armed = self.cleared = False

    @rule(x=st.floats(-2, 2), epoch=st.integers(0, 3))
    def drive(self, x: float, epoch: int) -> None:
        self.drives += 1
        self.rig.drive(self.drives, x, epoch)
        self.epoch = max(self.epoch, epoch)

    @invariant()
    def armed_is_what_the_model_says(self) -> None:
        machine = self.rig.cell.machine
        assert (machine.armed, machine.stop_cleared) == (self.armed, self.cleared)
        assert machine.armed is (machine.phase is not Phase.STOPPED)

    @invariant()
    def only_an_armed_robot_has_an_episode(self) -> None:
        machine = self.rig.cell.machine
        assert machine.armed or machine.activity is Activity.IDLE
        assert (self.rig.cell.attempt is None) is (machine.activity is Activity.IDLE)

    @invariant()
    def every_record_is_whole(self) -> None:
        steps: dict[Any, int] = {}
        seqs: dict[Any, int] = {}
        ended = set()
        for message in self.rig.ports.records:
            assert message.episode_id not in ended
            assert message.seq == seqs.get(message.episode_id, 0)
            seqs[message.episode_id] = message.seq + 1
            if isinstance(message, EpisodeStart):
                assert message.seq == 0
            elif isinstance(message, ChunkReport):
                assert message.start_step == steps.get(message.episode_id, 0)
                steps[message.episode_id] = message.start_step + len(message.sources)
            elif isinstance(message, EpisodeEnd):
                assert message.steps == steps.get(message.episode_id, 0)
                ended.add(message.episode_id)

    @invariant()
    def every_change_of_the_driver_is_told(self) -> None:
        told = [e for e in self.rig.ports.events if e.kind in ("phase_changed", "stopped", "armed")]
        if not told:
            assert self.rig.cell.machine.phase is Phase.STOPPED
            return
        phase = self.rig.cell.machine.phase
        last = told[-1]
        if last.kind == "stopped":
            assert phase is Phase.STOPPED
        elif phase not in (Phase.PAUSED, Phase.STOPPED):
            assert last.details["to"] == phase.value
        assert all(event.issued_by for event in told)


Session.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestSession = Session.TestCase
