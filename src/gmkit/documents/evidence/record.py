"""The evidence record: timestamps upon timestamps (RFC 4998). Data and hashing, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hmac import compare_digest

from gmkit import asn1
from gmkit.asn1 import Cursor, Element, Tag
from gmkit.asn1.tags import context
from gmkit.cms.algorithms import new_hash
from gmkit.cms.signed_data import Algorithm
from gmkit.errors import EncodingError, VerificationError
from gmkit.tsp import TimestampToken

__all__ = ["ArchiveTimestamp", "Chain", "EvidenceRecord", "digest"]

_WHAT = "evidence record"
_MAX_CHAINS = 64
_MAX_TIMESTAMPS = 256
_MAX_HASHES = 4096


def digest(algorithm: str, *parts: bytes) -> bytes:
    """
    The digest of octets one after the other.

    Raises:
        UnsupportedAlgorithm: If the hash is not done here.
    """
    running = new_hash(algorithm)
    for part in parts:
        running.update(part)
    return running.digest()


@dataclass(frozen=True, slots=True)
class ArchiveTimestamp:
    """
    One timestamp over a hash tree or over the timestamp before it (section 4.1).

    Attributes:
        algorithm: The hash, dotted.
        tree: The reduced hash tree: lists of hashes, from the leaves up; empty over a timestamp.
        token: The timestamp token as stored.
    """

    algorithm: str
    tree: tuple[tuple[bytes, ...], ...]
    token: bytes

    @property
    def parsed(self) -> TimestampToken:
        """
        The token taken apart.

        Raises:
            EncodingError: If it is none.
        """
        return TimestampToken.parse(self.token)

    def check_imprint(self, hashes: Sequence[bytes]) -> None:
        """
        The token stamps these hashes (section 4.3).

        Args:
            hashes: Of the objects of the group; of one object its hash alone.

        Raises:
            VerificationError: With reason ``evidence-digest`` if it does not.
        """
        imprint = self.parsed.info.imprint
        if imprint.algorithm != self.algorithm:
            raise _mismatch("the timestamp uses another hash than the record says")
        if not compare_digest(imprint.digest, self._root(hashes)):
            raise _mismatch("the timestamp was made for other content")

    def _root(self, hashes: Sequence[bytes]) -> bytes:
        """The root of the tree, in which exactly the group's hashes are the first list's."""
        if not self.tree:
            if len(hashes) != 1:
                raise _mismatch("several objects are stamped without a tree")
            return hashes[0]
        first, *above = self.tree
        # A further hash in the list would let something be added to the group later.
        if len(hashes) > 1 and sorted(first) != sorted(hashes):
            raise _mismatch("the objects are not those that were stamped")
        if len(hashes) == 1 and hashes[0] not in first:
            raise _mismatch("the object is not among those that were stamped")
        root = _joined(self.algorithm, first)
        for level in above:
            root = _joined(self.algorithm, (*level, root))
        return root

    def to_der(self) -> bytes:
        """The ArchiveTimeStamp in DER."""
        algorithm = asn1.implicit(0, asn1.sequence(asn1.oid(self.algorithm)))
        levels = [asn1.sequence(*map(asn1.octet_string, level)) for level in self.tree]
        tree = asn1.implicit(2, asn1.sequence(*levels)) if levels else b""
        return asn1.sequence(algorithm, tree, self.token)

    @classmethod
    def read(cls, element: Element) -> ArchiveTimestamp:
        """Read an ArchiveTimeStamp."""
        members = element.cursor(Tag.SEQUENCE)
        algorithm = members.optional_context(0)
        members.optional_context(1)
        tree = members.optional_context(2)
        token = members.next(Tag.SEQUENCE).raw
        members.finish()
        levels = () if tree is None else tuple(_level(level) for level in tree)
        if algorithm is None:
            oid = TimestampToken.parse(token).info.imprint.algorithm
        else:
            oid = Algorithm.read(algorithm.implicit(Tag.SEQUENCE)).oid
        return cls(oid, levels, token)


Chain = tuple[ArchiveTimestamp, ...]
"""Timestamps of one hash, each over the one before it."""


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """
    All timestamps, oldest first (section 3.1).

    Attributes:
        chains: At least one, each with at least one timestamp.
    """

    chains: tuple[Chain, ...]

    @property
    def newest(self) -> ArchiveTimestamp:
        """The timestamp that protects all others."""
        return self.chains[-1][-1]

    def hashes(self, number: int, objects: Sequence[bytes]) -> list[bytes]:
        """
        What the first timestamp of a chain must stamp (section 5.3).

        Args:
            number: The chain, from 0.
            objects: The digests of the objects under that chain's hash.
        """
        if number == 0:
            return list(objects)
        before = self.sequence_octets(number)
        algorithm = self.chains[number][0].algorithm
        sealed = digest(algorithm, before)
        return [digest(algorithm, one, sealed) for one in objects]

    def sequence_octets(self, count: int) -> bytes:
        """The ArchiveTimeStampSequence of the first *count* chains, in DER."""
        chains = self.chains[:count]
        return asn1.sequence(*(asn1.sequence(*(one.to_der() for one in chain)) for chain in chains))

    def added(self, timestamp: ArchiveTimestamp, *, new_chain: bool) -> EvidenceRecord:
        """The record with one timestamp more."""
        if new_chain:
            return EvidenceRecord((*self.chains, (timestamp,)))
        return EvidenceRecord((*self.chains[:-1], (*self.chains[-1], timestamp)))

    def with_newest(self, token: bytes) -> EvidenceRecord:
        """The record with the newest token in another encoding of its unsigned part."""
        newest = replace(self.newest, token=token)
        return EvidenceRecord((*self.chains[:-1], (*self.chains[-1][:-1], newest)))

    def to_der(self) -> bytes:
        """The EvidenceRecord in DER."""
        used = dict.fromkeys(chain[0].algorithm for chain in self.chains)
        algorithms = [asn1.sequence(asn1.oid(oid)) for oid in used]
        return asn1.sequence(
            asn1.integer(1), asn1.sequence(*algorithms), self.sequence_octets(len(self.chains))
        )

    @classmethod
    def parse(cls, data: bytes) -> EvidenceRecord:
        """
        Read an EvidenceRecord.

        Raises:
            EncodingError: If it is not one, or not in DER: its octets are hashed.
        """
        members = asn1.decode(data, what=_WHAT).cursor(Tag.SEQUENCE)
        version = members.next(Tag.INTEGER)
        if version.integer() != 1:
            raise version.error("version must be 1")
        members.next(Tag.SEQUENCE)
        members.optional_context(0)
        if members.optional(context(1, constructed=True)) is not None:
            raise version.error("an encrypted record is not read here")
        chains = _chains(members)
        members.finish()
        return cls(chains)


def _chains(members: Cursor) -> tuple[Chain, ...]:
    sequence = members.next(Tag.SEQUENCE)
    chains = []
    for chain in sequence:
        found = tuple(ArchiveTimestamp.read(one) for one in chain)
        if not 0 < len(found) <= _MAX_TIMESTAMPS:
            raise chain.error(f"a chain of {len(found)} timestamps")
        if any(one.algorithm != found[0].algorithm for one in found):
            raise chain.error("one chain uses several hashes")
        chains.append(found)
    if not 0 < len(chains) <= _MAX_CHAINS:
        raise sequence.error(f"{len(chains)} chains of timestamps")
    return tuple(chains)


def _level(element: Element) -> tuple[bytes, ...]:
    hashes = tuple(one.octet_string() for one in element)
    if not 0 < len(hashes) <= _MAX_HASHES:
        raise EncodingError(f"a list of {len(hashes)} hashes", what=_WHAT)
    return hashes


def _joined(algorithm: str, hashes: Sequence[bytes]) -> bytes:
    return hashes[0] if len(hashes) == 1 else digest(algorithm, *sorted(hashes))


def _mismatch(message: str) -> VerificationError:
    return VerificationError(message, reason="evidence-digest")
