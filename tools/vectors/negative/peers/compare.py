#!/usr/bin/env python3
"""
Puts every negative vector to other implementations and writes down where they answer otherwise.

    tools/vectors/negative/peers/compare.py FOLDER

FOLDER takes what is fetched and built: gmsm through Go, Bouncy Castle through Maven; `openssl` must be on the
path. The result is `answers.json`, which `generate.py` writes into the vectors. A difference whose reason is not
in REASONS below is an error: each one has to be looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1]), str(ROOT)]

import generate  # noqa: E402
from reasons import reason  # noqa: E402

from tests.reference import sm2  # noqa: E402
from tests.reference.strict_der import element, integer  # noqa: E402

BOUNCY_CASTLE = "org.bouncycastle:bcprov-jdk18on:1.82"
SM2_OID = bytes.fromhex("06082a811ccf5501822d")
EC_OID = bytes.fromhex("06072a8648ce3d0201")
Test = dict[str, Any]
Ask = Callable[[list[str]], list[str]]
Numbered = tuple[str, int, str, Test]  # file, number, kind of group, test


def every_test() -> tuple[list[Numbered], list[str]]:
    """Every vector, and its question to the peers; key exchanges are asked for later."""
    tests, asked = [], []
    for file in generate.made():
        number = 0
        for group in file.groups:
            for test in group.tests:
                number += 1
                tests.append((file.path, number, group.type, test))
                asked.append(line(group.type, group.constants, test))
    return tests, asked


def line(kind: str, constants: Test, test: Test) -> str:
    """The question of one test."""
    if kind == "Sm2KeyExchange":
        return ""
    if kind == "Sm2Decrypt":
        return f"decrypt {constants['encoding']} {constants['privateKey']} {test['ct'] or '-'}"
    form = "raw" if kind.endswith("Raw") else "der"
    key, sig = constants["publicKey"], test["sig"] or "-"
    if "e" in test:
        return f"verify {form} {key} {test['e']} {sig}"
    return f"verifymsg {form} {key} {test['userId'] or '-'} {test['msg'] or '-'} {sig}"


def exchange_line(test: Test, own: str, confirm: str = "") -> str:
    """One side of a run, with what it received."""
    other = "AB".replace(own, "")

    def got(name: str) -> str:
        sent = test.get(name[0].lower() + name[1:], "")
        return test.get(f"received{name}", sent) or "-"

    ids = {own: test[f"userId{own}"] or "-", other: got(f"UserId{other}")}
    keys = f"{test[f'privateKey{own}']} {test[f'ephemeral{own}']}"
    peer = f"{got(f'PublicKey{other}')} {got(f'Point{other}')}"
    return f"exchange {own} {ids['A']} {ids['B']} {keys} {peer} {test['size']} {confirm}".rstrip()


def expected(kind: str, test: Test) -> str:
    """What a peer should say to a signature or ciphertext."""
    if test["result"] == "invalid":
        return "0"
    return f"1 {test['msg']}" if kind == "Sm2Decrypt" else "1"


def exchange_verdict(test: Test, ask: Callable[[list[str]], list[str]]) -> bool:
    """Whether both sides of a run, played by a peer, end as they should."""
    at, honest = (
        test.get("failsAt"),
        [test.get(name) for name in ("shared", "confirmB", "confirmA")],
    )
    (said,) = ask([exchange_line(test, "B")])
    if at == "responder":
        return said.startswith("0")
    answer = said.split(" ")
    if answer[0] == "0":
        return test["flags"] == ["SharedPointAtInfinity"]  # B's own t is zero then
    received = test.get("receivedConfirmB", answer[2])
    (said,) = ask([exchange_line(test, "A", received or "-")])
    if at == "initiator":
        return said.startswith("0")
    if at is None and answer[1:] != honest:
        return False
    if said.split(" ") != ["1", answer[1], answer[3]]:
        return False
    return at is None or test["receivedConfirmA"] != answer[3]


def exchange_key_verdict(test: Test, ask: Callable[[list[str]], list[str]]) -> bool:
    """The same for a peer without confirmation: the key alone, and what it refuses."""
    said = ask([exchange_line(test, side) for side in "BA"])
    if test["result"] == "valid":
        return said == [f"1 {test['shared']}"] * 2
    if test["error"] == "VerificationError":
        return True  # nothing to see without confirmation
    return said[["responder", "initiator"].index(test["failsAt"])].startswith("0")


def agrees(said: str, wanted: str) -> bool:
    """Whether an answer is the expected one; words after a refusal do not count."""
    return said.startswith("0") if wanted == "0" else said.strip() == wanted


def piped(command: list[str], asked: list[str]) -> list[str]:
    """The answers of a peer that reads questions from standard input."""
    text = "\n".join(asked) + "\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(asked):
        raise RuntimeError(f"{command[0]}: {len(answers)} answers to {len(asked)} questions")
    return answers


def openssl(asked: list[str]) -> list[str]:
    """OpenSSL's command line: DER only, and Z computed here."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda item: openssl_one(Path(folder), *item), enumerate(asked)))


def openssl_one(folder: Path, number: int, line: str) -> str:
    """One question, with its own key and input files."""
    q = [part if part != "-" else "" for part in line.split(" ")]
    if q[0] == "exchange" or q[1] not in {"der", "DER"}:
        return "?"
    given, key, sig = (folder / f"{number}.{name}" for name in ("in", "key", "sig"))
    if q[0] == "decrypt":
        d = bytes.fromhex(q[2])
        public = sm2.encode(sm2.public_key(int.from_bytes(d, "big")))
        inner = integer(1) + element(4, d) + element(0xA1, element(3, b"\0" + public))
        algorithm = element(0x30, EC_OID + SM2_OID)
        key.write_bytes(element(0x30, integer(0) + algorithm + element(4, element(0x30, inner))))
        given.write_bytes(bytes.fromhex(q[3]))
        command = ["-decrypt", "-inkey", str(key), "-keyform", "DER", "-in", str(given)]
        done = subprocess.run(["openssl", "pkeyutl", *command], capture_output=True, check=False)
        return f"1 {done.stdout.hex()}" if done.returncode == 0 else "0"
    public = bytes.fromhex(q[2])
    if q[0] == "verifymsg":
        point = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
        e = sm2.message_digest(bytes.fromhex(q[4]), point, bytes.fromhex(q[3]))
        q = ["verify", q[1], q[2], sm2.to_bytes(e).hex(), q[5]]
    key.write_bytes(element(0x30, element(0x30, EC_OID + SM2_OID) + element(3, b"\0" + public)))
    given.write_bytes(bytes.fromhex(q[3]))
    sig.write_bytes(bytes.fromhex(q[4]))
    command = ["-verify", "-pubin", "-inkey", str(key), "-keyform", "DER"]
    command += ["-in", str(given), "-sigfile", str(sig)]
    done = subprocess.run(["openssl", "pkeyutl", *command], capture_output=True, check=False)
    return "1" if done.returncode == 0 else "0"


def main(folder: Path) -> int:
    """The command; returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    gmsm = folder / "gmsm"
    subprocess.run(["go", "build", "-o", gmsm, "."], cwd=HERE / "gmsm", check=True)
    jar = folder / (BOUNCY_CASTLE.replace(":", "-").removeprefix("org.bouncycastle-") + ".jar")
    if not jar.exists():
        fetch = ["dependency:copy", f"-Dartifact={BOUNCY_CASTLE}", f"-DoutputDirectory={folder}"]
        subprocess.run(["mvn", "-q", *fetch], cwd=folder, check=True)
    check = HERE / "bouncycastle/Check.java"
    subprocess.run(["javac", "-cp", jar, "-d", folder, check], check=True)
    java = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{jar}:{folder}", "Check"]
    tests, asked = every_test()
    peers: dict[str, tuple[Ask, Callable[[Test, Ask], bool] | None]] = {
        "gmsm": (lambda lines: piped([str(gmsm)], lines), exchange_key_verdict),
        "Bouncy Castle": (lambda lines: piped(java, lines), exchange_verdict),
        "OpenSSL": (openssl, None),
    }
    found: dict[str, dict[str, dict[str, str]]] = {}
    unexplained = 0
    for peer, (ask, exchange) in peers.items():
        answers = iter(ask([each for each in asked if each]))
        agreed = 0
        for path, number, kind, test in tests:
            if kind == "Sm2KeyExchange":
                if exchange is None:
                    continue
                good, said = exchange(test, ask), "another outcome"
            else:
                said = next(answers)
                if said == "?":
                    continue
                good = agrees(said, expected(kind, test))
            if good:
                agreed += 1
                continue
            why = reason(peer, test)
            if why is None:
                unexplained += 1
                print(f"{peer}: {path} {number} {test['flags']} {test['comment']}: {said[:60]}")
                continue
            found.setdefault(path, {}).setdefault(str(number), {})[peer] = why
        print(f"{peer}: agrees on {agreed}", file=sys.stderr)
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    if unexplained:
        print(f"compare: {unexplained} differences without a reason", file=sys.stderr)
        return 1
    (HERE / "answers.json").write_text(text, encoding="utf-8")
    count = sum(len(tests) for tests in found.values())
    print(f"compare: {count} tests with a recorded difference", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
