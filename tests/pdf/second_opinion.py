"""
pyhanko's own verdict on SM2 signatures, for comparison: its path validator, its CMS, its difference analysis.

Three hooks teach it the algorithms (names in asn1crypto, a signature validator, an algorithm policy); the curve's
arithmetic in them is gmkit's, as nobody else offers SM2 to Python well.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO

from asn1crypto import algos, keys, x509
from cryptography.exceptions import InvalidSignature as PycaInvalid
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.utils import DEFAULT_ALGORITHM_USAGE_POLICY, CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
)

from gmkit.errors import GmkitError
from gmkit.keys import load_der_public_key
from gmkit.verdict import Trust

__all__ = ["second_opinion"]

SM2 = {"sm2_with_sm3": "1.2.156.10197.1.501", "sm2_signature": "1.2.156.10197.1.301.1"}


def register() -> None:
    """Names for the identifiers; done twice, it changes nothing."""
    algos.DigestAlgorithmId("sha256")
    algos.SignedDigestAlgorithmId("sha256_rsa")
    keys.NamedCurve("secp256r1")
    keys.NamedCurve.register("sm2", "1.2.156.10197.1.301", 32)
    algos.DigestAlgorithmId._map["1.2.156.10197.1.401"] = "sm3"
    algos.DigestAlgorithmId._reverse_map["sm3"] = "1.2.156.10197.1.401"
    for name, oid in SM2.items():
        algos.SignedDigestAlgorithmId._map[oid] = name
        algos.SignedDigestAlgorithmId._reverse_map[name] = oid


class Validator(DefaultSignatureValidator):
    """SM2 by gmkit, the rest by pyhanko."""

    def validate_signature(
        self,
        signature,
        signed_data,
        public_key_info,
        signature_algorithm,
        context=DEFAULT_VALIDATION_CONTEXT,
    ):
        if signature_algorithm["algorithm"].native not in SM2:
            super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        try:
            load_der_public_key(public_key_info.dump()).verify(signature, signed_data)
        except GmkitError as why:
            raise PycaInvalid from why


class Policy(CMSAlgorithmUsagePolicy):
    """SM2 goes with SM3 and an SM2 key only."""

    def signature_algorithm_allowed(self, algo, moment, public_key):
        if algo["algorithm"].native in SM2:
            return AlgorithmUsageConstraint(
                allowed=public_key is None or public_key.curve == ("named", "sm2")
            )
        return DEFAULT_ALGORITHM_USAGE_POLICY.signature_algorithm_allowed(algo, moment, public_key)

    def digest_algorithm_allowed(self, algo, moment):
        return DEFAULT_ALGORITHM_USAGE_POLICY.digest_algorithm_allowed(algo, moment)

    def digest_combination_allowed(self, signature_algo, message_digest_algo, moment):
        if signature_algo["algorithm"].native in SM2:
            digest = message_digest_algo["algorithm"].native
            return AlgorithmUsageConstraint(allowed=digest == "sm3")
        return super().digest_combination_allowed(signature_algo, message_digest_algo, moment)


def second_opinion(data: bytes, trust: Trust, moment: datetime | None = None) -> list[bool]:
    """For each signature and document timestamp, in the order of revisions: does pyhanko rely on it?"""
    register()
    return asyncio.run(_judge(data, trust, moment or trust.at))


async def _judge(data: bytes, trust: Trust, moment: datetime) -> list[bool]:
    reader = PdfFileReader(BytesIO(data))
    context = {
        "trust_roots": [x509.Certificate.load(one.der) for one in trust.roots],
        "other_certs": [x509.Certificate.load(one.der) for one in trust.certificates],
        "crls": [one.der for one in trust.crls],
        "ocsps": [one.der for one in trust.ocsp],
        "moment": moment,
        "allow_fetching": False,
        "revocation_mode": "require" if trust.crls else "soft-fail",
        "algorithm_usage_policy": Policy(),
        "signature_validator": Validator(),
    }
    found = []
    for one in reader.embedded_signatures:
        validate = (
            async_validate_pdf_timestamp
            if one.sig_object_type == "/DocTimeStamp"
            else async_validate_pdf_signature
        )
        status = await validate(one, ValidationContext(**context))
        unchanged = one.sig_object_type == "/DocTimeStamp" or status.docmdp_ok
        found.append(bool(status.intact and status.valid and status.trusted and unchanged))
    return found
