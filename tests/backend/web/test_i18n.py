"""Which language a page speaks, and that it speaks it completely."""

import pytest

from backend.web.i18n import LANGUAGES, Translator, accepted, catalogue, choose


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,en;q=0.5,zh;q=0.9", "zh"),
        ("en-GB", "en"),
        ("fr,de;q=0.5", None),
        ("zh;q=nonsense,en", "en"),
        ("", None),
    ],
)
def test_browser_says_what_it_accepts(header: str, language: str | None) -> None:
    assert accepted(header) == language


def test_person_comes_before_cookie_and_cookie_before_browser() -> None:
    assert choose("zh", "en", "en") == "zh"
    assert choose(None, "zh", "en") == "zh"
    assert choose(None, None, "zh") == "zh"
    assert choose(None, "klingon", None) == "en"


def test_every_language_says_the_same_things() -> None:
    keys = {language: list(catalogue(language)) for language in LANGUAGES}
    assert keys["zh"] == keys["en"]


def test_placeholders_are_filled_in() -> None:
    assert Translator("en")("menu.open", name="Anna") == "Menu of Anna"


def test_missing_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        Translator("en")("no.such.key")
