"""
The rare faults: ``make soak``.

Signs and verifies 10^7 random messages, one verdict each, under keys that change; and compares 10^8 field and
scalar operations of the native core with Python's integers, half of them on values biased towards carries.
A fault that strikes once in 400,000 times shows 25 times in the first part.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import time
from multiprocessing import Pool
from pathlib import Path

from gmkit import sm2
from gmkit._native import cpu

ROOT = Path(__file__).resolve().parents[1]
BATCH = 4096
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
PROBE = ROOT / "rust/target/release/examples/probe"
FRAME = 10 * 32
OPERATIONS = 6  # in a frame
SINGLE = 64  # of each batch also go through the single operations, on the same key and message


def signatures(job: tuple[str, int]) -> int:
    """Sign and verify one share of the messages on one CPU path; returns how many."""
    path, count = job
    cpu.force(path)
    done = 0
    while done < count:
        key = sm2.generate_private_key()
        public = key.public_key()
        messages = [secrets.token_bytes(32) for _ in range(BATCH)]
        made = sm2.sign_batch(key, messages, threads=1)
        sm2.verify_batch(public, messages, made, threads=1).raise_for_first()
        for message, signature in zip(messages[:SINGLE], made[:SINGLE], strict=True):
            public.verify(signature, message)
            public.verify(key.sign(message), message)
        wrong = [bytes([message[0] ^ 1]) + message[1:] for message in messages]
        accepted = BATCH - len(sm2.verify_batch(public, wrong, made, threads=1).invalid)
        if accepted:
            raise AssertionError(f"{accepted} signatures accepted for other messages")
        done += BATCH
    return done


def arithmetic(job: tuple[str, int, int]) -> int:
    """Compare one share of frames with Python's integers; returns how many."""
    path, count, seed = job
    command = [str(PROBE), path, str(count), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        number = int.from_bytes
        for _ in range(count):
            frame = process.stdout.read(FRAME)
            a, b, product, square, total, rest, m, n, mn, sum_ = (
                number(frame[at : at + 32], "big") for at in range(0, FRAME, 32)
            )
            good = (
                product == a * b % P
                and square == a * a % P
                and total == (a + b) % P
                and rest == (a - b) % P
                and mn == m * n % N
                and sum_ == (m + n) % N
            )
            if not good:
                raise AssertionError(f"a wrong result on {path}: a = {a:x}, b = {b:x}")
        if process.stdout.read(1):
            raise AssertionError("the probe wrote more than was asked for")
    return count


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--signatures", type=int, default=10**7)
    parser.add_argument("--field-operations", type=int, default=10**8)
    arguments = parser.parse_args()
    jobs: list[tuple[str, int]] = []
    paths = cpu.available()
    share = 1 << 17
    while sum(count for _, count in jobs) < arguments.signatures:
        # Most of the work on the best path, every eighth share (a smaller one) on one of the others.
        number = len(jobs)
        path = paths[number // 8 % len(paths)] if number % 8 == 7 else paths[-1]
        jobs.append((path, share // 8 if path != paths[-1] else share))
    start = time.monotonic()
    total = 0
    with Pool() as pool:
        for done in pool.imap_unordered(signatures, jobs):
            total += done
            print(f"\rsoak: {total:,} signed and verified", end="", file=sys.stderr)
    print(f"\nsoak: {total:,} signatures in {time.monotonic() - start:,.0f} s, no fault")
    start = time.monotonic()
    build = ["cargo", "build", "--quiet", "--release", "-p", "gmkit-core", "--features", "probe"]
    manifest = ["--example", "probe", "--manifest-path", str(ROOT / "rust/Cargo.toml")]
    subprocess.run([*build, *manifest], check=True)
    frames = -(-arguments.field_operations // OPERATIONS)
    share = 1 << 18
    work = [
        (paths[number % len(paths)], min(share, frames - done), number + 1)
        for number, done in enumerate(range(0, frames, share))
    ]
    total = 0
    with Pool() as pool:
        for done in pool.imap_unordered(arithmetic, work):
            total += done * OPERATIONS
            print(f"\rsoak: {total:,} operations", end="", file=sys.stderr)
    print(f"\nsoak: {total:,} operations in {time.monotonic() - start:,.0f} s, no fault")


if __name__ == "__main__":
    main()
