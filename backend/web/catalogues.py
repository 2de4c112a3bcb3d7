"""Catalogues of sentences as gettext PO files: read, and kept in their one form.

`console.po` of a language holds the interface. Its msgid is a key, the same in every language.
What programs say in English is the msgid of its translation, so English has no such catalogue:
`robot.po` holds what robots and those who play on them say, as pages show it all the time, and
`server.po` how the console answers what it does not do.
`make words` writes all of them anew: sorted, one line a sentence, no key left out.
"""

import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

Domain = Literal["console", "robot", "server"]
LANGUAGES = {"en": "English", "zh": "中文"}
"""Code and own name of every language the interface speaks completely."""
DEFAULT = "en"
SOURCES: dict[Domain, str] = {"console": "en", "robot": "zh", "server": "zh"}
"""Where a sentence is put first: `make words` gives the other languages the same msgids."""
LOCALES = Path(__file__).parents[2] / "frontend" / "locales"
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: RLT Console\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def domains(language: str) -> tuple[Domain, ...]:
    """The catalogues of a language."""
    return ("console",) if language == DEFAULT else ("console", "robot", "server")


def path_of(language: str, domain: Domain, folder: Path = LOCALES) -> Path:
    """The file of a catalogue."""
    return folder / language / f"{domain}.po"


def read(language: str, domain: Domain, folder: Path = LOCALES) -> Catalog:
    """A catalogue with its comments and flags; a file that is no PO is an error."""
    with path_of(language, domain, folder).open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


@lru_cache
def sentences(language: str, domain: Domain) -> dict[str, str]:
    """Every sentence of a catalogue by its msgid."""
    return {str(one.id): str(one.string) for one in read(language, domain) if one.id}


def text_of(catalog: Catalog, language: str) -> str:
    """The one form of a catalogue: fixed header, sorted by msgid, a line for each sentence."""
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_output=True, ignore_obsolete=True)
    head = HEADER.format(language=language, plural_forms=Catalog(locale=language).plural_forms)
    return head + body.getvalue().decode("utf-8").strip("\n") + "\n"


def complete(catalog: Catalog, source: Catalog) -> None:
    """Give a catalogue the msgids of its source: new ones empty, and none that it has not."""
    for one in list(catalog):
        if one.id and one.id not in source:
            catalog.delete(one.id)
    for one in source:
        if one.id and one.id not in catalog:
            catalog.add(one.id)


def tidy(language: str, domain: Domain, folder: Path = LOCALES) -> list[str]:
    """Write one catalogue in its form; returns the msgids that have no sentence yet."""
    path = path_of(language, domain, folder)
    catalog = read(language, domain, folder) if path.exists() else Catalog(locale=language)
    complete(catalog, read(SOURCES[domain], domain, folder))
    path.parent.mkdir(exist_ok=True)
    path.write_text(text_of(catalog, language), encoding="utf-8")
    return [str(one.id) for one in catalog if one.id and not one.string]


def main() -> None:
    """Write every catalogue in its form, and say what is left to translate."""
    for language in LANGUAGES:
        for domain in domains(language):
            for name in tidy(language, domain):
                sys.stdout.write(f"{path_of(language, domain)} has no sentence for: {name}\n")


if __name__ == "__main__":
    main()
