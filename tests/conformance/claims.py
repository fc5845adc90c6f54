"""What is known of a sample, compared with what gmkit says: one claim at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gmkit.cms import Compat
from gmkit.verdict import Extent, SignatureVerdict, State, Verdict

__all__ = ["Claim", "claims"]

#: Reasons that concern digests of parts and content; any other failure of ``intact`` is the signature's.
_DIGESTS = frozenset(
    {
        "part-changed",
        "part-missing",
        "part-damaged",
        "digest-malformed",
        "no-reference",
        "data-hash",
        "digest",
    }
)
_STANDARDS = {
    "SES v1": "GM/T 0031-2014",
    "SES v4": "GB/T 38540-2020",
    "SES v5": "GM/T 0031-2025",
    "GB/T 35275": "GM/T 0010",
}
_FORMS = ("without z", "no z", "empty id", "empty user", "non-conforming")
_PEERS = ("pyhanko", "bouncycastle", "tongsuo_cms")


@dataclass
class Claim:
    """One thing that is known, and what was found."""

    what: str
    expected: str
    found: str
    agrees: bool


def claims(
    verdict: Verdict, expected: dict[str, Any], again: Callable[[Compat], Verdict]
) -> Iterator[Claim]:
    """
    What is known, compared with the verdict.

    Args:
        verdict: The verdict.
        expected: What the manifest says.
        again: The verdict under a non-conforming form.
    """
    every = verdict.signatures
    for place, name in enumerate(("first", "second", "third")):
        if name in expected:
            one = every[place : place + 1]
            for claim in _of_signatures(one, expected[name]):
                claim.what = f"{name}: {claim.what}"
                yield claim
    yield from _of_signatures(every, expected)
    if "verdict" in expected:
        wanted = str(expected["verdict"]).lower()
        found = verdict.outcome.value
        # Without revocation lists no sample can be valid: then what holds is that it is intact.
        agrees = wanted == found or (wanted == "valid" and _intact(every, None) == "good")
        yield Claim("verdict", wanted, found, agrees)
    if "accepted_by" in expected:
        yield from _accepted(every, expected["accepted_by"], again)


def _of_signatures(
    signatures: Sequence[SignatureVerdict], expected: dict[str, Any]
) -> Iterator[Claim]:
    for name in ("digests", "digest", "dataHash"):
        if name in expected:
            yield _good(
                name, expected[name], str(expected[name]).startswith("ok"), _digests(signatures)
            )
    if "signature" in expected:
        said = str(expected["signature"])
        # Valid under a reading that the standard does not have is not valid.
        right = said.startswith("valid") and not any(form in said.lower() for form in _FORMS)
        yield _good("signature", expected["signature"], right, _intact(signatures, _DIGESTS))
    if "seal" in expected:
        right = str(expected["seal"]).startswith("valid")
        seals = [nested for one in signatures for nested in one.nested] or signatures
        yield _good("seal", expected["seal"], right, _intact(seals, None))
    if "signer_in_seal" in expected:
        codes = {one.code for each in signatures for one in each.findings}
        found = "signer-not-in-seal" not in codes
        yield Claim(
            "signer_in_seal",
            str(expected["signer_in_seal"]),
            str(found),
            found is expected["signer_in_seal"],
        )
    yield from _of_form(signatures, expected)


def _of_form(signatures: Sequence[SignatureVerdict], expected: dict[str, Any]) -> Iterator[Claim]:
    for peer in _PEERS:
        said = str(expected.get(peer, ""))
        if said.startswith(("valid", "INTACT", "TRUSTED")):
            yield _good(f"as {peer}", said, True, _intact(signatures, None))
    if "coverage" in expected:
        whole = all(one.coverage.extent is Extent.WHOLE for one in signatures)
        right = "entire" in expected["coverage"] or "whole" in expected["coverage"]
        yield Claim("coverage", expected["coverage"], "whole" if whole else "part", whole is right)
    if "sigalg" in expected:
        found = ", ".join(one.algorithm for one in signatures)
        yield Claim("sigalg", expected["sigalg"], found, expected["sigalg"] in found)
    if "level" in expected and expected["level"].startswith("B-"):
        found = ", ".join(one.kind for one in signatures)
        yield Claim("level", expected["level"], found, expected["level"] in found)
    yield from _of_kind(signatures, str(expected.get("kind", "")))


def _of_kind(signatures: Sequence[SignatureVerdict], kind: str) -> Iterator[Claim]:
    for written, standard in _STANDARDS.items():
        if kind.startswith(written):
            found = ", ".join(one.kind for one in signatures)
            yield Claim("kind", kind, found, standard in found)
            if kind.endswith(" x2"):
                yield Claim("signatures", "2", str(len(signatures)), len(signatures) == 2)


def _accepted(
    every: Sequence[SignatureVerdict], said: str, again: Callable[[Compat], Verdict]
) -> Iterator[Claim]:
    """
    Which programs accept a message tells its form: gmsm and Bouncy Castle follow GM/T 0009; the others also
    have forms of their own, which are right only under their name.
    """
    words = (word.partition("=") for word in said.split())
    by = {program.rstrip("0123456789.").lower(): number == "1" for program, _, number in words}
    if by.get("bc") or by.get("gmsm") or (by.get("tongsuo") and not by.get("openssl")):
        yield _good("conforming", said, True, _intact(every, None))
        return
    yield _good("refused as it stands", said, False, _intact(every, None))
    form = None
    if by.get("gmssl"):
        form = Compat.GMSSL_CONTENT_HEADER
    elif by.get("openssl"):
        form = Compat.NO_Z if by.get("tongsuo") else Compat.EMPTY_USER_ID
    if form is not None:
        named = again(form).signatures
        yield _good(f"accepted as {form.value}", said, True, _intact(named, None))


def _intact(signatures: Sequence[SignatureVerdict], apart: frozenset[str] | None) -> str:
    """``good`` if every signature holds; *apart* are reasons that do not count."""
    if not signatures:
        return "no signature"
    for one in signatures:
        failed = {code.code for code in one.findings if code.severity.name == "ERROR"} & {
            "signature", "invalid-signature", "value-missing", "value-malformed"
        }  # fmt: skip
        if one.intact.state is not State.PASSED and one.intact.reason not in (apart or ()):
            return one.intact.reason
        if failed:
            return min(failed)
    return "good"


def _digests(signatures: Sequence[SignatureVerdict]) -> str:
    if not signatures:
        return "no signature"
    found = {one.intact.reason for one in signatures if one.intact.state is State.FAILED}
    found |= {
        code.code for one in signatures for code in one.findings if code.severity.name == "ERROR"
    }
    return min(found & _DIGESTS, default="good")


def _good(what: str, expected: object, right: bool, found: str) -> Claim:
    return Claim(what, str(expected), found, (found == "good") is right)
