"""Scripted threading by someone who knows where slot and strap are."""

import numpy as np

from robot_bridge.robots.mujoco.robot import MujocoRobot
from tests.robot_bridge.sim.tasks.scripts import Policy, Vector, aimed, towards


def thread(
    x: float = 0.0, y: float = 0.0, *, yaw: float = 0.0, lead: float = 0.005, enough: float = 6
) -> Policy:
    """Bring the strap's end over a place in the head's frame, push, and tug after enough teeth."""
    phase, held = ["over"], [np.zeros(2)]

    def policy(robot: MujocoRobot, step: int) -> Vector:
        teeth, tip = robot.parts()[0], robot.parts()[1:4]
        tool = robot.tool().relative_to(robot.goal())
        if step == 0:
            phase[0] = "over"
        if phase[0] == "over":
            there = np.hypot(tip[0] - x, tip[1] - y) < 0.00025 and tool[2] < 0.0035
            held[0] = np.array([x, y]) - (tip[:2] - tool[:2])
            if there and abs(tool[5] - yaw) < 0.01:
                phase[0] = "push"
            return towards(robot, aimed(robot, (*held[0], 0.0025), yaw))
        if teeth >= enough:
            phase[0] = "tug"
        height = tool[2] + (lead if phase[0] == "tug" else -lead)
        return towards(robot, aimed(robot, (*held[0], height), yaw), 0.001)

    return policy


def pushed_in(robot: MujocoRobot, seed: int, teeth: int) -> None:
    """Start an episode and push until so many teeth are past the pawl."""
    robot.reset("critical", seed)
    push = thread(enough=99)
    for step in range(140):
        robot.send_action(push(robot, step))
        if robot.parts()[0] >= teeth:
            return
    raise AssertionError("the strap did not go in")
