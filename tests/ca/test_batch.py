"""Applications out of files: whatever is in them, each line is an application or a refusal."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import sm2, x509
from gmkit.ca import batch, ceremony
from gmkit.errors import GmkitError, InvalidArgument, InvalidSignature
from tests.bounds import within

KEY = sm2.generate_private_key()
REQUEST = x509.RequestBuilder(subject=x509.parse_name("CN=Shop,O=Company,C=CN")).sign(KEY)


def read(path, data, *, make_keys=False):
    path.write_bytes(data)
    found = list(batch.each(path, make_keys=make_keys))
    assert batch.count(path) == len(found)
    return found


def test_requests_are_verified_together_and_judged_alone(tmp_path):
    folder = tmp_path / "requests"
    folder.mkdir()
    bent = bytearray(REQUEST.der)
    bent[-1] ^= 1
    other = x509.RequestBuilder(subject=x509.parse_name("CN=Other")).sign(
        sm2.generate_private_key()
    )
    (folder / "1.csr").write_bytes(REQUEST.to_pem())
    (folder / "2.der").write_bytes(bytes(bent))
    (folder / "3.p10").write_bytes(other.der)
    (folder / "4.csr").write_bytes(b"nonsense")
    (folder / "5.txt").write_bytes(b"passed over")
    found = list(batch.each(folder, make_keys=False))
    assert [each.label for each in found] == ["1", "2", "3", "4"]
    assert [type(each.error) for each in found[:3]] == [type(None), InvalidSignature, type(None)]
    assert isinstance(found[3].error, GmkitError)
    assert found[0].application.public_key_info == KEY.public_key().to_der()
    assert str(found[2].application.subject) == "CN=Other"


def test_every_member(tmp_path):
    row = {
        "request": REQUEST.to_pem().decode(),
        "subject": "CN=New",
        "name": ["dns:a.example", "email:b@example.org"],
        "profile": "person",
        "days": 7,
    }
    [found] = read(tmp_path / "a.jsonl", json.dumps(row).encode())
    assert found.error is None
    assert str(found.application.subject) == "CN=New"
    assert [each.kind for each in found.application.alternative_names] == ["dns", "email"]
    assert (found.profile, found.days, found.label, found.key) == ("person", 7, "000001", None)
    [made] = read(tmp_path / "b.jsonl", b'{"subject": "CN=Made"}', make_keys=True)
    assert made.key.public_key().to_der() == made.application.public_key_info


@pytest.mark.parametrize(
    "row",
    [
        b"\xff\xfe",
        b"[]",
        b"3",
        b"{}",
        b'{"subject": 3}',
        b'{"subject": "nonsense"}',
        b'{"subject": "CN=\\ud800"}',
        b'{"subject": "CN=a\\u0000"}',
        b'{"request": "a\\u0000b"}',
        b'{"request": "/"}',
        b'{"request": "-----BEGIN CERTIFICATE REQUEST-----\\ud800"}',
        b'{"subject": "CN=a", "days": -1}',
        b'{"subject": "CN=a", "days": true}',
        b'{"subject": "CN=a", "days": 1e99}',
        b'{"subject": "CN=a", "days": "' + b"9" * 5000 + b'"}',
        b'{"subject": "CN=a", "name": 3}',
        b'{"subject": "CN=a", "name": "nonsense"}',
        b'{"subject": "CN=a", "profile": ["x"]}',
        b'{"subject": "CN=a", "unknown": 1}',
        b"[" * 100_000,
    ],
)
def test_rows_that_are_none(tmp_path, row):
    [found, good] = read(tmp_path / "a.jsonl", row + b'\n{"subject": "CN=Good"}\n', make_keys=True)
    assert isinstance(found.error, GmkitError)
    assert good.error is None


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b\n", b"\xff\n", b'subject\n"unclosed', b"subject\n\x00\n", b"subject,subject\n"],
)
def test_tables_that_are_none(tmp_path, data):
    try:
        found = read(tmp_path / "a.csv", data)
    except InvalidArgument:
        return
    assert all(isinstance(each.error, GmkitError) for each in found)


def test_a_line_with_more_cells_than_columns(tmp_path):
    [found] = read(tmp_path / "a.csv", b"subject\nCN=a,b,c\n", make_keys=True)
    assert "cells" in found.error.message


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_octets(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("a.csv", "a.jsonl", "a.toml"):
        try:
            if name == "a.toml":
                (folder / name).write_bytes(data)
                within(0.1, lambda: ceremony.read(folder / "a.toml"))
            else:
                (folder / name).write_bytes(b"request,subject\n" + data)
                within(0.1, lambda name=name: list(batch.each(folder / name, make_keys=False)))
        except GmkitError:
            continue


def test_bent_files(tmp_path):
    """Bits of good files flipped, good files cut."""
    good = {
        "a.jsonl": json.dumps({"request": REQUEST.to_pem().decode(), "days": 3}).encode(),
        "a.csv": b"subject,name,days\nCN=Shop,dns:a.example,30\n",
        "a.toml": b'[root]\nfolder = "x"\nsubject = "CN=a"\n[issuing]\nsubject = "CN=b"\ncrl_days = 3\n',
    }
    dice = random.Random(20261122)
    for name, data in good.items():
        path = tmp_path / name
        for _ in range(300):
            bent = bytearray(data[: dice.randrange(len(data)) + 1])
            bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
            path.write_bytes(bytes(bent))
            try:
                if name == "a.toml":
                    ceremony.read(path)
                else:
                    list(batch.each(path, make_keys=False))
            except GmkitError:
                continue
