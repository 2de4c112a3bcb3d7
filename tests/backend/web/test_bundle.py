"""Which files of the bundle a page links to."""

import json
from pathlib import Path

from backend.web.bundle import Bundle


def test_shared_pieces_come_once_and_before_what_needs_them(tmp_path: Path) -> None:
    manifest = {
        "src/pages/cell.ts": {
            "file": "cell.js",
            "imports": ["_a.js", "_b.js"],
            "css": ["cell.css", "shared.css"],
        },
        "_a.js": {"file": "a.js", "imports": ["_b.js"]},
        "_b.js": {"file": "b.js", "css": ["shared.css"]},
        "virtual:words:cell:en": {"file": "en.js"},
    }
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    lines = [line.strip() for line in Bundle(tmp_path).tags("cell", "en").splitlines()]
    assert lines == [
        '<link rel="stylesheet" href="/assets/shared.css">',
        '<link rel="stylesheet" href="/assets/cell.css">',
        '<link rel="modulepreload" href="/assets/b.js">',
        '<link rel="modulepreload" href="/assets/a.js">',
        '<link rel="modulepreload" href="/assets/en.js">',
        '<script type="module" src="/assets/cell.js"></script>',
    ]
