import pytest

from backend.vla.compact.language import words_to_ids


def test_words_do_not_depend_on_case_or_punctuation() -> None:
    assert words_to_ids("Plug it in.", 256) == words_to_ids("plug IT in", 256)


def test_other_words_other_tokens() -> None:
    assert words_to_ids("plug", 256) != words_to_ids("screw", 256)


def test_tokens_stay_in_their_buckets() -> None:
    assert all(0 <= word < 7 for word in words_to_ids("a b c d e f g h", 7))


def test_no_words_is_refused() -> None:
    with pytest.raises(ValueError, match="no words"):
        words_to_ids(" ... ", 256)
