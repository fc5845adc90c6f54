"""What the world writes is read; what is cut or bent gives EncodingError or another reading."""

import pytest

from gmkit import errors, x509
from tests.bounds import within
from tests.shared import shared
from tests.unit.x509.corpus import corpus

READERS = {
    "certificate": x509.Certificate.from_der,
    "list": x509.CertificateList.from_der,
    "request": x509.CertificateRequest.from_der,
}


@pytest.mark.parametrize(("kind", "least"), [("certificate", 500), ("list", 170), ("request", 5)])
def test_every_file_of_the_corpus_is_read_and_printed(kind, least):
    files = corpus()[kind]
    assert len(files) >= least
    for file, der in files:
        read = READERS[kind](der)
        assert read.der == der
        described = read.to_dict()
        assert described["type"], file
        assert read.describe().count("\n") > 5, file
        # Nothing is re-encoded, and the parts are parts of the stored octets.
        signed = read.info if kind == "request" else read.tbs
        assert signed in der
        assert read.signature in der


def test_every_bag_is_opened():
    bag = shared("vectors-raw/emmansun-gmsm/pki/gmssl_certchain.p7b.pem").read_bytes()
    assert len(x509.load_certificates(bag)) == 2
    token = shared("vectors-raw/QinHongZhe-itext5-sm2/timestamp_token_sm2.der").read_bytes()
    assert x509.load_certificates(token)


def _surely_refused_or_read(read, octets):
    def act():
        try:
            again = read(octets)
            again.to_dict()
            again.describe()
        except errors.EncodingError as error:
            assert error.offset is None or 0 <= error.offset <= len(octets)

    within(0.1, act)


@pytest.mark.parametrize("kind", ["certificate", "list", "request"])
def test_every_truncation_is_an_encoding_error(kind):
    read = READERS[kind]
    for _, der in corpus()[kind][::4]:
        for end in range(len(der)):
            with pytest.raises(errors.EncodingError):
                read(der[:end])


@pytest.mark.parametrize("kind", ["certificate", "list", "request"])
def test_every_octet_bent_is_an_encoding_error_or_another_reading(kind):
    read = READERS[kind]
    for number, (_, der) in enumerate(corpus()[kind][:: 40 if kind == "certificate" else 25]):
        for place in range(len(der)):
            bits = range(8) if number == 0 else ((place + number) % 8,)
            for bit in bits:
                bent = bytearray(der)
                bent[place] ^= 1 << bit
                _surely_refused_or_read(read, bytes(bent))


def test_one_octet_more_is_refused():
    for kind, read in READERS.items():
        with pytest.raises(errors.EncodingError, match="bytes follow the end"):
            read(corpus()[kind][0][1] + b"\0")
