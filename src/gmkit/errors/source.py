"""Which file an error is about: said where the file has a name, for parsers that see only bytes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from gmkit.errors import GmkitError

__all__ = ["naming"]


@contextmanager
def naming(source: str | os.PathLike[str]) -> Iterator[None]:
    """
    Name *source* in the errors of the block, unless their words name it already.

    Args:
        source: The file whose content is looked at in the block.
    """
    name = os.fspath(source)
    try:
        yield
    except GmkitError as error:
        if name not in error.message:
            error.source = name
        raise
