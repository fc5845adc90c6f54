"""
DER (ITU-T X.690), as Python sees the one codec of the native core.

Reading keeps the stored octets: an :class:`Element` knows its place in the input, and nothing is ever
re-encoded. :func:`decode` is strict; :func:`decode_lenient` is for other people's files and puts down as
findings what deviates from DER but is unmistakable. Writing (:mod:`gmkit.asn1.build`) has one form only.
"""

from gmkit.asn1.build import (
    bit_string,
    bmp_string,
    boolean,
    enumerated,
    explicit,
    generalized_time,
    ia5_string,
    implicit,
    integer,
    null,
    octet_string,
    oid,
    printable_string,
    sequence,
    set_of,
    time,
    utc_time,
    utf8_string,
)
from gmkit.asn1.element import Cursor, Element, Finding, decode, decode_lenient
from gmkit.asn1.tags import Tag

__all__ = [
    "Cursor",
    "Element",
    "Finding",
    "Tag",
    "bit_string",
    "bmp_string",
    "boolean",
    "decode",
    "decode_lenient",
    "enumerated",
    "explicit",
    "generalized_time",
    "ia5_string",
    "implicit",
    "integer",
    "null",
    "octet_string",
    "oid",
    "printable_string",
    "sequence",
    "set_of",
    "time",
    "utc_time",
    "utf8_string",
]
