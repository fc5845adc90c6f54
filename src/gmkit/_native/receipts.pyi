from collections.abc import Sequence

from typing_extensions import Buffer

from .sm2 import SM2PublicKey

def verify_many(
    signers: Sequence[tuple[Buffer, SM2PublicKey]], receipts: Sequence[Buffer]
) -> list[tuple[int, str] | None]: ...
def signing_inputs(header: Buffer, records: Sequence[Buffer]) -> list[tuple[bytes, str] | None]: ...
def identifier(payload: Buffer) -> str | None: ...
