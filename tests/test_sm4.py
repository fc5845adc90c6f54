"""gmkit.sm4 and gmkit.hazmat.sm4: agreement with OpenSSL, properties, and the faults of others."""

from __future__ import annotations

import enum
import os
import pickle

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB, OFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from gmkit import errors, sm4
from gmkit.hazmat import sm4 as raw

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
IV = bytes(range(16))
NONE = raw.Padding.NONE
LENGTHS = [*range(70), 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 2048, 4095, 5000, 70_000]


def openssl(key, mode, data):
    encryptor = Cipher(algorithms.SM4(key), mode).encryptor()
    return encryptor.update(data) + encryptor.finalize(), encryptor


@pytest.mark.usefixtures("cpu_path")
@pytest.mark.parametrize("length", LENGTHS)
def test_every_mode_agrees_with_openssl(length):
    key, iv, data = os.urandom(16), os.urandom(16), os.urandom(length)
    whole = data[: length // 16 * 16]
    ecb, _ = openssl(key, modes.ECB(), whole)
    assert raw.ecb_encrypt(key, whole) == ecb
    assert raw.ecb_decrypt(key, ecb) == whole
    cbc, _ = openssl(key, modes.CBC(iv), whole)
    assert raw.cbc_encrypt(key, whole, iv=iv, padding=NONE) == cbc
    assert raw.cbc_decrypt(key, cbc, iv=iv, padding=NONE) == whole
    padded = raw.cbc_encrypt(key, data, iv=iv)
    assert padded[: len(whole)] == cbc
    assert len(padded) == len(whole) + 16
    assert raw.cbc_decrypt(key, padded, iv=iv) == data
    ctr, _ = openssl(key, modes.CTR(iv), data)
    assert raw.ctr_encrypt(key, data, counter=iv) == ctr
    cfb, _ = openssl(key, CFB(iv), data)
    assert raw.cfb_encrypt(key, data, iv=iv) == cfb
    assert raw.cfb_decrypt(key, cfb, iv=iv) == data
    ofb, _ = openssl(key, OFB(iv), data)
    assert raw.ofb_encrypt(key, data, iv=iv) == ofb
    gcm, encryptor = openssl(key, modes.GCM(iv[:12]), data)
    cipher = sm4.SM4GCM(key)
    assert cipher.encrypt(iv[:12], data) == gcm + encryptor.tag
    assert cipher.decrypt(iv[:12], gcm + encryptor.tag) == data


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 31, 32, 33, 300])
@pytest.mark.parametrize("nonce_length", [8, 11, 12, 13, 16, 17, 60, 128])
def test_gcm_with_aad_and_other_nonces_agrees_with_openssl(length, nonce_length):
    key, nonce, data, aad = (os.urandom(n) for n in (16, nonce_length, 100, length))
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    expected = encryptor.update(data) + encryptor.finalize() + encryptor.tag
    assert sm4.SM4GCM(key).encrypt(nonce, data, aad) == expected


@given(data=st.binary(max_size=3000), aad=st.binary(max_size=100))
def test_what_is_sealed_opens(data, aad):
    box = sm4.seal(KEY, data, aad=aad)
    assert len(box) == len(data) + 29
    assert sm4.open(KEY, box, aad=aad) == data


@given(data=st.binary(max_size=300), where=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(data, where, bit):
    box = bytearray(sm4.seal(KEY, data))
    box[where % len(box)] ^= 1 << bit
    with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
        sm4.open(KEY, box)


def test_every_beginning_and_every_extension_of_a_box_is_refused():
    box = sm4.seal(KEY, b"forty-two")
    for cut in [box[:n] for n in range(len(box))] + [box + b"\0", box[:-1] + b"\0" + box[-1:]]:
        with pytest.raises(errors.DecryptionError):
            sm4.open(KEY, cut)


def test_a_box_opens_with_its_own_key_and_aad_only():
    box = sm4.seal(KEY, b"x", aad=b"a")
    for key, aad in [(KEY, b""), (KEY, None), (KEY, b"b"), (bytes(16), b"a")]:
        with pytest.raises(errors.DecryptionError):
            sm4.open(key, box, aad=aad)
    assert sm4.open(bytearray(KEY), memoryview(box), aad=bytearray(b"a")) == b"x"


def test_c_03_a_tag_of_another_length_is_refused():
    cipher = sm4.SM4GCM(KEY)
    sealed = cipher.encrypt(IV[:12], b"data")
    for length in [*range(16), 17]:
        with pytest.raises(errors.DecryptionError):
            cipher.decrypt(IV[:12], sealed[:4] + (sealed[4:] + b"\0")[:length])
    for length in [0, 1, 4, 8, 11, 17]:
        with pytest.raises(errors.InvalidArgument, match="12 to 16"):
            sm4.SM4GCM(KEY, tag_length=length)


def test_c_04_ccm_lengths():
    assert sm4.SM4CCM(KEY).encrypt(bytes(13), bytes(65535))
    with pytest.raises(errors.InvalidArgument, match="longer"):
        sm4.SM4CCM(KEY).encrypt(bytes(13), bytes(65536))
    for nonce in [0, 1, 6, 14, 16]:
        with pytest.raises(errors.InvalidArgument, match="nonce"):
            sm4.SM4CCM(KEY).encrypt(bytes(nonce), b"")
    for nonce in range(7, 14):
        for aad in [0, 1, 13, 14, 15, 65_279, 65_280, 65_536]:
            sealed = sm4.SM4CCM(KEY).encrypt(bytes(nonce), b"text", bytes(aad))
            assert sm4.SM4CCM(KEY).decrypt(bytes(nonce), sealed, bytes(aad)) == b"text"
            with pytest.raises(errors.DecryptionError):
                sm4.SM4CCM(KEY).decrypt(bytes(nonce), sealed, bytes(aad + 1))


def test_c_05_the_two_xts_agree_in_the_first_block_only():
    key, data = bytes(range(32)), bytes(48)
    ieee, gb = (
        raw.xts_encrypt(key, data, tweak=IV, standard=standard) for standard in raw.XTSStandard
    )
    assert ieee[:16] == gb[:16]
    assert ieee[16:32] != gb[16:32]
    for standard in raw.XTSStandard:
        for length in range(16, 49):
            sealed = raw.xts_encrypt(key, data[:length], tweak=IV, standard=standard)
            assert raw.xts_decrypt(key, sealed, tweak=IV, standard=standard) == data[:length]


def test_c_06_padding_is_checked():
    for last in range(256):
        block = bytearray(b"\xaa" * 15 + bytes([last]))
        if 1 <= last <= 16:
            block[16 - last :] = bytes([last]) * last
        sealed = raw.cbc_encrypt(KEY, block, iv=IV, padding=NONE)
        if 1 <= last <= 16:
            assert raw.cbc_decrypt(KEY, sealed, iv=IV) == bytes(block[: 16 - last])
        else:
            with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
                raw.cbc_decrypt(KEY, sealed, iv=IV)
    for length in [0, 1, 15, 17, 31]:
        with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
            raw.cbc_decrypt(KEY, bytes(length), iv=IV)


@pytest.mark.parametrize("length", [n for n in range(65) if n != 16])
def test_c_08_keys_of_another_length_are_refused(length):
    key = bytes(length)
    uses = [
        lambda: sm4.seal(key, b""),
        lambda: sm4.open(key, bytes(40)),
        lambda: sm4.SM4GCM(key),
        lambda: sm4.SM4CCM(key),
        lambda: raw.BlockCipher(key),
        lambda: raw.ecb_encrypt(key, b""),
        lambda: raw.cbc_encrypt(key, b"", iv=IV),
        lambda: raw.ctr_encrypt(key, b"", counter=IV),
        lambda: raw.cmac(key, b""),
    ]
    if length != 32:
        uses.append(lambda: raw.xts_encrypt(key, IV, tweak=IV, standard=raw.XTSStandard.GB))
    for use in uses:
        with pytest.raises(errors.InvalidKey, match=f"not {length}"):
            use()


def test_c_09_nonces_differ():
    nonces = {sm4.seal(KEY, b"")[1:13] for _ in range(1_000_000)}
    assert len(nonces) == 1_000_000


def test_c_10_text_is_no_key():
    for use in [lambda: sm4.seal("0" * 16, b""), lambda: sm4.SM4GCM("0" * 32)]:
        with pytest.raises(TypeError, match="encode"):
            use()


def test_c_11_options_are_enumerations_with_fixed_values():
    assert {member.name: member.value for member in raw.Padding} == {
        "PKCS7": "pkcs7",
        "NONE": "none",
    }
    assert {member.name: member.value for member in raw.XTSStandard} == {"IEEE": "ieee", "GB": "gb"}
    assert issubclass(raw.Padding, enum.Enum)
    for wrong in [0, 1, "pkcs7", None, True]:
        with pytest.raises(TypeError):
            raw.cbc_encrypt(KEY, b"", iv=IV, padding=wrong)
        with pytest.raises(TypeError):
            raw.xts_encrypt(KEY * 2, IV, tweak=IV, standard=wrong)


def test_sc_07_objects_show_and_give_away_nothing():
    for thing in [sm4.SM4GCM(KEY), sm4.SM4CCM(KEY), raw.BlockCipher(KEY)]:
        for text in [repr(thing), str(thing), f"{thing}"]:
            assert KEY.hex() not in text
        with pytest.raises(TypeError):
            pickle.dumps(thing)


@pytest.mark.parametrize("step", [1, 7, 16, 33, 1000])
@pytest.mark.parametrize("length", [0, 1, 16, 31, 32, 33, 1030])
def test_streams_give_what_the_whole_gives(step, length):
    data = os.urandom(length)
    pieces = [data[i : i + step] for i in range(0, length, step)]
    stream = raw.CTRStream(KEY, IV)
    assert b"".join(map(stream.update, pieces)) == raw.ctr_encrypt(KEY, data, counter=IV)
    stream = raw.OFBStream(KEY, IV)
    assert b"".join(map(stream.update, pieces)) == raw.ofb_encrypt(KEY, data, iv=IV)
    encryptor = raw.CBCEncryptor(KEY, iv=IV)
    sealed = b"".join(map(encryptor.update, pieces)) + encryptor.finalize()
    assert sealed == raw.cbc_encrypt(KEY, data, iv=IV)
    decryptor = raw.CBCDecryptor(KEY, iv=IV)
    pieces = [sealed[i : i + step] for i in range(0, len(sealed), step)]
    assert b"".join(map(decryptor.update, pieces)) + decryptor.finalize() == data
    with pytest.raises(errors.InvalidArgument, match="ended"):
        decryptor.update(b"")
    plain = raw.CBCEncryptor(KEY, iv=IV, padding=NONE)
    plain.update(data)
    if length % 16:
        with pytest.raises(errors.InvalidArgument, match="whole number"):
            plain.finalize()
    else:
        assert plain.finalize() == b""


def test_partial_blocks_without_padding_are_refused():
    for use in [
        lambda: raw.ecb_encrypt(KEY, bytes(17)),
        lambda: raw.ecb_decrypt(KEY, bytes(1)),
        lambda: raw.cbc_encrypt(KEY, bytes(15), iv=IV, padding=NONE),
        lambda: raw.cbc_decrypt(KEY, bytes(15), iv=IV, padding=NONE),
        lambda: raw.xts_encrypt(KEY * 2, bytes(15), tweak=IV, standard=raw.XTSStandard.GB),
        lambda: raw.cfb_encrypt(KEY, b"x", iv=IV, segment=0),
        lambda: raw.cfb_encrypt(KEY, b"x", iv=IV, segment=17),
        lambda: raw.cbc_encrypt(KEY, b"", iv=IV[:15]),
        lambda: raw.ctr_encrypt(KEY, b"", counter=bytes(12)),
        lambda: sm4.SM4GCM(KEY).encrypt(b"", b""),
    ]:
        with pytest.raises(errors.InvalidArgument):
            use()


def test_a_wrong_cmac_is_refused():
    mac = raw.cmac(KEY, b"message")
    raw.verify_cmac(mac[:8], KEY, b"message", length=8)
    for wrong in [mac[:15], mac + b"\0", bytes(16), b"", mac[:8]]:
        with pytest.raises(errors.InvalidSignature):
            raw.verify_cmac(wrong, KEY, b"message")
    with pytest.raises(errors.InvalidArgument):
        raw.cmac(KEY, b"", length=7)


@pytest.mark.usefixtures("cpu_path")
def test_many_messages_at_once_are_each_by_itself():
    messages = [os.urandom(n * 7 % 200) for n in range(150)]
    ivs = [os.urandom(16) for _ in messages]
    batch = raw.cbc_encrypt_batch(KEY, messages, ivs=ivs)
    alone = [raw.cbc_encrypt(KEY, m, iv=iv) for m, iv in zip(messages, ivs, strict=True)]
    assert batch == alone
    assert raw.cbc_encrypt_batch(KEY, [], ivs=[]) == []
    with pytest.raises(errors.InvalidArgument, match="2 messages need as many ivs, not 1"):
        raw.cbc_encrypt_batch(KEY, [b"a", b"b"], ivs=[IV])


def test_several_cores_do_what_one_does():
    data = os.urandom(2_000_016)
    for threads in [0, 1, 2, 5]:
        assert raw.ecb_encrypt(KEY, data, threads=threads) == raw.ecb_encrypt(KEY, data)
        assert raw.ecb_decrypt(KEY, data, threads=threads) == raw.ecb_decrypt(KEY, data)
        counter = b"\xff" * 14 + b"\0\0"
        assert raw.ctr_encrypt(KEY, data, counter=counter, threads=threads) == raw.ctr_decrypt(
            KEY, data, counter=counter
        )
        sealed = raw.cbc_encrypt(KEY, data, iv=IV)
        assert raw.cbc_decrypt(KEY, sealed, iv=IV, threads=threads) == data
        gcm = sm4.SM4GCM(KEY)
        whole = gcm.encrypt(IV[:12], data, b"aad")
        assert gcm.encrypt(IV[:12], data, b"aad", threads=threads) == whole
        assert gcm.decrypt(IV[:12], whole, b"aad", threads=threads) == data
        assert sm4.open(KEY, sm4.seal(KEY, data, threads=threads), threads=threads) == data
        spoilt = whole[:1_500_000] + b"\0" + whole[1_500_001:]
        if spoilt != whole:
            with pytest.raises(errors.DecryptionError):
                gcm.decrypt(IV[:12], spoilt, b"aad", threads=threads)
    with pytest.raises(errors.InvalidArgument, match="threads"):
        raw.ecb_encrypt(KEY, data, threads=-1)


@pytest.mark.parametrize("step", [1, 7, 16, 1000])
def test_gcm_in_pieces_is_gcm(step):
    data = os.urandom(3000)
    encryptor = raw.GCMEncryptor(KEY, IV, b"aad")
    sealed = b"".join(encryptor.update(data[i : i + step]) for i in range(0, len(data), step))
    assert sealed + encryptor.finalize() == sm4.SM4GCM(KEY).encrypt(IV, data, b"aad")
    for use in [encryptor.finalize, lambda: encryptor.update(b"")]:
        with pytest.raises(errors.InvalidArgument, match="ended"):
            use()


def test_c_13_no_object_decrypts_before_the_tag():
    streams = {name for name in dir(raw) + dir(sm4) if "Decrypt" in name}
    assert streams == {"CBCDecryptor"}  # a mode without a tag


def test_a_sealer_seals_and_opens():
    sealer = sm4.Sealer(KEY)
    assert sm4.open(KEY, sealer.seal(b"data", aad=b"x"), aad=b"x") == b"data"
    assert sealer.open(sm4.seal(KEY, b"data")) == b"data"
    with pytest.raises(errors.DecryptionError):
        sealer.open(sealer.seal(b"data"), aad=b"x")
    assert len({sealer.seal(b"")[1:13] for _ in range(1000)}) == 1000
    assert repr(sealer) == "<Sealer>"
