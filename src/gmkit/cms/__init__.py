"""Signed and enveloped messages: CMS (RFC 5652) and its Chinese profile GM/T 0010 (GB/T 35275)."""

from gmkit.cms.attributes import Attributes
from gmkit.cms.enveloped import EnvelopedData, encrypt, parse_enveloped
from gmkit.cms.oids import Family
from gmkit.cms.sign import MessageSigner, sign, sign_digest, sign_file
from gmkit.cms.signed_data import SignedData, SignerInfo, parse
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
    "encrypt",
    "parse",
    "parse_enveloped",
    "sign",
    "sign_digest",
    "sign_file",
    "verify_signatures",
]
