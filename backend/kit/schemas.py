"""Base of everything that goes in and out as JSON."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


def _printable(text: str) -> str:
    if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        msg = "control characters are not allowed"
        raise ValueError(msg)
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        msg = "broken characters are not allowed"
        raise ValueError(msg)
    return text


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
"""Short text that Postgres can store."""
Prose = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)]
"""Longer text that Postgres can store."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""Lower case letters, digits, dot, dash and underscore; begins with a letter or digit."""


class Schema(BaseModel):
    """What goes out; also the base of what comes in."""

    model_config = ConfigDict(from_attributes=True)


class Body(Schema):
    """What comes in: unknown fields are refused, so that a typing mistake is not ignored."""

    model_config = ConfigDict(extra="forbid")
