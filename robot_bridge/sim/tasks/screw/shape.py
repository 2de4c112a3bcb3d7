"""Dimensions of bit and screw, metres. The goal's frame: top of the head at the start, z up.

The head is larger than that of a catalogue screw, so that 96 pixels can show its recess.
"""

TOOL_LENGTH = 0.205
"""From the flange to the tip of the bit; the fingers end 105 mm above the tip."""
BIT_HALF, BIT_LENGTH = 0.0012, 0.006
"""The bit is square."""
RECESS_DEPTH = 0.0018
CLEARANCE = 0.00008
"""Play per side at the bottom of the recess."""
DRAFT_DEGREES = 7.0
"""Slope of the recess's walls: a funnel on the way in, a wedge that lifts the bit under torque."""
HEAD_RADIUS, HEAD_HEIGHT = 0.0031, 0.0024
PITCH = 0.0005
DRIVE = 0.0035
"""From where the screw stands loose to where its head lands: seven turns."""
STARTED = 0.002
"""How deep the loose screw stands in its hole: it leans about that point."""
BLOCK_HEIGHT = 0.022
SHANK_RADIUS = 0.0015

RECESS_HALF = BIT_HALF + CLEARANCE
HEAD_TOP = BLOCK_HEIGHT + DRIVE + HEAD_HEIGHT
PIVOT = -(HEAD_HEIGHT + DRIVE + STARTED)
