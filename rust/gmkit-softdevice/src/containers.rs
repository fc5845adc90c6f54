//! The containers, read from the file that the environment names.

use gmkit_core::sm2::PrivateKey;

/// A container: a PIN and two keys.
pub struct Container {
    /// Its number, from 1.
    pub index: u32,
    /// What opens it.
    pub pin: Vec<u8>,
    /// The key for signatures.
    pub signing: PrivateKey,
    /// The key for decryption.
    pub encryption: PrivateKey,
}

/// Reads the containers; none if the file is missing or has another form.
pub fn load() -> Option<Vec<Container>> {
    let text = std::fs::read_to_string(std::env::var_os("GMKIT_SOFT_DEVICE")?).ok()?;
    text.lines().map(parse).collect()
}

fn parse(line: &str) -> Option<Container> {
    let [index, pin, signing, encryption] =
        <[&str; 4]>::try_from(line.split(' ').collect::<Vec<_>>()).ok()?;
    Some(Container {
        index: index.parse().ok()?,
        pin: pin.as_bytes().to_vec(),
        signing: key(signing)?,
        encryption: key(encryption)?,
    })
}

fn key(hex: &str) -> Option<PrivateKey> {
    let digits = hex.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut octets = [0_u8; 32];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    PrivateKey::from_bytes(&octets).ok()
}
