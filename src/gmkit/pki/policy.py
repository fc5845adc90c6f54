"""What the caller demands of a chain: purpose, profile, revocation, policies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmkit.x509 import oids

__all__ = ["PolicyInputs", "Profile", "Purpose", "Revocation"]

_DIGITAL_SIGNATURE, _NON_REPUDIATION = 1 << 0, 1 << 1
_KEY_ENCIPHERMENT, _DATA_ENCIPHERMENT, _KEY_AGREEMENT = 1 << 2, 1 << 3, 1 << 4
CERT_SIGN, CRL_SIGN = 1 << 5, 1 << 6


class Purpose(Enum):
    """
    What the leaf's key is about to be trusted for.

    Each purpose names the usages of which ``keyUsage``, if present, must hold at least one, the
    identifier ``extKeyUsage`` must hold, and how strictly.
    """

    #: Nothing beyond the path: no usage is looked at.
    ANY = ("any", 0, None)
    #: Signatures on documents, receipts, messages.
    SIGNING = ("signing", _DIGITAL_SIGNATURE | _NON_REPUDIATION, None)
    #: Encryption for the holder: the other half of a dual pair (GM/T 0015).
    ENCRYPTION = ("encryption", _KEY_ENCIPHERMENT | _DATA_ENCIPHERMENT | _KEY_AGREEMENT, None)
    #: Time-stamps (RFC 3161, clause 2.3: the purpose is critical and alone).
    TIMESTAMPING = (
        "timestamping",
        _DIGITAL_SIGNATURE | _NON_REPUDIATION,
        "1.3.6.1.5.5.7.3.8",
    )
    #: Answers about revocation (RFC 6960, clause 4.2.2.2: the purpose is named).
    OCSP_SIGNING = ("ocsp", _DIGITAL_SIGNATURE | _NON_REPUDIATION, "1.3.6.1.5.5.7.3.9")
    #: Revocation lists.
    CRL_SIGNING = ("crl", CRL_SIGN, None)
    #: A TLS or TLCP server. ``keyUsage`` depends on the cipher suite and is the protocol's to check.
    TLS_SERVER = ("tls-server", 0, "1.3.6.1.5.5.7.3.1")
    #: A TLS or TLCP client.
    TLS_CLIENT = ("tls-client", 0, "1.3.6.1.5.5.7.3.2")
    #: Software.
    CODE_SIGNING = ("code-signing", _DIGITAL_SIGNATURE | _NON_REPUDIATION, "1.3.6.1.5.5.7.3.3")

    def __init__(self, label: str, key_usage: int, extended: str | None) -> None:
        self.label = label
        self.key_usage = key_usage
        self.extended = extended

    @property
    def must_be_named(self) -> bool:
        """Whether ``extKeyUsage`` must be there and name it; ``anyExtendedKeyUsage`` is not enough."""
        return self in (Purpose.TIMESTAMPING, Purpose.OCSP_SIGNING)


class Profile(Enum):
    """How a certificate must be made, beyond what makes a path valid."""

    #: Section 6 of RFC 5280: what real authorities issue is accepted where nothing is at stake.
    PATH = "path"
    #: Also what section 4 of RFC 5280 demands of conforming authorities.
    RFC5280 = "rfc5280"
    #: Also what browsers demand of TLS servers (Baseline Requirements of the CA/Browser Forum).
    BROWSER = "browser"


class Revocation(Enum):
    """How revocation is looked at. The information itself is given: nothing is fetched."""

    #: Every certificate below the root needs an answer: a list or an OCSP response.
    REQUIRE = "require"
    #: Whoever has an answer is judged by it; who has none passes, and the result says so.
    IF_AVAILABLE = "if-available"
    #: Not looked at; the result says so.
    NONE = "none"


@dataclass(frozen=True)
class PolicyInputs:
    """
    The inputs of RFC 5280 clause 6.1.1 that concern certificate policies.

    Attributes:
        acceptable: The policies acceptable to the caller, dotted; None: any.
        require_explicit: The path must be valid for at least one acceptable policy.
        inhibit_mapping: Policy mappings are not used.
        inhibit_any: ``anyPolicy`` in a certificate counts for nothing.
    """

    acceptable: frozenset[str] | None = None
    require_explicit: bool = False
    inhibit_mapping: bool = False
    inhibit_any: bool = False

    def __post_init__(self) -> None:
        if self.acceptable is not None and oids.ANY_POLICY in self.acceptable:
            object.__setattr__(self, "acceptable", None)
