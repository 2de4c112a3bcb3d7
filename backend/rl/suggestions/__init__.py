"""Two suggestions learned from people: when to hand off, and whether an attempt succeeded.

Both are a logistic classifier on the RL token and the proprioception, calibrated on attempts that
it was not fitted on. Numpy only; equal attempts give equal suggestions.
"""

from backend.rl.suggestions.suggestions import Judged, Suggestions, Taught, teach
from backend.rl.suggestions.trace import Trace, trace_of

__all__ = ["Judged", "Suggestions", "Taught", "Trace", "teach", "trace_of"]
