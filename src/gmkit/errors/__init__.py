"""
Everything gmkit raises on purpose.

::

    GmkitError
    ├── InvalidArgument          also a ValueError: the caller's argument is off
    ├── EncodingError            also a ValueError: the bytes are not what they should be (what, offset)
    ├── InvalidKey               also a ValueError: not a key, or not one of this kind
    ├── UnsupportedAlgorithm     known or unknown, but not done here (oid)
    ├── WrongPassword            a protected key did not open
    ├── DecryptionError          one message for every cause, on purpose
    ├── VerificationError        "not verified" (reason)
    │   ├── InvalidSignature     a signature does not fit key and message
    │   ├── CertificateRejected  a certificate or its chain was refused
    │   └── ReceiptRejected      a receipt was refused
    ├── RecordError              a record cannot be represented exactly (line)
    ├── DataUnavailable          personal data was erased, or may not be read (reason)
    ├── IssuingError             the authority refuses to issue what was asked
    ├── DeviceError              a device with keys in it fails or refuses
    ├── StorageError             a file or a store could not be read or written whole
    ├── MissingDependency        an optional package is needed here
    ├── SelfTestError            a known answer came out wrong; nothing works after it
    └── RandomnessError          the operating system gave no random bytes

A wrong Python type is a plain TypeError, here as elsewhere.
Every class has a stable ``code`` (``GMK-…``), a title and a hint, in English and in Chinese; what can fail for several reasons carries a
``reason`` whose value refines the code.
"""

from __future__ import annotations

from types import ModuleType

__all__ = [
    "CertificateRejected",
    "DataUnavailable",
    "DecryptionError",
    "DeviceError",
    "EncodingError",
    "GmkitError",
    "InvalidArgument",
    "InvalidKey",
    "InvalidSignature",
    "IssuingError",
    "MissingDependency",
    "RandomnessError",
    "ReceiptRejected",
    "RecordError",
    "SelfTestError",
    "StorageError",
    "UnsupportedAlgorithm",
    "VerificationError",
    "WrongPassword",
]


class GmkitError(Exception):
    """
    Base of everything gmkit raises on purpose.

    Attributes:
        message: What was wrong, in English, lower case, without a full stop; never a secret.
        code: Stable identifier, ``GMK-…``.
        title_zh: The kind of failure in Chinese.
        source: The file it is about, where whoever read one said so; else None.
    """

    code: str = "GMK-ERROR"
    title_zh: str = "gmkit 错误"

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source: str | None = None
        self._hint = hint

    @property
    def own_hint(self) -> str | None:
        """What to do about this very failure, in English, or None if only the general hint is left."""
        return self._hint if self._hint is not None else _texts().hint(self.message)

    @property
    def hint(self) -> str:
        """What to do about it, in English: this failure's own hint, or that of its kind."""
        return self.own_hint or _texts().KINDS[self.code].hint

    @property
    def title(self) -> str:
        """The kind of failure in English."""
        title: str = _texts().KINDS[self.code].title
        return title

    def in_chinese(self) -> tuple[str, str]:
        """What was wrong and what to do about it in Chinese; what has no translation stays English."""
        both: tuple[str, str] = _texts().in_chinese(self)
        return both

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


def _texts() -> ModuleType:
    """The catalogue, which costs nothing until somebody asks what an error means."""
    from gmkit.errors import texts  # noqa: PLC0415 - it knows the classes of this module

    return texts


class InvalidArgument(GmkitError, ValueError):
    """An argument has a value that cannot be used."""

    code = "GMK-ARGUMENT"
    title_zh = "参数无效"


class EncodingError(GmkitError, ValueError):
    """
    Bytes that are not the encoding they should be.

    Attributes:
        what: The thing that was being read ("certificate", "SM2 signature", ...), or None.
        offset: Position of the fault in bytes from the start of the input, or None.
    """

    code = "GMK-ENCODING"
    title_zh = "编码错误"

    def __init__(
        self,
        message: str = "",
        *,
        what: str | None = None,
        offset: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.what = what
        self.offset = offset


class InvalidKey(GmkitError, ValueError):
    """Not a key, not a key of this algorithm, or a key that must not exist."""

    code = "GMK-KEY"
    title_zh = "密钥无效"


class UnsupportedAlgorithm(GmkitError):
    """
    An algorithm or parameter that gmkit does not do here.

    Attributes:
        oid: Its object identifier in dotted form, or None.
    """

    code = "GMK-ALGORITHM"
    title_zh = "不支持的算法"

    def __init__(
        self, message: str = "", *, oid: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.oid = oid


class WrongPassword(GmkitError):
    """The password does not open this key, or none was given for one that needs it."""

    code = "GMK-PASSWORD"
    title_zh = "口令错误"


class DecryptionError(GmkitError):
    """
    A ciphertext did not open.

    The message is the same for every cause, so that nobody learns which check failed.
    """

    code = "GMK-DECRYPT"
    title_zh = "解密失败"

    def __init__(self, message: str = "decryption failed", *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)


class VerificationError(GmkitError):
    """
    Not verified.

    Attributes:
        reason: Stable lower-case identifier of the failed check, for programs.
    """

    code = "GMK-VERIFY"
    title_zh = "验证未通过"
    reason: str = "not-verified"

    def __init__(
        self, message: str = "", *, reason: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        if reason is not None:
            self.reason = reason


class InvalidSignature(VerificationError):
    """The signature does not fit the key and the message."""

    code = "GMK-SIGNATURE"
    title_zh = "签名无效"
    reason = "invalid-signature"


class CertificateRejected(VerificationError):
    """
    A certificate, or the chain above it, was refused.

    Attributes:
        subject: Name of the certificate that failed the check, or None.
        depth: Its place in the chain, 0 for the end entity, or None.
    """

    code = "GMK-CERTIFICATE"
    title_zh = "证书被拒绝"
    reason = "certificate-rejected"

    def __init__(
        self,
        message: str = "",
        *,
        reason: str | None = None,
        subject: str | None = None,
        depth: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, reason=reason, hint=hint)
        self.subject = subject
        self.depth = depth


class ReceiptRejected(VerificationError):
    """A receipt was refused."""

    code = "GMK-RECEIPT"
    title_zh = "凭证被拒绝"
    reason = "receipt-rejected"


class RecordError(GmkitError, ValueError):
    """
    A record that cannot be represented exactly, and so is not signed.

    Attributes:
        line: Line (JSON Lines, CSV) or row (Parquet) in the input, from 1, or None.
        field: Path of the offending field, or None.
    """

    code = "GMK-RECORD"
    title_zh = "交易记录无效"

    def __init__(
        self,
        message: str = "",
        *,
        line: int | None = None,
        field: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.field = field


class DataUnavailable(GmkitError):
    """
    Personal data that was erased, may only be stored, or was never there.

    Attributes:
        reason: ``erased``, ``storage-only`` or ``absent``.
    """

    code = "GMK-DATA"
    title_zh = "个人信息不可用"

    def __init__(self, message: str = "", *, reason: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class IssuingError(GmkitError):
    """The authority refuses to issue what was asked for."""

    code = "GMK-ISSUE"
    title_zh = "拒绝签发"


class StorageError(GmkitError):
    """A file or a store could not be read, or could not be written whole."""

    code = "GMK-STORAGE"
    title_zh = "存储错误"


class DeviceError(GmkitError):
    """A device that holds keys (GM/T 0018, PKCS #11) cannot be reached, fails, or refuses."""

    code = "GMK-DEVICE"
    title_zh = "密码设备错误"


class MissingDependency(GmkitError, ImportError):
    """An optional package is needed for this; the hint says which and how to get it."""

    code = "GMK-DEPENDENCY"
    title_zh = "缺少可选依赖"


class SelfTestError(GmkitError):
    """A known-answer test failed: the module is in its error state and refuses all work."""

    code = "GMK-SELFTEST"
    title_zh = "自检失败"


class RandomnessError(GmkitError):
    """The operating system's generator gave no random bytes."""

    code = "GMK-RANDOM"
    title_zh = "随机数发生器故障"
