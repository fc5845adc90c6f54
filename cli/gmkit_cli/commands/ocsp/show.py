"""``gmkit ocsp show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.responders import HASHES

if TYPE_CHECKING:
    from gmkit.ocsp import CertificateId, OcspRequest, OcspResponse

MAX_ANSWER = 1 << 20  # bytes
_NAMES = {oid: name for name, oid in HASHES.items()}


@click.command()
@click.argument("file", type=params.PATH, default="-")
@pass_context
def command(context: Context, file: Path) -> None:
    """
    Show what is in an OCSP request or response (DER). Nothing is verified.

    \b
    Example:
      $ gmkit ocsp show response.der
    """
    from gmkit import ocsp
    from gmkit.errors import EncodingError

    data = params.read_bytes(file, limit=MAX_ANSWER)
    try:
        response = ocsp.OcspResponse.from_der(data)
    except EncodingError as as_response:
        try:
            shown = _request(ocsp.OcspRequest.from_der(data))
        except EncodingError:
            raise as_response from None
    else:
        shown = _response(response)
    context.emit(shown, text=list(_lines(shown)))


def _request(request: OcspRequest) -> dict[str, Any]:
    return {
        "kind": "request",
        "nonce": None if request.nonce is None else request.nonce.hex(),
        "certificates": [_identifier(one) for one in request.certificate_ids],
    }


def _response(response: OcspResponse) -> dict[str, Any]:
    from gmkit.ocsp import ResponseStatus

    status = response.status.name.lower().replace("_", " ")
    if response.status is not ResponseStatus.SUCCESSFUL:
        return {"kind": "response", "status": status, "certificates": []}
    by = response.responder_name
    key_hash = response.responder_key_hash
    return {
        "kind": "response",
        "status": status,
        "responder": f"key {key_hash.hex()}" if by is None and key_hash is not None else str(by),
        "produced": _moment(response.produced_at),
        "nonce": None if response.nonce is None else response.nonce.hex(),
        "certificates": [
            {
                **_identifier(one.certificate_id),
                "answer": one.status.name.lower(),
                "revoked": _moment(one.revocation_time),
                "reason": None if one.reason is None else one.reason.name.lower(),
                "this_update": _moment(one.this_update),
                "next_update": _moment(one.next_update),
            }
            for one in response.responses
        ],
    }


def _identifier(one: CertificateId) -> dict[str, Any]:
    return {
        "serial": f"{one.serial:x}",
        "hash": _NAMES.get(one.hash_algorithm, one.hash_algorithm),
        "issuer_name_hash": one.issuer_name_hash.hex(),
        "issuer_key_hash": one.issuer_key_hash.hex(),
    }


def _moment(time: Any) -> str | None:
    return None if time is None else f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _lines(shown: dict[str, Any]) -> list[str]:
    lines = [f"OCSP {shown['kind']}" + (f": {shown['status']}" if "status" in shown else "")]
    lines += [
        f"  {name}: {shown[name]}" for name in ("responder", "produced", "nonce") if shown.get(name)
    ]
    for one in shown["certificates"]:
        lines.append(f"  certificate {one['serial']}: {one.get('answer', 'asked')}")
        lines += [
            f"    {name.replace('_', ' ')}: {value}"
            for name, value in one.items()
            if name not in {"serial", "answer"} and value is not None
        ]
    return lines
