"""What programs say to people is said in Chinese too."""

import json

from tests.contracts.sentences import ROOT, sentences

CATALOGUE = ROOT / "frontend" / "locales" / "said.zh.json"


def test_every_sentence_of_a_program_has_its_chinese() -> None:
    known = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    found = sentences()
    assert len(found) > 100
    assert {words: where for words, where in found.items() if words not in known} == {}
