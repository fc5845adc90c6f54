"""Where a seal's picture stands on the pages."""

from __future__ import annotations

from dataclasses import dataclass

from gmkit.errors import InvalidArgument
from gmkit.ofd.package import Package
from gmkit.seal import Seal

__all__ = ["StampPosition", "riding_positions"]

_A4 = 210.0, 297.0  # millimetres, for a document that does not say how large its pages are
_MIN_SLICE = 1.0  # millimetres of the picture on each page; less cannot be recognised


@dataclass(frozen=True, slots=True)
class StampPosition:
    """
    Where a seal's picture is to stand.

    Attributes:
        page: The page, from 1.
        left, top: Of the picture's box, in millimetres from the page's upper left corner.
        width, height: Of the box; None: as large as the seal.
        clip: The part of the picture that is shown (left, top, width, height in its box), for a seal that
            runs over several pages; None: all of it.
    """

    page: int
    left: float
    top: float
    width: float | None = None
    height: float | None = None
    clip: tuple[float, float, float, float] | None = None


def riding_positions(
    package: Package, seal: Seal, *, number: int = 0, top: float | None = None
) -> tuple[StampPosition, ...]:
    """
    A seal across the right edges of all pages, a slice on each, so that no page can be exchanged unseen.

    Args:
        package: The package.
        seal: The seal.
        number: Which document of the package, from 0.
        top: Distance from the upper edge in millimetres; None: in the middle of the edge.

    Raises:
        InvalidArgument: If the document has fewer than two pages, or more than there can be slices.
    """
    target = package.documents[number]
    across, down = target.box or _A4
    picture, count = seal.info.picture, len(target.pages)
    if count < 2:
        raise InvalidArgument("a seal rides over two pages or more")
    slice_ = picture.width / count
    if slice_ < _MIN_SLICE:
        raise InvalidArgument(f"the seal is too narrow for slices on {count} pages")
    height = (down - picture.height) / 2 if top is None else top
    return tuple(
        StampPosition(
            page + 1,
            across - (page + 1) * slice_,
            height,
            clip=(page * slice_, 0, slice_, picture.height),
        )
        for page in range(count)
    )
