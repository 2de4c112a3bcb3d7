"""A simulated robot whose time passes only while it has something to play.

The control room is the bridge's own: chunk playback, safety, recording, endings. What differs is
the world around it: a clock that moves with the steps, pictures made at once, and a partner on
standard input instead of two sessions. So episodes run as fast as they can be computed, and the
same orders and chunks give the same episode to the last bit.
"""
