"""Writing extensions: a function each, named like the extension (RFC 5280 clauses 4.2 and 5.2; GM/T 0015)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from gmkit import asn1
from gmkit.errors import InvalidArgument
from gmkit.x509 import oids
from gmkit.x509.building.general_names import encode_general_name, encode_general_names
from gmkit.x509.extensions import KEY_USAGE_NAMES, Extension
from gmkit.x509.general_name import GeneralName

_PURPOSES = {name: oid for oid, name in oids.PURPOSES.items()}
_ACCESS_METHODS = {name: oid for oid, name in oids.ACCESS_METHODS.items()}


def basic_constraints(*, ca: bool, path_length: int | None = None) -> Extension:
    """Clause 4.2.1.9, critical for an authority."""
    if path_length is not None and (not ca or path_length < 0):
        raise InvalidArgument("only an authority has a path length, of 0 or more")
    parts = [asn1.boolean(True)] if ca else []
    if path_length is not None:
        parts.append(asn1.integer(path_length))
    return Extension(oids.BASIC_CONSTRAINTS, ca, asn1.sequence(*parts))


def key_usage(names: Iterable[str]) -> Extension:
    """Clause 4.2.1.3, critical; names as in RFC 5280: ``digitalSignature``, …"""
    return Extension(oids.KEY_USAGE, True, _named_bits(names, KEY_USAGE_NAMES, "key usage"))


def extended_key_usage(purposes: Iterable[str], *, critical: bool = False) -> Extension:
    """Clause 4.2.1.12; purposes by name (``serverAuth``) or dotted."""
    encoded = [asn1.oid(_PURPOSES.get(purpose, purpose)) for purpose in purposes]
    if not encoded:
        raise InvalidArgument("an extended key usage without a purpose")
    return Extension(oids.EXTENDED_KEY_USAGE, critical, asn1.sequence(*encoded))


def subject_key_identifier(identifier: bytes) -> Extension:
    """Clause 4.2.1.2."""
    return Extension(oids.SUBJECT_KEY_IDENTIFIER, False, asn1.octet_string(identifier))


def authority_key_identifier(identifier: bytes) -> Extension:
    """Clause 4.2.1.1, by key identifier alone."""
    value = asn1.sequence(asn1.implicit(0, asn1.octet_string(identifier)))
    return Extension(oids.AUTHORITY_KEY_IDENTIFIER, False, value)


def subject_alt_name(names: Sequence[GeneralName], *, critical: bool = False) -> Extension:
    """Clause 4.2.1.6; critical where the subject is empty."""
    if not names:
        raise InvalidArgument("no alternative name at all")
    return Extension(oids.SUBJECT_ALT_NAME, critical, encode_general_names(names))


def certificate_policies(policies: Iterable[str]) -> Extension:
    """Clause 4.2.1.4, dotted, without qualifiers (GM/T 0015 discourages them)."""
    value = asn1.sequence(*(asn1.sequence(asn1.oid(policy)) for policy in policies))
    return Extension(oids.CERTIFICATE_POLICIES, False, value)


def crl_distribution_points(urls: Iterable[str], *, freshest: bool = False) -> Extension:
    """Clauses 4.2.1.13 and 4.2.1.15: one point for all addresses of the same list."""
    return Extension(
        oids.FRESHEST_CRL if freshest else oids.CRL_DISTRIBUTION_POINTS,
        False,
        asn1.sequence(asn1.sequence(asn1.explicit(0, _full_name(urls)))),
    )


def authority_info_access(*, ocsp: Iterable[str] = (), ca_issuers: Iterable[str] = ()) -> Extension:
    """Clause 4.2.2.1."""
    places = [("ocsp", url) for url in ocsp] + [("caIssuers", url) for url in ca_issuers]
    return Extension(oids.AUTHORITY_INFO_ACCESS, False, _access(places))


def name_constraints(
    *, permitted: Sequence[GeneralName] = (), excluded: Sequence[GeneralName] = ()
) -> Extension:
    """Clause 4.2.1.10, critical."""
    if not permitted and not excluded:
        raise InvalidArgument("name constraints that constrain nothing")

    def subtrees(number: int, names: Sequence[GeneralName]) -> list[bytes]:
        if not names:
            return []
        each = (asn1.sequence(encode_general_name(name)) for name in names)
        return [asn1.implicit(number, asn1.sequence(*each))]

    value = asn1.sequence(*subtrees(0, permitted), *subtrees(1, excluded))
    return Extension(oids.NAME_CONSTRAINTS, True, value)


def ocsp_no_check() -> Extension:
    """RFC 6960, clause 4.2.2.2.1."""
    return Extension(oids.OCSP_NO_CHECK, False, asn1.null())


def identity(name: str, text: str) -> Extension:
    """
    An identity extension of GM/T 0015: a number of a person or an organisation.

    Args:
        name: ``residentCard``, ``officerCard``, ``passport`` (the choices of IdentifyCode),
            ``insuranceNumber``, ``iCRegistrationNumber``, ``organizationCode`` or ``taxationNumber``.
        text: The number.

    Raises:
        InvalidArgument: Another name, or characters that PrintableString cannot hold.
    """
    # The tags of the choice are explicit: the standard does not say, and this is what others write.
    choices = {"residentCard": 0, "officerCard": 1, "passport": 2}
    numbers = {
        "insuranceNumber": 2,
        "iCRegistrationNumber": 3,
        "organizationCode": 4,
        "taxationNumber": 5,
    }
    if name in choices:
        string = asn1.utf8_string if name == "officerCard" else asn1.printable_string
        return Extension("1.2.156.10260.4.1.1", False, asn1.explicit(choices[name], string(text)))
    if name in numbers:
        return Extension(f"1.2.156.10260.4.1.{numbers[name]}", False, asn1.printable_string(text))
    raise InvalidArgument(f"unknown identity number {name!r}", hint=", ".join([*choices, *numbers]))


# --- of revocation lists ------------------------------------------------------------------------


def crl_number(number: int) -> Extension:
    """Clause 5.2.3."""
    return Extension(oids.CRL_NUMBER, False, asn1.integer(number))


def delta_crl_indicator(base: int) -> Extension:
    """Clause 5.2.4, critical: the number of the list this one adds to."""
    return Extension(oids.DELTA_CRL_INDICATOR, True, asn1.integer(base))


def issuing_distribution_point(
    urls: Iterable[str] = (),
    *,
    only_user_certificates: bool = False,
    only_ca_certificates: bool = False,
) -> Extension:
    """Clause 5.2.5, critical: what the list covers."""
    addresses = list(urls)
    parts = [asn1.explicit(0, _full_name(addresses))] if addresses else []
    if only_user_certificates:
        parts.append(asn1.implicit(1, asn1.boolean(True)))
    if only_ca_certificates:
        parts.append(asn1.implicit(2, asn1.boolean(True)))
    return Extension(oids.ISSUING_DISTRIBUTION_POINT, True, asn1.sequence(*parts))


def reason_code(code: int) -> Extension:
    """Clause 5.3.1, of an entry."""
    return Extension(oids.REASON_CODE, False, asn1.enumerated(code))


def invalidity_date(moment: datetime) -> Extension:
    """Clause 5.3.2, of an entry."""
    return Extension(oids.INVALIDITY_DATE, False, asn1.generalized_time(moment))


@lru_cache(maxsize=1024)  # an authority writes the same ones again and again
def encode_extension(extension: Extension) -> bytes:
    """``Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }``."""
    critical = (asn1.boolean(True),) if extension.critical else ()
    return asn1.sequence(asn1.oid(extension.oid), *critical, asn1.octet_string(extension.octets))


def _full_name(urls: Iterable[str]) -> bytes:
    names = [encode_general_name(GeneralName("uri", url)) for url in urls]
    if not names:
        raise InvalidArgument("a distribution point without an address")
    return asn1.implicit(0, asn1.sequence(*names))


def _access(places: Sequence[tuple[str, str]]) -> bytes:
    if not places:
        raise InvalidArgument("information access without a place")
    return asn1.sequence(
        *(
            asn1.sequence(
                asn1.oid(_ACCESS_METHODS[method]), encode_general_name(GeneralName("uri", url))
            )
            for method, url in places
        )
    )


def _named_bits(names: Iterable[str], known: Sequence[str], what: str) -> bytes:
    bits = 0
    for name in names:
        if name not in known:
            raise InvalidArgument(f"unknown {what} {name!r}", hint=", ".join(known))
        bits |= 1 << known.index(name)
    if not bits:
        raise InvalidArgument(f"no {what} at all")
    length = bits.bit_length()
    octets = bytearray((length + 7) // 8)
    for bit in range(length):
        octets[bit // 8] |= (bits >> bit & 1) << (7 - bit % 8)
    # Trailing zero bits are dropped, so the last one counted is set.
    return asn1.bit_string(bytes(octets), unused=-length % 8)
