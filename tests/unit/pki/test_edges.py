"""Boundaries of the rules: the last value that is good, the first that is not."""

from dataclasses import replace

import pytest
from cryptography.exceptions import UnsupportedAlgorithm as NotDone
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gmkit import asn1
from gmkit.errors import UnsupportedAlgorithm
from gmkit.pki import PolicyInputs, Purpose, signatures
from gmkit.pki.signatures import pss_parameters
from gmkit.x509 import GeneralName, oids
from tests.unit.pki import build, test_pss
from tests.unit.pki.build import CERT_SIGN, SIGN, Made
from tests.unit.pki.test_path import LEAF, MIDDLE, ROOT, refused, verifier
from tests.unit.pki.test_profile import GOOD, MIDDLE_IDS, leaf, reason

LONGEST_HOST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
USAGES = ("keyEncipherment", "dataEncipherment", "keyAgreement")


@pytest.mark.parametrize("bit", [2, 3, 4], ids=USAGES)
def test_any_one_of_three_usages_is_for_encryption(bit):
    """GM/T 0015: keyEncipherment, dataEncipherment or keyAgreement, and no other."""
    reader = build.leaf("reader", "root", extensions=[build.usage(1 << bit)])
    assert verifier(purpose=Purpose.ENCRYPTION).verify(reader).leaf == reader
    assert refused(reader, purpose=Purpose.SIGNING) == ("key-usage", 0)


@pytest.mark.parametrize("bit", [0, 1, 5, 6, 7, 8])
def test_every_other_usage_is_not(bit):
    other = build.leaf("other", "root", extensions=[build.usage(1 << bit)])
    assert refused(other, purpose=Purpose.ENCRYPTION) == ("key-usage", 0)


@pytest.mark.parametrize("bit", [0, 1])
def test_either_of_two_usages_is_for_signing(bit):
    signer = build.leaf("signer", "root", extensions=[build.usage(1 << bit)])
    assert verifier(purpose=Purpose.SIGNING).verify(signer).leaf == signer


def test_the_longest_host_name():
    assert len(LONGEST_HOST) == 253
    assert reason(leaf(*GOOD, build.alternative(build.dns(LONGEST_HOST)))) is None
    longer = leaf(*GOOD, build.alternative(build.dns(LONGEST_HOST + "d")))
    assert reason(longer) == "subject-alt-name"


def test_a_path_length_goes_with_the_usage_to_issue():
    """Clause 4.2.1.9: pathLenConstraint is for authorities that assert keyCertSign."""
    for bits, expected in ((CERT_SIGN, None), (SIGN, "key-usage")):
        extensions = [build.basic(ca=True, length=0), build.usage(bits), *MIDDLE_IDS]
        middle = Made("middle", "root", extensions).read()
        below = Made("leaf", "middle", [build.usage(SIGN), *build.identifiers("leaf", "middle")])
        assert reason(below.read(), [middle]) == expected


def test_a_directory_name_is_expected_in_the_subject_or_beside_it():
    """RFC 5280, 7.1: compared as names, not as octets."""
    beside = build.leaf(
        "leaf", "root", build.alternative(build.directory(build.name("Org", "Beside")))
    )
    judge = verifier()
    for expected in (build.name("leaf"), build.name("LEAF"), build.name("org", "beside")):
        assert judge.verify(beside, peer=GeneralName("directory", expected)).leaf == beside
    for other in (build.name("other"), build.name("beside"), build.name("Org", "leaf")):
        assert refused(beside, peer=GeneralName("directory", other)) == ("name-mismatch", 0)


def test_an_explicit_policy_is_asked_for_so_many_certificates_later():
    """Clause 6.1.4 (h), (i) and 6.1.5 (a): the count goes down at each, the leaf included."""
    lower = build.authority("lower", "middle")
    below = build.leaf("below", "lower")
    for count, refusals in ((0, (True, True)), (1, (True, True)), (2, (False, True)), (3, (False, False))):  # fmt: skip
        middle = build.authority("middle", "root", build.policy_constraints(explicit=count))
        for chain, is_refused in zip(((LEAF, [middle]), (below, [lower, middle])), refusals, strict=True):  # fmt: skip
            if is_refused:
                assert refused(*chain)[0] == "policy"
            else:
                assert verifier().verify(*chain).root == ROOT
    # In the leaf only 0 says anything (6.1.5 (b)).
    for count, is_refused in ((0, True), (1, False)):
        own = build.leaf("own", "middle", build.policy_constraints(explicit=count))
        if is_refused:
            assert refused(own, [MIDDLE])[0] == "policy"
        else:
            assert verifier().verify(own, [MIDDLE]).leaf == own


def test_any_policy_all_the_way_is_any_policy():
    middle = build.authority("middle", "root", build.policies(oids.ANY_POLICY))
    below = build.leaf("leaf", "middle", build.policies(oids.ANY_POLICY))
    assert verifier().verify(below, [middle]).policies is None
    wanted = PolicyInputs(acceptable=frozenset({"1.2.3"}), require_explicit=True)
    assert verifier(policies=wanted).verify(below, [middle]).policies == {"1.2.3"}


def test_salts_of_pss():
    def salt(length):
        return pss_parameters(asn1.decode_lenient(test_pss.parameters(salt=length), what="PSS"))[1]

    assert [salt(length) for length in (0, 20, 32, 64)] == [0, 20, 32, 64]
    longest = max(length for length in range(4096) if _is_done(salt, length))
    assert all(_is_done(salt, length) for length in (0, longest))
    assert not _is_done(salt, longest + 1)
    # RFC 8017, 9.1.1: no salt is longer than the modulus less the hash and two octets; 4096 bits.
    assert longest >= 4096 // 8 - 64 - 2


def _is_done(salt, length):
    try:
        return salt(length) == length
    except UnsupportedAlgorithm:
        return False


@pytest.mark.parametrize("parameters", [(), (asn1.null(),), (asn1.sequence(),)])
def test_pss_without_its_parameters_is_refused(parameters):
    signer = rsa.generate_private_key(65537, 2048)
    key_info = signer.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    middle = build.authority("rsa", "root", key_info=key_info)
    algorithm = asn1.sequence(asn1.oid("1.2.840.113549.1.1.10"), *parameters)
    made = replace(
        Made("leaf", "rsa", [build.usage(SIGN)]),
        inner=algorithm,
        outer=algorithm,
        signature=bytes(256),
    )
    assert refused(made.read(), [middle]) == ("unsupported-algorithm", 0)


@pytest.mark.parametrize("fault", [ValueError("odd"), NotDone("odd")])
def test_an_error_inside_the_library_is_no_good_signature(fault):
    def verify():
        raise fault

    with pytest.raises(UnsupportedAlgorithm, match="odd"):
        signatures._attempt(verify)
