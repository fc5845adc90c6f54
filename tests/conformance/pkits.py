"""
Runs the cases of NIST PKITS in the form of ``pkits.json`` and prints a verdict for each.

    python -m tests.conformance.pkits DIR [--json]

DIR holds ``pkits.json``, ``certs/`` and ``crls/``. The verdict is that of RFC 5280, clause 6 alone: PKITS has
certificates that break rules of clause 4 on purpose. Ends with 0 if every verdict is the expected one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

from gmkit import errors, pki, x509
from tests.conformance.limbo import show

#: Within the validity of the suite's certificates and lists (2010 to 2030), before what expires in it.
MOMENT = datetime(2022, 1, 1, tzinfo=timezone.utc)
#: Cases that cannot have the verdict of the original: the suite moved to SM2 keys has no DSA.
DELIBERATE = {
    "40104": "the leaf's DSA signature was not moved to SM2: no key of the suite made the one it has",
    "40105": "the chain's DSA signatures were not moved to SM2: no key of the suite made them",
}
_ROOT = "TrustAnchorRootCertificate.crt"
_ROOT_CRL = "TrustAnchorRootCRL.crl"


@cache
def _certificate(path: Path) -> x509.Certificate:
    return x509.Certificate.from_der(path.read_bytes())


@cache
def _crl(path: Path) -> x509.CertificateList:
    return x509.CertificateList.from_der(path.read_bytes())


def judge(folder: Path, case: dict) -> tuple[str, str]:
    """SUCCESS or FAILURE, and the reason."""
    parameters = case.get("params", {})
    acceptable = parameters.get("user_initial_policy_set")
    lists = [*case.get("crls", ()), _ROOT_CRL]
    verifier = pki.Verifier(
        [_certificate(folder / "certs" / _ROOT)],
        time=MOMENT,
        purpose=pki.Purpose.ANY,
        revocation=pki.Revocation.REQUIRE if case.get("revocation", True) else pki.Revocation.NONE,
        policies=pki.PolicyInputs(
            acceptable=None if acceptable is None else frozenset(acceptable),
            require_explicit=parameters.get("initial_explicit_policy", False),
            inhibit_mapping=parameters.get("initial_policy_mapping_inhibit", False),
            inhibit_any=parameters.get("initial_any_policy_inhibit", False),
        ),
        crls=[_crl(folder / "crls" / name) for name in lists],
    )
    others = [_certificate(folder / "certs" / name) for name in case.get("other_certs", ())]
    try:
        chain = verifier.verify(_certificate(folder / "certs" / case["cert"]), others)
    except errors.VerificationError as error:
        return "FAILURE", f"{error.reason}: {error}"
    length = len(chain.certificates)
    if "error" not in case and length != case["path_len"]:
        return "FAILURE", f"a chain of {length} instead of {case['path_len']}"
    return "SUCCESS", f"chain of {length}"


def _is_orphan(folder: Path, case: dict) -> bool:
    """Whether some signature of the case was made by no key of the suite."""
    keys = {_certificate(path).key_info for path in sorted((folder / "certs").glob("*.crt"))}

    def made_by(key: x509.PublicKeyInfo, certificate: x509.Certificate) -> bool:
        try:
            key.key().verify(certificate.signature, certificate.tbs)
        except errors.GmkitError:
            return False
        return True

    chain = [_certificate(folder / "certs" / n) for n in (case["cert"], *case["other_certs"])]
    return any(not any(made_by(key, one) for key in keys if key.is_sm2) for one in chain)


def run(folder: Path) -> Iterator[dict]:
    """A verdict for each case."""
    for case in json.loads((folder / "pkits.json").read_text()):
        begin = time.thread_time()
        got, reason = judge(folder, case)
        deliberate = DELIBERATE.get(case["id"])
        if deliberate and not _is_orphan(folder, case):
            deliberate = None
        yield {
            "id": f"{case['id']}::{case['name']}",
            "expected": "FAILURE" if "error" in case else "SUCCESS",
            "got": got,
            "reason": reason,
            **({"deliberate": deliberate} if deliberate else {}),
            "seconds": round(time.thread_time() - begin, 4),
        }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.pkits", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="verdicts and totals as JSON")
    arguments = parser.parse_args()
    return show(list(run(arguments.folder)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
