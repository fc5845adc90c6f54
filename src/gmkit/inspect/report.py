"""What an examination finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class Fit(IntEnum):
    """How well a reading fits; higher is better."""

    POSSIBLE = 1
    """Nothing speaks against it but its length."""
    LIKELY = 2
    """A structure or an equation holds that would not hold by chance, but another reading is open."""
    CERTAIN = 3
    """It says itself what it is, or an equation holds that nothing else would fulfil."""


@dataclass(frozen=True, slots=True)
class Damage:
    """
    Something that happened to the data on its way.

    Attributes:
        id: Stable identifier: ``missing-04``, ``lost-leading-zero``, …
        text: What it is, and whether it could be undone.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """
    A command that does something with the data.

    Attributes:
        line: With FILE for where the data is, OUT for what is made, and KEY, PUBKEY, DATA or ROOT for what only
            its owner has.
        purpose: What it does.
    """

    line: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One thing the data can be.

    Attributes:
        kind: Stable identifier: ``sm2-signature``, ``certificate``, …
        title: What it is, in words.
        fit: How well it fits.
        layers: What it was wrapped in, the outermost first: ``hex``, ``base64``, ``PEM CERTIFICATE``, …
        details: What it says of itself.
        peers: Libraries that write it so (names of :func:`gmkit.interop.profile` where there is one).
        damage: What looks damaged.
        commands: What to do with it.
        octets: The thing itself, out of its layers and with undone damage; what ``--output`` writes.
    """

    kind: str
    title: str
    fit: Fit
    layers: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    damage: tuple[Damage, ...] = ()
    commands: tuple[Command, ...] = ()
    octets: bytes = field(default=b"", repr=False)
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """
    Every reading that fits, the best first.

    Attributes:
        length: Octets examined.
        readings: None if nothing fits.
        remarks: What can be said of the data itself when little else can.
    """

    length: int
    readings: tuple[Reading, ...]
    remarks: tuple[str, ...] = ()
