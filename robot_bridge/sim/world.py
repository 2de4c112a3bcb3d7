"""The physics of one cell: the common table and light, the arm, and one task's things.

No policy, no limits, no verdicts: `robots/mujoco` adds those.
"""

from functools import cache
from typing import Any

import mujoco
import numpy as np

from robot_bridge.robots.base import Regime
from robot_bridge.sim.arm import STIFFNESS, add_arm, site_pose, solve_joints
from robot_bridge.sim.grip import Held, add_held
from robot_bridge.sim.parts import TABLE
from robot_bridge.sim.poses import Pose, Vector, rotation_vector
from robot_bridge.sim.sensors import reading_of
from robot_bridge.sim.shapes import FIXED, SHOWN, box
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Task, generator

CONTROL_HZ = 50
READINGS = 2
"""Times per control step that the contact force is read, so that short peaks are not missed."""


def _options(spec: Any, substeps: int) -> None:
    spec.option.timestep = 1.0 / (CONTROL_HZ * substeps)
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.solver = mujoco.mjtSolver.mjSOL_NEWTON
    spec.compiler.degree = False
    spec.compiler.autolimits = True
    contact = spec.default.geom
    # As stiff as the step allows: contacts stop a body in two steps.
    contact.solref = [2.0 * spec.option.timestep, 1.0]
    contact.solimp = [0.99, 0.999, 0.0001, 0.5, 2.0]
    contact.condim = 3
    visual = spec.visual
    visual.quality.offsamples = 0
    visual.quality.shadowsize = 0
    # Faces of boxes are lit evenly here: cutting them into quads only costs time.
    visual.quality.numquads = 1
    visual.map.znear = 0.005
    visual.map.zfar = 10.0
    visual.global_.offwidth = 1280
    visual.global_.offheight = 960
    visual.headlight.ambient = [0.32, 0.32, 0.32]
    visual.headlight.diffuse = [0.28, 0.28, 0.28]
    visual.headlight.specular = [0.0, 0.0, 0.0]
    spec.stat.extent = 1.0
    spec.stat.center = [0.4, 0.0, 0.1]


def _room(spec: Any) -> None:
    """A table with its top at z = 0 and walls for the cameras to look at.

    The table is a box, not a plane: a plane alone costs 6 ms in every software-rendered picture.
    """
    world = spec.worldbody
    grey = (0.62, 0.64, 0.67, 1)
    box(world, (0.55, 0.6, 0.02), (0.4, 0, -0.02), TABLE, name="table", **FIXED)
    box(world, (0.02, 1.2, 0.8), (-0.6, 0, 0.4), grey, **SHOWN)
    box(world, (1.0, 0.02, 0.8), (0.3, 1.1, 0.4), grey, **SHOWN)
    box(world, (1.2, 1.4, 0.02), (0.4, 0, -0.42), (0.36, 0.37, 0.39, 1), **SHOWN)
    world.add_light(
        name="lamp",
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        pos=[0.6, -0.3, 1.0],
        dir=[-0.3, 0.3, -1.0],
        diffuse=[0.5, 0.5, 0.5],
        specular=[0.1, 0.1, 0.1],
        castshadow=False,
    )


@cache
def cell_specification(name: str) -> Any:
    """The cell with one task on the table, to be compiled or copied, not changed."""
    task = task_named(name)
    spec = mujoco.MjSpec()
    _options(spec, task.substeps)
    _room(spec)
    hand = add_arm(spec, task.grip)
    task.build(spec, hand, add_held(hand, task.grip))
    return spec


def compile_model(name: str) -> Any:
    """A fresh MuJoCo model of the cell with one task on the table."""
    return cell_specification(name).compile()


class World:
    """One compiled cell, stepped by moving the target of the arm's impedance."""

    def __init__(self, task: Task, substeps: int | None = None) -> None:
        """Build the cell of a task, with its own or so many steps of physics per control period."""
        self.task = task
        self.model = compile_model(task.name)
        substeps = substeps or task.substeps
        self.model.opt.timestep = 1.0 / (CONTROL_HZ * substeps)
        self.data = mujoco.MjData(self.model)
        self.held = Held(self.model, self.data, task.grip)
        self.mechanism = task.mechanism(self.model, self.data)
        self.seed, self.goal = 0, task.goal(0)
        self.force = np.zeros(3)
        self.torque = np.zeros(3)
        self.peak_force = 0.0
        self._stride = substeps // READINGS
        self._tcp, self._tip = self.model.site("tcp").id, self.model.site("tip").id
        self._velocity = reading_of(self.model, "tcp_velocity")
        self._turning = reading_of(self.model, "tcp_turning")
        self._contact = reading_of(self.model, "contact")

    def reset(self, seed: int, regime: Regime) -> None:
        """Lay out the cell for a seed and put the arm at the episode's start, at rest."""
        self.seed, self.goal = seed, self.task.goal(seed)
        self.task.vary(self.model, seed)
        mujoco.mj_resetData(self.model, self.data)
        self.held.reset(generator(seed, "grip"))
        if self.mechanism is not None:
            self.mechanism.reset(seed)
        solve_joints(self.model, self.data, self._tcp, self.task.start(seed, regime))
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        self.aim(self.rest())
        mujoco.mj_forward(self.model, self.data)
        self.force, self.torque, self.peak_force = np.zeros(3), np.zeros(3), 0.0

    def rest(self) -> Pose:
        """Where the target must be for the tool to stay where it is against the cable's pull."""
        tool = self.tool()
        return tool.moved(-self.held.load(tool.position) / np.array(STIFFNESS))

    def aim(self, target: Pose) -> None:
        """Set the pose that the impedance pulls the tool centre point to."""
        self.data.ctrl[:3] = target.position
        self.data.ctrl[3:6] = rotation_vector(target.quat)

    def step(self) -> None:
        """Let one control period pass."""
        for _ in range(READINGS):
            if self.mechanism is not None:
                self.mechanism.advance(self.force)
            mujoco.mj_step(self.model, self.data, nstep=self._stride)
            self._read_contact()

    def _read_contact(self) -> None:
        reading = self.data.sensordata[self._contact]
        # The sensor gives what the tool does to the world; the tool feels the opposite.
        self.force = -reading[:3]
        arm = reading[6:9] - self.data.site_xpos[self._tcp]
        mujoco.mju_cross(self.torque, arm, self.force)
        self.torque -= reading[3:6]
        self.peak_force = max(self.peak_force, float(np.sqrt(self.force @ self.force)))

    def parts(self) -> Vector:
        """What the task's mechanism tells the judge; empty where there is none."""
        return np.zeros(0) if self.mechanism is None else self.mechanism.reading()

    def tool(self) -> Pose:
        """Measured pose of the tool centre point."""
        return site_pose(self.data, self._tcp)

    def tip(self) -> Pose:
        """Where the working end of the held object is, however it sits in the hand."""
        return site_pose(self.data, self._tip)

    def velocity(self) -> Vector:
        """Linear and angular velocity of the tool centre point, base axes, shape [6]."""
        sensed = self.data.sensordata
        return np.concatenate([sensed[self._velocity], sensed[self._turning]])
