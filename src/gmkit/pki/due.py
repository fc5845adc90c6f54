"""When a certificate is due for renewal: so long before its end, or after so much of its life."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmkit.errors import InvalidArgument
from gmkit.x509 import Certificate

__all__ = ["Due"]

_FORM = re.compile(r"([1-9][0-9]{0,4})([dh%])")


@dataclass(frozen=True, slots=True)
class Due:
    """
    A rule.

    Attributes:
        remaining: Due when no more than this is left; or None.
        percent: Due when so much of the whole is over, from 1 to 99, if *remaining* is None.
    """

    remaining: timedelta | None = None
    percent: int = 75

    @classmethod
    def parse(cls, text: str) -> Due:
        """
        From ``30d``, ``12h`` or ``75%``.

        Raises:
            InvalidArgument: It is none of these.
        """
        found = _FORM.fullmatch(text)
        if found is None or (found[2] == "%" and int(found[1]) > 99):
            raise InvalidArgument(
                f"{text!r} is neither a time such as 30d or 12h nor a share such as 75%"
            )
        number = int(found[1])
        if found[2] == "%":
            return cls(percent=number)
        return cls(timedelta(days=number) if found[2] == "d" else timedelta(hours=number))

    def moment(self, certificate: Certificate) -> datetime:
        """Since when *certificate* is due."""
        if self.remaining is not None:
            return certificate.not_after - self.remaining
        life = certificate.not_after - certificate.not_before
        return certificate.not_before + life * self.percent / 100

    def is_due(self, certificate: Certificate, now: datetime) -> bool:
        """Whether *certificate* is due, or has expired."""
        return now >= self.moment(certificate)
