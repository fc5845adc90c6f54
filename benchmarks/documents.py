"""
Signed documents in figures: ``python -m benchmarks.documents [--mib N] [--files N]``.

Small CMS messages by a known signer, one after the other and as a batch, on one core; a detached file beside
SM3 alone; sealed OFD documents; a folder of files on all cores. Processor time, medians; wall time for the
folder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from gmkit import cms, documents, ofd, sm2, sm3
from gmkit.documents.batch import find_jobs, verify_files
from gmkit.verdict import Outcome, Trust
from tests.certificates import certificate
from tests.documents import people
from tests.ofd import world
from tests.shared import shared_or_none

KEY = sm2.generate_private_key()
CERTIFICATE = certificate(KEY, "signer")
SIGNER = cms.MessageSigner(KEY, CERTIFICATE)
NOW = datetime.now(timezone.utc).replace(microsecond=0)
ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    """Median processor time."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def messages(count: int = 400) -> None:
    made = [cms.sign(b"order %d" % n, [SIGNER], signing_time=NOW) for n in range(count)]
    known = (CERTIFICATE,)
    bare = seconds(lambda: [KEY.public_key().verify(s, d) for s, d in pairs])
    single = seconds(
        lambda: [cms.verify_signatures(cms.parse(m), certificates=known) for m in made]
    )
    batch = seconds(lambda: cms.verify_batch(made, certificates=known, threads=1))
    print(f"small messages, parsed and verified, one core: {count / single:,.0f}/s")
    print(f"  as a batch, one core:                        {count / batch:,.0f}/s")
    print(f"  SM2 verification alone, one after the other: {count / bare:,.0f}/s")


pairs = [(KEY.sign(data), data) for data in (b"attributes %d" % n * 8 for n in range(400))]


def large(folder: Path, size: int) -> None:
    path = folder / "large"
    with path.open("wb") as file:
        for _ in range(size):
            file.write(os.urandom(1 << 20))
    with path.open("rb") as source, (folder / "large.p7s").open("wb") as target:
        cms.sign_file(source, target, [SIGNER], detached=True)
    signature = (folder / "large.p7s").read_bytes()
    trust = Trust(NOW, (CERTIFICATE,))
    piece = bytes(1 << 20)

    def hashed() -> None:
        running = sm3.SM3()
        for _ in range(size):
            running.update(piece)

    alone = seconds(hashed)
    verified = seconds(lambda: documents.verify(path, trust=trust, signature=signature))
    speed = size * (1 << 20) / verified / 1e6
    print(
        f"detached file of {size} MiB: {speed:,.0f} MB/s, {alone / verified:.0%} of SM3 in memory"
    )
    path.unlink()
    (folder / "large.p7s").unlink()


def folder_of(folder: Path, count: int) -> None:
    for number in range(count):
        content = b"order %d" % number
        (folder / f"{number}.txt").write_bytes(content)
        message = cms.sign(content, [SIGNER], detached=True, signing_time=NOW)
        (folder / f"{number}.txt.p7s").write_bytes(message)
    trust = Trust(NOW, (CERTIFICATE,))
    for processes in dict.fromkeys((1, len(os.sched_getaffinity(0)))):
        start = time.monotonic()
        found = list(verify_files(find_jobs([folder]), trust=trust, processes=processes))
        taken = time.monotonic() - start
        assert {one.outcome for one in found} == {Outcome.VALID}
        print(f"folder of {count} files, {processes} processes: {count / taken:,.0f} files/s")


def sealed() -> None:
    """A test invoice of the tax authority, if it is at hand; and a sealed, stamped document of ours."""
    many = 20
    invoice = shared_or_none("samples/ofd/vat_test_invoice_b.ofd")
    if invoice is not None:
        data, trust = invoice.read_bytes(), Trust(NOW)
        spent = seconds(lambda: [ofd.verify(data, trust=trust) for _ in range(many)])
        print(f"OFD invoice (16 parts, a seal): {spent / many * 1e3:.2f} ms")
    stamp = documents.local_stamp(people.TSA, clock=lambda: people.NOW)
    own = ofd.sign(world.PLAIN, people.SIGNER, time=people.NOW, seal=world.SEAL, stamp=stamp)
    trust = people.trust()
    assert ofd.verify(own, trust=trust).outcome is Outcome.VALID
    spent = seconds(lambda: [ofd.verify(own, trust=trust) for _ in range(many)])
    print(f"  with three chains, revocation lists and a timestamp: {spent / many * 1e3:.2f} ms")


def main() -> int:
    """Print all figures."""
    parser = argparse.ArgumentParser(description="Signed documents in figures.")
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--files", type=int, default=1000)
    arguments = parser.parse_args()
    messages()
    sealed()
    with tempfile.TemporaryDirectory() as name:
        large(Path(name), arguments.mib)
        folder_of(Path(name), arguments.files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
