"""Codes on paper: nobody guesses them, and slips of the hand are noticed before anything is asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.voting.box.receipts import LETTERS
from portal.voting.paper import codes, fiscal

SOME = codes.made(20)


@settings(max_examples=50)
@given(st.sampled_from(SOME), st.integers(0, codes.LENGTH - 1), st.sampled_from(LETTERS))
def test_no_single_wrong_letter_passes(code, place, letter):
    wrong = code[:place] + letter + code[place + 1 :]
    assert (codes.read(wrong) == code) == (wrong == code)
    assert wrong == code or codes.read(wrong) is None


@settings(max_examples=50)
@given(st.sampled_from(SOME), st.integers(0, codes.LENGTH - 1), st.integers(0, codes.LENGTH - 1))
def test_no_two_swapped_letters_pass(code, one, other):
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert codes.read(swapped) == (code if swapped == code else None)


def test_a_code_is_read_however_it_is_typed():
    code = "".join("0O1IL"[n % 5] if n % 3 else letter for n, letter in enumerate(SOME[0][:15]))
    plain = code.translate(str.maketrans("OIL", "011"))
    whole = plain + codes.check_letter(plain)
    typed = f"  {code[:4].lower()} {code[4:8]}–{code[8:]}{whole[-1]} "
    assert codes.read(typed) == whole
    assert codes.shown(whole).count("-") == 3


@pytest.mark.parametrize("typed", ["", "x", "0" * 15, "0" * 17, "🗳" * 16, "\x00" * 16, "9" * 9999])
def test_what_is_no_code_is_none(typed):
    assert codes.read(typed) is None


def test_codes_of_a_batch_share_no_serial_and_their_letters_are_chance():
    made = codes.made(300, taken={"00000"})
    assert len({codes.serial_of(code) for code in made}) == 300
    assert {letter for code in made for letter in code} == set(LETTERS)
    assert len({codes.hashed(b"k" * 32, code) for code in made[:3]}) == 3


def test_the_hash_needs_the_key():
    assert codes.hashed(b"a" * 32, SOME[0]) != codes.hashed(b"b" * 32, SOME[0])


@pytest.mark.parametrize(
    "number", ["RSSMRA85T10A562S", "tinit-rssmra85t10a562s", "RSS MRA 85T10 A562S"]
)
def test_a_whole_fiscal_number_is_read_in_its_one_form(number):
    assert fiscal.read(number) == "RSSMRA85T10A562S"


@pytest.mark.parametrize(
    "number", ["RSSMRA85T10A562T", "RSSMRA85T01A562S", "RSSMRA85T10A562", "", "1" * 16]
)
def test_a_fiscal_number_with_a_wrong_letter_is_none(number):
    assert fiscal.read(number) is None


def test_letters_standing_in_for_digits_stay_another_number():
    first = "RSSMRA85T10A56N"
    assert fiscal.read(first + fiscal._letter(first)) == first + fiscal._letter(first)
    assert fiscal.read("00743110157") == "00743110157"  # eleven digits, the temporary kind
    assert fiscal.read("00743110158") is None
