"""
pyhanko's own verdict on SM2 signatures, for comparison: its path validator, its CMS, its difference analysis.

Three hooks teach it the algorithms (names in asn1crypto, a signature validator, an algorithm policy); the curve's
arithmetic in them is gmkit's, as nobody else offers SM2 to Python well.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO

from asn1crypto import algos, keys, tsp, x509
from cryptography.exceptions import InvalidSignature as PycaInvalid
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.utils import DEFAULT_ALGORITHM_USAGE_POLICY, CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
)

from gmkit.cms import MessageSigner
from gmkit.errors import GmkitError
from gmkit.keys import load_der_public_key
from gmkit.tsp import TimestampAuthority
from gmkit.verdict import Trust

__all__ = ["context_of", "second_opinion", "sign_with_pyhanko"]

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


def context_of(trust: Trust, moment: datetime) -> dict[str, object]:
    """What pyhanko's path validator is to believe."""
    return {
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


async def _judge(data: bytes, trust: Trust, moment: datetime) -> list[bool]:
    reader = PdfFileReader(BytesIO(data))
    context = context_of(trust, moment)
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


class _Signer(signers.Signer):
    """pyhanko's CMS around an SM2 signature of gmkit."""

    def __init__(self, signer: MessageSigner) -> None:
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "sm2_with_sm3"})
        super().__init__(
            signing_cert=x509.Certificate.load(signer.certificate.der),
            signature_mechanism=mechanism,
            cert_registry=SimpleCertificateStore(),
        )
        self._key = signer.key

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        return bytes(72) if dry_run else self._key.sign(data)


class _Stamper(TimeStamper):
    """Asks an authority of gmkit, whose clock stands still."""

    def __init__(self, authority: TimestampAuthority, time: datetime) -> None:
        super().__init__()
        self._authority, self._time = authority, time

    async def async_request_tsa_response(self, req):
        return tsp.TimeStampResp.load(self._authority.respond(req.dump(), time=self._time))


def sign_with_pyhanko(
    data: bytes, signer: MessageSigner, field: str, trust: Trust, authority: TimestampAuthority | None, **options
) -> bytes:  # fmt: skip
    """A PDF signed by pyhanko, PAdES and SM2, up to B-LTA; *options* are those of its metadata."""
    register()
    if options.get("embed_validation_info"):
        options["validation_context"] = ValidationContext(**context_of(trust, trust.at))
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sm3", subfilter=SigSeedSubFilter.PADES, **options
    )
    stamper = None if authority is None else _Stamper(authority, trust.at)
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(data))
    signers.sign_pdf(writer, meta, _Signer(signer), timestamper=stamper, output=out)
    return out.getvalue()
