"""Signed and enveloped messages: CMS (RFC 5652) and its Chinese profile GM/T 0010 (GB/T 35275)."""

from gmkit.cms.amend import add_signer, add_validation, counter_sign
from gmkit.cms.attributes import Attributes
from gmkit.cms.batch import verify_batch
from gmkit.cms.enveloped import EnvelopedData, encrypt, parse_enveloped
from gmkit.cms.large import open_signed
from gmkit.cms.large_enveloped import decrypt_file, encrypt_file
from gmkit.cms.oids import Family
from gmkit.cms.sign import MessageSigner, sign, sign_digest, sign_file
from gmkit.cms.signed_data import SignedData, SignerInfo, parse
from gmkit.cms.signing_certificate import check_signing_certificate
from gmkit.cms.unsigned import add_unsigned_attributes
from gmkit.cms.verify import Compat, VerifiedSignature, verify_signatures

__all__ = [
    "Attributes",
    "Compat",
    "EnvelopedData",
    "Family",
    "MessageSigner",
    "SignedData",
    "SignerInfo",
    "VerifiedSignature",
    "add_signer",
    "add_unsigned_attributes",
    "add_validation",
    "check_signing_certificate",
    "counter_sign",
    "decrypt_file",
    "encrypt",
    "encrypt_file",
    "open_signed",
    "parse",
    "parse_enveloped",
    "sign",
    "sign_digest",
    "sign_file",
    "verify_batch",
    "verify_signatures",
]
