"""Receipts: a number to find a vote by, from which nothing else follows."""

import hashlib
import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.voting.box import receipts

BOX = UUID(int=7)


def ballot():
    return receipts.content(BOX, "V", b"1--", {}, ())


def test_the_commitment_binds_consultation_ballot_and_chance():
    bound = receipts.commit(BOX, ballot(), nonce=bytes(32))
    payload = (
        b'{"attrs":{},"c":"%s","choice":"1--","edition":1,"reasons":[],"tier":"V","v":3}'
        % BOX.hex.encode()
    )
    assert bound.payload == payload
    written = b"ballot-v1\0" + BOX.hex.encode() + b"\0" + payload + bytes(32)
    assert bound.digest == hashlib.sha256(written).digest()


def test_equal_ballots_have_unequal_numbers():
    assert receipts.commit(BOX, ballot()).tracker != receipts.commit(BOX, ballot()).tracker


def test_the_number_is_written_in_three_groups_without_look_alikes():
    written = receipts.written(receipts.commit(BOX, ballot()).tracker)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", written)


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["", "-", " ", " - "]), st.booleans())
def test_a_number_is_read_as_people_write_it(nonce, between, small):
    tracker = receipts.commit(BOX, ballot(), nonce).tracker
    typed = between.join(tracker[i : i + 4] for i in (0, 4, 8))
    typed = typed.lower().replace("1", "l").replace("0", "o") if small else typed
    assert receipts.read(typed) == tracker


@given(st.text(max_size=200))
def test_anything_else_is_no_number(text):
    found = receipts.read(text)
    assert found is None or len(found) == 12
