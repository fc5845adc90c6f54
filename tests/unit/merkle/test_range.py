"""Range proofs: every run of every small tree, and forgeries of each part."""

import random

import pytest

from gmkit import merkle
from gmkit.errors import InvalidArgument, VerificationError


def leaves(count):
    return [merkle.leaf_hash(bytes([n])) for n in range(count)]


def test_every_run_of_every_small_tree_is_proved_by_exactly_its_proof():
    for size in range(1, 18):
        tree = merkle.MemoryTree(leaves(size))
        for start in range(size):
            for end in range(start + 1, size + 1):
                proof = merkle.range_proof(tree, start, end, size)
                run = leaves(size)[start:end]
                merkle.verify_range(run, start, size, proof, tree.root())
                wrong = [
                    (run, start + 1, size, proof), (run[:-1], start, size, proof),
                    (run, start, size, proof[:-1]),
                    (run, start, size, [*proof, bytes(32)]), (run[::-1], start, size, proof),
                    (run, start, size, proof[::-1]), ([*run[:-1], bytes(32)], start, size, proof),
                ]  # fmt: skip
                right = (run, start, size, proof)
                for case in wrong:
                    if case == right:
                        continue  # a run or a proof of one, turned round
                    with pytest.raises(VerificationError) as caught:
                        merkle.verify_range(*case, tree.root())
                    assert caught.value.reason == "range-proof"


def test_a_proof_is_short():
    tree = merkle.MemoryTree(leaves(200) * 500)
    proof = merkle.range_proof(tree, 51234, 51300, tree.size)
    assert len(proof) <= 34
    run = [tree.node(0, n) for n in range(51234, 51300)]
    merkle.verify_range(run, 51234, tree.size, proof, tree.root())


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 0), (2, 1), (0, 4), (3, 4)])
def test_there_is_no_proof_of_what_is_not_there(start, end):
    tree = merkle.MemoryTree(leaves(3))
    with pytest.raises(InvalidArgument):
        merkle.range_proof(tree, start, end, 3)


def test_hostile_sizes_and_hashes_end_at_once():
    rng = random.Random(1)
    for _ in range(200):
        size = rng.choice([1, 2**20, 2**62, 2**63, 2**64, 10**30])
        start = rng.randrange(-1, 2**64)
        proof = [rng.randbytes(rng.choice([0, 31, 32])) for _ in range(rng.randrange(70))]
        with pytest.raises(VerificationError):
            merkle.verify_range([bytes(32)] * rng.randrange(5), start, size, proof, bytes(32))
