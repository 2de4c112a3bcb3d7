"""Pages as a browser gets them: who sees what, in which language, under which policy."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from backend.accounts import pages as accounts
from backend.episodes import pages as episodes
from backend.fleet import pages as fleet
from backend.labels import pages as labels
from backend.reports import pages as reports
from backend.runs import pages as runs
from backend.web import problems, site
from backend.web.bundle import Bundle
from backend.web.permissions import BY_ROLE
from backend.web.sessions import COOKIE, Credential, Identity

pytestmark = pytest.mark.asyncio

PAGES = [room.router for room in (accounts, fleet, labels, episodes, runs, reports)]
NAMES = (
    *("admin", "cell", "episode", "episodes", "error", "fleet"),
    *("help", "labels", "reports", "run", "runs", "sign_in"),
)
ID = "01890000-0000-7000-8000-000000000001"


Opener = Callable[..., httpx.AsyncClient]


class OnePerson:
    """Accounts in which every credential belongs to the same person."""

    def __init__(self, role: str | None) -> None:
        self.identity = (
            None
            if role is None
            else Identity(
                id=UUID(ID),
                name="anna",
                display_name="</script><b>Anna",
                role=role,
                kind="human",
                language="en",
                permissions=BY_ROLE[role],
            )
        )

    async def person(self, _credential: Credential, *, stale: bool = False) -> Identity | None:
        return self.identity


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built frontend, as far as pages look at it."""
    shared = {"file": "hashed/shell-1.js", "css": ["hashed/shell-1.css"]}
    manifest: dict[str, Any] = {"_shell.js": shared}
    for name in NAMES:
        entry = {"file": f"hashed/{name}-1.js", "imports": ["_shell.js"]}
        manifest[f"src/pages/{name}.ts"] = entry
        for language in ("en", "zh"):
            words = {"file": f"hashed/{name}-{language}-1.js"}
            manifest[f"virtual:words:{name}:{language}"] = words
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "hashed").mkdir()
    (tmp_path / "hashed" / "shell-1.js").write_text("export {};")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return tmp_path


@pytest.fixture
def browser(dist: Path) -> Opener:
    """Opens a browser of a person with a role, or of a stranger."""

    def open_browser(role: str | None = None, **cookies: str) -> httpx.AsyncClient:
        app = FastAPI()
        app.state.accounts = OnePerson(role)
        problems.install(app)
        site.install(app, PAGES, Bundle(dist))
        held = {COOKIE: "secret", **cookies} if role else cookies
        transport = httpx.ASGITransport(app)
        return httpx.AsyncClient(transport=transport, base_url="http://console", cookies=held)

    return open_browser


def page_data(answer: httpx.Response) -> Any:
    """What the page tells its script."""
    found = re.search(r'id="page-data">(.*?)</script>', answer.text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize(
    "path",
    [
        *("/", f"/robots/{ID}", "/labels", "/episodes", f"/episodes/{ID}"),
        *("/runs", f"/runs/{ID}", "/reports", "/admin", "/help"),
    ],
)
async def test_every_page_is_there_for_an_administrator(browser: Opener, path: str) -> None:
    answer = await browser("admin").get(path)
    assert answer.status_code == 200
    assert "<rlt-stop>" in answer.text
    assert "hashed/shell-1.css" in answer.text


async def test_stranger_is_shown_to_the_door_and_finds_back(browser: Opener) -> None:
    answer = await browser().get("/episodes", params={"task": "ethernet"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fepisodes%3Ftask%3Dethernet"


async def test_door_is_open_to_strangers_only(browser: Opener) -> None:
    assert (await browser().get("/sign-in")).status_code == 200
    answer = await browser("viewer").get("/sign-in")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_refusal_is_a_page_with_the_stop_button(browser: Opener) -> None:
    answer = await browser("viewer").get("/admin")
    assert answer.status_code == 403
    assert "<rlt-stop>" in answer.text
    assert "admin" in answer.text


async def test_address_that_leads_nowhere_is_a_page(browser: Opener) -> None:
    answer = await browser("viewer").get("/no/such/place")
    assert answer.status_code == 404
    assert "<rlt-stop>" in answer.text


async def test_misspelt_id_is_a_page(browser: Opener) -> None:
    answer = await browser("viewer").get("/robots/not-an-id")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_unknown_api_address_stays_a_problem_document(browser: Opener) -> None:
    answer = await browser("viewer").get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nothing_inline_and_nothing_from_elsewhere(browser: Opener) -> None:
    answer = await browser("admin").get("/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son\w+=|https?://", answer.text)
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))", answer.text)
    assert scripts == []


async def test_page_data_cannot_close_its_element(browser: Opener) -> None:
    answer = await browser("viewer").get("/")
    assert page_data(answer)["user"]["display_name"] == "</script><b>Anna"
    assert "<b>Anna" not in answer.text


async def test_page_knows_its_subject_and_what_the_person_may(browser: Opener) -> None:
    answer = await browser("labeller").get(f"/robots/{ID}")
    data = page_data(answer)
    assert data["page"] == {"robot_id": ID}
    assert data["user"]["permissions"] == ["label", "read", "stop"]


async def test_stranger_reads_in_the_language_of_the_browser(browser: Opener) -> None:
    answer = await browser().get("/sign-in", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="zh"' in answer.text
    assert "登录" in answer.text
    assert "hashed/sign_in-zh-1.js" in answer.text


async def test_an_error_is_said_in_the_language_of_the_page(browser: Opener) -> None:
    answer = await browser().get("/nowhere", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert "此地址没有内容。请检查地址" in answer.text
    assert "nothing at this address" not in answer.text


async def test_theme_is_drawn_by_the_server_so_that_nothing_flashes(browser: Opener) -> None:
    dark = await browser("viewer", rlt_theme="dark").get("/")
    odd = await browser("viewer", rlt_theme='"><script>').get("/")
    assert 'data-theme="dark"' in dark.text
    assert 'data-theme="auto"' in odd.text


async def test_hashed_assets_are_kept_for_ever_and_others_for_a_while(browser: Opener) -> None:
    client = browser()
    hashed = await client.get("/assets/hashed/shell-1.js")
    plain = await client.get("/assets/icon.svg")
    assert "immutable" in hashed.headers["cache-control"]
    assert "immutable" not in plain.headers["cache-control"]


async def test_what_is_worth_it_is_compressed(browser: Opener, dist: Path) -> None:
    (dist / "hashed" / "cell-2.js").write_text("export const many = 0;" * 200)
    client = browser()
    long = await client.get("/assets/hashed/cell-2.js")
    short = await client.get("/assets/hashed/shell-1.js")
    plain = await client.get("/assets/hashed/cell-2.js", headers={"Accept-Encoding": "identity"})
    assert long.headers["content-encoding"] == "gzip"
    assert "immutable" in long.headers["cache-control"]
    assert long.text == plain.text
    assert "content-encoding" not in short.headers
    assert "content-encoding" not in plain.headers


async def test_manifest_is_not_served(browser: Opener) -> None:
    assert (await browser().get("/assets/.vite/manifest.json")).status_code == 404


async def test_console_without_built_pages_says_what_to_do(browser: Opener, dist: Path) -> None:
    (dist / ".vite" / "manifest.json").unlink()
    answer = await browser("viewer").get("/")
    assert answer.status_code == 500
    assert "make setup" in answer.json()["detail"]
