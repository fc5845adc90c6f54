"""The tree against the recursive definition of RFC 9162 section 2.1, and every wrong proof refused."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import merkle
from gmkit.errors import EncodingError, InvalidArgument, VerificationError


def sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def mth(entries: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, as it is written, over another implementation of SM3."""
    if not entries:
        return sm3(b"")
    if len(entries) == 1:
        return sm3(b"\x00" + entries[0])
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return sm3(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


ENTRIES = [b"entry %d" % i for i in range(70)]
LEAVES = merkle.leaf_hashes(ENTRIES)
TREE = merkle.MemoryTree(LEAVES)


@pytest.mark.parametrize("size", range(71))
def test_roots_follow_the_definition(size):
    expected = mth(ENTRIES[:size])
    assert TREE.root(size) == expected
    frontier = merkle.Frontier()
    frontier.extend(LEAVES[:size])
    assert (frontier.root(), frontier.size) == (expected, size)
    again = merkle.Frontier.from_bytes(frontier.to_bytes())
    again.extend(LEAVES[size:])
    assert again.root() == TREE.root()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 70])
def test_every_leaf_is_proved_and_every_change_of_a_proof_is_refused(size):
    root = TREE.root(size)
    for index in range(size):
        proof = TREE.inclusion_proof(index, size)
        merkle.verify_inclusion(LEAVES[index], index, size, proof, root)
        wrong = [
            (LEAVES[index], index, size, [*proof, bytes(32)], root),
            (merkle.leaf_hash(b"another"), index, size, proof, root),
            (LEAVES[index], index, size, proof, merkle.leaf_hash(b"another")),
            (LEAVES[index], size, size, proof, root),
            (LEAVES[index], -1, size, proof, root),
            (LEAVES[index][:-1], index, size, proof, root),
        ]
        if proof:
            wrong.append((LEAVES[index], index, size, proof[:-1], root))
            wrong.append(
                (
                    LEAVES[index],
                    index,
                    size,
                    proof[::-1] if proof != proof[::-1] else proof[:-1],
                    root,
                )
            )
            wrong.append((LEAVES[index], index, size, [proof[0][:-1], *proof[1:]], root))
        for case in wrong:
            with pytest.raises(VerificationError) as caught:
                merkle.verify_inclusion(*case)
            assert caught.value.reason == "inclusion-proof"
        for other in range(size):
            if other != index:
                with pytest.raises(VerificationError):
                    merkle.verify_inclusion(LEAVES[index], other, size, proof, root)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 8, 13, 32, 33, 70])
def test_every_prefix_is_proved_and_every_change_of_a_proof_is_refused(size):
    root = TREE.root(size)
    for old in range(1, size + 1):
        before = TREE.root(old)
        proof = TREE.consistency_proof(old, size)
        merkle.verify_consistency(old, before, size, root, proof)
        wrong = [
            (old, before, size, root, [*proof, bytes(32)]),
            (old, merkle.leaf_hash(b"fork"), size, root, proof),
            (old, before, size, merkle.leaf_hash(b"fork"), proof),
            (0, before, size, root, proof),
            (size + 1, before, size, root, proof),
        ]
        if proof:
            wrong.append((old, before, size, root, proof[:-1]))
            wrong.append((old, before, size, root, [proof[0][:-1], *proof[1:]]))
        for case in wrong:
            with pytest.raises(VerificationError) as caught:
                merkle.verify_consistency(*case)
            assert caught.value.reason == "consistency-proof"


def test_a_forked_history_has_no_proof():
    fork = merkle.MemoryTree([*LEAVES[:20], merkle.leaf_hash(b"forged"), *LEAVES[21:40]])
    proof = fork.consistency_proof(30, 40)
    with pytest.raises(VerificationError):
        merkle.verify_consistency(30, TREE.root(30), 40, fork.root(), proof)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_large_trees_grow_in_any_portions(data):
    total = data.draw(st.integers(1, 700))
    leaves = merkle.leaf_hashes([b"%d" % i for i in range(total)])
    tree, frontier, at = merkle.MemoryTree(), merkle.Frontier(), 0
    while at < total:
        step = data.draw(st.integers(1, 200))
        tree.extend(leaves[at : at + step])
        frontier.extend(leaves[at : at + step])
        at += step
    assert tree.root() == frontier.root() == mth([b"%d" % i for i in range(total)])
    index = data.draw(st.integers(0, total - 1))
    merkle.verify_inclusion(leaves[index], index, total, tree.inclusion_proof(index), tree.root())


@pytest.mark.parametrize("start", range(20))
def test_subtrees_that_become_complete_are_told_alike_one_by_one(start):
    together, singly = merkle.Frontier(), merkle.Frontier()
    for frontier in (together, singly):
        frontier.extend(LEAVES[:start])
    told = [node for leaf in LEAVES[start:] for node in singly.grow([leaf])]
    assert sorted(told) == sorted(together.grow(LEAVES[start:]))
    assert {node for _, _, node in told} <= {TREE.node(level, index) for level, index, _ in told}
    assert singly.to_bytes() == together.to_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 7, b"\x00" * 9, b"\xff" * 8, b"\x00" * 7 + b"\x03"]
)
def test_a_damaged_frontier_is_refused(data):
    with pytest.raises(EncodingError):
        merkle.Frontier.from_bytes(data)


def test_asking_outside_the_tree_is_refused():
    for ask in (
        lambda: TREE.root(71),
        lambda: TREE.inclusion_proof(70),
        lambda: TREE.consistency_proof(0),
    ):
        with pytest.raises(InvalidArgument):
            ask()
