"""Which language a page speaks, and that it speaks it completely."""

import pytest

from backend.web.i18n import Translator, accepted, choose, said


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,en;q=0.5,zh;q=0.9", "zh"),
        ("en-GB", "en"),
        ("fr,de;q=0.5", None),
        ("zh;q=nonsense,en", "en"),
        ("en;q=0,zh-Hans-CN; q=0.1", "zh"),
        ("en;q=0", None),
        ("*", None),
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


def test_placeholders_are_filled_in() -> None:
    assert Translator("en")("menu.open", name="Anna") == "Menu of Anna"


def test_missing_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        Translator("en")("no.such.key")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Sign in first.", "请先登录。"),
        ("Run 7 is stopped; it cannot resume.", "训练 7 的状态为 stopped，不能执行 resume。"),
        (
            "the policy session was lost: nothing heard for 100 ms",
            "策略连接中断：100 毫秒没有收到消息",
        ),
        ("Something new", "Something new"),
    ],
)
def test_a_program_is_understood(sentence: str, words: str) -> None:
    assert said(sentence, "zh") == words
    assert said(sentence, "en") == sentence
