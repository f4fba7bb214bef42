"""Texts people write are kept plain, visible and searchable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.proposals.words import clean, clean_line, excerpt, fold, paragraphs, terms


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text())
def test_no_control_or_direction_character_survives(text):
    kept = clean(text)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Co", "Cs") for c in kept)
    assert not set(kept) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert "\n" not in clean_line(text)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))))
def test_every_visible_word_stays(text):
    kept = unicodedata.normalize("NFKD", clean(text)).split()
    plain = clean(text).split()
    assert len(kept) >= len(plain)
    assert excerpt(text).replace(" …", "") in " ".join(text.split()) or excerpt(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  due   spazi\tqui ", "due spazi qui"),
        ("riga\r\nriga\rriga", "riga\nriga\nriga"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("perche\u0301", "perché"),
        ("buono \u202egnp.exe", "buono gnp.exe"),
        ("nul\x00la\x07", "nulla"),
        ("\u2067nascosto\u2069", "nascosto"),
        ("z" + "\u0336" * 40 + "o", "z" + "\u0336" * 4 + "o"),
        ("👩🏽‍🚀 in piazza", "👩🏽‍🚀 in piazza"),
        ("\u200d\u200d\u3164\u2800", ""),
    ],
)
def test_what_cleaning_does(written, kept):
    assert clean(written) == kept


def test_a_search_ignores_accents_and_capitals():
    assert fold("PERCHÉ  Così, È") == "perche cosi, e"
    assert terms("  Più  ÀLBERI ") == ["piu", "alberi"]
    assert len(terms("a " * 100)) == 6


def test_empty_lines_part_paragraphs():
    assert paragraphs("uno\ndue\n\ntre") == [["uno", "due"], ["tre"]]
    assert paragraphs("") == []


def test_an_excerpt_ends_between_words():
    assert excerpt("parola " * 60, 20) == "parola parola …"
    assert excerpt("corto") == "corto"
