"""
Names under which registries sell names: the public suffix list, its ICANN section.

The list comes with the package ``publicsuffixlist``, which is released as the list changes. An old copy
knows fewer suffixes, and so lets more pass; it refuses no good name, because suffixes hardly ever go.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

__all__ = ["is_public_suffix"]


def is_public_suffix(host: str) -> bool:
    """
    Whether *host* is a suffix such as ``com`` or ``co.uk``; an unknown top-level domain is one.

    Suffixes of private owners (``github.io``) are not: browsers let their owners have wildcards, and the
    Baseline Requirements (3.2.2.6) ask for the ICANN section.
    """
    name = host.lower().rstrip(".")
    return bool(name) and _list().publicsuffix(name) == name


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - read when the first wildcard is met

    return PublicSuffixList(only_icann=True)
