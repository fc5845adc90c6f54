"""Documents somebody has worked on after signing: what was changed is named."""

from __future__ import annotations

import pytest

from gmkit import ofd, seal, sm3
from gmkit.cms import Family
from gmkit.cms import sign as cms_sign
from gmkit.errors import InvalidArgument
from gmkit.ofd.coverage import Part
from gmkit.ofd.signature import Listed
from gmkit.ofd.write import document
from gmkit.verdict import Extent, Outcome, State, Verdict
from tests.documents.people import SECOND, trust
from tests.ofd.changes import ESL, LIST, SEALED, SIGNED, VALUE, XML, Change, after, b64, put, swap
from tests.ofd.world import (
    NOW,
    OTHER_SVG,
    PLAIN,
    SEAL,
    SIGNER,
    codes,
    edit,
    judge,
    make_seal,
    page,
    sealed,
    signed,
    unpack,
    xml,
)


def drop(name: str) -> Change:
    return lambda parts: parts.__delitem__(name)


CONTENT = [name for name in unpack(SEALED) if name not in (LIST, XML, VALUE)]


@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("data", [SEALED, SIGNED], ids=["seal", "plain"])
def test_doc_04_every_part_changed(name: str, data: bytes) -> None:
    if name not in unpack(data):
        return
    # A space at the end changes no meaning, and the octets.
    verdict = after(lambda parts: parts.__setitem__(name, parts[name] + b" "), data)
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons[0] in ("part-changed", "malformed")
    if verdict.signatures:
        assert name in verdict.signatures[0].intact.text


@pytest.mark.parametrize("name", CONTENT)
def test_doc_04_every_part_removed(name: str) -> None:
    verdict = after(drop(name))
    assert verdict.outcome is Outcome.INVALID
    unreadable = name in ("OFD.xml", "Doc_0/Document.xml")
    assert verdict.reasons[0] == ("malformed" if unreadable else "part-missing")


@pytest.mark.parametrize("name", [XML, VALUE])
def test_doc_04_the_signature_changed_or_removed(name: str) -> None:
    assert after(drop(name)).outcome is Outcome.INVALID
    assert (
        after(lambda parts: parts.__setitem__(name, parts[name] + b" ")).outcome is Outcome.INVALID
    )


def test_doc_04_the_list_of_signatures_removed() -> None:
    verdict = after(drop(LIST))
    assert verdict.outcome is Outcome.INVALID
    assert "signatures-missing" in verdict.reasons


def test_doc_04_a_part_added() -> None:
    verdict = after(put("Doc_0/Pages/Page_2/Content.xml", page("third")))
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("uncovered-part",)
    assert verdict.not_checked[0].where == "Doc_0/Pages/Page_2/Content.xml"
    assert verdict.signatures[0].outcome is Outcome.VALID
    assert verdict.signatures[0].coverage.extent is Extent.PART


def test_a_replaced_page() -> None:
    verdict = after(swap("Doc_0/Pages/Page_0/Content.xml", b"pay 100", b"pay 999"))
    assert verdict.signatures[0].intact.reason == "part-changed"


def test_two_pages_exchanged() -> None:
    one, other = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_1/Content.xml"

    def change(parts: dict[str, bytes]) -> None:
        parts[one], parts[other] = parts[other], parts[one]

    verdict = after(change)
    assert verdict.outcome is Outcome.INVALID
    assert [one.code for one in verdict.signatures[0].findings] == ["part-changed"]


def test_a_page_listed_afterwards() -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["Doc_0/Pages/Page_2/Content.xml"] = page("third")
        parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
            b"</ofd:Pages>", b'<ofd:Page ID="5" BaseLoc="Pages/Page_2/Content.xml"/></ofd:Pages>'
        )

    verdict = after(change)
    assert verdict.outcome is Outcome.INVALID
    assert {"part-changed", "uncovered-part"} <= set(verdict.reasons)
    roles = [one.text for one in verdict.findings if one.code == "uncovered-part"]
    assert len(roles) == 1
    assert "(page," in roles[0]


def test_an_annotation_put_where_the_document_names_one_and_had_none() -> None:
    """Document.xml names a list of annotations; whoever adds the file adds what is seen."""
    bare = edit(PLAIN, lambda parts: [parts.pop(n) for n in list(parts) if "Annots" in n] and None)
    verdict = after(put("Doc_0/Annots/Annotations.xml", xml("Annotations", "")), signed(bare))
    assert verdict.reasons == ("uncovered-part",)
    assert "(annotation," in verdict.findings[0].text


def test_a_whole_document_beside_the_signed_one() -> None:
    """OFD.xml is often left out of signatures: then a second document can be put in front."""
    open_ = _signed_without("OFD.xml")

    def change(parts: dict[str, bytes]) -> None:
        parts["Doc_1/Document.xml"] = parts["Doc_0/Document.xml"]
        parts["Doc_1/Pages/Page_0/Content.xml"] = page("pay 999")
        body = b"<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody>"
        parts["OFD.xml"] = parts["OFD.xml"].replace(b"<ofd:DocBody>", body + b"<ofd:DocBody>", 1)

    assert judge(open_).outcome is Outcome.VALID
    assert codes(judge(open_)) == {"root-uncovered"}
    verdict = after(change, open_)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert "uncovered-part" in verdict.reasons


def _signed_without(name: str) -> bytes:
    """As some producers sign: one part left out."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[XML].decode()
        start = text.index(f'<ofd:Reference FileRef="/{name}">')
        end = text.index("</ofd:Reference>", start) + len("</ofd:Reference>")
        parts[XML] = (text[:start] + text[end:]).encode()
        parts[VALUE] = seal.sign_with_seal(
            parts[XML], SEAL, key=SIGNER.key, certificate=SIGNER.certificate,
            property_info=f"/{XML}", time=NOW,
        )  # fmt: skip

    return edit(SEALED, change)


def test_a_reference_removed() -> None:
    """Whoever takes a line out of Signature.xml breaks the signature; who never put it in leaves a gap."""

    def change(parts: dict[str, bytes]) -> None:
        start = parts[XML].index(b"<ofd:Reference ")
        end = parts[XML].index(b"</ofd:Reference>") + len(b"</ofd:Reference>")
        parts[XML] = parts[XML][:start] + parts[XML][end:]

    assert "data-hash" in after(change).reasons
    assert judge(_signed_without("Doc_0/Pages/Page_1/Content.xml")).reasons == ("uncovered-part",)


def test_a_swapped_seal_picture() -> None:
    other = make_seal(picture=OTHER_SVG)
    # In the part that some readers draw: its digest is signed.
    assert "part-changed" in after(put(ESL, other)).reasons
    # Inside the signature: the maker's signature covers it.
    value = unpack(SEALED)[VALUE].replace(b'r="18"', b'r="99"')
    verdict = after(put(VALUE, value))
    assert verdict.signatures[0].intact.reason == "signature"
    assert verdict.signatures[0].nested[0].intact.reason == "signature"


def test_a_seal_part_that_is_another_seal() -> None:
    """Both are covered by the signer, who put two seals in: one is signed with, another drawn."""
    other = make_seal(picture=OTHER_SVG)

    def change(parts: dict[str, bytes]) -> None:
        digests = [b64(sm3.digest(one)) for one in (parts[ESL], other)]
        parts[XML] = parts[XML].replace(digests[0], digests[1])
        parts[ESL] = other
        parts[VALUE] = seal.sign_with_seal(
            parts[XML], SEAL, key=SIGNER.key, certificate=SIGNER.certificate,
            property_info=f"/{XML}", time=NOW,
        )  # fmt: skip

    verdict = after(change)
    assert verdict.signatures[0].intact.state is State.PASSED
    assert verdict.reasons == ("seal-differs",)


def test_a_signature_of_another_file() -> None:
    other = unpack(sealed(edit(PLAIN, put("Doc_0/Attachs/order.xml", b"<order total='999'/>"))))

    def only_value(parts: dict[str, bytes]) -> None:
        parts[VALUE] = other[VALUE]

    def all_of_it(parts: dict[str, bytes]) -> None:
        parts.update({name: other[name] for name in (LIST, XML, VALUE, ESL)})

    assert after(only_value).signatures[0].intact.reason == "data-hash"
    assert after(all_of_it).signatures[0].intact.reason == "part-changed"
    plain = unpack(signed(edit(PLAIN, put("Doc_0/Attachs/order.xml", b"x"))))
    assert after(put(VALUE, plain[VALUE]), SIGNED).signatures[0].intact.state is State.FAILED


@pytest.mark.parametrize("attributes", [True, False])
def test_a_plain_signature_over_another_signature_file(attributes: bool) -> None:
    other = cms_sign(
        sm3.digest(b"other"), [SIGNER], family=Family.GM, attributes=attributes, signing_time=None
    )
    verdict = after(put(VALUE, other), SIGNED)
    assert verdict.reasons == ("data-hash",)


def test_what_covers_what() -> None:
    data = ofd.sign(sealed(), SECOND, time=NOW)
    report = ofd.examine(edit(data, put("extra.bin", b"x")), trust=trust())
    by_path = {part.path: part for part in report.parts}
    assert by_path["extra.bin"] == Part("extra.bin", "part", 1, ())
    assert by_path["Doc_0/Pages/Page_0/Content.xml"].role == "page"
    assert by_path["Doc_0/Pages/Page_0/Content.xml"].covered_by == ("signature 1", "signature 2")
    assert by_path["Doc_0/Attachs/order.xml"].role == "attachment"
    assert by_path["Doc_0/Annots/Page_0/Annotation.xml"].role == "annotation"
    assert by_path["Doc_0/Tpls/Tpl_0/Content.xml"].role == "template"
    assert by_path[XML].covered_by == ("signature 2",)
    assert by_path[LIST].role == "signatures"
    assert by_path["OFD.xml"].role == "root"


def test_a_later_signature_breaks_a_lock_and_the_verdict_says_why() -> None:
    locked = unpack(signed(lock=True))
    line = Listed("9", "Sign", "x", "/Doc_0/Signs/Sign_9/Signature.xml")
    text = locked[LIST].decode()
    extra = f'<ofd:Signature ID="9" Type="{line.type}" BaseLoc="{line.location}"/></ofd:Signatures>'
    verdict = after(put(LIST, text.replace("</ofd:Signatures>", extra).encode()), signed(lock=True))
    assert verdict.outcome is Outcome.INVALID
    broken = verdict.signatures[0].intact
    assert broken.reason == "part-changed"
    assert "every later signature changes it" in broken.text


def test_a_page_cannot_pass_for_part_of_a_signature() -> None:
    """A further signature that names a page as its seal must not take it out of what is to be covered."""
    added = "Doc_0/Res/more.png"

    def change(parts: dict[str, bytes]) -> None:
        parts[added] = b"more"
        parts[XML] = parts[XML].replace(
            b"</ofd:SignedInfo>",
            b"<ofd:Seal><ofd:BaseLoc>/%s</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
            % added.encode(),
        )
        parts[VALUE] = cms_sign(
            sm3.digest(parts[XML]), [SIGNER], family=Family.GM, attributes=False
        )

    assert after(change, SIGNED).reasons == ("seal-beside-plain",)


def test_what_the_document_names_and_lacks() -> None:
    def without(name: str) -> Verdict:
        return judge(signed(edit(PLAIN, drop(name))))

    missing = without("Doc_0/Pages/Page_1/Content.xml")
    assert missing.reasons == ("part-absent",)
    harmless = without("Doc_0/Annots/Annotations.xml")
    assert harmless.outcome is Outcome.VALID
    assert codes(harmless) == {"part-absent"}


def test_the_package_integrity_of_gmt_0099_is_said_to_be_unchecked() -> None:
    entries = document("DocEntries")
    verdict = after(put("OFDEntries.xml", entries))
    assert verdict.reasons == ("package-integrity",)
    with pytest.raises(InvalidArgument, match="no longer fit"):
        signed(edit(PLAIN, put("OFDEntries.xml", entries)))
