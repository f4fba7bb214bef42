"""No language is half done: every sentence in every language, its gaps intact."""

import re

import pytest

from portal import catalogues, i18n
from portal.config import ROOT, Settings

LANGUAGES = Settings(_env_file=None).languages


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_there(code):
    lines, complete = catalogues.status([code])
    assert complete, "\n".join(lines[:40])


def entries(code):
    for path in sorted((ROOT / "translations" / code / "LC_MESSAGES").glob("*.po")):
        for message in catalogues._read(path, code):
            if message.id:
                yield path.stem, message


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_translations_keep_the_gaps(code):
    for domain, message in entries(code):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        gaps = set(re.findall(r"%\((\w+)\)s", ids[-1]))
        for string in strings:
            found = set(re.findall(r"%\((\w+)\)s", string))
            assert found <= gaps, f"{domain}: {message.id}"
            if not isinstance(message.id, tuple):
                assert found == gaps, f"{domain}: {message.id}"


def test_italian_quotes_in_one_way():
    for domain, message in entries("it"):
        assert not re.search("[“”]", str(message.string)), f"{domain}: {message.id}"


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_catalogues_hold_nothing_that_is_no_longer_said(code):
    said = {domain: {str(m.id) for m in c if m.id} for domain, c in catalogues.extract().items()}
    for domain, message in entries(code):
        assert str(message.id) in said[domain], f"{domain}: {message.id}"


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_one_sentence_has_one_translation(code):
    known = {}
    for domain, message in entries(code):
        before = known.setdefault(str(message.id), (domain, message.string))
        assert before[1] == message.string, f"{message.id}: {before[0]} and {domain} differ"


def test_markup_in_gaps_is_escaped(app):
    from portal.templating import _words

    with app.test_request_context("/en/"):
        assert "&lt;b&gt;" in _words("Where this comes from: %(name)s", name="<b>")


def test_numbers_and_dates_follow_the_reader(app):
    from datetime import UTC, datetime

    moment = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    with app.test_request_context("/it/"):
        app.preprocess_request()
        assert i18n.number(1234.5, 1) == "1.234,5"
        assert i18n.date(moment) == "2 giugno 2026"
        assert i18n.signed(2.0, 1) == "+2,0"
        assert i18n.signed(-0.04, 1) in ("0,0", "−0,0")
    with app.test_request_context("/en/"):
        app.preprocess_request()
        assert i18n.number(-1234.5, 1) == "−1,234.5"
        assert i18n.number(None) == "–"


def test_a_text_missing_in_a_language_is_shown_in_one_it_has(app):
    with app.test_request_context("/en/"):
        app.preprocess_request()
        assert i18n.text({"it": "Alberi"}) == "Alberi"
        assert i18n.text_lang({"it": "Alberi"}) == "it"
        assert i18n.text({"it": "Alberi", "en": "Trees"}) == "Trees"
        assert i18n.text(None) == ""
