"""Certificates, requests, revocation lists and OCSP of libcrypto, each signature with the default identifier."""

from __future__ import annotations

import calendar
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from libcrypto import Refused, call, freed, lib, octets, parsed, pointer, written
from openssl_sm import DEFAULT_ID, digesting, private_key, public_key, public_octets

__all__ = ["OPERATIONS"]

Fields = dict[str, Any]
Pointer = ctypes.c_void_p
_COMMON_NAME = 13  # NIDs
_BASIC_CONSTRAINTS, _KEY_USAGE, _CRL_NUMBER, _CRL_REASON, _KEY_ID = 87, 83, 88, 141, 82
_ASCII = 0x1001  # MBSTRING_ASC
_HASHES = {
    "1.3.14.3.2.26": "EVP_sha1",
    "2.16.840.1.101.3.4.2.1": "EVP_sha256",
    "1.2.156.10197.1.401": "EVP_sm3",
}
_BY_KEY = 0x400  # OCSP_RESPID_KEY
_STATUSES = ("good", "revoked", "unknown")


class _Time(ctypes.Structure):
    _fields_ = [(f"field{n}", ctypes.c_int) for n in range(9)] + [("rest", ctypes.c_byte * 40)]


def _seconds(time: Pointer) -> int:
    found = _Time()
    call("ASN1_TIME_to_tm", time, ctypes.byref(found))
    second, minute, hour, day, month, year = (getattr(found, f"field{n}") for n in range(6))
    return calendar.timegm((year + 1900, month + 1, day, hour, minute, second))


def _integer(number: Pointer) -> bytes:
    with freed(pointer("ASN1_INTEGER_to_BN", number, None), "BN_free") as value:
        buffer = ctypes.create_string_buffer(32)
        length = call("BN_bn2bin", value, buffer)
        return buffer.raw[:length]


@contextmanager
def _made_integer(value: bytes) -> Iterator[Pointer]:
    with (
        freed(pointer("BN_bin2bn", value, len(value), None), "BN_free") as number,
        freed(pointer("BN_to_ASN1_INTEGER", number, None), "ASN1_INTEGER_free") as made,
    ):
        yield made


def _made_time(seconds: int) -> Any:
    return freed(pointer("ASN1_TIME_set", None, seconds), "ASN1_TIME_free")


def _generalized(seconds: int) -> Any:
    return freed(pointer("ASN1_GENERALIZEDTIME_set", None, seconds), "ASN1_GENERALIZEDTIME_free")


def _common_name(name: Pointer) -> str:
    buffer = ctypes.create_string_buffer(256)
    call("X509_NAME_get_text_by_NID", name, _COMMON_NAME, buffer, 256)
    return buffer.value.decode()


@contextmanager
def _made_name(text: str) -> Iterator[Pointer]:
    with freed(pointer("X509_NAME_new"), "X509_NAME_free") as name:
        call("X509_NAME_add_entry_by_NID", name, _COMMON_NAME, _ASCII, text.encode(), -1, -1, 0)
        yield name


def _identifier() -> Pointer:
    """The default one, for whoever takes it over."""
    made = pointer("ASN1_OCTET_STRING_new")
    call("ASN1_STRING_set", made, DEFAULT_ID, len(DEFAULT_ID))
    return made


def _signing(key: Pointer) -> Any:
    return digesting(key, DEFAULT_ID, "EVP_DigestSignInit")


def certificate_read(fields: Fields) -> Fields:
    issuer = fields.get("issuer", fields["der"])
    with parsed("X509", fields["der"]) as found, parsed("X509", issuer) as above:
        lib.X509_set0_distinguishing_id(found, _identifier())
        said = lib.X509_verify(found, pointer("X509_get0_pubkey", above))
        lib.ERR_clear_error()
        return {
            "serial": _integer(pointer("X509_get_serialNumber", found)),
            "subject": _common_name(pointer("X509_get_subject_name", found)),
            "public": public_octets(pointer("X509_get0_pubkey", found)),
            "not_before": _seconds(pointer("X509_get0_notBefore", found)),
            "not_after": _seconds(pointer("X509_get0_notAfter", found)),
            "ca": lib.X509_check_ca(found) == 1,
            "valid": said == 1,
        }


def certificate_write(fields: Fields) -> Fields:
    usage = b"critical,keyCertSign,cRLSign" if fields["ca"] else b"critical,digitalSignature"
    constraints = b"critical,CA:TRUE" if fields["ca"] else b"critical,CA:FALSE"
    signer = {"key": fields["key"], "public": fields["issuer_public"]}
    with (
        freed(pointer("X509_new"), "X509_free") as made,
        parsed("X509", fields["issuer"]) as issuer,
        private_key(signer) as key,
        public_key(fields["public"]) as subject,
    ):
        call("X509_set_version", made, 2)
        with _made_integer(fields["serial"]) as serial:
            call("X509_set_serialNumber", made, serial)
        for end in ("not_before", "not_after"):
            with _made_time(fields[end]) as time:
                call(f"X509_set1_{end.replace('_b', 'B').replace('_a', 'A')}", made, time)
        call("X509_set_issuer_name", made, pointer("X509_get_subject_name", issuer))
        with _made_name(fields["subject"]) as name:
            call("X509_set_subject_name", made, name)
        call("X509_set_pubkey", made, subject)
        for kind, value in ((_BASIC_CONSTRAINTS, constraints), (_KEY_USAGE, usage)):
            extension = pointer("X509V3_EXT_conf_nid", None, None, kind, value)
            with freed(extension, "X509_EXTENSION_free"):
                call("X509_add_ext", made, extension, -1)
        with _signing(key) as context:
            call("X509_sign_ctx", made, context)
        return {"der": written("X509", made)}


def request_read(fields: Fields) -> Fields:
    with parsed("X509_REQ", fields["der"]) as found:
        key = pointer("X509_REQ_get0_pubkey", found)
        lib.X509_REQ_set0_distinguishing_id(found, _identifier())
        said = lib.X509_REQ_verify(found, key)
        lib.ERR_clear_error()
        return {
            "subject": _common_name(pointer("X509_REQ_get_subject_name", found)),
            "public": public_octets(key),
            "valid": said == 1,
        }


def request_write(fields: Fields) -> Fields:
    with freed(pointer("X509_REQ_new"), "X509_REQ_free") as made, private_key(fields) as key:
        lib.X509_REQ_set_version(made, ctypes.c_long(0))
        with _made_name(fields["subject"]) as name:
            call("X509_REQ_set_subject_name", made, name)
        call("X509_REQ_set_pubkey", made, key)
        with _signing(key) as context:
            call("X509_REQ_sign_ctx", made, context)
        return {"der": written("X509_REQ", made)}


def crl_read(fields: Fields) -> Fields:
    """The library cannot be told the identifier of a list: it verifies the octets that are signed."""
    with parsed("X509_CRL", fields["der"]) as found:
        stack = pointer("X509_CRL_get_REVOKED", found)
        entries = []
        for index in range(call("OPENSSL_sk_num", stack)):
            one = pointer("OPENSSL_sk_value", stack, index)
            reason = pointer("X509_REVOKED_get_ext_d2i", one, _CRL_REASON, None, None)
            with freed(reason, "ASN1_ENUMERATED_free"):
                code = call("ASN1_ENUMERATED_get", reason, result=ctypes.c_long)
            entries.append(
                {
                    "serial": _integer(pointer("X509_REVOKED_get0_serialNumber", one)),
                    "time": _seconds(pointer("X509_REVOKED_get0_revocationDate", one)),
                    "reason": code,
                }
            )
        number = pointer("X509_CRL_get_ext_d2i", found, _CRL_NUMBER, None, None)
        with freed(number, "ASN1_INTEGER_free"):
            count = int.from_bytes(_integer(number), "big")
        return {
            "number": count,
            "this_update": _seconds(pointer("X509_CRL_get0_lastUpdate", found)),
            "next_update": _seconds(pointer("X509_CRL_get0_nextUpdate", found)),
            "revoked": entries,
            "valid": _signed_by(fields["issuer"], fields["der"]),
        }


def crl_write(fields: Fields) -> Fields:
    with (
        freed(pointer("X509_CRL_new"), "X509_CRL_free") as made,
        parsed("X509", fields["issuer"]) as issuer,
        private_key(fields) as key,
    ):
        call("X509_CRL_set_version", made, 1)
        call("X509_CRL_set_issuer_name", made, pointer("X509_get_subject_name", issuer))
        with _made_time(fields["this_update"]) as begin, _made_time(fields["next_update"]) as end:
            call("X509_CRL_set1_lastUpdate", made, begin)
            call("X509_CRL_set1_nextUpdate", made, end)
        for one in fields["revoked"]:
            _add_revoked(made, one)
        number = fields["number"].to_bytes(5, "big")
        with _made_integer(number) as value:
            call("X509_CRL_add1_ext_i2d", made, _CRL_NUMBER, value, 0, 0)
        call("X509_CRL_sort", made)
        with _signing(key) as context:
            call("X509_CRL_sign_ctx", made, context)
        return {"der": written("X509_CRL", made)}


def _add_revoked(made: Pointer, one: Fields) -> None:
    entry = pointer("X509_REVOKED_new")
    with _made_integer(one["serial"]) as serial, _made_time(one["time"]) as time:
        call("X509_REVOKED_set_serialNumber", entry, serial)
        call("X509_REVOKED_set_revocationDate", entry, time)
    with freed(pointer("ASN1_ENUMERATED_new"), "ASN1_ENUMERATED_free") as reason:
        call("ASN1_ENUMERATED_set", reason, one["reason"])
        call("X509_REVOKED_add1_ext_i2d", entry, _CRL_REASON, reason, 0, 0)
    call("X509_CRL_add0_revoked", made, entry)


def _signed_by(certificate: bytes, structure: bytes) -> bool:
    signed, signature = _split(structure)
    with (
        parsed("X509", certificate) as found,
        digesting(
            pointer("X509_get0_pubkey", found), DEFAULT_ID, "EVP_DigestVerifyInit"
        ) as context,
    ):
        said = lib.EVP_DigestVerify(
            context,
            signature,
            ctypes.c_size_t(len(signature)),
            signed,
            ctypes.c_size_t(len(signed)),
        )
        lib.ERR_clear_error()
        return bool(said == 1)


def _split(der: bytes) -> tuple[bytes, bytes]:
    """Of a signed structure: the octets that are signed, and the signature."""
    start, _ = _header(der)
    signed, rest = _first(der[start:])
    _, rest = _first(rest)
    value, _ = _first(rest)
    return signed, value[_header(value)[0] + 1 :]


def _first(data: bytes) -> tuple[bytes, bytes]:
    start, length = _header(data)
    return data[: start + length], data[start + length :]


def _header(data: bytes) -> tuple[int, int]:
    if data[1] < 0x80:
        return 2, data[1]
    count = data[1] & 0x7F
    return 2 + count, int.from_bytes(data[2 : 2 + count], "big")


@contextmanager
def _asked(fields: Fields) -> Iterator[Pointer]:
    """A CertID, for whoever takes it over."""
    with parsed("X509", fields["issuer"]) as issuer, _made_integer(fields["serial"]) as serial:
        yield pointer(
            "OCSP_cert_id_new", pointer(_HASHES[fields["hash"]]),
            pointer("X509_get_subject_name", issuer), pointer("X509_get0_pubkey_bitstr", issuer),
            serial,
        )  # fmt: skip


def _serial_of(identifier: Pointer) -> bytes:
    serial = Pointer()
    call("OCSP_id_get0_info", None, None, None, ctypes.byref(serial), identifier)
    return _integer(serial)


def ocsp_request_write(fields: Fields) -> Fields:
    with freed(pointer("OCSP_REQUEST_new"), "OCSP_REQUEST_free") as made, _asked(fields) as one:
        pointer("OCSP_request_add0_id", made, one)
        if "nonce" in fields:
            call("OCSP_request_add1_nonce", made, fields["nonce"], len(fields["nonce"]))
        return {"der": written("OCSP_REQUEST", made)}


def ocsp_request_read(fields: Fields) -> Fields:
    with parsed("OCSP_REQUEST", fields["der"]) as found, parsed("X509", fields["issuer"]) as issuer:
        asked = []
        for index in range(call("OCSP_request_onereq_count", found)):
            one = pointer("OCSP_request_onereq_get0", found, index)
            identifier = pointer("OCSP_onereq_get0_id", one)
            algorithm = Pointer()
            call("OCSP_id_get0_info", None, ctypes.byref(algorithm), None, None, identifier)
            name = pointer("OBJ_nid2sn", call("OBJ_obj2nid", algorithm))
            kind = pointer("EVP_get_digestbyname", name)
            own = pointer(
                "OCSP_cert_id_new", kind, pointer("X509_get_subject_name", issuer),
                pointer("X509_get0_pubkey_bitstr", issuer), None,
            )  # fmt: skip
            with freed(own, "OCSP_CERTID_free"):
                matches = lib.OCSP_id_issuer_cmp(own, identifier) == 0
            asked.append({"serial": _serial_of(identifier), "matches": matches})
        return {"asked": asked, **_nonce("OCSP_REQUEST", found)}


def _nonce(kind: str, found: Pointer) -> Fields:
    place = getattr(lib, f"{kind}_get_ext_by_NID")(found, 366, -1)  # id_pkix_OCSP_Nonce
    if place < 0:
        return {}
    extension = pointer(f"{kind}_get_ext", found, place)
    stored = octets(pointer("X509_EXTENSION_get_data", extension))
    return {"nonce": stored[2:]}  # the OCTET STRING inside


def ocsp_response_write(fields: Fields) -> Fields:
    with (
        freed(pointer("OCSP_BASICRESP_new"), "OCSP_BASICRESP_free") as basic,
        _generalized(fields["this_update"]) as begin,
        _generalized(fields["next_update"]) as end,
        _generalized(fields["revoked"]) as since,
        parsed("X509", fields["certificate"]) as responder,
        private_key(fields) as key,
        _asked(fields) as identifier,
    ):
        status = _STATUSES.index(fields["status"])
        gone = since if status == 1 else None
        pointer(
            "OCSP_basic_add1_status", basic, identifier, status, fields["reason"], gone, begin, end
        )
        lib.OCSP_CERTID_free(identifier)
        if "nonce" in fields:
            call("OCSP_basic_add1_nonce", basic, fields["nonce"], len(fields["nonce"]))
        flags = 0 if fields["by_name"] else _BY_KEY
        with _signing(key) as context:
            call("OCSP_basic_sign_ctx", basic, responder, context, None, flags)
        with freed(pointer("OCSP_response_create", 0, basic), "OCSP_RESPONSE_free") as made:
            return {"der": written("OCSP_RESPONSE", made)}


def ocsp_response_read(fields: Fields) -> Fields:
    """As with lists, the identifier cannot be told: the library verifies the octets that are signed."""
    with parsed("OCSP_RESPONSE", fields["der"]) as whole:
        if (status := lib.OCSP_response_status(whole)) != 0:
            return {"response": status}
        with freed(pointer("OCSP_response_get1_basic", whole), "OCSP_BASICRESP_free") as basic:
            answers = [
                _answer(pointer("OCSP_resp_get0", basic, index))
                for index in range(call("OCSP_resp_count", basic))
            ]
            return {
                "response": 0,
                "answers": answers,
                "valid": _signed_by(fields["issuer"], written("OCSP_BASICRESP", basic)),
                **_nonce("OCSP_BASICRESP", basic),
            }


def _answer(one: Pointer) -> Fields:
    reason = ctypes.c_int(-1)
    since, begin, end = Pointer(), Pointer(), Pointer()
    status = lib.OCSP_single_get0_status(
        one, ctypes.byref(reason), ctypes.byref(since), ctypes.byref(begin), ctypes.byref(end)
    )
    if status < 0:
        raise Refused("no status")
    answer: Fields = {
        "serial": _serial_of(pointer("OCSP_SINGLERESP_get0_id", one)),
        "status": _STATUSES[status],
        "this_update": _seconds(begin),
        "next_update": _seconds(end),
    }
    if status == 1:
        answer |= {"revoked": _seconds(since), "reason": max(reason.value, 0)}
    return answer


OPERATIONS: dict[str, Callable[[Fields], Fields]] = {
    "certificate.write": certificate_write,
    "certificate.read": certificate_read,
    "request.write": request_write,
    "request.read": request_read,
    "crl.write": crl_write,
    "crl.read": crl_read,
    "ocsp.request.write": ocsp_request_write,
    "ocsp.request.read": ocsp_request_read,
    "ocsp.response.write": ocsp_response_write,
    "ocsp.response.read": ocsp_response_read,
}
