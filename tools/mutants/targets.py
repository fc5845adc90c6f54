"""The verification code, package by package, and where its tests are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Modules of one folder below ``src``, and the tests that may judge them."""

    folder: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]


TARGETS = {
    "sm2": Target(
        "gmkit/sm2",
        ("batch", "convert", "exchange", "formats"),
        ("tests/test_sm2.py", "tests/test_sm2_batch.py", "tests/test_sm2_exchange.py"),
    ),
    "pki": Target(
        "gmkit/pki",
        (
            *("attempt", "browser", "chain", "judge", "names", "path", "peer", "policies"),
            *("policy", "public_suffix", "responses", "revocation", "rules", "scope", "search"),
            *("signatures", "status"),
        ),
        (
            "tests/unit/pki",
            "tests/unit/ocsp",
            "tests/conformance",
            "tests/known_attacks/test_10_certificates.py",
        ),
    ),
    "cms": Target(
        "gmkit/cms",
        (
            *("algorithms", "attributes", "content", "enveloped", "known", "large"),
            *("large_enveloped", "recipients", "signed_data", "signing_certificate", "skim"),
            *("unsigned", "verify"),
        ),
        (
            "tests/unit/cms",
            "tests/unit/tsp",
            "tests/documents/test_attacks.py",
            "tests/documents/test_messages.py",
            "tests/documents/test_openssl.py",
        ),
    ),
    "receipts": Target(
        "gmkit/receipts",
        (
            *("base64url", "batch", "canonical", "disclosure", "path", "receipt", "record"),
            *("signers", "verdict", "verify"),
        ),
        (
            "tests/receipts/test_batch.py",
            "tests/receipts/test_bundle.py",
            "tests/receipts/test_canonical.py",
            "tests/receipts/test_certificates.py",
            "tests/receipts/test_corpus.py",
            "tests/receipts/test_disclosure.py",
            "tests/receipts/test_export.py",
            "tests/receipts/test_native.py",
            "tests/receipts/test_partial.py",
            "tests/receipts/test_receipt.py",
            "tests/receipts/test_record.py",
            "tests/receipts/test_signers.py",
            "tests/receipts/test_withheld_batch.py",
            "tests/receipts/test_withholding.py",
        ),
    ),
}
