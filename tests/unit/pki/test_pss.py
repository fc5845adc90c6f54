"""Parameters of RSASSA-PSS come from strangers: they are read, or refused with an error of ours."""

import random

import pytest

from gmkit import asn1
from gmkit.errors import EncodingError, UnsupportedAlgorithm
from gmkit.pki.signatures import pss_parameters

SHA256 = asn1.sequence(asn1.oid("2.16.840.1.101.3.4.2.1"))
SHA512 = asn1.sequence(asn1.oid("2.16.840.1.101.3.4.2.3"))
MGF1 = asn1.oid("1.2.840.113549.1.1.8")


def parameters(digest=SHA256, mask=SHA256, salt=32, *more):
    return asn1.sequence(
        asn1.explicit(0, digest),
        asn1.explicit(1, asn1.sequence(MGF1, mask)),
        asn1.explicit(2, asn1.integer(salt)),
        *more,
    )


def read(octets):
    return pss_parameters(asn1.decode_lenient(octets, what="parameters"))


def test_the_usual_ones():
    assert read(parameters()) == ("SHA256", 32)
    assert read(parameters(SHA512, SHA512, 222, asn1.explicit(3, asn1.integer(1)))) == (
        "SHA512",
        222,
    )


def test_a_salt_that_is_not_said_has_20_octets():
    mask = asn1.sequence(MGF1, SHA256)
    assert read(asn1.sequence(asn1.explicit(0, SHA256), asn1.explicit(1, mask))) == ("SHA256", 20)


@pytest.mark.parametrize(
    "octets",
    [
        asn1.sequence(),  # the defaults: SHA-1
        parameters(SHA256, SHA512),
        parameters(salt=-1),
        parameters(salt=5000),
        parameters(SHA256, SHA256, 32, asn1.explicit(3, asn1.integer(2))),
        parameters(asn1.sequence(asn1.oid("1.2.3"))),
    ],
)
def test_others_are_not_done(octets):
    with pytest.raises(UnsupportedAlgorithm):
        read(octets)


@pytest.mark.parametrize(
    "octets",
    [
        asn1.sequence(asn1.explicit(0, SHA256 + SHA256)),
        asn1.sequence(asn1.explicit(0, b"")),
        asn1.sequence(asn1.explicit(0, asn1.sequence())),
        asn1.sequence(asn1.explicit(1, asn1.sequence(MGF1))),
        asn1.sequence(asn1.explicit(1, asn1.sequence(MGF1, asn1.sequence()))),
        asn1.sequence(asn1.explicit(2, asn1.null())),
    ],
)
def test_broken_ones_are_refused(octets):
    with pytest.raises(EncodingError):
        read(octets)


def test_bent_ones_raise_nothing_else():
    choose, good = random.Random(1), parameters()
    for _ in range(3_000):
        bent = bytearray(good)
        bent[choose.randrange(len(bent))] ^= 1 << choose.randrange(8)
        try:
            read(bytes(bent))
        except (EncodingError, UnsupportedAlgorithm):
            continue
