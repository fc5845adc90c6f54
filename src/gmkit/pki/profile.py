"""Certificate profiles: what a certificate of a kind says, read from files anyone can check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gmkit.errors import InvalidArgument, StorageError
from gmkit.settings import read_toml

__all__ = ["CertificateProfile", "load_profile", "parse_profile", "profile_names"]

_KEYS: dict[str, dict[str, type]] = {
    "": {"title": str, "title_zh": str, "days": int, "pair": str, "authority": dict, "subject": dict,
         "extensions": dict},
    "authority": {"path_length": int},
    "subject": {"required": list, "optional": list},
    "extensions": {"keyUsage": list, "extKeyUsage": list, "extKeyUsageCritical": bool, "subjectAltName": list,
                   "subjectAltNameRequired": bool, "policies": list, "identity": list, "ocspNoCheck": bool},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CertificateProfile:
    """
    What a certificate of one kind says.

    Attributes:
        name: Its name, that of the file.
        title, title_zh: For people.
        days: Validity: the default, and the longest.
        pair: Name of the profile of the other half, or None.
        authority: Whether it is one of an authority.
        path_length: How many authorities may follow it, or None for any number.
        required, optional: Attribute types of the subject; no others may stand in it.
        key_usage: Names of RFC 5280, clause 4.2.1.3.
        purposes: Of the extended key usage; none: the extension is left out.
        purposes_critical: Whether that extension is critical.
        alt_name_kinds: Kinds of alternative names that may be asked for.
        alt_name_required: Whether at least one must be.
        policies: Dotted.
        identity: Identity extensions of GM/T 0015 that may be asked for.
        ocsp_no_check: RFC 6960, clause 4.2.2.2.1.
    """

    name: str
    title: str
    title_zh: str
    days: int
    key_usage: tuple[str, ...]
    pair: str | None = None
    authority: bool = False
    path_length: int | None = None
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    purposes_critical: bool = False
    alt_name_kinds: tuple[str, ...] = ()
    alt_name_required: bool = False
    policies: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    ocsp_no_check: bool = False


def profile_names(folder: Path | None = None) -> list[str]:
    """
    The names of the profiles there are, sorted.

    Args:
        folder: A folder with more than those of the package, or None.
    """
    names = {
        Path(entry.name).stem for entry in _packaged().iterdir() if entry.name.endswith(".toml")
    }
    if folder is not None and folder.is_dir():
        names |= {path.stem for path in folder.glob("*.toml")}
    return sorted(names)


def load_profile(name: str, folder: Path | None = None) -> CertificateProfile:
    """
    The profile *name*: from *folder* if it is there, otherwise from the package.

    Args:
        name: Letters, digits and ``-``.
        folder: A folder of one's own profiles, or None.

    Raises:
        InvalidArgument: There is none of this name, or its file is not a profile.
        StorageError: Its file cannot be read.
    """
    if not name.replace("-", "").isalnum():
        raise InvalidArgument(f"{name!r} is not the name of a profile")
    if folder is not None and (path := folder / f"{name}.toml").exists():
        try:
            return parse_profile(name, path.read_bytes())
        except OSError as error:
            raise StorageError(f"cannot read {path}: {(error.strerror or '').lower()}") from error
    return _packaged_profile(name)


def parse_profile(name: str, data: bytes) -> CertificateProfile:
    """
    A profile from the contents of its file.

    Args:
        name: What it is called.
        data: TOML in UTF-8.

    Raises:
        InvalidArgument: It is not TOML, holds what it must not, or lacks what it must have.
    """
    try:
        table = read_toml(data)
    except ValueError as error:
        raise InvalidArgument(f"profile {name}: {error}") from None
    _check(name, "", table)
    for section in ("authority", "subject", "extensions"):
        _check(name, section, table.get(section, {}))
    subject, extensions = table.get("subject", {}), table.get("extensions", {})
    for key in ("title", "title_zh", "days"):
        if key not in table:
            raise InvalidArgument(f"profile {name}: {key} is missing")
    if not extensions.get("keyUsage"):
        raise InvalidArgument(f"profile {name}: keyUsage is missing")
    if not 0 < table["days"] <= 36525:
        raise InvalidArgument(f"profile {name}: days must be from 1 to 36525")
    return CertificateProfile(
        name=name,
        title=table["title"],
        title_zh=table["title_zh"],
        days=table["days"],
        pair=table.get("pair"),
        authority="authority" in table,
        path_length=table.get("authority", {}).get("path_length"),
        required=_texts(name, subject, "required"),
        optional=_texts(name, subject, "optional"),
        key_usage=_texts(name, extensions, "keyUsage"),
        purposes=_texts(name, extensions, "extKeyUsage"),
        purposes_critical=extensions.get("extKeyUsageCritical", False),
        alt_name_kinds=_texts(name, extensions, "subjectAltName"),
        alt_name_required=extensions.get("subjectAltNameRequired", False),
        policies=_texts(name, extensions, "policies"),
        identity=_texts(name, extensions, "identity"),
        ocsp_no_check=extensions.get("ocspNoCheck", False),
    )


def _packaged() -> Any:
    return files("gmkit.pki") / "profiles"


@lru_cache(maxsize=64)
def _packaged_profile(name: str) -> CertificateProfile:
    file = _packaged() / f"{name}.toml"
    if not file.is_file():
        raise InvalidArgument(f"no profile {name!r}", hint=", ".join(profile_names()))
    return parse_profile(name, file.read_bytes())


def _check(name: str, section: str, table: Mapping[str, Any]) -> None:
    place = f"[{section}] " if section else ""
    for key, value in table.items():
        kind = _KEYS[section].get(key)
        if kind is None:
            raise InvalidArgument(f"profile {name}: {place}{key} is not known")
        if type(value) is not kind:
            raise InvalidArgument(
                f"profile {name}: {place}{key} must be of the type {kind.__name__}"
            )


def _texts(name: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not all(isinstance(value, str) for value in values):
        raise InvalidArgument(f"profile {name}: {key} must hold strings")
    return tuple(values)
