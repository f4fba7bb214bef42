"""Signed notes: what they look like, and that nothing in them can be changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting.log import notes
from portal.voting.log.notes import Checkpoint, Key, Malformed

SEED = bytes(range(32))
# the example of the format's own description
EXAMPLE = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# the key and the note that Go's own implementation (x/mod/sumdb/note) shows as its example
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAYS = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


@pytest.fixture(scope="module")
def checkpoint():
    return Checkpoint("city.example/consultations/a/log", 7, bytes(range(32)))


@pytest.fixture(scope="module")
def key(checkpoint):
    from nacl.signing import SigningKey

    return Key(checkpoint.origin, bytes(SigningKey(SEED).verify_key))


def test_a_note_signed_elsewhere_is_read(checkpoint):
    assert notes.signed_by(SAYS, Key.read(PETER))
    assert Key.read(PETER).written() == PETER
    assert not notes.signed_by(SAYS.replace("problem", "proof"), Key.read(PETER))
    assert notes.body(EXAMPLE).endswith("ed è subito sera.\n")


def test_a_checkpoint_survives_writing(checkpoint, key):
    note = notes.sign(checkpoint.text(), checkpoint.origin, SEED)
    assert note.startswith("city.example/consultations/a/log\n7\nAAEC")
    assert notes.signed_by(note, key) and Checkpoint.read(note) == checkpoint
    assert Key.read(key.written()) == key


@given(st.integers(0, 1000), st.integers(1, 255))
def test_no_byte_of_a_note_can_be_changed(at, change):
    checkpoint = Checkpoint("a.example/log", 7, bytes(range(32)))
    from nacl.signing import SigningKey

    key = Key(checkpoint.origin, bytes(SigningKey(SEED).verify_key))
    raw = bytearray(notes.sign(checkpoint.text(), checkpoint.origin, SEED).encode())
    raw[at % len(raw)] ^= change
    try:
        changed = raw.decode()
        assert not notes.signed_by(changed, key)
    except (UnicodeDecodeError, Malformed):
        pass


def test_a_witness_signs_beside_the_log(checkpoint, key):
    from nacl.signing import SigningKey

    note = notes.sign(checkpoint.text(), checkpoint.origin, SEED)
    line = notes.cosign(note, "witness.example", SEED[::-1], 1_800_000_000)
    witness = Key("witness.example", bytes(SigningKey(SEED[::-1]).verify_key), notes.COSIGNED)
    both = note + line
    assert notes.signed_by(both, key) and notes.signed_by(both, witness)
    assert not notes.signed_by(both.replace("\n7\n", "\n8\n"), witness)


@pytest.mark.parametrize(
    "text", ["", "a", "a\n\n", "a\n\nb", "a\n\n— x\n", "a\n\n— x !!!\n", "\n\n\n"]
)
def test_what_is_no_note_is_refused(text, key):
    with pytest.raises(Malformed):
        notes.signed_by(text, key)


@pytest.mark.parametrize("size", ["-1", "007", "1.0", "１", "1e3", "", "9" * 40])
def test_sizes_are_written_in_one_way(size, checkpoint):
    note = notes.sign(checkpoint.text().replace("\n7\n", f"\n{size}\n"), checkpoint.origin, SEED)
    with pytest.raises(Malformed):
        Checkpoint.read(note)


def test_a_proof_survives_writing(checkpoint):
    note = notes.sign(checkpoint.text(), checkpoint.origin, SEED)
    for path in ([], [bytes(32)], [bytes(32), bytes(range(32))]):
        assert notes.read_proof(notes.proof(3, path, note)) == (3, path, note)
    with pytest.raises(Malformed):
        notes.read_proof("c2sp.org/tlog-proof@v2\nindex 3\n\n" + note)
