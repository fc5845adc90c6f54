"""Keys and what delivers them, in DER."""

from __future__ import annotations

from gmkit import asn1, keys
from gmkit.asn1 import Element, Tag
from gmkit.errors import EncodingError, GmkitError
from gmkit.inspect import advice
from gmkit.inspect.layers import Candidate
from gmkit.inspect.raw import WRONG_CURVE, on_curve, on_p256
from gmkit.inspect.report import Damage, Reading
from gmkit.sm2 import SM2PrivateKey
from gmkit.x509 import oids
from gmkit.x509.public_key import PublicKeyInfo

_INT, _OCT, _BIT = Tag.INTEGER, Tag.OCTET_STRING, Tag.BIT_STRING
_SEQ, _SET, _OID = Tag.SEQUENCE, Tag.SET, Tag.OBJECT_IDENTIFIER
_SM2 = "1.2.156.10197.1.301"
_SM9 = "1.2.156.10197.1.302"
_CFCA = "1.2.156.10197.6.1.4.2.1"
_NAMES = {
    "1.2.156.10197.1.301": "SM2",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.10": "secp256k1",
    "1.2.840.113549.1.1.1": "RSA",
    "1.3.101.112": "Ed25519",
    "1.2.840.113549.1.5.13": "PBES2",
    "1.2.156.10197.1.401.2": "HMAC-SM3",
    "1.2.156.10197.1.401.3.1": "HMAC-SM3 (GM/T 0091)",
    "1.2.840.113549.2.7": "HMAC-SHA-1",
    "1.2.840.113549.2.9": "HMAC-SHA-256",
    "1.2.156.10197.1.104.2": "SM4-CBC",
    "2.16.840.1.101.3.4.1.2": "AES-128-CBC",
    "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
    "1.2.840.113549.1.12.1.3": "SHA-1 and triple DES (PKCS#12)",
}


def parameters(candidate: Candidate, root: Element) -> Reading | None:
    """An identifier alone: "EC PARAMETERS"."""
    name = _NAMES.get(root.oid())
    title = f"the name of a curve or algorithm: {name or root.oid()} (EC PARAMETERS)"
    return advice.thing(candidate, "identifier", title, details=(root.oid(),))


def _spki(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    if [m.tag for m in members] != [_SEQ, _BIT]:
        return None
    info = PublicKeyInfo(root.raw)
    if info.algorithm.startswith(_SM9):
        return advice.thing(
            candidate, "other-public-key", "SM9 public key, which gmkit does not do"
        )
    point = info.key_octets
    if info.algorithm not in {oids.EC_PUBLIC_KEY, _SM2}:
        name = _NAMES.get(info.algorithm, info.algorithm)
        return advice.thing(
            candidate, "other-public-key", f"public key (SubjectPublicKeyInfo): {name}"
        )
    details: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    if info.algorithm == _SM2:
        details = ("algorithm 1.2.156.10197.1.301, as OpenSSL 3.0 and GM/T 0015 have it",)
        names = ("openssl",)
    curve = info.parameters or b""
    named = _oid_of(curve)
    if curve[:1] != b"\x30" and named not in {_SM2, "1.2.840.10045.3.1.7"}:
        title = f"public key (SubjectPublicKeyInfo) of the curve {_NAMES.get(named, named)}"
        return advice.thing(candidate, "other-public-key", title)
    damage = _damage_of_point(point, explicit=curve[:1] == b"\x30")
    if named != _SM2 and any(each.id == "wrong-curve" for each in damage):
        title = "public key (SubjectPublicKeyInfo) of P-256"
        return advice.thing(candidate, "other-public-key", title)
    readable = _loads(root.raw)
    return advice.thing(
        candidate, "sm2-public-key", "SM2 public key (SubjectPublicKeyInfo)",
        details=details, damage=damage, names=names,
        uses=(
            ("gmkit key show {}", "its point and fingerprint"),
            ("gmkit key convert {} --to public -o PEM", "in PEM, with id-ecPublicKey"),
            ("gmkit key convert {} --to public --key-oid sm2 -o GM", "with SM2's own identifier"),
            ("gmkit key convert {} --to public --as sm-crypto -o HEX", "the point in hexadecimal"),
        ) if readable else (),
    )  # fmt: skip


def _damage_of_point(point: bytes, *, explicit: bool) -> tuple[Damage, ...]:
    damage = []
    if explicit:
        damage.append(
            Damage("explicit-curve", "the curve is given by its numbers instead of its name")
        )
    if len(point) == 64:
        damage.append(Damage("missing-04", "the leading 04 of the point is missing inside"))
    coordinates = point[1:] if len(point) == 65 else point
    if len(coordinates) == 64 and on_curve(coordinates) is None:
        off = Damage("not-on-curve", "the point is not on the curve")
        damage.append(WRONG_CURVE if on_p256(coordinates) else off)
    return tuple(damage)


def _loads(octets: bytes) -> bool:
    try:
        keys.load_der_public_key(octets)
    except GmkitError:
        return False
    return True


def _oid_of(octets: bytes) -> str:
    try:
        return asn1.decode(octets).oid()
    except EncodingError:
        return "none"


_PRIVATE_USES = (
    ("gmkit key convert {} --unprotected -o OPEN", "PKCS#8 in PEM, not protected"),
    ("gmkit key convert {} --to sec1 --unprotected -o SEC1", "SEC 1 (EC PRIVATE KEY)"),
    ("gmkit key convert {} --to public -o PUBLIC", "the public key of it"),
)


def _pkcs8(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    if [m.tag for m in members[:3]] != [_INT, _SEQ, _OCT] or members[0].integer() not in {0, 1}:
        return None
    identifiers = [child for child in members[1].children() if child.tag == _OID]
    if not identifiers:
        return None
    if identifiers[0].oid().startswith(_SM9):
        return advice.thing(
            candidate, "other-private-key", "SM9 private key, which gmkit does not do", secret=True
        )
    return _private(candidate, root, "PKCS#8", [each.oid() for each in identifiers])


def _sec1(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    if [m.tag for m in members[:2]] != [_INT, _OCT] or members[0].integer() != 1:
        return None
    number = members[1].content
    if len(number) >= 100:
        return advice.thing(
            candidate, "delivered-key", "CFCA's reply to a request: the encryption key under SM2",
            names=("cfca",), uses=(("gmkit key open {} --key KEY --unprotected -o OPEN", "open it"),),
        )  # fmt: skip
    damage = []
    repaired = None
    if len(number) != 32:
        if not 28 <= len(number) <= 33 or (len(number) == 33 and number[0]):
            return None
        words = f"the number has {len(number)} bytes instead of 32: leading zeros dropped or added"
        damage.append(Damage("lost-leading-zero", words))
        repaired = SM2PrivateKey.from_bytes(number.rjust(32, b"\0")[-32:]).to_der(password=None)
    if len(members) == 2 and repaired is None:
        damage.append(Damage("no-curve", "the curve is not named inside; taken for SM2's"))
        repaired = SM2PrivateKey.from_bytes(number).to_der(password=None)
    curves = [m.inside().oid() for m in members if m.tag == 0xA0 and m.inside().tag == _OID]
    if repaired is None:
        return _private(candidate, root, "SEC 1", [oids.EC_PUBLIC_KEY, *curves])
    return advice.thing(
        candidate, "sm2-private-key", "SM2 private key (SEC 1)", octets=repaired,
        damage=tuple(damage), uses=_PRIVATE_USES, secret=True,
    )  # fmt: skip


def _private(candidate: Candidate, root: Element, form: str, named: list[str]) -> Reading:
    try:
        keys.load_der_private_key(root.raw, None)
    except GmkitError as error:
        names = [_NAMES[each] for each in named if each in _NAMES]
        if "SM2" in names:
            damage = (Damage("unusable-key", str(error)),)
            title = f"SM2 private key ({form}) that nothing can use"
            return advice.thing(candidate, "sm2-private-key", title, damage=damage, secret=True)
        words = f": {', '.join(names)}" if names else ""
        return advice.thing(
            candidate, "other-private-key", f"private key ({form}){words}, not of SM2",
            details=(str(error),), secret=True,
        )  # fmt: skip
    by_openssl = named[0] == _SM2
    return advice.thing(
        candidate, "sm2-private-key", f"SM2 private key ({form}), not protected",
        details=("algorithm 1.2.156.10197.1.301",) if by_openssl else (),
        names=("openssl",) if by_openssl else (), uses=_PRIVATE_USES, secret=True,
    )  # fmt: skip


def _encrypted(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    del root
    if [m.tag for m in members] != [_SEQ, _OCT]:
        return None
    inside = _identifiers(members[0])
    if len(members[1].content) in {16, 20, 32, 48, 64} and len(inside) == 1:
        return advice.thing(
            candidate, "digest-info", f"DigestInfo: a digest of {len(members[1].content)} bytes",
            details=tuple(inside),
        )  # fmt: skip
    spoken = tuple(_NAMES.get(each, each) for each in inside if each != "1.2.840.113549.1.5.12")
    gm = "SM4-CBC" in spoken
    return advice.thing(
        candidate, "encrypted-private-key", "private key under a password (PKCS#8)",
        details=spoken, names=("gmssl-c", "gmsm") if gm else (),
        uses=(
            ("gmkit key convert {} --password-fd 3 --unprotected -o OPEN", "without a password"),
            (
                "gmkit key convert {} --password-fd 3 --new-password-fd 3 --protection openssl -o OPENSSL",
                "under a password as stock OpenSSL reads it",
            ),
        ),
    )  # fmt: skip


def _identifiers(element: Element) -> list[str]:
    """Every identifier inside, in order."""
    found: list[str] = []
    for child in element.children():
        if child.tag == _OID:
            found.append(child.oid())
        elif child.tag == _SEQ:
            found += _identifiers(child)
    return found


def _containers(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    container = keys.container_of(root.raw)
    if container is keys.Container.PKCS12 and members[1].tag == _SEQ:
        uses = (
            ("gmkit key convert {} --to certificates --password-fd 3 -o CERTS", "its certificates"),
            (
                "gmkit key convert {} --password-fd 3 --unprotected -o OPEN",
                "its key, if it has one",
            ),
        )
        return advice.thing(candidate, "pkcs12", "PKCS#12 (PFX): keys under a password", uses=uses)
    if container is keys.Container.CFCA:
        one = (
            ("gmkit key convert {} --password-fd 3 --unprotected -o OPEN", "the key, as PKCS#8"),
        )
        return advice.thing(
            candidate, "cfca-key", "CFCA key file (.sm2)", names=("cfca",), uses=one
        )
    return None


def _enveloped(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    del root
    open_it = (
        ("gmkit key open {} --key KEY --unprotected -o OPEN", "open it with the signing key"),
    )
    if [m.tag for m in members] == [_SEQ, _SEQ, _BIT, _BIT]:
        return advice.thing(
            candidate, "delivered-key", "SM2EnvelopedKey (GM/T 0009): an encryption key on its way",
            names=("gmsm",), uses=open_it,
        )  # fmt: skip
    if members[0].tag == _SET and len(members) <= 3 and _holds_sequences(members[0]):
        return advice.thing(
            candidate,
            "delivered-key",
            "certificate response (GM/T 0092)",
            names=("gmsm",),
            uses=open_it,
        )
    return None


def _holds_sequences(element: Element) -> bool:
    """Certificates, as far as that shows: text that happens to begin like a SET is none."""
    try:
        inside = element.children()
    except EncodingError:
        return False
    return bool(inside) and all(each.tag == _SEQ for each in inside)


READERS = (_spki, _containers, _pkcs8, _sec1, _encrypted, _enveloped)
