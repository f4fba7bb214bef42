"""The hash tree over a log (RFC 9162, 2.1): roots, proofs, and their checks. Plain values only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

EMPTY = sha256(b"").digest()
SIZE = 32  # bytes of a hash


class Nodes(Protocol):
    """Where the hashes of complete subtrees are found."""

    def node(self, level: int, index: int) -> bytes:
        """The root over the leaves from `index * 2**level` to just before the next."""


def leaf(data: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\1" + left + right).digest()


@dataclass(frozen=True)
class Edge:
    """The right edge of a tree: the roots of its complete subtrees, greatest first.

    It is all one needs to add further entries, however many there are.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def added(self, leaves: Iterable[bytes], nodes: list[bytes] | None = None) -> "Edge":
        """The edge after further leaf hashes; `nodes` gets every new hash in its place's order."""
        size, stack = self.size, list(self.hashes)
        made = [] if nodes is None else nodes
        for one in leaves:
            stack.append(one)
            made.append(one)
            full = size
            while full & 1:  # two complete subtrees of one size become one
                right, left = stack.pop(), stack.pop()
                stack.append(node(left, right))
                made.append(stack[-1])
                full >>= 1
            size += 1
        return Edge(size, tuple(stack))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY
        whole = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            whole = node(left, whole)
        return whole

    def packed(self) -> bytes:
        """The hashes as bytes."""
        return b"".join(self.hashes)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "Edge":
        """The edge that was packed."""
        return cls(size, tuple(packed[i : i + SIZE] for i in range(0, len(packed), SIZE)))


def place(level: int, index: int) -> int:
    """The place of a complete subtree's hash among all, in the order in which they are made."""
    last = ((index + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def count(size: int) -> int:
    """How many hashes of complete subtrees a tree of this size has made."""
    return 2 * size - size.bit_count()


def edge(nodes: Nodes, size: int) -> Edge:
    """The right edge of the tree's first `size` leaves."""
    hashes, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            hashes.append(nodes.node(level, start >> level))
            start += 1 << level
    return Edge(size, tuple(hashes))


def root(nodes: Nodes, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return edge(nodes, size).root


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The path that proves a leaf to be in a tree, from the leaf upwards (2.1.3.1)."""
    return list(_path(nodes, index, 0, size))


def _path(nodes: Nodes, index: int, begin: int, end: int) -> Iterator[bytes]:
    if end - begin <= 1:
        return
    middle = begin + _split(end - begin)
    if index < middle:
        yield from _path(nodes, index, begin, middle)
        yield _range(nodes, middle, end)
    else:
        yield from _path(nodes, index, middle, end)
        yield _range(nodes, begin, middle)


def consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """The proof that the first `old` leaves are still the same (2.1.4.1)."""
    if old == 0 or old == size:
        return []
    return list(_shared(nodes, old, 0, size, True))


def _shared(nodes: Nodes, old: int, begin: int, end: int, whole: bool) -> Iterator[bytes]:
    if old == end - begin:
        if not whole:
            yield _range(nodes, begin, end)
        return
    half = _split(end - begin)
    if old <= half:
        yield from _shared(nodes, old, begin, begin + half, whole)
        yield _range(nodes, begin + half, end)
    else:
        yield from _shared(nodes, old - half, begin + half, end, False)
        yield _range(nodes, begin, begin + half)


def _range(nodes: Nodes, begin: int, end: int) -> bytes:
    length = end - begin
    if length & (length - 1) == 0:
        level = length.bit_length() - 1
        return nodes.node(level, begin >> level)
    half = _split(length)
    return node(_range(nodes, begin, begin + half), _range(nodes, begin + half, end))


def _split(length: int) -> int:
    """The greatest power of two below `length`."""
    return 1 << (length - 1).bit_length() - 1


# --- checks: what anyone can do with a proof ------------------------------------------------


def included(hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves a leaf's hash to be at `index` under a root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hash
    for one in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(one, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, before: bytes, after: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves extends that of `old` (2.1.4.2)."""
    if old == new:
        return before == after and not proof
    if old == 0:
        return before == EMPTY and not proof
    if not 0 < old < new:
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, before)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node(one, first), node(one, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, one)
        at, last = at >> 1, last >> 1
    return last == 0 and first == before and second == after
