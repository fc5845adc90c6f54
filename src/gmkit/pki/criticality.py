"""Which extensions are never, and which are always, critical, with the clause of RFC 5280 that says so."""

from gmkit.x509 import oids

__all__ = ["ALWAYS_CRITICAL", "NEVER_CRITICAL"]

NEVER_CRITICAL = {
    oids.AUTHORITY_KEY_IDENTIFIER: "4.2.1.1",
    oids.SUBJECT_KEY_IDENTIFIER: "4.2.1.2",
    oids.SUBJECT_DIRECTORY_ATTRIBUTES: "4.2.1.8",
    oids.FRESHEST_CRL: "4.2.1.15",
    oids.AUTHORITY_INFO_ACCESS: "4.2.2.1",
    oids.SUBJECT_INFO_ACCESS: "4.2.2.2",
}
ALWAYS_CRITICAL = {
    oids.NAME_CONSTRAINTS: "4.2.1.10",
    oids.POLICY_CONSTRAINTS: "4.2.1.11",
    oids.INHIBIT_ANY_POLICY: "4.2.1.14",
}
