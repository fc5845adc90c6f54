"""How to sign a PDF: what is shown, what is allowed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from gmkit.errors import InvalidArgument

__all__ = ["Lock", "Permission", "VisibleSeal"]


class Permission(IntEnum):
    """What may follow a certification signature (DocMDP, ISO 32000-2, table 257)."""

    #: Nothing but evidence for verification.
    NOTHING = 1
    #: Form filling and further signatures.
    FORMS = 2
    #: Remarks as well.
    REMARKS = 3


@dataclass(frozen=True, slots=True)
class Lock:
    """
    Fields that nobody may change after the signature (FieldMDP, ISO 32000-2, table 258).

    Attributes:
        fields: Their names; a name stands for everything below it. None: all fields.
        invert: Lock all fields but those.
    """

    fields: tuple[str, ...] | None = None
    invert: bool = False

    def __post_init__(self) -> None:
        if self.invert and not self.fields:
            raise InvalidArgument("to lock all fields but some, name those")
        if self.fields == ():
            raise InvalidArgument("a lock without fields locks nothing; None locks all")


@dataclass(frozen=True, slots=True)
class VisibleSeal:
    """
    Where and how a signature shows on a page.

    Attributes:
        page: Number of the page, from 1; from -1 backwards.
        x, y: Lower left corner, in points (1/72 inch) from the page's lower left corner.
        width, height: In points, at least 1.
        picture: A picture (PNG, JPEG, ...) to fill the box with its proportions kept, or None.
        text: Lines beside or instead of the picture; "" for none. Latin text is set in Helvetica, any
            other in STSong-Light, which viewers supply; what must look the same everywhere belongs into
            the picture.
    """

    page: int
    x: float
    y: float
    width: float
    height: float
    picture: bytes | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.page == 0:
            raise InvalidArgument("pages are numbered from 1, or from -1 backwards")
        if self.width < 1 or self.height < 1:
            raise InvalidArgument("a visible seal is at least one point wide and high")
        if self.picture is None and not self.text:
            raise InvalidArgument("a visible seal shows a picture, a text or both")
        if not all(one == "\n" or (one.isprintable() and ord(one) < 0x10000) for one in self.text):
            raise InvalidArgument("the text holds characters that cannot be shown")
