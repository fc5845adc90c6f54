"""Every command that is suggested is run: on a file of the kind it is suggested for, and does what it says."""

from __future__ import annotations

import os
import re
import shlex

import pytest
from click.testing import CliRunner

from gmkit import inspect, sm2
from gmkit.errors import DecryptionError, InvalidSignature
from gmkit_cli.app import root
from tests.inspect.fragments import DATA, FRAGMENTS, KEY, MESSAGE, PUBLIC
from tests.inspect.test_inspect import FILES
from tests.shared import shared

PASSWORDS = {
    "gmcert_pkcs12-withoutca.p12": "123456",
    "sm2_explicit_curve.p12": "12345678",
    "USER.p12": "777777",
    "cfca_2.sm2.pem": "ys123456",
    "sm2_encrypted_pkcs8.pem": "Password1",
    "encrypted key of GmSSL": "pw",
}
MADE = re.compile(r"-o (\w+)")
# What cannot come out well with other people's files: untrusted roots, findings of a lint.
MAY_REFUSE = ("gmkit verify", "gmkit cert lint")
ENOUGH = 2  # runs of one command, each on another file


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "KEY").write_bytes(KEY.to_pem(password=None))
    (tmp_path / "PUBKEY").write_bytes(PUBLIC.to_pem())
    (tmp_path / "DATA").write_bytes(DATA)
    return tmp_path


def run(line, password):
    """One command in this process; passwords come through a pipe."""
    arguments = shlex.split(line)[1:]
    reading, writing = os.pipe()
    os.write(writing, f"{password}\n{password}\n".encode())
    os.close(writing)
    for at, each in enumerate(arguments):
        if each.endswith("-fd"):
            arguments[at + 1] = str(reading)
    try:
        return CliRunner().invoke(root, arguments)
    finally:
        os.close(reading)


def cases():
    for name in FILES:
        yield name.rpartition("/")[2], shared(name).read_bytes()
    for name, (data, *_) in FRAGMENTS.items():
        yield name, data
    # As OpenSSL signs without distid.
    signature = KEY.sign(DATA, user_id=b"")
    yield "signature with the empty identifier", signature
    yield "signature with the empty identifier in hex", signature.hex().encode()


def test_every_suggested_command_works(place):
    (place / "ROOT").write_bytes(shared("samples/cms/root.crt").read_bytes())
    runs, suggested = {}, set()
    for name, data in cases():
        (place / "FILE").write_bytes(data)
        for reading in inspect.examine(data).readings[:3]:
            templates = {
                command.line: re.sub(r"--reading \d+", "--reading N", command.line)
                for command in reading.commands
            }
            suggested |= set(templates.values())
            if all(runs.get(each, 0) >= ENOUGH for each in templates.values()):
                continue
            for made in place.iterdir():
                if made.name not in {"KEY", "PUBKEY", "DATA", "FILE", "ROOT"}:
                    made.unlink()
            for command in reading.commands:
                if executed(command, place, name, reading):
                    line = templates[command.line]
                    runs[line] = runs.get(line, 0) + 1
    assert suggested
    assert suggested - set(runs) == set()


def executed(command, place, name, reading):
    """Runs a command; whether it could be tried at all with what is known here."""
    password = PASSWORDS.get(name)
    if "--password-fd" in command.line and password is None:
        return False
    if " KEY " in f"{command.line} " and "delivered" in reading.kind and name != "enveloped key":
        return False
    if "sm2 decrypt" in command.line and reading.fit.name == "LIKELY" and not opens(reading):
        return False
    if "sm2 verify" in command.line and not signs(reading, command.line):
        return False
    ran = run(command.line, password or "")
    shown = f"{name}: $ {command.line}\n{ran.output}\n{ran.exception!r}"
    if command.line.startswith(MAY_REFUSE):
        assert ran.exit_code in {0, 1, 3, 4}, shown
        assert "Usage:" not in ran.output, shown
    else:
        assert ran.exit_code == 0, shown
    for made in MADE.findall(command.line):
        assert (place / made).stat().st_size, shown
    if "sm2 decrypt" in command.line:
        assert ran.stdout_bytes == MESSAGE, shown
    return True


def opens(reading):
    order = next(o for o in sm2.CiphertextFormat if o.name in reading.title)
    try:
        KEY.decrypt(reading.octets, format=order)
    except DecryptionError:
        return False  # the other order
    return True


def signs(reading, line):
    """Whether this is a signature of ours over DATA, with the identifier the command gives."""
    form = sm2.SignatureFormat.RAW if len(reading.octets) == 64 else sm2.SignatureFormat.DER
    user_id = b"" if "--user-id ''" in line else sm2.DEFAULT_USER_ID
    try:
        PUBLIC.verify(reading.octets, DATA, format=form, user_id=user_id)
    except InvalidSignature:
        return False
    return True
