"""
Threads, processes, forks and event loops: no nonce twice, no deadlock, the same answers as alone.

A nonce that repeats shows as an ``r`` that repeats; two messages under one nonce give the key away.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import pytest

from gmkit import keys, pki, receipts, sm2, sm3, sm4
from gmkit.sm2 import SignatureFormat
from tests.unit.pki import build

RAW = SignatureFormat.RAW
KEY = sm2.generate_private_key()
PUBLIC = KEY.public_key()
EACH = 300
WORKERS = 8


def r_values(count, seed):
    """The r of *count* signatures: half over one message, half over different ones."""
    made = []
    for number in range(count):
        message = b"the same" if number % 2 else b"%d %d" % (seed, number)
        signature = KEY.sign(message, format=RAW)
        PUBLIC.verify(signature, message, format=RAW)
        made.append(signature[:32])
    batch = [b"the same"] * count
    return made + [each[:32] for each in sm2.sign_batch(KEY, batch, format=RAW, threads=2)]


def _in_process(seed):
    return r_values(EACH, seed)


def all_different(results):
    found = [value for part in results for value in part]
    assert len(found) == len(set(found)) == 2 * EACH * WORKERS


def test_threads_draw_no_nonce_twice():
    with ThreadPoolExecutor(WORKERS) as pool:
        all_different(pool.map(lambda seed: r_values(EACH, seed), range(WORKERS)))


def test_forked_processes_draw_no_nonce_twice():
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("fork")) as pool:
        all_different(pool.map(_in_process, range(WORKERS)))


def test_spawned_processes_draw_nothing_twice():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        drawn = [each for part in pool.map(_fresh_secrets, range(4)) for each in part]
    assert len(drawn) == len(set(drawn)) == 400


def _fresh_secrets(_):
    return [sm4.generate_key() for _ in range(50)] + [
        sm2.generate_private_key().public_key().to_bytes() for _ in range(50)
    ]


def forked(work):
    """What *work* returns in a child forked here and now; bytes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            os.write(writer, work())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        data = file.read()
    assert os.waitpid(child, 0)[1] == 0
    return data


def test_parent_and_child_of_a_fork_draw_differently():
    KEY.sign(b"warm")  # whatever is kept between signatures is there before the fork
    values = [forked(lambda: KEY.sign(b"m", format=RAW)[:32]) for _ in range(20)]
    values += [KEY.sign(b"m", format=RAW)[:32] for _ in range(20)]
    values += [forked(sm4.generate_key) for _ in range(20)] + [
        sm4.generate_key() for _ in range(20)
    ]
    assert len(set(values)) == 80


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # forking with threads is what is tested
def test_a_fork_while_threads_sign_verify_and_hash_does_not_hang():
    stop = threading.Event()
    busy = [b"x" * 200_000] * 16

    def work():
        while not stop.is_set():
            sm2.sign_batch(KEY, [b"m"] * 64, format=RAW, threads=2)
            sm3.digest_batch(busy)
            KEY.sign(b"m")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            answer = forked(
                lambda: sm3.digest(b"abc") + sm2.sign_batch(KEY, [b"m"] * 9, format=RAW)[0]
            )
            assert answer[:32] == sm3.digest(b"abc")
            PUBLIC.verify(answer[32:], b"m", format=RAW)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()


def test_one_object_in_many_threads_gives_each_its_own_answer():
    """Keys, tables and sealers are shared on purpose; what they answer must not mix."""
    table = PUBLIC.precompute()
    sealer = sm4.Sealer(sm4.generate_key())

    def work(seed):
        for number in range(100):
            message = b"%d/%d" % (seed, number) * (number + 1)
            signature = KEY.sign(message)
            table.verify(signature, message)
            assert sealer.open(sealer.seal(message)) == message
            assert KEY.decrypt(PUBLIC.encrypt(message)) == message
        return True

    with ThreadPoolExecutor(WORKERS) as pool:
        assert all(pool.map(work, range(WORKERS)))


def test_a_verifier_and_signers_are_shared_by_threads():
    root = build.root("root")
    middle = build.authority("middle", "root")
    leaves = [build.leaf(f"leaf{n}", "middle") for n in range(20)]
    verifier = pki.Verifier(
        [root], time=build.NOW, purpose=pki.Purpose.SIGNING, revocation=pki.Revocation.NONE
    )
    merchant = build.leaf("merchant", "root")
    record = receipts.Record.from_mapping(
        {"kind": "order", "id": "1", "time": "2026-01-31T08:00:00Z"}
    )
    text = receipts.sign(record, build.key("merchant")).text
    signers = receipts.Signers(roots=[root], certificates=[merchant], time=build.NOW)

    def work(_):
        for leaf in leaves:
            assert len(verifier.verify(leaf, [middle]).certificates) == 3
            assert receipts.verify(text, signers).record == record
        return True

    with ThreadPoolExecutor(WORKERS) as pool:
        assert all(pool.map(work, range(WORKERS)))


def test_an_event_loop_works_on_while_threads_compute():
    ticks = 0

    async def beat(done):
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            await asyncio.sleep(0.001)

    async def main():
        done = asyncio.Event()
        beating = asyncio.create_task(beat(done))
        work = [
            asyncio.to_thread(sm2.sign_batch, KEY, [b"m%d" % n] * 20_000, format=RAW)
            for n in range(2)
        ]
        made = await asyncio.gather(*work)
        done.set()
        await beating
        return made

    made = asyncio.run(main())
    assert [len(part) for part in made] == [20_000, 20_000]
    assert ticks > 5  # the interpreter's lock was free


def test_the_first_use_in_many_threads_at_once_runs_the_self_test_once():
    code = (
        "import threading, sys\n"
        "from gmkit import sm2, sm3\n"
        "barrier, wrong = threading.Barrier(8), []\n"
        "def work():\n"
        "    barrier.wait()\n"
        "    try:\n"
        "        key = sm2.generate_private_key(); key.public_key().verify(key.sign(b'm'), b'm'); sm3.digest(b'')\n"
        "    except BaseException as fault: wrong.append(fault)\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[t.start() for t in threads]; [t.join(60) for t in threads]\n"
        "assert not wrong and not any(t.is_alive() for t in threads), wrong\n"
    )
    import subprocess
    import sys

    for _ in range(3):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def everything(number):
    """One of every kind of operation, so that what leaks in any of them shows."""
    message = b"%d" % number
    signature = KEY.sign(message)
    PUBLIC.verify(signature, message)
    KEY.decrypt(PUBLIC.encrypt(message))
    sm3.digest(message)
    key = sm4.generate_key()
    sm4.open(key, sm4.seal(key, message))
    made = sm2.generate_private_key()
    keys.load_pem_private_key(made.to_pem(password=None), None)
    for wrong in (signature[:-1], b"", b"\x30\x80"):
        try:
            PUBLIC.verify(wrong, message)
        except Exception:  # noqa: BLE001  the refusal itself must not leak
            continue


@pytest.mark.parametrize(
    "rounds", [pytest.param(3_000, id="short"), pytest.param(100_000, id="long")]
)
def test_memory_does_not_grow(rounds):
    """Ten operations a round: the long one is 10^6 of them, by `make concurrency`."""
    if rounds > 3_000 and not os.environ.get("GMKIT_SLOW"):
        pytest.skip("minutes: set GMKIT_SLOW=1, or make concurrency")
    for number in range(1_500):
        everything(number)
    before = resident()
    for number in range(rounds):
        everything(number)
    assert resident() - before < 2 << 20


def test_the_clock_and_the_zone_of_the_process_change_nothing(monkeypatch):
    import time

    signature = KEY.sign(b"m")
    for zone in ("UTC", "Asia/Shanghai", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        PUBLIC.verify(signature, b"m")
        record = receipts.Record.from_mapping(
            {"kind": "order", "id": "1", "time": datetime(2026, 1, 31, 8, tzinfo=timezone.utc)}
        )
        assert b'"t":1769846400000' in record.to_payload()
    monkeypatch.undo()
    time.tzset()
