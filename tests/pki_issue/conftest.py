"""A small hierarchy, made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import pytest

from gmkit import sm2, x509
from gmkit.pki.issue import Application, Issuer, issue, random_serial, self_sign
from gmkit.pki.profile import load_profile

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Hierarchy:
    root: x509.Certificate
    root_key: sm2.SM2PrivateKey
    issuing: x509.Certificate
    issuing_key: sm2.SM2PrivateKey

    @property
    def issuer(self) -> Issuer:
        return Issuer(
            self.issuing,
            self.issuing_key,
            crl_urls=("http://pki.example/issuing.crl",),
            ocsp_urls=("http://pki.example/ocsp",),
            issuer_urls=("http://pki.example/issuing.cer",),
        )


def application(subject="CN=Shop,O=Company,C=CN", key=None, **more):
    key = key or sm2.generate_private_key()
    return Application(
        subject=x509.parse_name(subject), public_key_info=key.public_key().to_der(), **more
    )


@pytest.fixture(scope="session")
def hierarchy():
    root_key, issuing_key = sm2.generate_private_key(), sm2.generate_private_key()
    root = self_sign(
        root_key,
        load_profile("root"),
        x509.parse_name("CN=Root,O=Company,C=CN"),
        serial=random_serial(),
        not_before=NOW,
    )
    issuing = issue(
        Issuer(root, root_key),
        load_profile("issuing-ca"),
        application("CN=Issuing,O=Company,C=CN", issuing_key),
        serial=random_serial(),
        not_before=NOW,
    )
    return Hierarchy(root, root_key, issuing, issuing_key)
