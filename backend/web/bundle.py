"""What the bundler built: which hashed files a page needs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from backend.errors import ConfigError

DIST = Path(__file__).parents[2] / "frontend" / "dist"
SHEET = Markup('<link rel="stylesheet" href="/assets/{}">')
EARLY = Markup('<link rel="modulepreload" href="/assets/{}">')
SCRIPT = Markup('<script type="module" src="/assets/{}"></script>')


class Bundle:
    """One built frontend. Its manifest is read at the first page, so the API starts without it."""

    def __init__(self, folder: Path = DIST) -> None:
        """`folder` holds `.vite/manifest.json`."""
        self.folder = folder
        self._entries: Mapping[str, dict[str, Any]] | None = None

    def tags(self, page: str, language: str) -> Markup:
        """Links to the styles, sentences and scripts of one page, for its head."""
        entries = self._manifest()
        keys = _closure(entries, f"src/pages/{page}.ts")
        sheets = dict.fromkeys(sheet for key in keys for sheet in entries[key].get("css", ()))
        early = (*keys[:-1], f"locales/{language}.json")
        tags = [SHEET.format(sheet) for sheet in sheets]
        tags.extend(EARLY.format(entries[key]["file"]) for key in early)
        tags.append(SCRIPT.format(entries[keys[-1]]["file"]))
        return Markup("\n    ").join(tags)

    def _manifest(self) -> Mapping[str, dict[str, Any]]:
        if self._entries is None:
            path = self.folder / ".vite" / "manifest.json"
            if not path.is_file():
                raise ConfigError("The pages are not built yet: run `make setup` and start again.")
            entries: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
            self._entries = entries
        return self._entries


def _closure(entries: Mapping[str, dict[str, Any]], name: str) -> list[str]:
    """The entry and everything it imports at once, dependencies first."""
    seen: dict[str, None] = {}

    def visit(key: str) -> None:
        if key not in seen:
            for needed in entries[key].get("imports", ()):
                visit(needed)
            seen[key] = None

    visit(name)
    return list(seen)
