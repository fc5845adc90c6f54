"""
Runs path-validation cases in the form of x509-limbo and prints a verdict for each.

    python -m tests.conformance.limbo FILE… [--json]

Families whose identifier begins with ``webpki::`` are judged under the browser profile, ``bettertls::`` (path
building and name constraints) under clause 6 of RFC 5280 alone, all others also under the profile of its
clause 4. Ends with 0 if every verdict is the expected one; cases that are tagged
pedantic and deliberately judged otherwise are listed with the reason and do not count as wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from gmkit import errors, pki, x509

#: Tagged cases that are judged otherwise on purpose.
DELIBERATE = {
    "pedantic-public-suffix-wildcard": "wildcards above the suffixes of registries are refused; those of "
    "private owners may have them (Baseline Requirements 3.2.2.6), as browsers let them",
}
_KINDS = {"RFC822": "email", "DNS": "dns", "IP": "ip"}
_PURPOSES = {"SERVER": pki.Purpose.TLS_SERVER, "CLIENT": pki.Purpose.TLS_CLIENT}
_PROFILES = {"webpki": pki.Profile.BROWSER, "bettertls": pki.Profile.PATH}


def judge(case: dict) -> tuple[str, str]:
    """SUCCESS or FAILURE, and the reason."""
    try:
        chain = _verify(case)
    except errors.VerificationError as error:
        where = "" if error.depth is None else f" at {error.depth}"
        return "FAILURE", f"{error.reason}{where}: {error}"
    except errors.GmkitError as error:
        # Not a certificate, no trusted one left, a name nobody can have.
        return "FAILURE", f"{error.code}: {error}"
    return "SUCCESS", f"chain of {len(chain.certificates)}"


def _verify(case: dict) -> pki.VerifiedChain:
    moment = case["validation_time"]
    crls = [x509.CertificateList.from_pem(pem.encode()) for pem in case.get("crls") or ()]
    depth = case["max_chain_depth"]
    family = case["id"].partition("::")[0]
    verifier = pki.Verifier(
        _certificates(case["trusted_certs"]),
        time=_time(moment) if moment else datetime.now(timezone.utc),
        purpose=_PURPOSES[case["validation_kind"]],
        profile=_PROFILES.get(family, pki.Profile.RFC5280),
        revocation=pki.Revocation.REQUIRE if crls else pki.Revocation.NONE,
        crls=crls,
        **({} if depth is None else {"max_depth": depth}),
    )
    leaf = x509.Certificate.from_pem(case["peer_certificate"].encode())
    peers = [
        _peer(name) for name in (case["expected_peer_name"], *case["expected_peer_names"]) if name
    ]
    intermediates = _certificates(case["untrusted_intermediates"])
    chain = None
    for peer in peers or [None]:
        chain = verifier.verify(leaf, intermediates, peer=peer)
    assert chain is not None
    return chain


def _certificates(pems: list[str]) -> list[x509.Certificate]:
    """What cannot be read cannot be part of a chain."""
    found = []
    for pem in pems:
        try:
            found.append(x509.Certificate.from_pem(pem.encode()))
        except errors.EncodingError:
            continue
    return found


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _peer(name: dict) -> str | x509.GeneralName:
    if name["kind"] in ("DNS", "IP"):
        return name["value"]
    return x509.GeneralName(_KINDS[name["kind"]], name["value"])


def run(files: list[Path]) -> Iterator[dict]:
    """A verdict for each case."""
    for file in files:
        for case in json.loads(file.read_text())["testcases"]:
            begin = time.thread_time()
            got, reason = judge(case)
            deliberate = next(
                (DELIBERATE[f] for f in case.get("features") or () if f in DELIBERATE), None
            )
            yield {
                "id": case["id"],
                "expected": case["expected_result"],
                "got": got,
                "reason": reason,
                **({"deliberate": deliberate} if deliberate else {}),
                "seconds": round(time.thread_time() - begin, 4),
            }


def totals(verdicts: list[dict]) -> dict[str, int]:
    """Right, wrong accepts, wrong rejects, and deliberate ones among the wrong."""
    count: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict["got"] == verdict["expected"]:
            count["right"] += 1
        elif "deliberate" in verdict:
            count["deliberate"] += 1
        else:
            count["wrong accepts" if verdict["got"] == "SUCCESS" else "wrong rejects"] += 1
    names = ("right", "wrong accepts", "wrong rejects", "deliberate")
    return {"cases": len(verdicts), **{name: count[name] for name in names}}


def show(verdicts: list[dict], *, as_json: bool) -> int:
    """Prints verdicts and totals; 0 if nothing is wrong."""
    total = totals(verdicts)
    if as_json:
        json.dump({"verdicts": verdicts, "totals": total}, sys.stdout, indent=1)
        print()
    else:
        for v in verdicts:
            mark = "ok" if v["got"] == v["expected"] else "--" if "deliberate" in v else "WRONG"
            print(f"{mark:5} {v['id']}: expected {v['expected']}, got {v['got']} ({v['reason']})")
            if mark == "--":
                print(f"      on purpose: {v['deliberate']}")
        print(", ".join(f"{number} {name}" for name, number in total.items()))
    return 1 if total["wrong accepts"] or total["wrong rejects"] else 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.limbo", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="verdicts and totals as JSON")
    arguments = parser.parse_args()
    return show(list(run(arguments.files)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
