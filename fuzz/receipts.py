"""Targets: receipts and everything that travels with them; single and batch verdicts must agree."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from fuzz.targets import MIB, Target
from gmkit import sm2, sm3, strict_json
from gmkit.errors import GmkitError
from gmkit.receipts import (
    Disclosure,
    Record,
    Signers,
    canonical,
    conceal,
    judge,
    key_id,
    sign,
    sign_batch,
    verify,
    verify_batch,
)
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.bulk import Format, open_source, verify_file
from gmkit.receipts.bundle import judge_bundle, make_bundle, page, read_bundle
from gmkit.receipts.evaluation import (
    Level,
    evaluate,
    prove_item,
    read_sealed,
    verify_evaluation,
    verify_item,
    write_sealed,
)
from gmkit.receipts.evaluation import seal as seal_evaluations
from gmkit.receipts.ledger import (
    Ledger,
    Manifest,
    audit_segment,
    check_absence,
    check_consistency,
    check_inclusion,
    checkpoint,
    prove_absence,
    prove_consistency,
    prove_inclusion,
    read_document,
    read_manifest,
    seal,
)
from gmkit.receipts.ledger.objects import open_objects
from tests.documents.people import ROOT, SIGNER_CERTIFICATE, SIGNER_KEY, key

NOW = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)
SHOP, LOG, BUYER = SIGNER_KEY, key(31), key(32)
SEGMENT = 256


def _record(number: int, **more: Any) -> dict[str, Any]:
    fixed = {"kind": "order", "id": f"{number:04}", "time": "2026-06-01T07:00:00Z"}
    return fixed | {"amount": number, "currency": "CNY"} | more


def targets() -> dict[str, Target]:
    """By name."""
    signers = Signers(keys=[SHOP.public_key(), LOG.public_key()])
    hidden, shown = conceal(Record.from_mapping(_record(7, buyer={"name": "王"})), ["buyer"])
    receipt = sign(hidden, SHOP).with_disclosures([each.text for each in shown]).text
    line = receipt.encode()
    plain = json.dumps(_record(1, lines=[{"sku": "a", "n": 2}], note="\n\u4e2d")).encode()
    found = {
        "receipt": Target(lambda data: _verdicts(data, signers), (line,)),
        "receipts file": Target(
            lambda data: list(verify_file(io.BytesIO(data), signers)), (line + b"\n" + line,)
        ),
        "disclosure": Target(
            lambda data: Disclosure.parse(data.decode("latin-1")),
            tuple(each.text.encode() for each in shown),
        ),
        "canonical record": Target(_canonical, (canonical.encode(_record(1)), plain)),
        "strict JSON": Target(_json, (plain,), refusals=(ValueError, RecursionError)),
        "records in lines": Target(lambda data: _source(data, Format.JSONL), (plain,)),
        "records in CSV": Target(
            lambda data: _source(data, Format.CSV),
            (b"kind,id,time,amount\norder,1,2026-06-01T07:00:00Z,5\n",),
        ),
        **_evaluations(signers),
    }
    return found | _ledger(receipt, signers)


def _verdicts(data: bytes, signers: Signers) -> None:
    """One receipt: the verdict alone and in a batch is the same, whatever it says."""
    alone = judge(data, signers)
    (reason,) = verify_batch([data], signers)["reason"].to_pylist()
    assert reason == (alone.reason.value if alone.reason else None), (reason, alone)


def _canonical(data: bytes) -> None:
    value = canonical.parse(data)
    octets = canonical.encode(value)
    assert canonical.parse(octets) == value
    assert canonical.encode(canonical.parse(octets)) == octets


def _json(data: bytes) -> None:
    # Only stricter than the reader beneath: what it takes has the same meaning there.
    assert repr(strict_json.loads(data)) == repr(json.loads(data))


def _source(data: bytes, form: Format) -> None:
    source = open_source(Path("records"), form, stream=io.BytesIO(data))
    for item in source.items():
        try:
            item.record()
        except GmkitError:
            continue


def _evaluations(signers: Signers) -> dict[str, Target]:
    """Two evaluations of one item, sealed and proved."""
    fields = {"order": "A", "buyer_key": key_id(BUYER.public_key()).hex()}
    time = "2026-06-01T07:00:00Z"
    record = Record.from_mapping({"kind": "delivery", "id": "d", "time": time, **fields})
    delivery = sign(record, SHOP)
    verified = verify(delivery.text, signers)
    checked = []
    for item in ("rice", "tea"):
        asked = evaluate(verified, item, 5, id=f"e-{item}", time=NOW, level=Level.PLATFORM)
        text = sign(asked, SHOP).text
        checked.append(verify_evaluation(text, signers, delivery=delivery.text))
    sealed = seal_evaluations(checked, LOG, id="s", time=NOW)
    file = io.BytesIO()
    write_sealed(sealed, file)
    proof = prove_item(sealed, "tea", deliveries={sm3.digest(delivery.signed): delivery.text})
    return {
        "sealed evaluations": Target(lambda d: read_sealed(io.BytesIO(d)), (file.getvalue(),)),
        "evaluations of an item": Target(lambda d: verify_item(d, signers), (proof,)),
    }


def _ledger(receipt: str, signers: Signers) -> dict[str, Target]:
    """A ledger with one sealed segment; the octets of it that others are given."""
    rows = [json.dumps(_record(number)).encode() for number in range(SEGMENT)]
    lines = sign_batch(rows, SHOP)["receipt"].to_pylist()
    log = LOG.public_key()
    with tempfile.TemporaryDirectory() as folder:
        place = f"file://{folder}/objects"
        with Ledger.create(
            f"sqlite:///{folder}/l.db", origin="shop.example/receipts", public_key=log,
            objects=place, segment=SEGMENT,
        ) as ledger:  # fmt: skip
            ledger.append([receipt, *lines], signers, now=NOW)
            older = checkpoint(ledger, LOG, now=NOW)
            (manifest,) = seal(ledger, LOG, now=NOW)
            ledger.append([sign(Record.from_mapping(_record(999)), SHOP).text], signers, now=NOW)
            newer = checkpoint(ledger, LOG, now=NOW)
            identity = key_id(SHOP.public_key())
            inclusion = prove_inclusion(ledger, 0)
            consistency = prove_consistency(ledger, older, newer)
            absence = prove_absence(ledger, identity, "none")
        objects = open_objects(place)
        stored = {name: objects.get(f"segments/00000000.{name}") for name in ("parquet", "tiles")}
    bundle = make_bundle(receipt, certificates=[SIGNER_CERTIFICATE], proof=inclusion).to_bytes()

    def written(document: dict[str, Any]) -> tuple[bytes, ...]:
        return (json.dumps(document).encode(),)

    return {
        "bundle": Target(_bundle, (bundle,)),
        "inclusion": Target(lambda d: check_inclusion(read_document(d), log), written(inclusion)),
        "consistency": Target(
            lambda d: check_consistency(read_document(d), log), written(consistency)
        ),
        "absence": Target(
            lambda d: check_absence(read_document(d), log, identity, "none"), written(absence)
        ),
        "manifest": Target(_manifest, (canonical.encode(manifest.content),)),
        "segment": Target(
            lambda d: _audited(d, manifest, stored["tiles"], signers),
            (stored["parquet"],),
            seconds=0.5,
            longest=256 << 10,
            memory=256 * MIB,
        ),
    }


def _bundle(data: bytes) -> None:
    bundle = read_bundle(data)
    page(bundle, judge_bundle(bundle, roots=[ROOT.certificate], now=NOW), now=NOW)


def _manifest(data: bytes) -> None:
    """The content under a signature that is always right: what a log may sign, and never should."""
    content = canonical.parse(data)
    try:
        signature = LOG.sign(canonical.encode(content), format=sm2.SignatureFormat.RAW)
        octets = canonical.encode({"manifest": content, "signature": text_of(signature)})
    except GmkitError:
        return
    assert octets_of(text_of(signature)) == signature
    read_manifest(octets, LOG.public_key())


class _Given:
    """A place for objects that holds one table, whatever is asked for."""

    def __init__(self, table: bytes, tiles: bytes) -> None:
        self._table, self._tiles = table, tiles

    def get(self, name: str) -> bytes:
        """The object."""
        return self._table if name.endswith("parquet") else self._tiles


def _audited(data: bytes, manifest: Manifest, tiles: bytes, signers: Signers) -> None:
    audit_segment(manifest, _Given(data, tiles), signers, threads=1)  # type: ignore[arg-type]
