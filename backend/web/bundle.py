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
        self._entries: Mapping[str, dict[str, Any]] = {}
        self._built = 0

    def tags(self, page: str, language: str) -> Markup:
        """Links to the styles, sentences and scripts of one page, for its head."""
        entries = self._manifest()
        keys = _closure(entries, f"src/pages/{page}.ts")
        sheets = dict.fromkeys(sheet for key in keys for sheet in entries[key].get("css", ()))
        early = (*keys[:-1], f"virtual:words:{page}:{language}")
        tags = [SHEET.format(sheet) for sheet in sheets]
        tags.extend(EARLY.format(entries[key]["file"]) for key in early)
        tags.append(SCRIPT.format(entries[keys[-1]]["file"]))
        return Markup("\n    ").join(tags)

    def _manifest(self) -> Mapping[str, dict[str, Any]]:
        """The newest manifest: pages built while the console runs are served at once."""
        path = self.folder / ".vite" / "manifest.json"
        try:
            built = path.stat().st_mtime_ns
        except FileNotFoundError:
            message = "The pages are not built yet: run `make setup`, then load the page again."
            raise ConfigError(message) from None
        if built != self._built:
            self._entries = json.loads(path.read_text(encoding="utf-8"))
            self._built = built
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
