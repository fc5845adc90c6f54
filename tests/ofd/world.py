"""Documents, seals and people for the tests of OFD; nothing from elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta

from gmkit import ofd, seal
from gmkit.cms import MessageSigner
from gmkit.verdict import SignatureVerdict, Verdict
from tests.documents.people import NOW, ROOT, SIGNER, YEAR, key, trust

MAKER_KEY = key(20)
MAKER = ROOT.issue(MAKER_KEY, "Seal maker", 20)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle r="18" cx="20" cy="20"/></svg>'
OTHER_SVG = SVG.replace(b"18", b"12")
OFD = "http://www.ofdspec.org/2016"


def xml(root: str, inside: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<ofd:{root} xmlns:ofd="{OFD}">{inside}</ofd:{root}>'.encode()


def page(text: str) -> bytes:
    return xml("Page", f"<ofd:Content><ofd:Layer ID='9'>{text}</ofd:Layer></ofd:Content>")


def unsigned_parts() -> dict[str, bytes]:
    """Two pages, a template, an annotation, an attachment, a picture."""
    body = (
        "<ofd:CommonData><ofd:MaxUnitID>90</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        '<ofd:TemplatePage ID="3" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        '<ofd:Page ID="2" BaseLoc="Pages/Page_1/Content.xml"/></ofd:Pages>'
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    )
    return {
        "OFD.xml": xml(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
        ),
        "Doc_0/Document.xml": xml("Document", body),
        "Doc_0/PublicRes.xml": xml("Res", '<ofd:MultiMedias BaseLoc="Res"/>'),
        "Doc_0/Res/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "Doc_0/Tpls/Tpl_0/Content.xml": page("template"),
        "Doc_0/Pages/Page_0/Content.xml": page("pay 100"),
        "Doc_0/Pages/Page_1/Content.xml": page("second page"),
        "Doc_0/Annots/Annotations.xml": xml(
            "Annotations",
            '<ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>',
        ),
        "Doc_0/Annots/Page_0/Annotation.xml": xml("PageAnnot", ""),
        "Doc_0/Attachs/Attachments.xml": xml(
            "Attachments",
            '<ofd:Attachment ID="7" Name="order"><ofd:FileLoc>order.xml</ofd:FileLoc></ofd:Attachment>',
        ),
        "Doc_0/Attachs/order.xml": b"<order total='100'/>",
    }


def pack(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edit(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with its parts changed by somebody."""
    parts = unpack(data)
    change(parts)
    return pack(parts)


PLAIN = pack(unsigned_parts())


def make_seal(signer: MessageSigner = SIGNER, **more: object) -> bytes:
    given: dict[str, object] = {
        "key": MAKER_KEY,
        "maker": MAKER,
        "id": "0001",
        "name": "合同专用章",
        "valid_from": NOW - timedelta(days=30),
        "valid_to": NOW + YEAR,
        "created": NOW - timedelta(days=30),
    }
    picture = more.pop("picture", SVG)
    return seal.make_seal(
        seal.picture_of(picture),  # type: ignore[arg-type]
        [signer.certificate],
        **(given | more),  # type: ignore[arg-type]
    )


SEAL = make_seal()


def sealed(data: bytes = PLAIN, **more: object) -> bytes:
    given: dict[str, object] = {"time": NOW, "seal": SEAL}
    return ofd.sign(data, SIGNER, **(given | more))  # type: ignore[arg-type]


def signed(data: bytes = PLAIN, **more: object) -> bytes:
    given: dict[str, object] = {"time": NOW}
    return ofd.sign(data, SIGNER, **(given | more))  # type: ignore[arg-type]


def judge(data: bytes, **more: object) -> Verdict:
    return ofd.verify(data, trust=trust(**more), name="test.ofd")  # type: ignore[arg-type]


def codes(verdict: Verdict | SignatureVerdict) -> set[str]:
    """Codes of everything found, whatever its severity."""
    found = {one.code for one in verdict.findings}
    inner = verdict.signatures if isinstance(verdict, Verdict) else verdict.nested
    return found.union(*(codes(one) for one in inner))
