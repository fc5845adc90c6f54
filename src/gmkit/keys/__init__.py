"""
Key files: PEM and DER, PKCS#8 with and without a password, SEC 1, SubjectPublicKeyInfo; PKCS#12, and the
``.sm2`` files of CFCA.

Keys write themselves: ``key.to_pem(password=…)``, ``key.to_der(password=…)``, and the same of a public
key without a password. Here is what reads them, and :func:`load` for wherever else a key may be.

Many forms are read: id-ecPublicKey or 1.2.156.10197.1.301 as algorithm, the curve by name or by its
numbers, with and without the public key beside it, labels and blocks around it as other tools write
them. One form is written. What is read is checked: the number is in range, the point is on the curve, both
halves are one pair.
"""

from gmkit.keys.cfca import CfcaKey, load_cfca
from gmkit.keys.containers import Container, Password, container_of, load_contents
from gmkit.keys.enveloped import open_enveloped, seal_enveloped
from gmkit.keys.files import (
    holds_private_key,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
    to_gm_spki_der,
    to_gm_spki_pem,
    to_sec1_der,
    to_sec1_pem,
)
from gmkit.keys.pkcs12 import Pkcs12, StoredCertificate, StoredKey, load_pkcs12, to_pkcs12
from gmkit.keys.signer import PrivateKey, Signer
from gmkit.keys.uri import load
from gmkit.sm2 import KeyProfile

__all__ = [
    "CfcaKey",
    "Container",
    "KeyProfile",
    "Password",
    "Pkcs12",
    "PrivateKey",
    "Signer",
    "StoredCertificate",
    "StoredKey",
    "container_of",
    "holds_private_key",
    "load",
    "load_cfca",
    "load_contents",
    "load_der_private_key",
    "load_der_public_key",
    "load_pem_private_key",
    "load_pem_public_key",
    "load_pkcs12",
    "open_enveloped",
    "seal_enveloped",
    "to_gm_spki_der",
    "to_gm_spki_pem",
    "to_pkcs12",
    "to_sec1_der",
    "to_sec1_pem",
]
