"""Who may do what. Every route names one of these; a route that names none is refused at start."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may do."""

    READ = "read"
    """See robots, episodes, runs, figures."""
    STOP = "stop"
    """Stop a robot: everyone who is signed in."""
    LABEL = "label"
    """Judge episodes."""
    DRIVE = "drive"
    """Hold a lease, command and drive robots, start episodes."""
    REPORT = "report"
    """Export reports."""
    RUN = "run"
    """Create, pause, resume and stop runs; promote checkpoints."""
    ADMIN = "admin"
    """Accounts, tokens, robots, the audit chain."""


_SIGNED_IN = frozenset({Permission.READ, Permission.STOP})

BY_ROLE: dict[str, frozenset[Permission]] = {
    "viewer": _SIGNED_IN,
    "labeller": _SIGNED_IN | {Permission.LABEL},
    "operator": _SIGNED_IN | {Permission.LABEL, Permission.DRIVE},
    "manager": _SIGNED_IN | {Permission.LABEL, Permission.REPORT, Permission.RUN},
    "admin": frozenset(Permission),
}
