"""The public suffix list, as far as certificates need it."""

from __future__ import annotations

import pytest

from gmkit.pki.public_suffix import is_public_suffix


@pytest.mark.parametrize(
    "name", ["com", "co.uk", "com.cn", "k12.ca.us", "CO.UK", "xn--fiqs8s", "internal"]
)
def test_suffixes(name):
    assert is_public_suffix(name)


@pytest.mark.parametrize(
    "name", ["example.com", "github.io", "example.com.cn", "host.internal", ""]
)
def test_other_names(name):
    assert not is_public_suffix(name)
