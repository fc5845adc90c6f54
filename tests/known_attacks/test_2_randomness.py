"""Section 2: keys, nonces, randomness."""

import ast
import inspect
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import threading

import pytest

from gmkit import _native, errors, kdf, keys, mac, sm3, sm4
from gmkit.hazmat import sm4 as modes
from gmkit.sm2 import SM2PrivateKey
from tests.bounds import within
from tests.known_attacks.values import (
    KEY,
    MESSAGE,
    PUBLIC,
    RAW,
    D,
    N,
    numbers,
    prehashed,
    recovered_nonce,
    sm2,
)
from tests.reference.sm2 import SM2P256V1
from tests.shared import ROOT


def in_a_process(code, **environment):
    command = [sys.executable, "-c", code]
    given = {**os.environ, **environment}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_rng_01_no_module_imports_random():
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert "random" not in {name.partition(".")[0] for name in names}, path
            assert "numpy.random" not in names, path


def test_rng_01_seeding_python_changes_nothing():
    code = f"""
import random; random.seed(42)
from gmkit import sm2
key = sm2.SM2PrivateKey.from_bytes(({D}).to_bytes(32, "big"))
print(key.sign(b"m", format=sm2.SignatureFormat.RAW)[:32].hex())
print(sm2.generate_private_key().public_key().to_bytes().hex())"""
    first, second = in_a_process(code), in_a_process(code)
    assert first[0] != second[0]
    assert first[1] != second[1]


BROKEN_SOURCE = """
#include <errno.h>
#include <stddef.h>
#include <sys/types.h>
static int broken;
void break_it(void) { broken = 1; }
ssize_t getrandom(void *out, size_t size, unsigned flags) {
    (void)flags;
    if (broken) { errno = EIO; return -1; }
    for (size_t i = 0; i < size; i++) ((unsigned char *)out)[i] = (unsigned char)(i * 7 + 1);
    return (ssize_t)size;
}
"""
BROKEN_CALLS = """
import ctypes, sys
from gmkit import errors, keys, sm2, sm4
from tests.bounds import within
key = sm2.generate_private_key()
public, sealed = key.public_key(), sm4.seal(bytes(16), b"x")
ctypes.CDLL(sys.argv[1]).break_it()
for call in (
    sm2.generate_private_key,
    lambda: sm2.SM2PrivateKey.from_bytes(bytes(31) + b"\\x05"),
    lambda: key.sign(b"m"),
    lambda: key.signer().update(b"m").finish(),
    lambda: sm2.sign_batch(key, [b"m", b"n"]),
    lambda: public.encrypt(b"m"),
    sm4.generate_key,
    lambda: sm4.seal(bytes(16), b"x"),
    lambda: key.to_pem(password=b"password", iterations=1000),
):
    try:
        made = call()
    except errors.RandomnessError as error:
        print(error.code)
    else:
        print("made", made)
print(sm4.open(bytes(16), sealed).decode())
"""


def test_rng_02_without_a_source_every_call_raises(tmp_path):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("NOT CHECKED: no C compiler for a broken source of randomness")
    library = tmp_path / "broken.so"
    (tmp_path / "broken.c").write_text(BROKEN_SOURCE, encoding="utf-8")
    command = [compiler, "-shared", "-fPIC", "-o", str(library), str(tmp_path / "broken.c")]
    subprocess.run(command, check=True)
    given = {**os.environ, "LD_PRELOAD": str(library), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", BROKEN_CALLS, str(library)]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["GMK-RANDOM"] * 9 + ["x"]


def test_rng_03_nonces_fill_their_256_bits():
    messages = [number.to_bytes(2, "big") for number in range(10_000)]
    signatures = sm2.sign_batch(KEY, messages, format=RAW)
    nonces = [recovered_nonce(signature) for signature in signatures]
    assert len(set(nonces)) == len(nonces)
    assert min(nonce.bit_length() for nonce in nonces) >= 200
    for shift in (0, 64, 128, 192):
        for byte in range(8):
            counts = [0] * 256
            for nonce in nonces:
                counts[nonce >> shift + 8 * byte & 255] += 1
            expected = len(nonces) / 256
            chi_squared = sum((count - expected) ** 2 / expected for count in counts)
            # 255 degrees of freedom: mean 255, deviation 22.6; the top byte misses 256ths of n only.
            assert chi_squared < 255 + 8 * 22.6


PUBLIC_MODULES = [sm2, sm3, sm4, mac, kdf, keys, prehashed, modes]
# Where a protocol prescribes it: the class made for protocols, and the sharp tools.
NONCE_IS_PRESCRIBED = re.compile(r"SM4GCM|SM4CCM|hazmat\.sm4")


def parameters_of(thing):
    try:
        return set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return set()


def test_rng_04_no_public_function_takes_a_nonce():
    seen = 0
    for module in PUBLIC_MODULES:
        for name in module.__all__:
            thing = getattr(module, name)
            members = [(name, thing)]
            if inspect.isclass(thing):
                members += [(f"{name}.{n}", getattr(thing, n)) for n in dir(thing) if n[0] != "_"]
            for path, member in members:
                where = f"{module.__name__}.{path}"
                given = parameters_of(member)
                seen += bool(given)
                if not NONCE_IS_PRESCRIBED.search(where):
                    bad = {"nonce", "k", "iv", "random", "rng", "seed", "fresh", "randomness"}
                    assert not given & bad, where
    assert seen > 60


def test_rng_05_generated_keys_are_spread_over_the_range():
    """That numbers out of range are thrown away, never reduced, is a test of the Rust core."""
    tops = {sm2.generate_private_key().public_key().to_bytes()[1] for _ in range(400)}
    assert len(tops) > 150


def signed_by_children(count, start):
    """r of the same message in that many children."""
    with multiprocessing.get_context(start).Pool(min(count, 8)) as pool:
        return pool.map(sign_once, range(count), chunksize=1)


def sign_once(_):
    return KEY.sign(MESSAGE, format=RAW)[:32]


def test_rng_06_forked_children_do_not_share_nonces():
    rs = set()
    for _ in range(64):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, KEY.sign(MESSAGE, format=RAW)[:32])
            os._exit(0)
        os.close(writer)
        rs.add(os.read(reader, 32))
        os.close(reader)
        os.waitpid(child, 0)
    assert len(rs) == 64
    assert {len(r) for r in rs} == {32}


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
def test_rng_06_other_processes_do_not_share_nonces(start):
    rs = signed_by_children(8, start)
    assert len(set(rs)) == 8


def test_rng_06_threads_do_not_share_nonces():
    rs = []
    threads = [threading.Thread(target=lambda: rs.append(sign_once(0))) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rs)) == 64


@pytest.mark.parametrize("number", [0, N - 1, N, N + 5, 2**256 - 1])
def test_rng_08_private_keys_out_of_range_are_no_keys(number, cpu_path):
    octets = number.to_bytes(32, "big")
    for operation in (
        lambda: SM2PrivateKey.from_bytes(octets),
        lambda: SM2PrivateKey.from_hex(octets.hex()),
        lambda: keys.load_der_private_key(sec1(octets), None),
    ):
        with pytest.raises(errors.InvalidKey):
            within(0.1, operation)


def sec1(octets):
    """ECPrivateKey with the curve's name."""
    return bytes.fromhex("30310201010420") + octets + bytes.fromhex("a00a06082a811ccf5501822d")


@pytest.mark.parametrize("number", [1, 2, N - 3, N - 2])
def test_rng_08_private_keys_at_the_ends_of_the_range_work(number, cpu_path):
    key = SM2PrivateKey.from_bytes(number.to_bytes(32, "big"))
    public = key.public_key()
    public.verify(key.sign(MESSAGE), MESSAGE)
    assert key.decrypt(public.encrypt(MESSAGE)) == MESSAGE
    assert public.to_bytes() == SM2PrivateKey.from_hex(f"{number:064x}").public_key().to_bytes()
    loaded = keys.load_der_private_key(sec1(number.to_bytes(32, "big")), None)
    assert loaded.public_key() == public


def test_rng_10_no_hook_for_tests_is_in_the_module():
    hooks = re.compile(r"nonce|fresh|(?<!un)known|inject|fixed|deterministic|rng", re.IGNORECASE)
    for name in dir(_native):
        module = getattr(_native, name)
        if inspect.ismodule(module):
            for attribute in dir(module):
                thing = getattr(module, attribute)
                found = [attribute, *(dir(thing) if inspect.isclass(thing) else [])]
                # Randomness goes in nowhere, except as the nonce of the AEADs made for protocols.
                assert not [n for n in found if hooks.search(n) and n[0] != "_"], attribute


def test_the_range_is_the_one_of_the_curve():
    assert SM2P256V1.n == N
    assert numbers(bytes(31) + b"\1" + bytes(31) + b"\2") == (1, 2)
    PUBLIC.verify(KEY.sign(b""), b"")
