"""Bundles, verified by gmkit, by the command line and by the verifier for courts, good ones and bad ones."""

import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from click.testing import CliRunner

from gmkit import ca, sm2, tsp
from gmkit.errors import EncodingError
from gmkit.receipts import Outcome, Record, Signers, Verdict, conceal, sign
from gmkit.receipts.bundle import (
    Bundle,
    Status,
    is_bundle,
    judge_bundle,
    make_bundle,
    page,
    read_bundle,
    tell,
)
from gmkit.receipts.ledger import Ledger, add_token, checkpoint, prove_inclusion
from gmkit.x509 import Certificate, build_name
from gmkit_cli.app import root
from tests.receipts.test_court import SOURCE, court  # noqa: F401  a fixture

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
YEARS_LATER = NOW + timedelta(days=3650)


@dataclass(frozen=True)
class World:
    root: Certificate
    shop: sm2.SM2PrivateKey
    certificates: tuple
    bundle: Bundle
    undated: Bundle
    other_proof: dict


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    names = ca.Names(
        root=build_name([("C", "CN"), ("O", "One"), ("CN", "Root")]),
        issuing=build_name([("C", "CN"), ("O", "One"), ("CN", "Issuing")]),
    )
    ca.create(folder / "ca", names, password=None, now=NOW)
    keys = {name: sm2.generate_private_key() for name in ("Shop", "Log", "Clock")}
    made = {}
    with ca.Authority(folder / "ca") as authority:
        root, issuing = authority.root, authority.issuing
        for name, key in keys.items():
            application = ca.Application(
                subject=build_name([("C", "CN"), ("O", "One"), ("CN", name)]),
                public_key_info=key.public_key().to_der(),
            )
            profile = "tsa" if name == "Clock" else "merchant-signing"
            made[name] = authority.issue(profile, application, now=NOW)
    certificates = (made["Shop"], made["Log"], made["Clock"], issuing)
    clock = tsp.TimestampAuthority(keys["Clock"], made["Clock"], "1.2.3.4", (issuing,))
    record = Record.from_mapping(
        {"kind": "order", "id": "<1>", "time": "2026-01-31T08:00:00Z", "amount": 67315, "currency": "CNY",
         "buyer": {"name": "王小明"}, "note": "<script>"}
    )  # fmt: skip
    concealed, shown = conceal(record, ["buyer"])
    receipt = sign(concealed, keys["Shop"]).with_disclosures([each.text for each in shown]).text
    others = [
        sign(Record.from_mapping({"kind": "order", "id": str(n), "time": "2026-01-31T08:00:00Z"}), keys["Shop"]).text
        for n in range(9)
    ]  # fmt: skip
    signers = Signers(roots=[root], certificates=certificates, time=NOW)
    with Ledger.create(
        f"sqlite:///{folder}/l.db", origin="shop.example/receipts", public_key=keys["Log"].public_key(),
        objects=f"file://{folder}/objects", segment=256,
    ) as ledger:  # fmt: skip
        assert not ledger.append([*others[:4], receipt, *others[4:]], signers, now=NOW).refused
        note = checkpoint(ledger, keys["Log"], now=NOW)
        undated = prove_inclusion(ledger, 4)
        token = tsp.obtain_token(
            tsp.Imprint.of(note.body),
            lambda request: clock.respond(request, time=NOW + timedelta(minutes=1)),
        )
        add_token(ledger, note, token.der)
        proof, other = prove_inclusion(ledger, 4), prove_inclusion(ledger, 5)
    bundle = make_bundle(receipt, certificates=certificates, proof=proof)
    return World(
        root, keys["Shop"], certificates, bundle,
        make_bundle(receipt, certificates=certificates, proof=undated), other,
    )  # fmt: skip


def by_court(court, data, world, now=YEARS_LATER):  # noqa: F811
    """As the script's main does it."""
    roots = [court.Certificate(world.root.der)]
    try:
        return court.check_bundle(data, roots, now)
    except (
        court.Refused,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        StopIteration,
    ):
        return None


def test_a_bundle_holds_years_later_with_a_root_alone(world, court):  # noqa: F811
    data = world.bundle.to_bytes()
    assert is_bundle(data)
    read = read_bundle(data)
    assert read == world.bundle
    verdict = judge_bundle(read, roots=[world.root], now=YEARS_LATER)
    assert verdict.outcome is Outcome.VALID, verdict.steps
    assert verdict.proved == NOW + timedelta(minutes=1)
    assert verdict.signer == "CN=Shop,O=One,C=CN"
    assert verdict.included.place == 4
    assert verdict.verified.disclosed == {"buyer": {"name": "王小明"}}
    assert {step.name: step.status for step in verdict.steps} == {
        "timestamp": Status.OK, "log": Status.OK, "receipt": Status.OK, "revocation": Status.MISSING,
        "ledger": Status.OK,
    }  # fmt: skip
    lines = by_court(court, data, world)
    assert lines is not None
    assert "Shop" in lines[0]
    assert "王小明" in lines[-1]


def test_without_a_timestamp_certificates_are_judged_for_today(world, court):  # noqa: F811
    verdict = judge_bundle(world.undated, roots=[world.root], now=YEARS_LATER)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert by_court(court, world.undated.to_bytes(), world) is None
    assert judge_bundle(world.undated, roots=[world.root], now=NOW).outcome is Outcome.VALID
    assert by_court(court, world.undated.to_bytes(), world, NOW) is not None


def test_a_verdict_cannot_be_taken_for_a_bool(world):
    for verdict in (judge_bundle(world.undated, roots=[], now=NOW), Verdict(1, Outcome.INVALID)):
        with pytest.raises(TypeError, match="no truth value"):
            assert verdict


def test_a_bundle_may_do_without_a_ledger(world, court):  # noqa: F811
    plain = make_bundle(world.bundle.receipt, certificates=world.certificates)
    verdict = judge_bundle(plain, roots=[world.root], now=NOW)
    assert verdict.outcome is Outcome.VALID
    assert [step.name for step in verdict.steps if step.status is Status.MISSING] == [
        "log", "timestamp", "ledger", "revocation",
    ]  # fmt: skip
    assert by_court(court, plain.to_bytes(), world, NOW) is not None


def test_another_root_leaves_it_undecided(world, court):  # noqa: F811
    stranger = world.certificates[0]
    verdict = judge_bundle(world.bundle, roots=[stranger], now=NOW)
    assert verdict.outcome is not Outcome.VALID
    with pytest.raises(court.Refused):
        court.check_bundle(
            world.bundle.to_bytes(), [court.Certificate(world.certificates[1].der)], NOW
        )


def changes(document):
    """Ways to bend a bundle, each by name."""
    proof, receipt = document["proof"], document["receipt"]
    note = proof["checkpoint"]
    core, disclosure, _ = receipt.split("~")
    head, payload, signature = core.split(".")
    yield (
        "amount",
        {
            "receipt": f"{head}.{payload[:20]}{'A' if payload[20] != 'A' else 'B'}{payload[21:]}.{signature}~{disclosure}~"
        },
    )
    yield "signature", {"receipt": f"{head}.{payload}.{signature[:-4]}AAAA~{disclosure}~"}
    yield "disclosure", {"receipt": f"{core}~{disclosure[:-2]}~"}
    yield "disclosure twice", {"receipt": f"{core}~{disclosure}~{disclosure}~"}
    yield "no certificates", {"certificates": []}
    for at in range(len(document["certificates"])):
        yield (
            f"without certificate {at}",
            {"certificates": [c for n, c in enumerate(document["certificates"]) if n != at]},
        )
    for at in range(2):
        der = bytearray(b64decode(document["certificates"][at]))
        der[-5] ^= 1
        changed = list(document["certificates"])
        changed[at] = b64encode(der).decode()
        yield f"certificate {at} forged", {"certificates": changed}
    for name, value in {
        "index": 5, "hashes": proof["hashes"][:-1], "entry": proof["entry"][:-4] + "AAAA", "token": proof["token"][:-8] + "AAAAAAAA",
        "checkpoint": note.replace("\n10\n", "\n11\n"), "type": "x",
    }.items():  # fmt: skip
        yield f"proof {name}", {"proof": {**proof, name: value}}
    yield "more hashes", {"proof": {**proof, "hashes": [*proof["hashes"], proof["hashes"][0]]}}
    origin = re.sub(r"^[^\n]+", "other.example", note)
    yield "origin", {"proof": {**proof, "checkpoint": origin}}
    yield "time", {"proof": {**proof, "checkpoint": note.replace("time 17", "time 16")}}


def test_every_bent_bundle_is_refused_by_both(world, court):  # noqa: F811
    document = json.loads(world.bundle.to_bytes())
    ways = dict(changes(document))
    assert len(ways) > 18
    for name, change in ways.items():
        if name == "without certificate 2":
            continue  # the timestamp carries its own
        data = json.dumps({**document, **change}).encode()
        try:
            outcome = judge_bundle(read_bundle(data), roots=[world.root], now=YEARS_LATER).outcome
        except EncodingError:
            outcome = None
        assert outcome is not Outcome.VALID, name
        # The type of the proof is all that the short verifier does not look at.
        if name != "proof type":
            assert by_court(court, data, world) is None, name


def test_the_proof_of_another_receipt_proves_nothing(world, court):  # noqa: F811
    bent = make_bundle(
        world.bundle.receipt, certificates=world.certificates, proof=world.other_proof
    )
    verdict = judge_bundle(bent, roots=[world.root], now=YEARS_LATER)
    assert verdict.outcome is Outcome.INVALID
    assert by_court(court, bent.to_bytes(), world) is None


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 99_999, b"\xff", b'{"type": "gmkit receipt bundle 1"}']
)
def test_what_is_no_bundle_is_said_to_be_none(data):
    with pytest.raises(EncodingError):
        read_bundle(data)


def test_damaged_bundles_raise_nothing_else(world):
    data = world.bundle.to_bytes()
    for at in range(0, len(data), 41):
        for octet in (0, 0x22, 0x5D):
            try:
                judged = judge_bundle(
                    read_bundle(data[:at] + bytes([octet]) + data[at + 1 :]),
                    roots=[world.root],
                    now=YEARS_LATER,
                )
            except EncodingError:
                continue
            assert judged.outcome is not Outcome.VALID or judged.verified is not None
        with pytest.raises(EncodingError):
            read_bundle(data[:at])


def test_it_is_told_in_both_languages(world):
    verdict = judge_bundle(world.bundle, roots=[world.root], now=YEARS_LATER)
    english, chinese = tell(verdict), tell(verdict, "zh")
    assert english[0] == "This receipt is genuine and unchanged."
    assert "It stands in the ledger shop.example/receipts, as entry 5 of 10." in english
    assert (
        "It existed on 2026-01-31 08:01:00 UTC at the latest, as CN=Clock,O=One,C=CN attests."
        in english
    )
    assert chinese[0] == "该凭证真实有效，未被改动。"
    assert len(english) == len(chinese)


def test_the_page_holds_the_receipt_as_a_code_and_no_foreign_markup(world):
    verdict = judge_bundle(world.bundle, roots=[world.root], now=YEARS_LATER)
    html = page(world.bundle, verdict, language="zh", now=NOW)
    assert "<svg" in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "该凭证真实有效" in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")
    bad = judge_bundle(Bundle("nonsense"), roots=[world.root], now=NOW)
    assert "NOT genuine" in page(Bundle("nonsense"), bad, now=NOW)


def test_the_command_line_and_the_script_say_the_same(world, tmp_path):
    (tmp_path / "root.pem").write_bytes(world.root.to_pem())
    (tmp_path / "good").write_bytes(world.bundle.to_bytes())
    (tmp_path / "bad").write_bytes(world.bundle.to_bytes().replace(b'"index": 4', b'"index": 5'))
    gmkit = [str(__import__("pathlib").Path(sys.executable).parent / "gmkit"), "receipt", "verify"]
    for name, code, words in (("good", 0, "genuine and unchanged"), ("bad", 3, "NOT genuine")):
        run = subprocess.run(
            [*gmkit, name, "--root", "root.pem", "--html", f"{name}.html", "--words", "en"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (run.returncode, words in run.stdout) == (code, True), run
        assert "<svg" in (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        script = subprocess.run(
            [sys.executable, "-I", SOURCE, name, "--root", "root.pem"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (script.returncode, script.stdout.startswith("VERIFIED")) == (code, code == 0), (
            script
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lang", "zh"], "该凭证真实有效"),
        (["--lang", "zh", "--words", "en"], "genuine and unchanged"),
        (["--lang", "en"], "genuine and unchanged"),
    ],
)
def test_the_explanation_is_in_the_language_of_the_line(world, tmp_path, options, words):
    (tmp_path / "root.pem").write_bytes(world.root.to_pem())
    (tmp_path / "good").write_bytes(world.bundle.to_bytes())
    line = ["receipt", "verify", str(tmp_path / "good"), "--root", str(tmp_path / "root.pem")]
    assert words in CliRunner().invoke(root, [*line, *options]).stdout
