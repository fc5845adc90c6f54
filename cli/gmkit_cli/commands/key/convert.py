"""``gmkit key convert``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, keyfiles, params, peers
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.keys import Pkcs12
    from gmkit.sm2 import KeyProfile, SM2PrivateKey, SM2PublicKey


@click.command()
@click.argument("key", metavar="KEY")
@click.option(
    "--to",
    type=click.Choice(["pkcs8", "sec1", "public", "pkcs12", "certificates"]),
    default="pkcs8",
    show_default=True,
    help="PKCS#8; SEC 1 (EC PRIVATE KEY, never protected); the public key alone; PKCS#12; or the "
    "certificates beside the key.",
)
@click.option("--entry", metavar="NAME", help="Of several keys in KEY, the one with this name.")
@peers.peer_option("--from", "peer_from", "KEY is a raw key as this library writes it.")
@peers.peer_option("--as", "peer_as", "Write a raw key as this library takes it.")
@click.option(
    "--also", "others", metavar="KEY", multiple=True, help="With pkcs12: another key, of a pair."
)
@click.option(
    "--cert", "certificates", type=params.PATH, multiple=True, help="With pkcs12: put these beside."
)
@click.option("--der", is_flag=True, help="DER instead of PEM.")
@click.option(
    "--key-oid",
    type=click.Choice(["ec", "sm2"]),
    default="ec",
    show_default=True,
    help="With public: the algorithm's identifier, id-ecPublicKey or 1.2.156.10197.1.301.",
)
@click.option(
    "--ec-parameters", is_flag=True, help="With sec1: an EC PARAMETERS block before the key."
)
@params.output_option
@keyfiles.protection_option
@params.password_option()
@params.password_option("--new-password-fd", help="Read the new password from file descriptor N.")
@keyfiles.unprotected_option
@params.force_option
@pass_context
def command(
    context: Context, key: str, to: str, entry: str | None, peer_from: str | None, peer_as: str | None,
    others: tuple[str, ...], certificates: tuple[Path, ...], der: bool, key_oid: str, ec_parameters: bool,
    output: Path, protection: KeyProfile, password: Password, new_password: Password, unprotected: bool,
    force: bool,
) -> None:  # fmt: skip
    """
    Write a key in another form, or under another password.

    KEY is PKCS#8 or SEC 1 in PEM or DER, PKCS#12, a .sm2 file of CFCA, or (--from) a raw key as a library
    writes it.

    \b
    Examples:
      $ gmkit key convert shop.key --protection openssl -o shop-openssl.key
      $ gmkit key convert shop.key --to public -o shop.pub
      $ gmkit key convert shop.p12 --entry encrypt -o shop-enc.key
      $ gmkit key convert sign.key --also enc.key --cert sign.pem --cert enc.pem --to pkcs12 -o shop.p12
      $ gmkit key convert pubkey.hex --from sm-crypto --to public -o pub.pem
    """
    from gmkit import keys

    if peer_as is not None and to not in {"pkcs8", "public"}:
        raise click.UsageError(
            "--as writes a raw key: a private one, or with --to public a public one"
        )
    if (others or certificates) and to != "pkcs12":
        raise click.UsageError("--also and --cert belong to --to pkcs12")
    if to == "public":
        public = _public_key(key, entry, peer_from, password)
        data = _written_public(public, peer_as, der=der, key_oid=key_oid)
        context.deliver(output, data, replace=force)
        return
    found = _contents(key, peer_from, password)
    if to == "certificates":
        context.deliver(output, _certificates(found, key, der=der), replace=force)
        return
    private = found.key(entry)
    if to == "pkcs12":
        beside = [inputs.contents(other, password).key() for other in others]
        packed = _packed(found, [private, *beside], certificates)
        secret = new_password.read("the new file", confirm=True)
        data = keys.to_pkcs12(packed, password=secret, profile=protection)
    elif peer_as is not None or to == "sec1":
        if not unprotected:
            raise click.UsageError("this form has no password: say --unprotected, or take pkcs8")
        data = _open(private, peer_as, der=der, ec_parameters=ec_parameters)
    else:
        new = keyfiles.new_password(new_password, "the new file", unprotected=unprotected)
        write: Callable[..., bytes] = private.to_der if der else private.to_pem
        data = write(password=new, profile=protection)
    context.write(output, data, secret=True, replace=force)


def _contents(key: str, peer: str | None, password: Password) -> Pkcs12:
    """What is in KEY, which is raw if a peer wrote it."""
    if peer is None:
        return inputs.contents(key, password)
    from gmkit import interop, keys
    from gmkit.errors import InvalidKey
    from gmkit.sm2 import SM2PrivateKey

    private = peers.peer_key(interop.profile(peer), key)
    if not isinstance(private, SM2PrivateKey):
        raise InvalidKey(f"{key} is a public key", hint="only --to public can be made of it")
    return keys.Pkcs12((keys.StoredKey(private),))


def _public_key(key: str, entry: str | None, peer: str | None, password: Password) -> SM2PublicKey:
    """The public key in KEY, or of the private key in it."""
    if entry is not None:
        return inputs.contents(key, password).key(entry).public_key()
    if peer is None:
        return inputs.any_key(key, password)[1]
    from gmkit import interop
    from gmkit.sm2 import SM2PrivateKey

    found = peers.peer_key(interop.profile(peer), key)
    return found.public_key() if isinstance(found, SM2PrivateKey) else found


def _written_public(public: SM2PublicKey, peer: str | None, *, der: bool, key_oid: str) -> bytes:
    from gmkit import interop, keys

    if peer is not None:
        return peers.write_value(interop.profile(peer).write_public_key(public))
    if key_oid == "sm2":
        return keys.to_gm_spki_der(public) if der else keys.to_gm_spki_pem(public)
    return public.to_der() if der else public.to_pem()


def _certificates(found: Pkcs12, key: str, *, der: bool) -> bytes:
    from gmkit.errors import InvalidArgument
    from gmkit.x509 import Certificate

    listed = [Certificate(each.der) for each in found.certificates]
    if not listed:
        raise InvalidArgument(f"there is no certificate in {key}")
    if der and len(listed) > 1:
        raise InvalidArgument(f"{len(listed)} certificates do not go into one DER file")
    return listed[0].der if der else b"".join(each.to_pem() for each in listed)


def _packed(found: Pkcs12, private: list[SM2PrivateKey], files: tuple[Path, ...]) -> Pkcs12:
    """The keys, with the certificates of --cert or else with those that lay beside the first."""
    from gmkit.delivery import pack
    from gmkit.x509 import Certificate

    beside = [Certificate(each.der) for each in found.certificates]
    return pack(private, inputs.certificates(files) if files else beside)


def _open(private: SM2PrivateKey, peer: str | None, *, der: bool, ec_parameters: bool) -> bytes:
    """Forms without a password."""
    from gmkit import interop, keys

    if peer is not None:
        return peers.write_value(interop.profile(peer).write_private_key(private))
    if der:
        if ec_parameters:
            raise click.UsageError("--ec-parameters is a block of PEM")
        return keys.to_sec1_der(private)
    return keys.to_sec1_pem(private, parameters=ec_parameters)
