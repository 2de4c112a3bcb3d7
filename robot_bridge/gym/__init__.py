"""The simulated tasks as Gymnasium environments, for people's own training code.

    import gymnasium, robot_bridge.gym
    env = gymnasium.make("rlt/Ethernet-v0", regime="critical", pictures=True)

Importing this package registers one environment per task: rlt/Charger-v0, rlt/Ethernet-v0,
rlt/Screw-v0, rlt/ZipTie-v0. It is the only part of the product that needs gymnasium
(`pip install '.[gym]'`).
"""

import gymnasium

from robot_bridge.sim.tasks import TASKS

ENTRY_POINT = "robot_bridge.gym.env:CellEnv"


def environment_id(task: str) -> str:
    """The name under which a task is registered: `zip_tie` is `rlt/ZipTie-v0`."""
    return f"rlt/{''.join(word.capitalize() for word in task.split('_'))}-v0"


ENVIRONMENTS = {task: environment_id(task) for task in sorted(TASKS)}

for _task, _name in ENVIRONMENTS.items():
    if _name not in gymnasium.registry:
        gymnasium.register(_name, ENTRY_POINT, kwargs={"task": _task})
