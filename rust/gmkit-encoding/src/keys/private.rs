//! Private keys without protection: PKCS#8 (RFC 5208, RFC 5958) and SEC 1 (RFC 5915).

use zeroize::Zeroizing;

use super::public::point_form;
use super::{algorithm, curve, KeyError};
use crate::der::{Reader, Tag, Writer};

const PRIVATE_KEY: &str = "private key";
const PARAMETERS: Tag = Tag::context_constructed(0);
const PUBLIC: Tag = Tag::context_constructed(1);
/// More than any private key written here, so that the writer never moves.
const CAPACITY: usize = 256;

/// What a private key container holds.
pub struct PrivateParts {
    /// The private key, big-endian. Its range is for the algorithm to check.
    pub secret: Zeroizing<[u8; 32]>,
    /// The public key that stands beside it, 65 or 33 octets. It must be checked against the secret.
    pub public: Option<Vec<u8>>,
    /// Whether the container names the curve, as it should.
    pub curve_named: bool,
}

/// Reads PrivateKeyInfo or ECPrivateKey; which of the two, their first two elements tell.
///
/// # Errors
/// If the octets are not DER of either, or the key is not one of SM2.
pub fn parts_from_der(der: &[u8]) -> Result<PrivateParts, KeyError> {
    let mut outer = Reader::new(PRIVATE_KEY, der);
    let mut key = outer.sequence()?;
    outer.finish()?;
    let offset = key.offset();
    let version = key.u32()?;
    match key.peek() {
        Some(Tag::SEQUENCE) => pkcs8(key, version, offset),
        Some(Tag::OCTET_STRING) => ec_private_key(key, version, offset),
        // RSAPrivateKey and the DSA form of OpenSSL go on with INTEGERs.
        Some(Tag::INTEGER) => Err(KeyError::Invalid(
            "RSA or DSA private key, not an SM2 key".into(),
        )),
        _ => Err(key.error("neither PKCS#8 nor SEC 1").into()),
    }
}

/// ```text
/// PrivateKeyInfo ::= SEQUENCE { version INTEGER (0..1), AlgorithmIdentifier, OCTET STRING,
///     attributes [0] IMPLICIT SET OPTIONAL, publicKey [1] IMPLICIT BIT STRING OPTIONAL }
/// ```
fn pkcs8(mut key: Reader<'_>, version: u32, offset: usize) -> Result<PrivateParts, KeyError> {
    if version > 1 {
        return Err(key
            .error_at(offset, format!("unknown PKCS#8 version {version}"))
            .into());
    }
    algorithm::expect_sm2(&mut key)?;
    let inner_offset = key.offset();
    let inner = key.expect(Tag::OCTET_STRING)?;
    key.optional(PARAMETERS)?;
    let outer_public = key.optional(Tag::context(1))?;
    if let (0, Some(public)) = (version, &outer_public) {
        return Err(key
            .error_at(public.offset, "public key in a PKCS#8 of version 0")
            .into());
    }
    key.finish()?;

    let mut parts = if inner.content.len() == 32 {
        // Some devices and libraries put the 32 octets there without the ECPrivateKey around them,
        // which is longer in every case.
        PrivateParts {
            secret: secret(inner.content)?,
            public: None,
            curve_named: true,
        }
    } else {
        let mut reader = Reader::new(PRIVATE_KEY, inner.content).at(inner.content_offset);
        let mut sequence = reader.sequence()?;
        reader.finish()?;
        let version = sequence.u32()?;
        ec_private_key(sequence, version, inner_offset)?
    };
    if let Some(element) = outer_public {
        let bits = key.bit_string_content(&element)?;
        point_form(bits.bytes)?;
        if bits.unused != 0
            || parts
                .public
                .as_ref()
                .is_some_and(|inner| inner != bits.bytes)
        {
            return Err(KeyError::Invalid(
                "two public keys that differ beside the private key".into(),
            ));
        }
        parts.public = Some(bits.bytes.to_vec());
    }
    parts.curve_named = true;
    Ok(parts)
}

/// ```text
/// ECPrivateKey ::= SEQUENCE { version INTEGER (1), privateKey OCTET STRING,
///     parameters [0] ECParameters OPTIONAL, publicKey [1] BIT STRING OPTIONAL }
/// ```
fn ec_private_key(
    mut key: Reader<'_>,
    version: u32,
    offset: usize,
) -> Result<PrivateParts, KeyError> {
    if version != 1 {
        return Err(key
            .error_at(offset, format!("unknown ECPrivateKey version {version}"))
            .into());
    }
    let octets = key.octet_string()?;
    let mut curve_named = false;
    if let Some(mut parameters) = key.optional_nested(PARAMETERS)? {
        curve::expect_sm2(&mut parameters)?;
        parameters.finish()?;
        curve_named = true;
    }
    let mut public = None;
    if let Some(mut inside) = key.optional_nested(PUBLIC)? {
        let point = inside.bit_string_octets()?;
        inside.finish()?;
        point_form(point)?;
        public = Some(point.to_vec());
    }
    key.finish()?;
    let secret = secret(octets)?;
    Ok(PrivateParts {
        secret,
        public,
        curve_named,
    })
}

fn secret(octets: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut secret = Zeroizing::new([0; 32]);
    if octets.len() != secret.len() {
        let message = format!("the private key has {} bytes instead of 32", octets.len());
        return Err(KeyError::Invalid(message.into()));
    }
    secret.copy_from_slice(octets);
    Ok(secret)
}

/// PrivateKeyInfo, version 0.
pub fn pkcs8_to_der(secret: &[u8; 32], public: &[u8; 65]) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_capacity(CAPACITY);
    writer.sequence(|writer| {
        writer.integer(0);
        algorithm::write_sm2(writer);
        writer.constructed(Tag::OCTET_STRING, |writer| {
            write_ec_private_key(writer, secret, public);
        });
    });
    Zeroizing::new(writer.into_vec())
}

/// ECPrivateKey with curve and public key.
pub fn sec1_to_der(secret: &[u8; 32], public: &[u8; 65]) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_capacity(CAPACITY);
    write_ec_private_key(&mut writer, secret, public);
    Zeroizing::new(writer.into_vec())
}

fn write_ec_private_key(writer: &mut Writer, secret: &[u8; 32], public: &[u8; 65]) {
    writer.sequence(|writer| {
        writer.integer(1);
        writer.octet_string(secret);
        // GmSSL reads the key only with both of these.
        writer.constructed(PARAMETERS, |writer| writer.oid(algorithm::SM2));
        writer.constructed(PUBLIC, |writer| writer.bit_string(public));
    });
}
