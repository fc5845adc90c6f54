"""Every certificate, list and request of the world that lies beside the checkout."""

import base64
import binascii
import re
from functools import cache

from tests.shared import shared

KINDS = {
    "CERTIFICATE": "certificate",
    "X509 CRL": "list",
    "CERTIFICATE REQUEST": "request",
    "NEW CERTIFICATE REQUEST": "request",
}
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_SUFFIXES = {".crt": "certificate", ".cer": "certificate", ".crl": "list", ".csr": "request"}


@cache
def corpus() -> dict[str, list[tuple[str, bytes]]]:
    """Kind -> (file, DER), each DER once. Taken out of PEM here by other means than the product's."""
    found: dict[str, dict[bytes, str]] = {"certificate": {}, "list": {}, "request": {}}
    folders = ["vectors-raw", "samples", "conformance/pkits-sm2"]
    for path in sorted(p for f in folders for p in shared(f).rglob("*") if p.is_file()):
        data = path.read_bytes()
        blocks = _BLOCK.findall(data)
        for label, body in blocks:
            kind = KINDS.get(label.decode())
            if kind:
                try:
                    der = base64.b64decode(body, validate=False)
                except binascii.Error:
                    continue
                found[kind].setdefault(der, str(path))
        if not blocks and path.suffix in _SUFFIXES and data[:1] == b"\x30":
            found[_SUFFIXES[path.suffix]].setdefault(data, str(path))
    for name in (
        "samples/certs/organisation_content_length_0380.der",
        "vectors-raw/emmansun-gmsm/pki/explicit_curve_cert.der",
        "vectors-raw/oscca-worked-examples/gmt0015_annex_d2.crt.der",
    ):
        found["certificate"].setdefault(shared(name).read_bytes(), name)
    return {kind: [(file, der) for der, file in ders.items()] for kind, ders in found.items()}
