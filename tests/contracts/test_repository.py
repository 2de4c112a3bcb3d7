"""What the repository must never hold, and what its papers promise."""

import ast
import json
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
MACHINE = re.compile(
    r"/work/|/home/\w|/Users/\w|/opt/(pypi|wheels)|file://"
    r"|pypi\.org|pythonhosted|npmjs\.(org|com)|deb\.debian|download\.pytorch"
)
CODE = ("backend", "robot_bridge", "migrations", "tests")


@cache
def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    return "" if b"\0" in raw[:8192] else raw.decode("utf-8")


def test_no_paths_of_a_machine_and_no_hosts_of_registries() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_lock_is_pinned_and_hashed_and_names_no_torch(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^([a-z0-9][\w.-]*)==(\S+) \\\n +--hash=sha256:[0-9a-f]{64}", text, re.M)
    requirements = re.findall(r"^[a-zA-Z0-9].*", text, re.M)
    assert len(pins) == len(requirements) > 0
    assert "torch" not in {name for name, _ in pins}
    assert "://" not in text


def test_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([a-z0-9][\w.-]*)==(\S+)", lock.read_text(), re.M):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def python_files() -> list[Path]:
    """Ours; a migration lists tables and is as long as they are many."""
    ours = [path for path in tracked() if path.suffix == ".py" and path.parent.name != "versions"]
    return [path for path in ours if path.relative_to(ROOT).parts[0] in CODE]


def test_files_and_functions_stay_short() -> None:
    too_long = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 450:
            too_long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}")
    assert too_long == []


def imported_by(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_sql_is_named_only_in_repositories_models_and_the_database_door() -> None:
    allowed = re.compile(
        r"backend/(models/\w+|\w+/repository|db|migrate)\.py|migrations/.*|tests/.*"
    )
    names = {path.relative_to(ROOT).as_posix(): imported_by(path) for path in python_files()}
    speakers = {name for name, found in names.items() if "sqlalchemy" in found}
    assert {name for name in speakers if not allowed.fullmatch(name)} == set()
    assert "backend/db.py" in speakers


def test_nobody_imports_pickle() -> None:
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}
    product = [path for path in python_files() if path.relative_to(ROOT).parts[0] != "tests"]
    assert {str(path) for path in product if imported_by(path) & banned} == set()


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))


def commands_in(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    return [words for one in [*lines, *spans] if (words := split(one))]


def split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


PAPERS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_named_in_a_paper_exists(paper: Path) -> None:
    named = {w[i + 1] for w in commands_in(paper) for i, x in enumerate(w[:-1]) if x == "make"}
    assert named <= make_targets() | {""}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_rlt_command_named_in_a_paper_exists(paper: Path) -> None:
    from backend.__main__ import parser

    actions = parser()._subparsers
    assert actions is not None
    choices = actions._group_actions[0].choices
    assert choices is not None
    named = {words[1] for words in commands_in(paper) if words[0].endswith("rlt") and words[1:]}
    assert {name for name in named if not name.startswith("-")} <= set(choices)


def test_arguments_of_rlt_up_in_the_readme_parse() -> None:
    from backend.__main__ import parser

    lines = re.findall(r'make run ARGS="([^"]+)"', (ROOT / "README.md").read_text())
    assert lines
    tasks = json.loads((ROOT / "backend" / "tasks" / "seeds.json").read_text(encoding="utf-8"))
    for line in lines:
        options = parser().parse_args(["up", *shlex.split(line)])
        assert set(options.task) <= {task["id"] for task in tasks}


def test_files_named_in_the_papers_exist() -> None:
    text = (ROOT / "README.md").read_text() + (ROOT / "ARCHITECTURE.md").read_text()
    named = re.findall(r"`((?:docs|tests|requirements|backend|\.ci)/[\w./-]*|[A-Z]+\.md)`", text)
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_pictures_and_links_of_the_papers_lead_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", paper.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (paper.parent / target).exists()] == []


def test_every_room_has_its_place_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    tree = text[text.index("## Rooms") : text.index("### Walls")]
    rooms = {
        path.parent.name
        for package in ("backend", "robot_bridge")
        for path in (ROOT / package).glob("*/__init__.py")
    }
    assert rooms
    assert {room for room in rooms if not re.search(rf"\b{room}/", tree)} == set()


def test_the_roles_of_the_readme_are_those_of_the_code() -> None:
    from backend.web.permissions import BY_ROLE

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \|((?: ?[✓ ]? ?\|){5})$", readme, re.M)
    columns = ("read", "label", "drive", "report", "admin")
    told = {
        role: {name for name, cell in zip(columns, cells.split("|"), strict=False) if "✓" in cell}
        for role, cells in rows
    }
    assert told == {role: set(columns) & set(allowed) for role, allowed in BY_ROLE.items()}
