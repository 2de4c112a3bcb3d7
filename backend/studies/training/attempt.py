"""One attempt of a training: questions answered one by one, everything sensed for the record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from backend.rollout.assembler import Assembly, Layout
from backend.rollout.decide import choose, moment_of
from backend.rollout.finish import record
from backend.rollout.handshake import layout_of
from backend.rollout.models import FrozenModels, Stopwatch
from backend.rollout.plan import Plan
from backend.storage.recording import EpisodeRecording
from backend.studies.evaluation.contenders import Sight, shown
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.slot import Order, Slot
from robot_bridge.protocol.messages import Chunk, EpisodeStart, Observation

if TYPE_CHECKING:
    from backend.rollout.moments import Moment, Sensed


@dataclass
class Attempt:
    """Plays one order on one robot. `meanwhile` is called whenever the robot computes."""

    robot: LockstepRobot
    order: Order
    plan: Plan
    models: FrozenModels
    sight: Sight
    meanwhile: Callable[[], None]

    def __post_init__(self) -> None:
        """Nothing moves yet."""
        self.slot = Slot(self.robot, self.order)
        self._layout: Layout = layout_of(self.robot.hello)
        self._assembly: Assembly | None = None
        self._taken = 0
        self._live: dict[int, Sensed] = {}
        self._missing: list[Moment] = []

    def play(self) -> EpisodeRecording:
        """The whole attempt."""
        slot = self.slot
        slot.begin()
        while True:
            self.meanwhile()
            slot.heard(self.robot.hear())
            self._take()
            if slot.end is not None:
                return self._recording()
            slot.go_on(None if slot.question is None else self._answer(slot.question))

    def _answer(self, question: Observation) -> Chunk:
        instruction = self.robot.hello.instruction
        sensed = shown(self.models.sense(moment_of(question), instruction), self.sight)
        self._live[question.step] = sensed
        normalisation = self.models.vla.normalisation
        chunk_id = self.order.episode_id
        return choose(question, sensed, self.plan, normalisation, chunk_id, Stopwatch())

    def _take(self) -> None:
        """Put what was reported into the assembly; what the policy did not see waits."""
        for message in self.slot.said[self._taken :]:
            if isinstance(message, EpisodeStart):
                self._assembly = Assembly(message, self._layout)
                continue
            assert self._assembly is not None
            for moment in self._assembly.add(message):
                live = self._live.pop(moment.step, None)
                if live is not None and live.moment.same(moment):
                    self._assembly.sensed(live)
                else:
                    self._missing.append(moment)
        self._taken = len(self.slot.said)

    def _recording(self) -> EpisodeRecording:
        assembly = self._assembly
        assert assembly is not None
        for sensed in self.models.sense_all(self._missing, assembly.start.instruction):
            assembly.sensed(shown(sensed, self.sight))
        whole = record(assembly, self.plan, self.models.lock, token=self.models.token_size)
        empty = np.zeros(0, np.uint8), np.zeros((0, 4), np.int64)
        return replace(whole, image_blob=empty[0], image_index=empty[1])
