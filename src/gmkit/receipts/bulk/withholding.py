"""Signing files whose records withhold groups of personal data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gmkit.errors import RecordError
from gmkit.receipts.bulk.sources import Item
from gmkit.receipts.canonical import Value
from gmkit.receipts.disclosure import Disclosure, conceal
from gmkit.receipts.receipt import Receipt, signing_input
from gmkit.receipts.record import Record

if TYPE_CHECKING:
    from gmkit.receipts.vault import Vault

__all__ = ["Concealed", "Withholding"]


@dataclass(frozen=True, slots=True)
class Concealed:
    """A record that is ready to be signed, with what it withholds."""

    signed: bytes
    id: str
    subject: str
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True)
class Withholding:
    """
    What is to be withheld, and where it goes.

    Attributes:
        groups: Fields of the records to withhold.
        vault: Where they are kept.
        subject: Path of the field that says whom a record is about: ``buyer.id``.
        now: The time, with its zone.
        decoys: Further digests in each record.
    """

    groups: Sequence[str]
    vault: Vault
    subject: str
    now: datetime
    decoys: int = 0

    def conceal(self, items: Iterable[Item], header: str) -> list[Concealed | RecordError]:
        """
        Take the groups out of records; in place of one that is refused stands the reason, with its line:
        it is no record, does not say whom it is about, has none of the groups, or is about a person
        whose data was erased.
        """
        made: list[tuple[int, Concealed | RecordError]] = []
        for item in items:
            try:
                made.append((item.line, self._conceal(item.record(), header)))
            except RecordError as fault:
                fault.line = item.line
                made.append((item.line, fault))
        subjects = {one.subject for _, one in made if isinstance(one, Concealed)}
        erased = self.vault.erased(subjects)
        return [
            RecordError("the data of this person was erased", line=line, field=self.subject)
            if isinstance(one, Concealed) and one.subject in erased
            else one
            for line, one in made
        ]

    def _conceal(self, record: Record, header: str) -> Concealed:
        subject = _subject_in(record, self.subject)
        made, disclosures = conceal(record, self.groups, decoys=self.decoys)
        if not disclosures:
            wanted = ", ".join(self.groups)
            raise RecordError("none of the groups to withhold is there", field=wanted)
        return Concealed(signing_input(header, made.to_payload()), made.id, subject, disclosures)

    def keep(self, entries: Sequence[tuple[Concealed, str]]) -> None:
        """
        Put the groups of signed receipts into the vault, on the disk before the receipts are.

        Raises:
            DataUnavailable: One is about a person whose data was erased.
            StorageError: The vault failed; then nothing was kept.
        """
        self.vault.keep_many(
            [
                (Receipt.parse(text), concealed.subject, concealed.disclosures)
                for concealed, text in entries
            ],
            now=self.now,
        )


def _subject_in(record: Record, path: str) -> str:
    value: Value = dict(record.fields)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if type(value) is int:
        return str(value)
    if not isinstance(value, str) or not value:
        raise RecordError(
            "the record does not say whom it is about", field=path,
            hint="the field is a text or a number that stays the same for a person",
        )  # fmt: skip
    return value
