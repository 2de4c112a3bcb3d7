"""Dimensions of plug and jack, metres. The jack's frame sits at the middle of its mouth, z up."""

PLUG_X, PLUG_Y = 0.0117, 0.0065
"""Cross-section of the plug's nose."""
NOSE_LENGTH = 0.015
"""From the tip up to the finger pads; more than the cavity is deep."""
CLEARANCE = 0.00015
"""Play per side."""
CHAMFER = 0.0003
"""Width of the funnel at the mouth: the difficulty knob, together with the play."""
CAVITY_DEPTH = 0.012
JACK_HEIGHT = 0.026
"""Mouth above the table."""
WALL_X, WALL_Y = 0.0045, 0.0055
"""Thickness of the housing around the cavity."""
LATCH_DEPTH = 0.0075
"""Where the sprung bump sits below the mouth."""
LATCH_BUMP = 0.00045
"""How far the bump stands into the cavity."""

HALF_X = PLUG_X / 2 + CLEARANCE
HALF_Y = PLUG_Y / 2 + CLEARANCE
OUTER_X = HALF_X + WALL_X
OUTER_Y = HALF_Y + WALL_Y
