"""Sessions, the signed-in person, accounts and tokens over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status

from backend.accounts.schemas import (
    Me,
    MyChanges,
    NewToken,
    NewUser,
    SignedIn,
    SignIn,
    TokenMade,
    TokenRow,
    UserChanges,
    UserRow,
)
from backend.accounts.service import Accounts, Visitor
from backend.web.deps import Admin, Anybody, Reader, Unit
from backend.web.sessions import Identity, clear_cookie, set_cookie

router = APIRouter(tags=["accounts"])


def accounts(request: Request) -> Accounts:
    """The service of the running process."""
    found: Accounts = request.app.state.accounts
    return found


Service = Annotated[Accounts, Depends(accounts)]


def me_of(identity: Identity) -> Me:
    """The signed-in person as JSON."""
    return Me.model_validate(
        {
            **{name: getattr(identity, name) for name in Me.model_fields},
            "permissions": sorted(identity.permissions),
        }
    )


@router.post("/session", dependencies=[Anybody])
async def sign_in(request: Request, response: Response, body: SignIn, service: Service) -> SignedIn:
    """Sign in. The session travels in a cookie that scripts cannot read."""
    visitor = Visitor(
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
    )
    identity, secret = await service.sign_in(body.name, body.password, visitor)
    set_cookie(request, response, secret, int(service.absolute.total_seconds()))
    return SignedIn(user=me_of(identity))


@router.delete("/session", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(request: Request, response: Response, person: Reader, service: Service) -> None:
    """Sign out; live pages of this session close."""
    await service.sign_out(person)
    clear_cookie(request, response)


@router.get("/me")
async def read_me(person: Reader) -> Me:
    """The signed-in person and what they may do."""
    return me_of(person)


@router.patch("/me")
async def change_me(person: Reader, changes: MyChanges, service: Service) -> Me:
    """Change one's own language, keys or password."""
    return me_of(await service.change_me(person, changes))


@router.get("/users")
async def list_users(_person: Admin, session: Unit, service: Service) -> list[UserRow]:
    """All accounts."""
    return [UserRow.model_validate(user) for user in await service.users(session)]


@router.post("/users", status_code=status.HTTP_201_CREATED)
async def add_user(person: Admin, session: Unit, new: NewUser, service: Service) -> UserRow:
    """Make an account."""
    return UserRow.model_validate(await service.add_user(session, person, new))


@router.patch("/users/{user_id}")
async def change_user(
    person: Admin, user_id: UUID, changes: UserChanges, service: Service
) -> UserRow:
    """Change an account: role, name, password, whether it may sign in."""
    return UserRow.model_validate(await service.change_user(person, user_id, changes))


@router.get("/tokens")
async def list_tokens(_person: Admin, session: Unit, service: Service) -> list[TokenRow]:
    """All bearer tokens, without their secrets."""
    return [TokenRow.model_validate(token) for token in await service.tokens(session)]


@router.post("/tokens", status_code=status.HTTP_201_CREATED)
async def add_token(person: Admin, session: Unit, new: NewToken, service: Service) -> TokenMade:
    """Make a bearer token; the answer is the only place its secret is ever shown."""
    row, secret = await service.add_token(session, person, new)
    shown = TokenRow.model_validate(row).model_dump()
    return TokenMade(**shown, secret=secret)


@router.delete("/tokens/{token_id}", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_token(person: Admin, token_id: UUID, service: Service) -> None:
    """Revoke a bearer token."""
    await service.revoke_token(person, token_id)
