"""Section 6: what can be seen of a secret without measuring time. What is measured is in the harness of rust/."""

import ast
import copy
import json
import logging
import pickle
import re
import traceback

import pytest

from gmkit import keys, sm2, sm4
from gmkit.hazmat import sm4 as modes
from gmkit.mac import HmacSM3
from tests.known_attacks.values import MESSAGE, vectors
from tests.shared import ROOT

CORE = ROOT / "rust/gmkit-core/src"
SECRET = bytes.fromhex("1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4c3d2e1f0fedcba9876543210")
SPELLINGS = {
    SECRET.hex(),
    str(int.from_bytes(SECRET, "big")),
    f"{int.from_bytes(SECRET, 'big'):X}",
    repr(SECRET)[2:-1],
    SECRET[:16].hex(),
    repr(SECRET[:16])[2:-1],
}


def shows_nothing(text):
    assert not [each for each in SPELLINGS if each.lower() in text.lower()]


HOLDERS = {
    "SM2PrivateKey": lambda: sm2.SM2PrivateKey.from_bytes(SECRET),
    "Signer": lambda: sm2.SM2PrivateKey.from_bytes(SECRET).signer(),
    "SM4GCM": lambda: sm4.SM4GCM(SECRET[:16]),
    "SM4CCM": lambda: sm4.SM4CCM(SECRET[:16]),
    "BlockCipher": lambda: modes.BlockCipher(SECRET[:16]),
    "CTRStream": lambda: modes.CTRStream(SECRET[:16], bytes(16)),
    "HmacSM3": lambda: HmacSM3(SECRET),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_sc_07_secrets_do_not_show(name, caplog):
    holder = HOLDERS[name]()
    shows_nothing(repr(holder) + str(holder) + f"{holder}" + f"{holder!r}")
    shows_nothing(repr(getattr(holder, "__dict__", {})) + repr(dir(holder)))
    logging.getLogger("gmkit.test").warning("holder %s %r", holder, holder)
    shows_nothing(caplog.text)
    with pytest.raises(TypeError):
        json.dumps(holder)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            pickled = pickle.dumps(holder, protocol)
        except (TypeError, pickle.PicklingError):
            continue
        shows_nothing(pickled.hex() + repr(pickled))
        assert name != "SM2PrivateKey"


def test_sc_07_copies_of_a_key_are_the_key():
    key = sm2.SM2PrivateKey.from_bytes(SECRET)
    assert copy.copy(key) is key
    assert copy.deepcopy(key) is key


def test_sc_07_tracebacks_with_locals_show_nothing():
    key = sm2.SM2PrivateKey.from_bytes(SECRET)
    try:
        key.decrypt(b"not a ciphertext")
    except sm2_error() as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        shows_nothing("".join(shown.format()))
    try:
        sm2.SM2PrivateKey.from_hex(SECRET.hex() + "0")
    except ValueError as error:
        shows_nothing(str(error))


def sm2_error():
    from gmkit.errors import DecryptionError

    return DecryptionError


def test_sc_07_a_private_key_has_no_way_out_but_key_files():
    key = sm2.SM2PrivateKey.from_bytes(SECRET)
    for name in dir(key):
        if name[0] != "_":
            assert name in {
                *("from_bytes", "from_hex", "public_key", "sign", "signer", "decrypt"),
                *("to_pem", "to_der", "user_id"),
            }, name
    assert keys.load_pem_private_key(key.to_pem(password=None), None).public_key() == (
        key.public_key()
    )


def test_sc_03_no_secret_becomes_a_python_integer():
    """Modules that see keys turn no bytes into numbers."""
    seen = 0
    for part in ("sm2", "sm4.py", "hazmat", "keys/files.py", "mac.py", "kdf.py"):
        path = ROOT / "src/gmkit" / part
        for each in path.rglob("*.py") if path.is_dir() else [path]:
            seen += 1
            for node in ast.walk(ast.parse(each.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    assert node.attr not in {"from_bytes", "fromhex"} or not (
                        isinstance(node.value, ast.Name) and node.value.id == "int"
                    ), each
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert not (node.func.id == "int" and len(node.args) == 2), each
    assert seen >= 7


def core_sources(folder):
    for path in sorted((CORE / folder).rglob("*.rs")) if (CORE / folder).is_dir() else []:
        if "test" not in path.name and "tests" not in path.parts:
            yield path, path.read_text(encoding="utf-8").partition("#[cfg(test)]")[0]


def test_sc_04_sm4_reads_no_table_at_a_secret_place():
    """The S-box is computed or shuffled in registers; no array of it is indexed."""
    seen = 0
    for folder in ("sm4", "arch"):
        for path, text in core_sources(folder):
            seen += 1
            code = re.sub(r"//.*", "", text)
            assert not re.search(r"\b(SBOX|S_BOX|sbox)\s*\[", code), path
    assert seen > 5


def test_sc_02_inversions_have_a_fixed_number_of_steps():
    """Variable-time inversion sees public values only, and says so in its name."""
    seen = 0
    for path, text in core_sources("sm2"):
        for function in re.finditer(r"fn (\w*inver\w*|\w*invert\w*)", text):
            seen += 1
            body = text[function.start() : function.start() + 1500].partition("\n}\n")[0]
            if "while" in body and "vartime" not in function[1]:
                assert re.search(r"while \w+ <", body), (path, function[1])
    assert seen


def test_sc_06_padding_errors_are_one_error(cpu_path):
    from gmkit.errors import DecryptionError

    seen = set()
    for _, test in vectors("sm4/guanzhi_gmssl_cbc_pkcs7.json"):
        if test["result"] == "invalid":
            key, iv, ciphertext = (bytes.fromhex(test[name]) for name in ("key", "iv", "ct"))
            with pytest.raises(DecryptionError) as caught:
                modes.cbc_decrypt(key, ciphertext, iv=iv)
            seen.add((type(caught.value), str(caught.value), caught.value.args))
    assert len(seen) == 1


def test_the_secret_is_a_usable_key():
    key = sm2.SM2PrivateKey.from_bytes(SECRET)
    key.public_key().verify(key.sign(MESSAGE), MESSAGE)
