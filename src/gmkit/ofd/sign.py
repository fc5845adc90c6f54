"""Signing an OFD document: a plain digital signature (GB/T 35275-2017), or an electronic seal."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from gmkit import cms, sm3
from gmkit.cms import Family, MessageSigner
from gmkit.errors import InvalidArgument
from gmkit.ofd.hygiene import Limits
from gmkit.ofd.package import INTEGRITY, ROOT, Document, Package
from gmkit.ofd.positions import StampPosition
from gmkit.ofd.signature import Listed, SignatureFile, listed_signatures
from gmkit.ofd.write import document, element, insert_after, write_package
from gmkit.seal import Layout, Seal, sign_with_seal

__all__ = ["sign"]

_METHOD, _SM3 = "1.2.156.10197.1.501", "1.2.156.10197.1.401"
_NUMBER = re.compile(r"\d+$")
_MAX_STAMPS = 1000


def sign(
    data: bytes,
    signer: MessageSigner,
    *,
    time: datetime,
    stamp: Callable[[bytes], bytes] | None = None,
    seal: Seal | bytes | None = None,
    positions: Sequence[StampPosition] = (),
    lock: bool = False,
    attributes: bool = True,
    number: int = 0,
    limits: Limits | None = None,
) -> bytes:
    """
    Add a signature to a document. What was signed before stays as it is, and is signed as well.

    Args:
        data: The document.
        signer: Who signs.
        time: The claimed time, with a zone; fractions of a second are dropped.
        stamp: Takes the octets of the signature value and returns an RFC 3161 token over them; None: no
            timestamp.
        seal: The seal to sign with, whose list must hold the signer's certificate; None: a plain digital
            signature.
        positions: Where the seal's picture stands; nowhere: an invisible seal.
        lock: Sign the list of signatures too, so that a further signature breaks this one.
        attributes: For a plain signature: sign attributes (content left out); otherwise the digest of
            Signature.xml is written out and signed itself, as some readers want it.
        number: Which document of the package, from 0.
        limits: Bounds on the package.

    Returns:
        The signed document.

    Raises:
        EncodingError: If it is no OFD.
        VerificationError: If the package must not be read, or the seal's own signature does not hold.
        InvalidArgument: If the signer may not use the seal at that time, a page does not exist, or an
            earlier signature has locked the document.
    """
    package = Package(data, limits=limits)
    if not 0 <= number < len(package.documents):
        raise InvalidArgument(f"the package has {len(package.documents)} documents")
    moment = time.replace(microsecond=0)
    if moment.tzinfo is None:
        raise InvalidArgument("the time has no time zone", hint="use datetime.now(timezone.utc)")
    plan = _Plan(package, package.documents[number], number, moment.astimezone(timezone.utc))
    if seal is None:
        if positions:
            raise InvalidArgument("a plain digital signature has no picture to place")
        return plan.plain(signer, stamp or signer.stamp, attributes=attributes, lock=lock)
    read = Seal.parse(seal) if isinstance(seal, bytes) else seal
    return plan.sealed(signer, read, positions, stamp or signer.stamp, lock=lock)


class _Plan:
    """What one new signature adds to and changes in a package."""

    def __init__(self, package: Package, target: Document, number: int, time: datetime) -> None:
        if INTEGRITY in package:
            raise InvalidArgument("the package's own list of parts (GM/T 0099) would no longer fit")
        self._package = package
        self._document = target
        self._time = time
        self._changed: dict[str, bytes] = {}
        folder = target.root.rpartition("/")[0]
        self._list = target.signatures or f"{folder}/Signs/Signatures.xml".lstrip("/")
        known = target.signatures in package if target.signatures else False
        self._earlier = listed_signatures(package, self._list) if known else ()
        self._refuse_locked()
        if target.signatures is None:
            if self._list in package:
                raise InvalidArgument(
                    f"{self._list} is in the package and OFD.xml does not name it"
                )
            self._changed[ROOT] = insert_after(
                package.read(ROOT), "DocBody", "DocRoot", number, ("Signatures", f"/{self._list}")
            )
        self._next = 1 + max(self._numbers(), default=0)
        base = self._list.rpartition("/")[0]
        taken = {
            path.split("/")[-2] for path in package if path.startswith(f"{base}/") and "/" in path
        }
        place = next(n for n in range(len(taken) + 1) if f"Sign_{n}" not in taken)
        self._folder = f"{base}/Sign_{place}".lstrip("/")
        self._path = f"{self._folder}/Signature.xml"
        self._value = f"{self._folder}/SignedValue.dat"

    def plain(
        self,
        signer: MessageSigner,
        stamp: Callable[[bytes], bytes] | None,
        *,
        attributes: bool,
        lock: bool,
    ) -> bytes:
        """GB/T 35275-2017: SignedData with the types of GM/T 0010."""
        described = self._describe("Sign", [], None, lock=lock)
        who = replace(signer, stamp=stamp)
        if attributes:
            value = cms.sign_digest(
                sm3.digest(described), [who], family=Family.GM, signing_time=self._time
            )
        else:
            value = cms.sign(sm3.digest(described), [who], family=Family.GM, attributes=False)
        return self._finish(described, value)

    def sealed(
        self,
        signer: MessageSigner,
        seal: Seal,
        positions: Sequence[StampPosition],
        stamp: Callable[[bytes], bytes] | None,
        *,
        lock: bool,
    ) -> bytes:
        """SES of the seal's layout."""
        if stamp is not None and seal.layout is Layout.V1:
            raise InvalidArgument("a signature of the 2014 layout has no place for a timestamp")
        where = f"{self._folder}/Seal.esl"
        self._changed[where] = seal.der
        stamps = self._stamps(seal, positions)
        described = self._describe("Seal", stamps, where, lock=lock)
        value = sign_with_seal(
            described,
            seal,
            key=signer.key,
            certificate=signer.certificate,
            property_info=f"/{self._path}",
            time=self._time,
            timestamp=stamp,
        )
        return self._finish(described, value)

    def _refuse_locked(self) -> None:
        for listed in self._earlier:
            if listed.path is None:
                continue
            signed = SignatureFile.read(self._package, listed.path).references
            if any(one.path == self._list for one in signed):
                raise InvalidArgument(
                    f"signature {listed.id} has locked the document: a further one would break it"
                )
            if ROOT in self._changed and any(one.path == ROOT for one in signed):
                raise InvalidArgument(f"signature {listed.id} covers OFD.xml, which would change")

    def _numbers(self) -> list[int]:
        """Numbers of all identifiers in use by signatures and their stamps."""
        texts = [one.id for one in self._earlier]
        if self._list in self._package:
            tree = self._package.structure(self._list)
            texts += [child.text.strip() for child in tree.all("MaxSignId")]
        return [int(found[0]) for text in texts if (found := _NUMBER.search(text[-9:]))]

    def _stamps(self, seal: Seal, positions: Sequence[StampPosition]) -> list[str]:
        pages = self._document.pages
        if len(positions) > _MAX_STAMPS:
            raise InvalidArgument(f"more than {_MAX_STAMPS} stamps")
        stamps = []
        for index, position in enumerate(positions, 1):
            if not 1 <= position.page <= len(pages):
                raise InvalidArgument(f"the document has {len(pages)} pages, not {position.page}")
            width = seal.info.picture.width if position.width is None else position.width
            height = seal.info.picture.height if position.height is None else position.height
            given = {
                "ID": str(self._next + index),
                "PageRef": pages[position.page - 1][0],
                "Boundary": _box(position.left, position.top, width, height),
            }
            if position.clip is not None:
                given["Clip"] = _box(*position.clip)
            stamps.append(element("StampAnnot", attributes=given))
        return stamps

    def _describe(self, kind: str, stamps: list[str], seal: str | None, *, lock: bool) -> bytes:
        """Signature.xml; the list of signatures is settled first, as a lock signs it too."""
        new = Listed(str(self._next), kind, self._path, f"/{self._path}")
        self._changed[self._list] = _list_of((*self._earlier, new), self._next + len(stamps))
        left_out = {self._path, self._value, *(() if lock else (self._list,))}
        parts = dict.fromkeys((*self._package, *self._changed))
        references = [
            element(
                "Reference",
                element("CheckValue", text=b64encode(self._digest(path)).decode()),
                attributes={"FileRef": f"/{path}"},
            )
            for path in parts
            if path not in left_out
        ]
        provider = {"ProviderName": "gmkit", "Version": "1", "Company": "gmkit"}
        info = [
            element("Provider", attributes=provider),
            element("SignatureMethod", text=_METHOD),
            element("SignatureDateTime", text=f"{self._time:%Y%m%d%H%M%S}Z"),
            element("References", *references, attributes={"CheckMethod": _SM3}),
            *stamps,
        ]
        if seal is not None:
            info.append(element("Seal", element("BaseLoc", text=f"/{seal}")))
        return document(
            "Signature",
            element("SignedInfo", *info),
            element("SignedValue", text=f"/{self._value}"),
        )

    def _digest(self, path: str) -> bytes:
        new = self._changed.get(path)
        if new is not None:
            return sm3.digest(new)
        running = sm3.SM3()
        for piece in self._package.pieces(path):
            running.update(piece)
        return running.digest()

    def _finish(self, described: bytes, value: bytes) -> bytes:
        self._changed[self._path] = described
        self._changed[self._value] = value
        return write_package(self._package.archive, self._changed, time=self._time)


def _list_of(lines: Sequence[Listed], last: int) -> bytes:
    """Signatures.xml, in the order of the standard's schema."""
    entries = [
        element("Signature", attributes={"ID": one.id, "Type": one.type, "BaseLoc": one.location})
        for one in lines
    ]
    return document("Signatures", element("MaxSignId", text=str(last)), *entries)


def _box(*numbers: float) -> str:
    if any(not abs(number) < 1e6 for number in numbers):
        raise InvalidArgument("a stamp lies outside any page")
    return " ".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in numbers)
