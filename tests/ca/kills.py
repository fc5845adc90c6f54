"""
Kill -9 in the middle, as often as asked: what was acknowledged is there, and the next process just goes on.

A process that has everything loaded forks one worker after the other and kills each after a moment of
chance, while it issues, revokes and makes lists.  ``python -m tests.ca.kills --kills 10000`` is the long run, on
both stores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from gmkit import ca, sm2, x509
from gmkit.x509 import RevocationReason

PATIENCE = 60  # seconds until a worker must have said its first word


def application(key):
    return ca.Application(
        subject=x509.parse_name("CN=Shop,O=Company,C=CN"),
        public_key_info=key.public_key().to_der(),
    )


def work(folder, say, start):
    """Say what was done, each time after the call has returned."""
    wanted = application(sm2.generate_private_key())
    with ca.Authority(folder) as authority:
        for number in count(start):
            now = datetime.now(timezone.utc)
            if number % 3 == 2:
                [(_, published)] = authority.publish(now=now).items()
                say(f"list {published.number}")
            if number % 5 == 4:
                many = list(authority.issue_many("merchant-signing", [wanted] * 8, now=now))
                made = [each.certificate for each in many]
            else:
                made = [authority.issue("merchant-signing", wanted, now=now)]
            for each in made:
                say(f"issued {each.serial:x}")
            if number % 2:
                authority.revoke([made[0].serial], reason=RevocationReason.SUPERSEDED, now=now)
                say(f"revoked {made[0].serial:x}")


def killed(folder, seconds, start):
    """What one worker said before it was killed, *seconds* after its first word."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            work(folder, lambda line: os.write(writer, f"{line}\n".encode()), start)
        finally:
            os._exit(70)
    os.close(writer)
    try:
        if not select.select([reader], [], [], PATIENCE)[0]:
            raise TimeoutError(f"a worker said nothing for {PATIENCE} seconds")
        time.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"a worker ended by itself: {os.waitstatus_to_exitcode(status)}")
    # The last line may have been cut off.
    return [line.split() for line in said.rpartition("\n")[0].splitlines()]


def run(folder, kills, *, seed=20261122, report=lambda _: None):
    """
    Kill, and check what is left.

    Returns:
        How often what was said; raises AssertionError if something acknowledged is not there.
    """
    dice = random.Random(seed)
    said = []
    for number in range(kills):
        said += killed(folder, dice.uniform(0, 0.04), dice.randrange(30))
        report(number + 1)
    check(folder, said)
    return Counter(word for word, _ in said)


def check(folder, said):
    """Everything acknowledged is there, nothing twice, and the log says what the store says."""
    issued = {int(what, 16) for word, what in said if word == "issued"}
    revoked = {int(what, 16) for word, what in said if word == "revoked"}
    numbers = [int(what) for word, what in said if word == "list"]
    with ca.Authority(folder) as authority:
        found = authority.find()
        status = {each.serial: each.status for each in found}
        assert len(status) == len(found), "a serial twice"
        assert issued <= set(status), "an acknowledged certificate is lost"
        assert all(status[serial] is ca.Status.REVOKED for serial in revoked), (
            "a revocation is lost"
        )
        assert numbers == sorted(set(numbers)), "a number of a list twice"
        newest, faults = authority.log.verify()
        assert faults == [], faults
        now = datetime.now(timezone.utc)
        after = authority.publish(now=now)["issuing.crl"]
        assert after.number > max(numbers, default=0)
        assert revoked <= {entry.serial for entry in after}
        authority.issue("merchant-signing", application(sm2.generate_private_key()), now=now)
        assert newest is None or newest.size <= authority.audit_root()[0]


def main():
    """The long run, or what a test asks for."""
    from tests.ca.conftest import NAMES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000, help="altogether")
    parser.add_argument(
        "--folder", help="an authority that exists; default: new ones on both stores"
    )
    asked = parser.parse_args()
    if asked.folder:
        print(json.dumps(run(asked.folder, asked.kills)))
        return
    from gmkit.ca.layout import Settings
    from tests.postgres import server

    with tempfile.TemporaryDirectory() as place, server(durable=True) as postgres:
        for name, url in (("sqlite", Settings().store), ("postgresql", postgres.url())):
            folder = Path(place) / name
            settings = Settings(store=url)
            now = datetime.now(timezone.utc)
            ca.create(folder, NAMES, password=None, now=now, settings=settings)

            def report(number, name=name):
                if number % 100 == 0:
                    sys.stderr.write(f"\r{name}: {number} kills")
                    sys.stderr.flush()

            done = run(folder, asked.kills // 2, report=report)
            sys.stderr.write("\n")
            print(f"{name}: {asked.kills // 2} kills, acknowledged and there: {dict(done)}")


if __name__ == "__main__":
    main()
