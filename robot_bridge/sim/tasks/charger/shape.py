"""Dimensions of charger and socket, metres. The socket's frame: middle of its face, z up."""

PRONG_X, PRONG_Y = 0.0063, 0.0015
"""Cross-section of a flat prong."""
SPACING = 0.0127
"""Between the middles of the two prongs, along y."""
PRONG_LENGTH = 0.016
BODY_X, BODY_Y, BODY_Z = 0.028, 0.026, 0.030
CLEARANCE = 0.00015
"""Play per side of a prong in its slot."""
CHAMFER = 0.0003
"""Width of the funnel at the slots: the difficulty knob, together with the play."""
SLOT_DEPTH = 0.018
SOCKET_HEIGHT = 0.030
"""Face above the table."""
FACE_X, FACE_Y = 0.020, 0.020
"""Half sizes of the socket's face."""
SPRING_DEPTH, SPRING_BUMP = 0.0070, 0.0004
"""Where a sprung contact sits below the face, and how far it stands into the slot."""

HALF_X = PRONG_X / 2 + CLEARANCE
HALF_Y = PRONG_Y / 2 + CLEARANCE
