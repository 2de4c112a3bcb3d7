"""Sensors inside the physics, and where to find their readings."""

from typing import Any

import mujoco

_NET_FORCE = 3
"""MuJoCo's number for contact sensors that sum up all contacts (`reduce="netforce"`)."""
_FIELDS = (
    mujoco.mjtConDataField.mjCONDATA_FORCE,
    mujoco.mjtConDataField.mjCONDATA_TORQUE,
    mujoco.mjtConDataField.mjCONDATA_POS,
)


def add_contact_sensor(spec: Any, name: str, kind: Any, part: str) -> None:
    """What a geom or a body with all that hangs on it does to everything it touches.

    A reading is force, torque and place, world axes, shape [9].
    """
    spec.add_sensor(
        name=name,
        type=mujoco.mjtSensor.mjSENS_CONTACT,
        objtype=kind,
        objname=part,
        intprm=[sum(1 << int(field) for field in _FIELDS), _NET_FORCE, 1],
    )


def reading_of(model: Any, name: str) -> slice:
    """Where a sensor's reading lies in `sensordata`."""
    sensor = model.sensor(name)
    return slice(int(sensor.adr[0]), int(sensor.adr[0] + sensor.dim[0]))
