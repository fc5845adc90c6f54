"""C2SP/wycheproof: HMAC-SM3, SM4-GCM and SM4-CCM, with their flags and notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from form import Group, VectorFile
from raw import Raw

FILES = (
    ("hmac_sm3_test.json", "hmac/wycheproof.json", "mac", "HMAC-SM3"),
    ("sm4_gcm_test.json", "sm4/wycheproof_gcm.json", "aead", "SM4-GCM"),
    ("sm4_ccm_test.json", "sm4/wycheproof_ccm.json", "aead", "SM4-CCM"),
)


def files(shared: Path) -> Iterator[VectorFile]:
    """The three files; sizes stay in bits, as in the source."""
    raw = Raw(shared / "vectors-raw/wycheproof")
    for name, path, schema, algorithm in FILES:
        read = raw.json(name)
        origin = raw.origin(name)
        groups = []
        for given in read["testGroups"]:
            sizes = {k: given[k] for k in ("ivSize", "keySize", "tagSize") if k in given}
            group = Group(given["type"], sizes)
            for test in given["tests"]:
                values = {
                    k: v for k, v in test.items() if k not in {"tcId", "comment", "flags", "result"}
                }
                if test["result"] not in {"valid", "invalid"}:
                    raise ValueError(f"{name} {test['tcId']}: result {test['result']!r}")
                group.add(
                    values,
                    comment=f"wycheproof {test['tcId']}: {test['comment']}".rstrip(": "),
                    flags=test["flags"],
                    valid=test["result"] == "valid",
                )
            groups.append(group)
        yield VectorFile(
            path=path,
            schema=schema,
            algorithm=algorithm,
            source=origin.source,
            licence=origin.licence,
            verified_with=["C2SP/wycheproof", "independent recomputation"],
            groups=groups,
            notes=read["notes"],
        )
