"""Octets in DER or BER: what they are shows in the types of their first elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.errors import EncodingError, GmkitError
from gmkit.inspect import advice, der_keys, der_messages, der_seals
from gmkit.inspect.layers import Candidate
from gmkit.inspect.raw import on_curve
from gmkit.inspect.report import Damage, Fit, Reading

_INT, _OCT, _BIT = Tag.INTEGER, Tag.OCTET_STRING, Tag.BIT_STRING
_SEQ, _SET, _OID = Tag.SEQUENCE, Tag.SET, Tag.OBJECT_IDENTIFIER
_N_BYTES = 33

Reader = Callable[[Candidate, Element, list[Element]], Reading | None]


def readings(candidate: Candidate) -> Iterator[Reading]:
    """What octets that begin as DER are; nothing if they do not."""
    octets = candidate.octets
    if len(octets) < 2 or octets[0] not in {_SEQ, _OCT, _BIT, _OID}:
        return
    length = _whole(octets)
    if length is None:
        return
    is_sequence = octets[0] == _SEQ
    if length > len(octets):
        if is_sequence and length < 1 << 24 and _plausible(octets):
            yield _cut_off(candidate, length)
    elif length == len(octets) or is_sequence:
        if length < len(octets):
            words = f"{len(octets) - length} bytes follow after its end, and are left off"
            candidate = candidate.inside(octets[:length], None, Damage("trailing-bytes", words))
        reading = _read(candidate)
        if reading is not None:
            yield reading


def _read(candidate: Candidate) -> Reading | None:
    try:
        root = asn1.decode_lenient(candidate.octets)
        if root.tag == _OID:
            return der_keys.parameters(candidate, root)
        if root.tag in {_OCT, _BIT}:
            return _wrapped(candidate, root)
        return _sequence(candidate, root)
    except EncodingError:
        return None


def _sequence(candidate: Candidate, root: Element) -> Reading | None:
    members = root.children()
    if not members:
        return None
    for read in _READERS:
        try:
            reading = read(candidate, root, members)
        except (GmkitError, IndexError):
            continue
        if reading is not None:
            return reading
    if candidate.octets and members[0].tag in {_INT, _SEQ, _OID, _SET}:
        tags = " ".join(f"{member.tag:02x}" for member in members[:6])
        return advice.thing(
            candidate, "asn1", f"ASN.1 of an unknown kind (members {tags})", fit=Fit.POSSIBLE
        )
    return None


def _signature(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    if [m.tag for m in members] != [_INT, _INT]:
        return None
    lengths = [len(m.content) for m in members]
    if max(lengths) > _N_BYTES:
        if lengths[0] >= 64 and lengths[1] <= 4:
            return advice.thing(candidate, "other-public-key", "RSA public key (PKCS#1)")
        return None
    if max(lengths) < 20:
        return None
    damage, numbers = [], []
    for name, member in zip("rs", members, strict=True):
        content = member.content
        if content[0] & 0x80:
            words = f"{name} is written as a negative number: its leading 00 is missing, and is put back"
            damage.append(Damage("negative-integer", words))
        elif len(content) > 1 and content[0] == 0 and not content[1] & 0x80:
            damage.append(Damage("long-integer", f"{name} has zeros before it that DER has not"))
        numbers.append(int.from_bytes(content, "big"))
    octets = asn1.sequence(*map(asn1.integer, numbers))
    marked = candidate.inside(octets, None, *damage)
    del root
    return advice.der_signature(marked, octets, ())


def _ciphertext(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    del root
    tags = [m.tag for m in members]
    if tags != [_INT, _INT, _OCT, _OCT] or max(len(m.content) for m in members[:2]) > _N_BYTES:
        return None
    x, y, first, second = members
    damage = []
    if len(first.content) != 32:
        if len(second.content) != 32:
            return None
        words = (
            "the ciphertext stands before the hash: DER of GM/T 0009 has the hash first; exchanged"
        )
        damage.append(Damage("wrong-order", words))
        first, second = second, first
    if any(m.content[0] & 0x80 for m in (x, y)):
        words = "a coordinate is written as a negative number: its leading 00 is missing, and is put back"
        damage.append(Damage("negative-integer", words))
    point = [int.from_bytes(m.content, "big") for m in (x, y)]
    if max(point).bit_length() > 256:
        return None
    octets = asn1.sequence(
        *map(asn1.integer, point),
        asn1.octet_string(first.content),
        asn1.octet_string(second.content),
    )
    if on_curve(b"".join(number.to_bytes(32, "big") for number in point)) is None:
        damage.append(
            Damage("not-on-curve", "C1 is not a point of the curve of SM2: nothing opens it")
        )
    marked = candidate.inside(octets if damage else candidate.octets, None, *damage)
    return advice.der_ciphertext(marked, marked.octets, len(second.content))


def _wrapped(candidate: Candidate, root: Element) -> Reading | None:
    """A DER value in an OCTET STRING or BIT STRING of its own."""
    octets = root.content if root.tag == _OCT else root.bit_string()
    name = "an OCTET STRING" if root.tag == _OCT else "a BIT STRING"
    words = f"it stands in {name} of its own, which is taken off"
    inner = candidate.inside(octets, None, Damage("wrapped", words))
    return next(readings(inner), None)


def _whole(octets: bytes) -> int | None:
    """Octets of the first element by its header; None if the header is none."""
    first = octets[1]
    if first < 0x80:
        return 2 + first
    if first == 0x80:
        return len(octets)  # indefinite: its reader finds the end
    count = first & 0x7F
    if count > 4 or len(octets) < 2 + count:
        return None
    return 2 + count + int.from_bytes(octets[2 : 2 + count], "big")


def _plausible(octets: bytes) -> bool:
    at = 2 if octets[1] < 0x80 else 2 + (octets[1] & 0x7F)
    return len(octets) > at and octets[at] in {_INT, _SEQ, _OID, _SET, _OCT, 0xA0}


def _cut_off(candidate: Candidate, length: int) -> Reading:
    words = f"cut off: its header says {length} bytes, {len(candidate.octets)} are here"
    return Reading(
        "damaged", "DER that is not whole", Fit.LIKELY, candidate.layers,
        damage=(*candidate.damage, Damage("cut-off", words)), octets=candidate.octets,
    )  # fmt: skip


_READERS: tuple[Reader, ...] = (
    _signature,
    _ciphertext,
    *der_keys.READERS,
    *der_messages.READERS,
    *der_seals.READERS,
)
