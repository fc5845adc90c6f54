"""
The worked examples of the SM2 standard.

`sm2_rec_*` are on the recommended curve (GB/T 32918.5-2017), `sm2_fp256_*` on the example curve of parts 2 to
4, which nobody uses: its parameters stand in the file, and the slow reference in tests/ runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from form import Group, VectorFile, lower
from raw import Raw

from .emmansun import exchange

CHECKED = ["independent recomputation", "tests/reference"]


def files(shared: Path) -> Iterator[VectorFile]:
    """Signature, encryption and key exchange, on both curves."""
    raw = Raw(shared / "vectors-raw/oscca-worked-examples")

    def made(name: str, path: str, schema: str, algorithm: str, *groups: Group) -> VectorFile:
        origin = raw.origin(name)
        source = {**origin.source, "standard": raw.json(name)["standard"]}
        return VectorFile(
            f"sm2/{path}", schema, algorithm, source, origin.licence, CHECKED, list(groups)
        )

    for kind, suffix, name_of_curve in (
        ("rec", "", ""),
        ("fp256", "_example_curve", "-on-example-curve"),
    ):
        name = f"sm2_{kind}_sign.json"
        groups = [_signature(test) for test in raw.json(name)["tests"]]
        path = f"gbt32918_sign{suffix}.json"
        yield made(name, path, "sm2_signature", f"SM2-signature{name_of_curve}", *groups)

        name = f"sm2_{kind}_encrypt.json"
        groups = [group for test in raw.json(name)["tests"] for group in _encryption(test)]
        path = f"gbt32918_encrypt{suffix}.json"
        yield made(name, path, "sm2_encryption", f"SM2-encryption{name_of_curve}", *groups)

        name = f"sm2_{kind}_key_exchange.json"
        groups = []
        for test in raw.json(name)["tests"]:
            group = Group("Sm2KeyExchange", _curve(test))
            group.add(exchange(test), flags=["Standard"])
            groups.append(group)
        path = f"gbt32918_key_exchange{suffix}.json"
        yield made(name, path, "sm2_exchange", f"SM2-key-exchange{name_of_curve}", *groups)


def _curve(test: dict[str, Any]) -> dict[str, Any]:
    if isinstance(test["curve"], str):
        return {}
    return {"curve": {name: lower(value) for name, value in test["curve"].items()}}


def _signature(test: dict[str, Any]) -> Group:
    keys = {"privateKey": lower(test["private"]), "publicKey": lower(test["public"])}
    group = Group("Sm2SignKnownNonce", {**_curve(test), **keys})
    values = {k: lower(test[v]) for k, v in (("userId", "id"), ("msg", "msg"), ("z", "ZA"))}
    numbers = {k: lower(test[k]).zfill(64) for k in ("e", "k", "r", "s")}
    group.add({**values, **numbers}, flags=["Standard"])
    return group


def _encryption(test: dict[str, Any]) -> Iterator[Group]:
    keys = {"privateKey": lower(test["private"]), "publicKey": lower(test["public"])}
    for form, key in (("DER", "ct_der"), ("C1C3C2", "ct_c1c3c2"), ("C1C2C3", "ct_c1c2c3")):
        if key in test:
            group = Group("Sm2EncryptKnownNonce", {**_curve(test), **keys, "encoding": form})
            values = {"k": lower(test["k"]).zfill(64), "msg": lower(test["msg"])}
            group.add({**values, "ct": lower(test[key])}, flags=["Standard"])
            yield group
