"""Who may be sent an envelope, a file that changes on the way into one, and signers without an issuer."""

import io

import pytest

from gmkit import asn1, cms, sm2
from gmkit.cms.signed_data import SignerIdentifier
from gmkit.errors import InvalidArgument
from tests.certificates import certificate
from tests.unit.pki.build import SIGN, usage

KEY = sm2.SM2PrivateKey.from_hex("43" * 32)
SIGNING = certificate(KEY, "signing", extensions=(usage(SIGN),))
ANY = certificate(KEY, "any")


def test_nobody_encrypts_to_a_certificate_for_signing_unless_it_is_asked_for():
    with pytest.raises(InvalidArgument, match="not for encryption"):
        cms.encrypt(b"content", [SIGNING])
    with pytest.raises(InvalidArgument, match="not for encryption"):
        cms.encrypt(b"content", [ANY, SIGNING], any_usage=False)
    assert cms.encrypt(b"content", [ANY])
    assert cms.encrypt(b"content", [SIGNING], any_usage=True)


class Changing(io.BytesIO):
    """A file that has other octets when it is read than it had when it was measured."""

    def __init__(self, measured: int, read: int) -> None:
        super().__init__(bytes(read))
        self._measured = measured

    def seek(self, offset, whence=0):
        place = super().seek(offset, whence)
        return self._measured if whence == 2 else place


@pytest.mark.parametrize(("measured", "read"), [(100, 99), (100, 101), (1, 0), (0, 1)])
@pytest.mark.parametrize("authenticated", [True, False])
def test_a_file_that_changes_its_length_is_not_encrypted(measured, read, authenticated):
    with pytest.raises(InvalidArgument, match="the file changed"):
        cms.encrypt_file(Changing(measured, read), io.BytesIO(), [ANY], authenticated=authenticated)


def test_gcm_takes_at_most_64_gib_less_32_octets():
    # NIST SP 800-38D, 5.2.1.1. What is measured decides; the file is empty when it is read.
    longest = 2**36 - 32
    with pytest.raises(InvalidArgument, match="64 GiB"):
        cms.encrypt_file(Changing(longest + 1, 0), io.BytesIO(), [ANY])
    for measured, authenticated in ((longest, True), (longest + 1, False)):
        source = Changing(measured, 0)
        with pytest.raises(InvalidArgument, match="the file changed"):
            cms.encrypt_file(source, io.BytesIO(), [ANY], authenticated=authenticated)


def test_a_signer_whose_issuer_is_left_out_is_read_and_is_nobody():
    octets = asn1.sequence(b"\0\0", asn1.integer(7))
    found = SignerIdentifier.read(asn1.decode_lenient(octets, what="signer"))
    assert (found.issuer, found.serial, found.key_identifier) == (b"", b"\7", None)
    assert not found.fits(certificate(KEY, "any", serial=7))
