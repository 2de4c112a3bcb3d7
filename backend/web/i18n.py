"""Languages of the interface: one catalogue pair, shared by the templates and the browser."""

import json
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
"""Code and own name of every language the interface speaks completely."""
DEFAULT = "en"
COOKIE = "rlt_language"
LOCALES = Path(__file__).parents[2] / "frontend" / "locales"


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of one language by key."""
    text = (LOCALES / f"{language}.json").read_text(encoding="utf-8")
    words: dict[str, str] = json.loads(text)
    return words


class Translator:
    """Looks sentences up in one language; a missing key is an error, never an empty page."""

    def __init__(self, language: str) -> None:
        """`language` is one of LANGUAGES."""
        self.language = language
        self._words = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of `key` with its {placeholders} filled in."""
        return self._words[key].format(**values) if values else self._words[key]


def accepted(header: str) -> str | None:
    """The first language of an Accept-Language header that the interface speaks."""
    wishes = []
    for position, part in enumerate(header.split(",")):
        code, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), position, code.lower().split("-")[0]))
        except ValueError:
            continue
    return next((code for *_, code in sorted(wishes) if code in LANGUAGES), None)


def choose(user: str | None, cookie: str | None, header: str | None) -> str:
    """The language of a page: the person's own, the browser's cookie, what the browser accepts."""
    for wish in (user, cookie):
        if wish in LANGUAGES:
            return str(wish)
    return accepted(header or "") or DEFAULT
