"""The tree: the known values of RFC 6962 and 9162, and every proof for every size."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.voting.log import tree
from portal.voting.log.tree import Edge

# the inputs and roots that implementations of certificate transparency test themselves with
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Kept:
    def __init__(self, leaves):
        self.hashes = []
        self.edge = Edge().added([tree.leaf(one) for one in leaves], self.hashes)

    def node(self, level, index):
        return self.hashes[tree.place(level, index)]


def slow_root(leaves):
    """The definition, word for word."""
    if not leaves:
        return tree.EMPTY
    if len(leaves) == 1:
        return tree.leaf(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return tree.node(slow_root(leaves[:half]), slow_root(leaves[half:]))


def test_roots_are_the_known_ones():
    for size in range(1, 9):
        assert Kept(INPUTS[:size]).edge.root.hex() == ROOTS[size - 1]
    assert Edge().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_known_paths():
    kept = Kept(INPUTS)
    assert [one.hex() for one in tree.inclusion(kept, 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in tree.consistency(kept, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


LEAVES = [b"entry %d" % n for n in range(41)]
WHOLE = Kept(LEAVES)


@pytest.mark.parametrize("size", range(42))
def test_every_root_and_every_proof_of_every_size(size):
    root = slow_root(LEAVES[:size])
    assert Kept(LEAVES[:size]).edge.root == root == tree.root(WHOLE, size)
    assert tree.count(size) == len(Kept(LEAVES[:size]).hashes)
    for index in range(size):
        path = tree.inclusion(WHOLE, index, size)
        assert tree.included(tree.leaf(LEAVES[index]), index, size, path, root)
        assert not tree.included(tree.leaf(b"another"), index, size, path, root)
        assert not tree.included(tree.leaf(LEAVES[index]), index, size, [*path, root], root)
        if size > 1:
            assert not tree.included(tree.leaf(LEAVES[index]), (index + 1) % size, size, path, root)
    for old in range(size + 1):
        proof = tree.consistency(WHOLE, old, size)
        before = tree.root(WHOLE, old)
        assert tree.consistent(old, size, before, root, proof)
        if 0 < old < size:
            assert not tree.consistent(old, size, tree.leaf(b"x"), root, proof)
            assert not tree.consistent(old, size, before, tree.leaf(b"x"), proof)
            assert not tree.consistent(old, size, before, root, proof[:-1])


@given(st.lists(st.binary(max_size=9), max_size=70), st.integers(0, 70))
def test_entries_may_come_in_any_portions(leaves, cut):
    hashes = [tree.leaf(one) for one in leaves]
    first = Edge().added(hashes[:cut])
    again = Edge.unpacked(first.size, first.packed())
    assert again == first
    assert again.added(hashes[cut:]) == Edge().added(hashes)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40), st.data())
def test_a_changed_entry_shows(leaves, data):
    kept = Kept(leaves)
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = Kept([*leaves[:at], leaves[at] + b"!", *leaves[at + 1 :]])
    assert other.edge.root != kept.edge.root
    old = data.draw(st.integers(at + 1, len(leaves)))
    proof = tree.consistency(other, old, len(leaves))
    assert not tree.consistent(old, len(leaves), tree.root(kept, old), other.edge.root, proof)


def test_hashes_are_short_enough_to_carry():
    assert len(base64.b64encode(WHOLE.edge.packed())) < 200
