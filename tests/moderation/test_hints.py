"""Hints mark what is worth a look, and leave ordinary sentences alone."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.moderation import hints

FOUND = [
    ("Chiamate il 333 1234567 dopo cena", "phone", "333 1234567"),
    ("Chiamate lo 051 219 3111", "phone", "051 219 3111"),
    ("Or call +44 20 7946 0958 please", "phone", "+44 20 7946 0958"),
    ("Scrivete a ada.rossi@example.org!", "email", "ada.rossi@example.org"),
    ("L'auto AB 123 CD parcheggia sempre qui", "plate", "AB 123 CD"),
    ("l'auto ab123cd parcheggia sempre qui", "plate", "ab123cd"),
    ("Sono RSSMRA85T10A562S, piacere", "fiscal_code", "RSSMRA85T10A562S"),
    ("Versate su IT60 X054 2811 1010 0000 0123 456 subito", "iban",
     "IT60 X054 2811 1010 0000 0123 456"),
    ("Guardate https://example.org/offerta?x=1.", "links", "https://example.org/offerta?x=1"),
    ("Guardate www.example.it ora", "links", "www.example.it"),
    ("BASTA CON LE AUTOMOBILI IN CENTRO", "capitals", "BASTA CON LE AUTOMOBILI IN CENTRO"),
    ("Aiutooooooo", "repetition", "ooooooo"),
    ("Alberi alberi alberi ovunque", "repetition", "Alberi alberi alberi"),
]  # fmt: skip
PLAIN = [
    "Nel 2030 avremo 30.000 alberi e spenderemo 1.250.000 euro.",
    "La riunione è il 12/03/2026 alle 17.30, in via Saffi 12, 40131 Bologna.",
    "L'ARPAE, il CNR e la RER hanno misurato 35 µg/m³ di PM10.",
    "RSSMRA85T10A562X non è un codice: l'ultima lettera è sbagliata.",
    "IT61 X054 2811 1010 0000 0123 456 non è un conto.",
    "Il bus 27 passa ogni 8-10 minuti; la linea T2 ogni 5.",
    "Con 1234567890 firme… no, molte meno.",
    "È ora... davvero ora. Ma no, no!",
]


@pytest.mark.parametrize(("text", "hint", "passage"), FOUND)
def test_what_is_worth_a_look_is_marked(text, hint, passage):
    assert [(one.hint, one.passage) for one in hints.matches(text)] == [(hint, passage)]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_sentences_are_left_alone(text):
    assert hints.matches(text) == []


@given(st.text(max_size=400))
def test_matches_lie_in_the_text_in_order_and_apart(text):
    end = 0
    for one in hints.matches(text):
        assert one.start >= end and text[one.start : one.end] == one.passage != ""
        end = one.end


@pytest.mark.parametrize(
    "piece", ["1", "a", "A ", "0 ", "AB1", "a@", "IT60 ", "www.", "a-", "no ", "+3", "@.", "È "]
)
def test_no_text_takes_long(piece):
    begin = time.perf_counter()
    hints.matches((piece * 3200)[:3200])
    assert time.perf_counter() - begin < 0.5


def test_one_wrong_letter_makes_a_code_none():
    good = "RSSMRA85T10A562S"
    wrong = [good[:-1] + letter for letter in string.ascii_uppercase if letter != good[-1]]
    assert hints.is_fiscal_code(good) and not any(map(hints.is_fiscal_code, wrong))
    assert hints.is_fiscal_code("RSSMRA85T10A56NH")  # the same person under another code


def test_doubt_grows_with_what_happened_and_many_reports_are_no_avalanche():
    assert hints.doubt([]) == 0
    assert hints.doubt(["phone"]) > hints.doubt(["links"]) > 0
    assert hints.doubt([], reports=3) > hints.doubt([], reports=1)
    assert hints.doubt([], reports=5000) == hints.doubt([], reports=hints.MOST_REPORTS)
    assert hints.doubt(["from an older version"]) == 0
