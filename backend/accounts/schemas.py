"""Accounts as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from backend.kit.schemas import Body, Line, Name, Schema

Role = Literal["viewer", "labeller", "operator", "manager", "admin"]
Kind = Literal["human", "automatic"]
Language = Literal["en", "zh"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class SignIn(Body):
    """Name and password."""

    name: Line
    password: Password


class Me(Schema):
    """The signed-in person."""

    id: UUID
    name: str
    display_name: str
    role: Role
    kind: Kind
    language: Language
    must_change_password: bool
    permissions: list[str] = Field(description="What this person may do.")
    keys: dict[str, str] = Field(description="Keys of their own by action; others are standard.")


class SignedIn(Schema):
    """The answer to a sign-in; the session itself travels in the cookie."""

    user: Me


class PasswordChange(Body):
    """Both passwords; the old one proves that it is still the same person."""

    old: Password
    new: Password


class MyChanges(Body):
    """What a person may change about themselves."""

    language: Language | None = None
    password: PasswordChange | None = None
    keys: dict[Line, Line] | None = Field(
        None, max_length=100, description="All keys of one's own by action; {} is the standard."
    )


class UserRow(Schema):
    """One account."""

    id: UUID
    name: str
    display_name: str
    role: Role
    kind: Kind = Field(description="Labels of an automatic account are always marked as such.")
    active: bool
    language: Language
    must_change_password: bool
    created_at: datetime


class NewUser(Body):
    """An account to be made."""

    name: Name
    display_name: Line = ""
    role: Role
    kind: Kind = "human"
    language: Language = "en"
    password: Password | None = Field(
        None, description="Without one the account works with tokens only."
    )


class UserChanges(Body):
    """What an administrator may change."""

    display_name: Line | None = None
    role: Role | None = None
    active: bool | None = None
    language: Language | None = None
    password: Password | None = None


class TokenRow(Schema):
    """One bearer token; the secret itself is kept nowhere."""

    id: UUID
    name: str
    user_id: UUID | None
    robot_id: UUID | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewToken(Body):
    """A token to be made, for a person or for a robot."""

    name: Line
    user_id: UUID | None = None
    robot_id: UUID | None = None


class TokenMade(TokenRow):
    """The one time that the secret is shown."""

    secret: str
