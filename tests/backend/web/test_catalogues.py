"""The catalogues are whole, in their one form, and `make words` keeps them so."""

from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from backend.web.catalogues import LANGUAGES, SOURCES, Domain, domains, path_of, read, text_of, tidy

EVERY = [(language, domain) for language in LANGUAGES for domain in domains(language)]
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(msgid: str, msgstr: str) -> str:
    return f'msgid "{msgid}"\nmsgstr "{msgstr}"\n\n'


def put(folder: Path, language: str, text: str) -> Path:
    path = path_of(language, "console", folder)
    path.parent.mkdir()
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_no_sentence_is_empty_or_fuzzy(language: str, domain: Domain) -> None:
    catalog = read(language, domain)
    assert len(catalog) > 50
    assert not catalog.fuzzy
    assert [one.id for one in catalog if one.fuzzy or not str(one.string).strip()] == []
    assert not catalog.obsolete


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_each_is_in_its_one_form(language: str, domain: Domain) -> None:
    """If not: `make words`."""
    path = path_of(language, domain)
    assert path.read_text(encoding="utf-8") == text_of(read(language, domain), language)


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_every_language_says_the_same_things(language: str, domain: Domain) -> None:
    own, source = ([one.id for one in read(code, domain)] for code in (language, SOURCES[domain]))
    assert own == source


def test_a_language_is_given_what_english_says_and_no_more(tmp_path: Path) -> None:
    put(tmp_path, "en", entry("b.new", "New, {n}") + entry("a.old", "Old"))
    path = put(tmp_path, "zh", entry("a.old", "旧") + entry("c.gone", "没有了"))
    assert tidy("zh", "console", tmp_path) == ["b.new"]
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    assert '"Language: zh\\n"' in head
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in head
    assert body == (entry("a.old", "旧") + entry("b.new", "")).strip("\n") + "\n"


def test_a_new_language_begins_with_empty_sentences(tmp_path: Path) -> None:
    put(tmp_path, "en", entry("a.old", "Old"))
    assert tidy("zh", "console", tmp_path) == ["a.old"]
    assert 'msgid "a.old"\nmsgstr ""\n' in path_of("zh", "console", tmp_path).read_text()


def test_what_a_translator_noted_stays(tmp_path: Path) -> None:
    path = put(tmp_path, "en", "# Stands on a button.\n#, fuzzy\n" + entry("a.old", "Old"))
    assert tidy("en", "console", tmp_path) == []
    assert "# Stands on a button.\n#, fuzzy\nmsgid" in path.read_text(encoding="utf-8")


def test_a_file_that_is_no_catalogue_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "en", 'msgid "a"\nmsgstr "closed\nnowhere\n')
    with pytest.raises(PoFileError, match="misformatted"):
        read("en", "console", tmp_path)
