"""Errors of the bridge.

BridgeError
├── ConfigError       a setting or an argument is wrong; the message says what to change
├── ProtocolError     a peer sent something that this protocol version does not allow
├── Refused           the peer refused the session; the message carries its advice
├── RobotError        the driver cannot go on: lost device, failed reset
└── JournalError      the journal cannot be written or read
"""


class BridgeError(Exception):
    """Base of everything the bridge raises on purpose."""


class ConfigError(BridgeError):
    """A configuration value cannot be used; the message names it and says what is allowed."""


class ProtocolError(BridgeError):
    """A message is malformed, too large, or not allowed in the present state."""


class Refused(BridgeError):
    """The other side refused the session and said why."""


class RobotError(BridgeError):
    """The robot driver cannot continue."""


class JournalError(BridgeError):
    """The journal on disk cannot be written or read."""
