"""What somebody asks an authority for, and the proof that the key is his."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gmkit.errors import GmkitError, InvalidSignature, IssuingError
from gmkit.sm2 import DEFAULT_USER_ID, SM2PublicKey, verify_batch
from gmkit.x509 import CertificateRequest, GeneralName, Name, oids
from gmkit.x509.extensions import AlternativeNames

__all__ = ["Application"]


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    What somebody asks for.

    Attributes:
        subject: The name.
        public_key_info: SubjectPublicKeyInfo of the key, whose possession was proved before.
        alternative_names: For subjectAltName.
        identities: Pairs of name and number for the identity extensions of GM/T 0015. Personal data.
    """

    subject: Name
    public_key_info: bytes
    alternative_names: tuple[GeneralName, ...] = ()
    identities: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def from_request(
        cls, request: CertificateRequest, *, user_id: bytes = DEFAULT_USER_ID
    ) -> Application:
        """
        From a PKCS#10 request, whose signature is verified: it proves possession of the key.

        Of the extensions asked for the alternative names are taken over; the others are the profile's to
        decide.

        Args:
            request: The request.
            user_id: The SM2 identifier it was signed under, 0 to 8191 bytes.

        Raises:
            IssuingError: It is for a key that is not of SM2.
            InvalidKey: Its key is none.
            InvalidSignature: It does not verify.
            UnsupportedAlgorithm: It is signed in a way that is not done here.
        """
        [application] = cls.from_requests([request], user_id=user_id)
        if isinstance(application, GmkitError):
            raise application
        return application

    @classmethod
    def from_requests(
        cls, requests: Sequence[CertificateRequest], *, user_id: bytes = DEFAULT_USER_ID
    ) -> list[Application | GmkitError]:
        """
        As :meth:`from_request` for many, whose signatures are verified together.

        Args:
            requests: The requests.
            user_id: The SM2 identifier they were signed under, 0 to 8191 bytes.

        Returns:
            For each request the application, or why there is none.
        """
        results: list[Application | GmkitError] = []
        sound: list[tuple[int, CertificateRequest, SM2PublicKey]] = []
        for place, request in enumerate(requests):
            try:
                key = _requested_key(request)
                names = request.extension_value(oids.SUBJECT_ALT_NAME)
                results.append(
                    cls(
                        subject=request.subject,
                        public_key_info=key.to_der(),
                        alternative_names=names.names
                        if isinstance(names, AlternativeNames)
                        else (),
                    )
                )
                sound.append((place, request, key))
            except GmkitError as error:
                results.append(error)
        if not sound:
            return results
        verdicts = verify_batch(
            [key for _, _, key in sound],
            [request.info for _, request, _ in sound],
            [request.signature for _, request, _ in sound],
            user_id=user_id,
        )
        for (place, request, key), verdict in zip(sound, verdicts, strict=True):
            if verdict is not None:
                results[place] = _does_not_fit(request, key, user_id)
        return results


def _does_not_fit(
    request: CertificateRequest, key: SM2PublicKey, user_id: bytes
) -> InvalidSignature:
    """The refusal, with the known mistake that was made if it is one."""
    from gmkit.pki.explain import mistakes  # noqa: PLC0415 - only after a failure

    found = mistakes(key, request.signature, request.info, user_id)
    return InvalidSignature(
        f"the signature of the request for {request.subject} does not fit its key",
        hint="; or ".join(each.text for each in found) or None,
    )


def _requested_key(request: CertificateRequest) -> SM2PublicKey:
    key = request.public_key()
    if not isinstance(key, SM2PublicKey):
        raise IssuingError(
            f"the request is for a key of {request.key_info.description}; SM2 is issued here"
        )
    if request.signature_algorithm != oids.SM2_WITH_SM3:
        raise InvalidSignature("the request is not signed with SM2 and SM3")
    return key
