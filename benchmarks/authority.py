"""
The authority's speed: issuing, revoking among a million, a list of a hundred thousand, looking things up.

    python benchmarks/authority.py [--certificates 1000000] [--revoked 100000] [--postgresql]

Prints a line for each figure: what was promised, processor time and wall time. The million rows are copies of
one certificate under other serials, written past the authority; everything that is timed is the real thing, each
commit on the disk.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import text

from gmkit import ca, ocsp, sm2, x509
from gmkit.ca.layout import Settings
from gmkit.pki.issue import Order, issue_many, random_serial
from gmkit.x509 import RevocationReason

NOW = datetime.now(timezone.utc).replace(microsecond=0)
NAMES = ca.Names(
    root=x509.parse_name("CN=Root,O=Company,C=CN"),
    issuing=x509.parse_name("CN=Issuing,O=Company,C=CN"),
)
BATCH = 256

COPIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
    "INSERT INTO certificates (authority, serial, profile, subject, key, not_before, not_after, "
    "issued, status, shard, der) SELECT c.authority, CAST(x'50' || randomblob(15) AS BLOB), c.profile, "
    "c.subject || i, randomblob(32), c.not_before, c.not_after + i, c.issued, 0, 0, c.der "
    "FROM n, certificates c WHERE c.serial = :serial",
    "postgresql": "INSERT INTO certificates (authority, serial, profile, subject, key, not_before, "
    "not_after, issued, status, shard, der) SELECT c.authority, "
    "decode('50' || substr(md5(random()::text) || md5(random()::text), 1, 30), 'hex'), c.profile, "
    "c.subject || i, decode(md5(random()::text) || md5(random()::text), 'hex'), c.not_before, "
    "c.not_after + i, c.issued, 0, 0, c.der FROM generate_series(1, :count) i, certificates c "
    "WHERE c.serial = :serial",
}


def show(what, promised, cpu, wall):
    print(f"{what:46} {promised:>14} {cpu:>16} {wall:>16}", flush=True)


class Spent:
    """Processor and wall time of a block, of this process."""

    def __enter__(self):
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_):
        self.cpu = time.process_time() - self._cpu
        self.wall = time.perf_counter() - self._wall


def rate(what, promised, count, spent):
    show(what, promised, f"{count / spent.cpu:,.0f}/s", f"{count / spent.wall:,.0f}/s")


def milliseconds(what, promised, spent):
    cpu = statistics.median(each.cpu for each in spent) * 1000
    wall = statistics.median(each.wall for each in spent) * 1000
    show(what, promised, f"{cpu:.2f} ms", f"{wall:.2f} ms")


def applications(count):
    return [
        ca.Application(
            subject=x509.build_name((("C", "CN"), ("O", "Company"), ("CN", f"Shop {i}"))),
            public_key_info=sm2.generate_private_key().public_key().to_der(),
        )
        for i in range(count)
    ]


def issuing(authority, count):
    asked = applications(count)
    rules = authority._profile("merchant-signing")
    issuer = authority._issuer("issuing", 0)

    def orders(group):
        return [(issuer, Order(rules, each, random_serial(), NOW)) for each in group]

    issue_many(orders(asked[:BATCH]))
    with Spent() as spent:
        for start in range(0, count, BATCH):
            issue_many(orders(asked[start : start + BATCH]))
    rate("certificates in process", ">= 5,000/s", count, spent)
    with Spent() as spent:
        for outcome in authority.issue_many("merchant-signing", asked, now=NOW):
            assert outcome.certificate
    rate("certificates through the store, durable", ">= 1,500/s", count, spent)
    with Spent() as spent:
        for each in asked[:100]:
            authority.issue("merchant-signing", each, now=NOW)
    rate("certificates one commit each, durable", "", 100, spent)


def command_line(folder, place, count):
    requests = place / "requests"
    requests.mkdir()
    for number in range(count):
        request = x509.RequestBuilder(subject=x509.parse_name(f"CN=Shop {number},O=Company,C=CN"))
        made = request.sign(sm2.generate_private_key())
        (requests / f"{number:06}.csr").write_bytes(made.to_pem())
    program = str(Path(sys.executable).parent / "gmkit")
    begin, before = time.perf_counter(), os.times()
    subprocess.run(
        [program, "ca", "issue", str(folder), "--batch", str(requests), "--out", str(place / "out"),
         "--profile", "merchant-signing"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    after, wall = os.times(), time.perf_counter() - begin
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    show(
        "gmkit ca issue --batch, with start and files",
        ">= 1,000/s",
        f"{count / cpu:,.0f}/s",
        f"{count / wall:,.0f}/s",
    )


def answering(authority, place, count):
    issued = [each.certificate for each in authority.find(profile="merchant-signing", limit=count)]
    issuer, responder = authority.issuing, authority.responder()
    asked = [ocsp.OcspRequest.about(each, issuer, nonce=bytes(32)).to_der() for each in issued]
    responder.respond(asked[0], time=NOW)
    with Spent() as spent:
        for request in asked:
            responder.respond(request, time=NOW)
    rate("OCSP, signed live from the store, with nonce", ">= 8,000/s", len(asked), spent)
    made = ((i, responder.sign([i], time=NOW)) for i in map(_named(responder), issued))
    with Spent() as spent:
        ocsp.write_presigned(place / "web", made)
    rate("OCSP, signed in advance: made and written", "", len(asked), spent)
    served = ocsp.Presigned(place / "web")
    asked = [ocsp.OcspRequest.about(each, issuer).to_der() for each in issued]
    with Spent() as spent:
        for request in asked:
            served.respond(request)
    rate("OCSP, signed in advance: answered", ">= 20,000/s", len(asked), spent)


def _named(responder):
    return lambda certificate: responder.certificate_id(certificate.serial)


def many(authority, count, revoked):
    [template] = authority.find(profile="merchant-signing", limit=1)
    with authority._store.writing() as connection:
        statement = text(COPIES[connection.dialect.name])
        octets = template.certificate.serial_octets
        connection.execute(statement, {"count": count, "serial": octets})
    with authority._store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    with authority._store.reading() as connection:
        query = text("SELECT serial FROM certificates WHERE subject <> :own LIMIT :many")
        rows = connection.execute(query, {"own": template.subject, "many": revoked + 2000})
        serials = [int.from_bytes(row.serial, "big") for row in rows][10:]
    reason = RevocationReason.SUPERSEDED
    authority.revoke(serials[:1], reason=reason, now=NOW)
    single = []
    for serial in serials[1:201]:
        with Spent() as spent:
            authority.revoke([serial], reason=reason, now=NOW)
        single.append(spent)
    milliseconds(f"revoke one of {count:,}, durable", "<= 10 ms", single)
    with Spent() as spent:
        for start in range(201, revoked, 5000):
            authority.revoke(serials[start : min(start + 5000, revoked)], reason=reason, now=NOW)
    rate("revocations, 5,000 in a commit", "", revoked - 201, spent)
    published = []
    for number in range(3):
        with Spent() as spent:
            made = authority.publish(now=NOW + timedelta(seconds=number))["issuing.crl"]
        published.append(spent)
    assert len(made) == revoked
    milliseconds(f"list of {len(made):,}: made, checked, written", "<= 300 ms", published)
    looked = []
    for serial in serials[-200:]:
        with Spent() as spent:
            authority.get(serial)
        looked.append(spent)
    milliseconds(f"look up a serial among {count:,}", "", looked)
    with Spent() as spent:
        assert authority.find(text=f"Shop 0,O=Company,C=CN{count}", limit=5)
    milliseconds(f"search a text among {count:,}", "", [spent])
    with Spent() as spent:
        authority.find(expires_before=NOW + timedelta(days=731), limit=100)
    milliseconds("a hundred that expire soon", "", [spent])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=1_000_000)
    parser.add_argument("--revoked", type=int, default=100_000)
    parser.add_argument("--issue", type=int, default=10_240)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--place", help="a folder on the disk that is meant")
    asked = parser.parse_args()
    show("what", "promised", "processor time", "wall time")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.place)))
        settings = Settings()
        if asked.postgresql:
            from tests.postgres import server

            settings = Settings(store=stack.enter_context(server(durable=True)).url())
        folder = place / "authority"
        ca.create(folder, NAMES, password=None, now=NOW, settings=settings)
        with ca.Authority(folder) as authority:
            issuing(authority, asked.issue)
            answering(authority, place, 5000)
            command_line(folder, place, min(asked.issue, 5000))
            many(authority, asked.certificates, asked.revoked)


if __name__ == "__main__":
    main()
