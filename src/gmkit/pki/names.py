"""
Names along a path: constraints on names (RFC 5280, clauses 4.2.1.10 and 6.1.3 (b), (c)).

A name of a constrained kind that cannot be judged is refused: nobody can say that it lies inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, GeneralName, oids
from gmkit.x509.extensions import NameConstraints
from gmkit.x509.name import comparison_key

__all__ = ["NameState"]

#: Comparisons for one path. 4,000,000 would be a second and somebody's attack.
_LIMIT = 1 << 16

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
# RFC 5321, clause 4.1.2: Dot-string or Quoted-string.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"')


class NameState:
    """Permitted and excluded subtrees gathered on the way down."""

    def __init__(self) -> None:
        self._constraints: list[NameConstraints] = []
        self._work = 0

    def add(self, certificate: Certificate) -> None:
        """
        Clause 6.1.4 (g): what an authority may name holds for all below it.

        Raises:
            Refused: If its constraints are not well formed.
        """
        constraints = certificate.extension_value(oids.NAME_CONSTRAINTS)
        if isinstance(constraints, NameConstraints):
            for base in (*constraints.permitted, *constraints.excluded):
                if not _is_base(base):
                    raise Refused("name-constraints-malformed", f"not a subtree: {base}")
            self._constraints.append(constraints)

    def check(self, certificate: Certificate) -> None:
        """
        Clause 6.1.3 (b) and (c).

        Raises:
            Refused: If a name lies outside what is permitted, or inside what is excluded.
        """
        if not self._constraints:
            return
        names = list(_names(certificate))
        for constraints in self._constraints:
            excluded, permitted = _by_kind(constraints.excluded), _by_kind(constraints.permitted)
            for name in names:
                self._check_excluded(name, excluded.get(name.kind, ()))
                self._check_permitted(name, permitted.get(name.kind, ()))

    def _check_excluded(self, name: GeneralName, bases: Iterable[GeneralName]) -> None:
        for base in bases:
            self._spend()
            if _touches(name, base):
                raise Refused("name-excluded", f"{name} lies in the excluded {base}")

    def _check_permitted(self, name: GeneralName, bases: tuple[GeneralName, ...]) -> None:
        if not bases:
            return
        for base in bases:
            self._spend()
            if _lies_in(name, base):
                return
        raise Refused("name-not-permitted", f"{name} lies in none of the permitted subtrees")

    def _spend(self) -> None:
        self._work += 1
        if self._work > _LIMIT:
            raise Refused("too-complex", "names and name constraints beyond all measure")


def _names(certificate: Certificate) -> Iterable[GeneralName]:
    """All names a certificate gives its subject."""
    if not certificate.subject.is_empty:
        yield GeneralName("directory", certificate.subject_octets)
    if certificate.extension(oids.SUBJECT_ALT_NAME) is not None:
        yield from certificate.subject_alt_names
        return
    # Clause 4.2.1.10: without subjectAltName the constraint holds for addresses in the subject.
    for attribute in certificate.subject.attributes:
        if attribute.oid == oids.EMAIL_ADDRESS:
            yield GeneralName("email", attribute.text)


def _by_kind(bases: Iterable[GeneralName]) -> dict[str, tuple[GeneralName, ...]]:
    kinds: dict[str, list[GeneralName]] = {}
    for base in bases:
        kinds.setdefault(base.kind, []).append(base)
    return {kind: tuple(list_) for kind, list_ in kinds.items()}


def _is_base(base: GeneralName) -> bool:
    """Whether this can be the base of a subtree."""
    if base.kind == "dns":
        return base.value == "" or _is_host(base.value)
    if base.kind == "email":
        local, at, host = base.value.rpartition("@")
        if at:
            return _LOCAL.fullmatch(local) is not None and _is_host(host)
        return base.value == "" or _is_host(base.value.removeprefix("."))
    if base.kind == "uri":
        return base.value == "" or _is_host(base.value.removeprefix("."))
    # Addresses and encoded names were checked when they were read.
    return True


def _lies_in(name: GeneralName, base: GeneralName) -> bool:
    """
    Whether the whole name lies in the subtree.

    Raises:
        Refused: If the name cannot be judged.
    """
    value = name.value
    if name.kind == "dns":
        host = value.lower().removeprefix("*.")
        if not _is_host(host):
            raise _unjudgeable(name)
        return _is_below(host, base.value.lower())
    if name.kind == "directory":
        tree = comparison_key(base.value)
        return comparison_key(value)[: len(tree)] == tree
    if name.kind == "ip":
        return _ip_lies_in(value, base.value)
    if name.kind == "email":
        return _email_lies_in(name, base.value)
    if name.kind == "uri":
        return _host_lies_in(_uri_host(name), base.value.lower())
    # The kinds that have no rule of their own: a constraint on them cannot be kept.
    raise _unjudgeable(name)


def _touches(name: GeneralName, base: GeneralName) -> bool:
    """
    Whether some name that this one stands for lies in the subtree: ``*.example.com`` also stands for
    ``bar.example.com``.
    """
    if _lies_in(name, base):
        return True
    if name.kind == "dns" and name.value.startswith("*."):
        first, _, rest = base.value.lower().partition(".")
        return bool(first) and rest == name.value[2:].lower()
    return False


@lru_cache(maxsize=4096)  # the same name meets every constraint
def _is_host(text: str) -> bool:
    return len(text) <= 253 and _HOST.fullmatch(text.lower()) is not None


def _is_below(host: str, tree: str) -> bool:
    """Zero or more labels to the left; the empty tree holds everything."""
    return tree in ("", host) or host.endswith("." + tree)


def _ip_lies_in(address: bytes, range_: bytes) -> bool:
    half = len(range_) // 2
    if len(address) != half:
        return False
    mask = int.from_bytes(range_[half:], "big")
    base = int.from_bytes(range_[:half], "big")
    return int.from_bytes(address, "big") & mask == base & mask


def _email_lies_in(name: GeneralName, base: str) -> bool:
    local, at, host = name.value.rpartition("@")
    host = host.lower()
    if not at or not _LOCAL.fullmatch(local) or not _is_host(host):
        raise _unjudgeable(name)
    mailbox, at, base_host = base.rpartition("@")
    if at:
        # The local part is the host's business: only it knows whether case matters.
        return bool(local == mailbox and host == base_host.lower())
    return base == "" or _host_lies_in(host, base.lower())


def _host_lies_in(host: str, base: str) -> bool:
    """A host, or with a leading period every host below it."""
    if base.startswith("."):
        return host.endswith(base) and host != base
    return base in ("", host)


def _uri_host(name: GeneralName) -> str:
    """The host of a URI (RFC 3986); an address or none at all cannot be judged."""
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)", name.value)
    if match is None:
        raise _unjudgeable(name)
    host: str = match[1].rpartition("@")[2].partition(":")[0].lower()
    if not _is_host(host) or host.rpartition(".")[2].isdigit():
        raise _unjudgeable(name)
    return host


def _unjudgeable(name: GeneralName) -> Refused:
    return Refused("name-not-permitted", f"{name} is constrained and cannot be judged")
