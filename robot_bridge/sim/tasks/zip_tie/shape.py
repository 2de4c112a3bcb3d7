"""Dimensions of strap and head, metres. The head's frame: middle of the slot's mouth, z up.

The strap's teeth point along +y, towards the pawl.
"""

from robot_bridge.sim.grip import FINGERS

SEGMENTS, SEGMENT = 8, 0.004
"""The free tail is a chain of short stiff pieces."""
FREE = SEGMENTS * SEGMENT
TOOL_LENGTH = FINGERS + FREE
STRAP_X, STRAP_Y = 0.0046, 0.0013
STIFFNESS = 1.8e-3 / SEGMENT
"""Bending stiffness of one hinge, N m/rad: EI over the length of a piece."""
DAMPING = 0.02
"""Damping of one hinge, N m s/rad: a bent tail swings back within a tenth of a second, and not
beyond."""
TOOTH_PITCH, TOOTH_HEIGHT, TOOTH_THICK = 0.002, 0.00045, 0.0005
FIRST_TOOTH = 0.005
"""The tail's end is smooth."""
TEETH = 12

CLEARANCE_X, CLEARANCE_Y = 0.00025, 0.00020
CHAMFER = 0.0004
HEAD_DEPTH = 0.006
HEAD_HEIGHT = 0.056
"""Mouth above the table."""
PAWL_DEPTH = 0.0040
"""Catching edge of the pawl below the mouth."""
PAWL = 0.0010
"""Height of the pawl's wedge."""

HALF_X = STRAP_X / 2 + CLEARANCE_X
HALF_Y = STRAP_Y / 2 + CLEARANCE_Y
