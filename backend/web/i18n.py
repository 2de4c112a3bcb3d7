"""Which language a page speaks, and its sentences in that language."""

import re
from functools import lru_cache

from babel.core import negotiate_locale

from backend.web.catalogues import DEFAULT, LANGUAGES, domains, sentences

COOKIE = "rlt_language"
WISH = re.compile(r"\s*([\w-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.ASCII)
"""One language of an Accept-Language header, and how much it is wished for."""
PLACE = re.compile(r"\{\d\}")


class Translator:
    """Looks sentences up in one language; a missing key is an error, never an empty page."""

    def __init__(self, language: str) -> None:
        """`language` is one of LANGUAGES."""
        self.language = language
        self._words = sentences(language, "console")

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of `key` with its {placeholders} filled in."""
        return self._words[key].format(**values) if values else self._words[key]


def accepted(header: str) -> str | None:
    """The language of an Accept-Language header that the interface speaks and it wishes most."""
    parts = filter(None, map(WISH.fullmatch, header.split(",")))
    wishes = [(float(part[2] or 1), part[1].lower()) for part in parts]
    wishes.sort(key=lambda wish: -wish[0])
    return negotiate_locale([code for much, code in wishes if much > 0], LANGUAGES, sep="-")


def choose(user: str | None, cookie: str | None, header: str | None) -> str:
    """The language of a page: the person's own, the browser's cookie, what the browser accepts."""
    for wish in (user, cookie):
        if wish in LANGUAGES:
            return str(wish)
    return accepted(header or "") or DEFAULT


@lru_cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Those that say most by themselves first, so that "{0}: {1}" hides none of them."""
    programs = [sentences(language, domain) for domain in domains(language) if domain != "console"]
    known = {english: other for one in programs for english, other in one.items()}
    return [
        (re.compile("(.+?)".join(map(re.escape, PLACE.split(english))), re.DOTALL), other)
        for english, other in sorted(known.items(), key=lambda pair: -len(pair[0]))
    ]


def said(sentence: str, language: str) -> str:
    """What a program says in English, in another language; as it is where nobody knows it."""
    for pattern, other in _patterns(language):
        if found := pattern.fullmatch(sentence):
            # A reason may carry another reason inside.
            return other.format(*(said(part, language) for part in found.groups()))
    return sentence
