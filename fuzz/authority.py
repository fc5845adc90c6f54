"""Targets: files of the authority and of whoever runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuzz.targets import MIB, Target
from gmkit import ca, pki, x509
from gmkit.ca import batch, ceremony, proofs
from gmkit.ca.layout import Settings
from gmkit.ca.unpacking import unpack
from gmkit.keys.devices.vendor import VendorMap
from gmkit.pki.profile import parse_profile, profile_names
from gmkit.settings import to_toml
from tests.ca.conftest import CEREMONY, NAMES, NOW, application
from tests.devices.conftest import VENDOR_MAP

CSV = b'profile,subject,days\nmerchant-signing,"CN=a,O=b,C=CN",30\n'
JSONL = (
    b'{"profile":"merchant-signing","subject":"CN=a,O=b,C=CN","days":30,"names":["a.example"]}\n'
)


def targets() -> dict[str, Target]:
    """By name."""
    backup, inclusion, consistency, issuing = _authority()
    profiles = tuple(
        (Path(pki.__file__).parent / "profiles" / f"{name}.toml").read_bytes()
        for name in profile_names()
    )
    return {
        "backup": Target(_from_file(_unpacked), (backup,), seconds=0.5, memory=64 * MIB),
        "audit proof": Target(lambda data: proofs.verify(data, issuing), (inclusion, consistency)),
        "ceremony": Target(
            _from_file(ceremony.read),
            (CEREMONY.replace("STORE", "sqlite:///store.sqlite").encode(),),
        ),
        "requests in CSV": Target(_from_file(_asked, "a.csv"), (CSV,)),
        "requests in lines": Target(_from_file(_asked, "a.jsonl"), (JSONL,)),
        "certificate profile": Target(lambda data: parse_profile("fuzz", data), profiles),
        "settings": Target(Settings.from_toml, (to_toml(Settings()).encode(),)),
        "vendor map": Target(_from_file(VendorMap.load), (VENDOR_MAP.encode(),)),
        "name": Target(_name, (b"CN=a\\2c b,O=\xe4\xb8\xad+OU=x,C=CN",)),
        "general name": Target(
            lambda data: x509.parse_general_name(data.decode("utf-8", "replace")),
            (b"dns:a.example", b"ip:10.0.0.1", b"email:a@b.example", b"uri:http://a/"),
        ),
    }


def _authority() -> tuple[bytes, bytes, bytes, x509.Certificate]:
    """A backup, and both kinds of proof about the audit log."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ca.create(place / "ca", NAMES, password=None, now=NOW)
        with ca.Authority(place / "ca") as authority:
            older = authority.log.checkpoint(now=NOW)
            authority.issue("merchant-signing", application(), now=NOW)
            authority.log.checkpoint(now=NOW)
            authority.publish(now=NOW)
            inclusion = authority.log.prove(number=0)
            consistency = authority.log.prove_consistency(older)
            authority.backup(place / "backup", now=NOW, keys=False)
            return (place / "backup").read_bytes(), inclusion, consistency, authority.issuing


def _from_file(read: Callable[[Path], Any], name: str = "input") -> Callable[[bytes], Any]:
    """For what reads files only."""

    def act(data: bytes) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return read(path)

    return act


def _unpacked(path: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        read = unpack(path, Path(place))
        for table in ("certificates", "audit"):
            list(read.rows_of(table))


def _asked(path: Path) -> None:
    list(batch.each(path, make_keys=False))


def _name(data: bytes) -> None:
    """A name in text is written and read again as the same."""
    name = x509.parse_name(data.decode("utf-8", "replace"))
    assert x509.parse_name(str(name)) == name
