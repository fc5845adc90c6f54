"""What to ask for so that the next certificate says what the last one said."""

from __future__ import annotations

from gmkit.pki.issue import Application
from gmkit.x509 import Certificate, oids
from gmkit.x509.extensions import AlternativeNames, IdentityNumber

__all__ = ["application_of"]

_CHOICES = {0: "residentCard", 1: "officerCard", 2: "passport"}
_NUMBERS = {
    "1.2.156.10260.4.1.2": "insuranceNumber",
    "1.2.156.10260.4.1.3": "iCRegistrationNumber",
    "1.2.156.10260.4.1.4": "organizationCode",
    "1.2.156.10260.4.1.5": "taxationNumber",
}
_IDENTIFY_CODE = "1.2.156.10260.4.1.1"


def application_of(
    certificate: Certificate, *, public_key_info: bytes | None = None
) -> Application:
    """
    An application for the same subject, names and identity numbers.

    Args:
        certificate: One that this authority issued.
        public_key_info: Another key's, whose possession was proved; None: the same key.
    """
    names = certificate.extension_value(oids.SUBJECT_ALT_NAME)
    identities = []
    for extension in certificate.extensions:
        value = extension.value
        if not isinstance(value, IdentityNumber):
            continue
        if extension.oid == _IDENTIFY_CODE and value.choice is not None:
            identities.append((_CHOICES[value.choice], value.text))
        elif extension.oid in _NUMBERS:
            identities.append((_NUMBERS[extension.oid], value.text))
    return Application(
        subject=certificate.subject,
        public_key_info=public_key_info or certificate.public_key_info,
        alternative_names=names.names if isinstance(names, AlternativeNames) else (),
        identities=tuple(identities),
    )
