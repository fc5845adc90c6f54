"""
A key ceremony: what is to be made is written into a file, reviewed, and then done exactly so.

The root gets a folder of its own, on a medium that is taken away: its key, its store and its audit log. The
issuing authority gets another folder, in which there is no way to the root's key. The SM3 of the file is what was
reviewed: a file that was changed since is not performed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gmkit import keys as key_files
from gmkit import sm2, sm3
from gmkit.atomic import refuse_existing, write_bytes
from gmkit.ca.authority import Authority
from gmkit.ca.creation import create_issuing, create_root
from gmkit.ca.issuing import BACKDATE
from gmkit.ca.layout import Settings
from gmkit.errors import InvalidArgument, StorageError
from gmkit.pki.issue import Application
from gmkit.settings import from_table, read_toml
from gmkit.x509 import Certificate, Name, RequestBuilder, parse_name

__all__ = ["Plan", "Secrets", "perform", "read"]

_SETTINGS = {field.name for field in fields(Settings)} - {"root_key", "issuing_key"}
_MEMBERS = {
    "ceremony": {"title", "witnesses"},
    "root": {"folder", "subject", "days", "certificate"},
    "issuing": {"subject", "days", "certificate", "key", *_SETTINGS},
    "cross": {"certificate", "days", "output"},
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    Passwords of the new key files; None leaves one open.

    Attributes:
        root, issuing: Of the two keys.
        existing: Of an issuing key that exists, or what asks for it.
        profile: How they are protected.
    """

    root: bytes | None
    issuing: bytes | None
    profile: sm2.KeyProfile = sm2.KeyProfile.SM4_SM3
    existing: Callable[[], bytes] | bytes | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What a ceremony file says.

    Attributes:
        title: Of the ceremony.
        witnesses: Who is there.
        fingerprint: SM3 of the file, 32 bytes.
        root_folder, root_subject, root_days: The root that is made; or
        root_certificate: the one that exists.
        issuing_subject, issuing_days: The issuing authority that is made; or
        issuing_certificate, issuing_key: the one that exists, and the URI of its key.
        settings: Of the issuing authority.
        cross: Roots of others that the new root certifies: certificate, days, where it goes.
    """

    title: str
    witnesses: tuple[str, ...]
    fingerprint: bytes
    root_folder: Path | None
    root_subject: Name | None
    root_days: int | None
    root_certificate: Certificate | None
    issuing_subject: Name | None
    issuing_days: int | None
    issuing_certificate: Certificate | None
    issuing_key: str | None
    settings: Settings
    cross: tuple[tuple[Certificate, int | None, Path], ...]

    def described(self) -> list[str]:
        """For the reviewers, a line for each thing that will be."""
        lines = [f"ceremony  {self.title}", f"file      SM3 {self.fingerprint.hex()}"]
        lines += [f"witness   {name}" for name in self.witnesses]
        if self.root_subject is not None:
            days = (
                "as long as its profile allows"
                if self.root_days is None
                else f"{self.root_days} days"
            )
            lines.append(f"root      {self.root_subject}: new key in {self.root_folder}, {days}")
        elif self.root_certificate is not None:
            print_ = self.root_certificate.fingerprint().hex()
            lines.append(f"root      {self.root_certificate.subject}: SM3 {print_}")
        if self.issuing_subject is not None:
            days = (
                "as long as its profile allows"
                if self.issuing_days is None
                else f"{self.issuing_days} days"
            )
            lines.append(f"issuing   {self.issuing_subject}: new key, {days}")
        elif self.issuing_certificate is not None:
            lines.append(f"issuing   {self.issuing_certificate.subject}: key {self.issuing_key}")
        if self.issuing_subject is not None or self.issuing_certificate is not None:
            lines += [
                f"setting   {field.name} = {getattr(self.settings, field.name)}"
                for field in fields(Settings)
                if field.name in _SETTINGS
            ]
        lines += [
            f"cross     {certificate.subject}: {output}"
            for certificate, _days, output in self.cross
        ]
        return lines

    def act(self) -> dict[str, object]:
        """For the audit logs."""
        return {
            "act": "ceremony",
            "title": self.title,
            "witnesses": list(self.witnesses),
            "file": self.fingerprint.hex(),
        }


def read(path: Path) -> Plan:
    """
    Read a ceremony file; relative names in it are relative to its folder.

    Raises:
        InvalidArgument: It does not say what it should.
        OSError: It, or a certificate it names, cannot be read.
    """
    data = path.read_bytes()
    try:
        table = read_toml(data)
    except ValueError as error:
        raise _wrong(str(error)) from None
    if unknown := set(table) - set(_MEMBERS):
        raise _wrong(f"unknown part {min(unknown)!r}")
    parts: dict[str, Any] = {}
    for name, known in _MEMBERS.items():
        part = table.get(name, [] if name == "cross" else {})
        if isinstance(part, list) != (name == "cross"):
            raise _wrong(
                "cross is written [[cross]], the other parts [ceremony], [root], [issuing]"
            )
        for each in part if name == "cross" and isinstance(part, list) else [part]:
            if not isinstance(each, dict):
                raise _wrong(f"{name} is no table")
            if unknown := set(each) - known:
                raise _wrong(f"{name}: unknown {min(unknown)!r}")
        parts[name] = part
    return _plan(parts, path.parent, sm3.digest(data))


def perform(plan: Plan, folder: Path, secrets: Secrets, *, now: datetime, reviewed: bytes) -> None:
    """
    Do what the plan says; all of it, or nothing is left.

    Args:
        plan: From :func:`read`.
        folder: Of the issuing authority; it must not exist. Not used where the plan makes a root alone.
        secrets: Passwords for the new keys.
        now: The present.
        reviewed: SM3 of the file that was reviewed, 32 bytes.

    Raises:
        InvalidArgument: Another file was reviewed.
        IssuingError: The names or times do not fit the profiles.
        StorageError: A folder exists, or could not be written.
    """
    if reviewed != plan.fingerprint:
        raise InvalidArgument(
            f"what was reviewed is not this file: its SM3 is {plan.fingerprint.hex()}"
        )
    makes_issuing = plan.issuing_subject is not None or plan.issuing_certificate is not None
    for target in (
        plan.root_folder,
        folder if makes_issuing else None,
        *(c[2] for c in plan.cross),
    ):
        if target is not None:
            refuse_existing(target)
    if plan.root_folder is None:
        _perform_issuing(plan, folder, secrets, now, None)
        return
    written: list[Path] = []
    try:
        _make_root(plan, secrets, now)
        with Authority(plan.root_folder, password=secrets.root) as root:
            for certificate, days, output in plan.cross:
                made = root.cross_certify(certificate, now=now, not_after=_end(now, days))
                write_bytes(output, made.to_pem())
                written.append(output)
            if makes_issuing:
                _perform_issuing(plan, folder, secrets, now, root)
            root.publish(now=now, authority="root")
    except BaseException:
        # Nothing of it was given out: no half of a ceremony stays behind.
        shutil.rmtree(plan.root_folder, ignore_errors=True)
        for output in written:
            output.unlink(missing_ok=True)
        if makes_issuing:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _make_root(plan: Plan, secrets: Secrets, now: datetime) -> None:
    assert plan.root_folder is not None
    assert plan.root_subject is not None
    create_root(
        plan.root_folder, plan.root_subject, password=secrets.root, now=now,
        profile=secrets.profile, not_after=_end(now, plan.root_days), act=plan.act(),
    )  # fmt: skip


def _perform_issuing(
    plan: Plan, folder: Path, secrets: Secrets, now: datetime, root: Authority | None
) -> None:
    anchor = root.root if root is not None else plan.root_certificate
    assert anchor is not None
    if plan.issuing_subject is not None:
        assert root is not None
        key = sm2.generate_private_key()
        # Through a request like that of any other authority.
        request = RequestBuilder(subject=plan.issuing_subject).sign(key)
        certificate = root.certify_authority(
            Application.from_request(request), now=now, not_after=_end(now, plan.issuing_days)
        )
        pem: bytes | None = key.to_pem(password=secrets.issuing, profile=secrets.profile)
    else:
        assert plan.issuing_certificate is not None
        certificate, pem = plan.issuing_certificate, None
        signer = key_files.load(plan.issuing_key or "", password=secrets.existing)
        if signer.public_key() != certificate.public_key():
            raise InvalidArgument("the issuing key is not the one of the issuing certificate")
    create_issuing(
        folder, anchor, certificate, key=pem, key_uri=plan.issuing_key, settings=plan.settings,
        now=now, act=plan.act(),
    )  # fmt: skip


def _plan(parts: dict[str, Any], base: Path, fingerprint: bytes) -> Plan:
    head, root, issuing = parts["ceremony"], parts["root"], parts["issuing"]
    makes_root = "subject" in root
    if makes_root == ("certificate" in root):
        raise _wrong("root: either subject and folder, or certificate")
    if makes_root != ("folder" in root):
        raise _wrong("root: a new root needs a folder of its own, and only that")
    if issuing and ("subject" in issuing) == ("certificate" in issuing):
        raise _wrong("issuing: either subject, or certificate and key")
    if ("certificate" in issuing) != ("key" in issuing):
        raise _wrong("issuing: certificate and key go together")
    if "subject" in issuing and not makes_root:
        raise _wrong("issuing: only a root that is made here can sign a new authority")
    if not makes_root and (parts["cross"] or not issuing):
        raise _wrong("there is nothing to do that this root is needed for")
    settings = {name: issuing[name] for name in issuing if name in _SETTINGS}
    witnesses = head.get("witnesses", [])
    if not isinstance(witnesses, list) or not all(isinstance(name, str) for name in witnesses):
        raise _wrong("ceremony: witnesses must be a list of texts")
    return Plan(
        title=_text(head, "title") or "",
        witnesses=tuple(witnesses),
        fingerprint=fingerprint,
        root_folder=base / str(_text(root, "folder")) if makes_root else None,
        root_subject=parse_name(str(_text(root, "subject"))) if makes_root else None,
        root_days=_days(root),
        root_certificate=None if makes_root else _certificate(root, base),
        issuing_subject=parse_name(str(_text(issuing, "subject")))
        if "subject" in issuing
        else None,
        issuing_days=_days(issuing),
        issuing_certificate=_certificate(issuing, base) if "certificate" in issuing else None,
        issuing_key=_text(issuing, "key"),
        settings=from_table(Settings, settings, file="ceremony file: issuing"),
        cross=tuple(
            (_certificate(each, base), _days(each), base / (_text(each, "output") or "cross.pem"))
            for each in parts["cross"]
        ),
    )


def _certificate(part: dict[str, Any], base: Path) -> Certificate:
    name = _text(part, "certificate")
    if name is None:
        raise _wrong("a certificate is missing")
    try:
        data = (base / name).read_bytes()
    except OSError as error:
        raise StorageError(f"{base / name}: {(error.strerror or '').lower()}") from None
    return Certificate.from_pem(data) if data[:1] != b"\x30" else Certificate.from_der(data)


def _text(part: dict[str, Any], name: str) -> str | None:
    value = part.get(name)
    if value is not None and (not isinstance(value, str) or not value):
        raise _wrong(f"{name} must be a text")
    return value


def _days(part: dict[str, Any]) -> int | None:
    value = part.get("days")
    if value is not None and (type(value) is not int or not 1 <= value <= 36525):
        raise _wrong("days must be a number from 1 to 36525")
    return value


def _end(now: datetime, days: int | None) -> datetime | None:
    if days is None:
        return None
    return now.replace(microsecond=0) - BACKDATE + timedelta(days=days, seconds=-1)


def _wrong(message: str) -> InvalidArgument:
    return InvalidArgument(f"ceremony file: {message}")
