"""Signed notes, checkpoints and proofs as files, in the formats of C2SP (c2sp.org)."""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

ED25519, COSIGNED = 1, 4  # kinds of signature
MOST_SIGNATURES = 32
PROOF = "c2sp.org/tlog-proof@v1"


class Malformed(ValueError):
    """The text is not what its format demands."""


@dataclass(frozen=True)
class Key:
    """A public key with the name it signs under."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes a signature names its key by."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def written(self) -> str:
        """The key in one line, as it is handed around."""
        return f"{self.name}+{self.id.hex()}+{_encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def read(cls, line: str) -> "Key":
        """The key of a line. Raises Malformed."""
        name, _, rest = line.strip().partition("+")
        given, _, material = rest.partition("+")
        decoded = _decode(material)
        if not name or len(decoded) != 33:
            raise Malformed("not a public key")
        key = cls(name, decoded[1:], decoded[0])
        if key.id.hex() != given:
            raise Malformed("the key does not have the number it gives")
        return key


def sign(text: str, name: str, seed: bytes) -> str:
    """A note's text with its first signature."""
    key = SigningKey(seed)
    public = Key(name, bytes(key.verify_key))
    return f"{text}\n{_line(public, key.sign(text.encode()).signature)}"


def cosign(note: str, name: str, seed: bytes, time: int) -> str:
    """The line with which a witness says that it saw this note, and when."""
    key = SigningKey(seed)
    public = Key(name, bytes(key.verify_key), COSIGNED)
    signature = key.sign(_cosigned(body(note), time)).signature
    return _line(public, struct.pack(">Q", time) + signature)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _line(key: Key, signature: bytes) -> str:
    return f"— {key.name} {_encode(key.id + signature)}\n"


def body(note: str) -> str:
    """The text of a note, without its signatures. Raises Malformed."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or signatures.count("\n") > MOST_SIGNATURES:
        raise Malformed("not a signed note")
    return text + "\n"


def signed_by(note: str, key: Key) -> bool:
    """Whether the key signed the note, and no signature in its name is wrong. Raises Malformed."""
    text, found = body(note), False
    for line in note.rpartition("\n\n")[2].splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not name or not encoded:
            raise Malformed("not a signature")
        signature = _decode(encoded)
        if name == key.name and signature[:4] == key.id:
            if not _good(text, signature[4:], key):
                return False
            found = True
    return found


def _good(text: str, signature: bytes, key: Key) -> bool:
    signed = text.encode()
    if key.kind == COSIGNED:
        if len(signature) != 72:
            return False
        signed = _cosigned(text, struct.unpack(">Q", signature[:8])[0])
        signature = signature[8:]
    try:
        VerifyKey(key.public).verify(signed, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text to be signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"

    @classmethod
    def read(cls, note: str) -> "Checkpoint":
        """The checkpoint of a note; its signatures are not looked at. Raises Malformed."""
        lines = body(note).split("\n")
        if len(lines) < 4 or not lines[0] or not _whole(lines[1]):
            raise Malformed("not a checkpoint")
        root = _decode(lines[2])
        if len(root) != 32:
            raise Malformed("not a root")
        return cls(lines[0], int(lines[1]), root)


def proof(index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """A proof that anyone can check without asking us: place, path and signed checkpoint."""
    hashes = "".join(f"{_encode(one)}\n" for one in path)
    return f"{PROOF}\nindex {index}\n{hashes}\n{checkpoint}"


def read_proof(text: str) -> tuple[int, list[bytes], str]:
    """Place, path and signed checkpoint of a proof. Raises Malformed."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    if not blank or len(lines) < 2 or lines[0] != PROOF or not lines[1].startswith("index "):
        raise Malformed("not a proof")
    if not _whole(lines[1][6:]):
        raise Malformed("not a place")
    return int(lines[1][6:]), [_decode(line) for line in lines[2:]], checkpoint


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16 and str(int(text)) == text


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base 64") from None
