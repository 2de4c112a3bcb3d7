"""Errors that a person is meant to read.

ConsoleError (status, title)
├── BadRequest      400  the request contradicts itself
├── NotSignedIn     401
├── Forbidden       403  signed in, but this role may not
├── NotFound        404
├── Conflict        409  somebody else was first, or the robot is in another state
├── TooLarge        413
├── TooMany         429  slow down
├── Unavailable     503  a part that this needs is down; nothing was lost
└── ConfigError     500  a setting or a file cannot be used (command line: exit 2)

Every message is one sentence that says what happened and what to do.
"""


class ConsoleError(Exception):
    """Base of the errors shown to people; becomes a problem document or a line on stderr."""

    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str, **extra: object) -> None:
        """`detail` is the sentence shown; `extra` fields travel in the problem document."""
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class BadRequest(ConsoleError):
    """The request contradicts itself or the present state of the data."""

    status = 400
    title = "Bad request"


class NotSignedIn(ConsoleError):
    """No valid browser session or token."""

    status = 401
    title = "Not signed in"


class Forbidden(ConsoleError):
    """The role does not allow it."""

    status = 403
    title = "Not allowed"


class NotFound(ConsoleError):
    """There is no such thing."""

    status = 404
    title = "Not found"


class Conflict(ConsoleError):
    """Somebody else was first, or the robot is in another state."""

    status = 409
    title = "Conflict"


class TooLarge(ConsoleError):
    """The body or file is over its limit."""

    status = 413
    title = "Too large"


class TooMany(ConsoleError):
    """A rate limit was reached."""

    status = 429
    title = "Too many requests"


class Unavailable(ConsoleError):
    """A part that this needs is down; the same request may be sent again."""

    status = 503
    title = "Not available now"


class ConfigError(ConsoleError):
    """A setting, an argument or a file cannot be used."""

    title = "Configuration"
