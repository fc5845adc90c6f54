//! SM2 key exchange: whole runs, in which what arrives may differ from what was sent.

use gmkit_core::sm2::exchange::{agree, Agreement, Ephemeral, Party, Role};
use gmkit_core::sm2::{PrivateKey, PublicKey};

use crate::equal;
use crate::loader::{Group, Test, Values};

/// Where an honest side stops, and the exception by which users learn of it.
type Stop = (&'static str, &'static str);

const INVALID_KEY: &str = "InvalidKey";
const UNCONFIRMED: &str = "VerificationError";

/// Runs it to the end, or to where the file says that it ends.
pub fn exchange(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let (a, b) = (Side::new(values, 'A')?, Side::new(values, 'B')?);
    if test.valid {
        return good(test, &a, &b);
    }
    let stopped = run(values, &a, &b)?;
    let expected = (values.text("failsAt"), values.text("error"));
    match stopped {
        Some(stop) => equal(&stop, &expected),
        None => Err(format!("agreed: {}", test.comment)),
    }
}

/// What one side has of its own.
struct Side {
    key: PrivateKey,
    user_id: Vec<u8>,
    ephemeral: Ephemeral,
}

impl Side {
    fn new(values: &Values, side: char) -> Result<Self, String> {
        let member = |name: &str| format!("{name}{side}");
        let key = PrivateKey::from_bytes(&values.array(&member("privateKey")))
            .map_err(|_| "private key refused")?;
        equal(
            &key.public_key().to_bytes()[..],
            &values.octets(&member("publicKey")),
        )?;
        let ephemeral = Ephemeral::from_known_bytes(&values.array(&member("ephemeral")))
            .map_err(|_| "ephemeral key refused")?;
        equal(
            &ephemeral.point().to_bytes()[..],
            &values.octets(&member("point")),
        )?;
        Ok(Self {
            key,
            user_id: values.octets(&member("userId")),
            ephemeral,
        })
    }

    /// Whether its own keys cancel, so that it agrees with nobody.
    fn cheats(&self) -> bool {
        let mut one = [0; 32];
        one[31] = 1;
        let anybody = PrivateKey::from_bytes(&one).expect("1 is in range");
        let peer = Party {
            key: anybody.public_key(),
            user_id: b"",
            point: anybody.public_key(),
        };
        agree(Role::Responder, &self.key, b"", &self.ephemeral, peer, 1).is_err()
    }
}

fn good(test: &Test, a: &Side, b: &Side) -> Result<(), String> {
    for (role, own, peer) in [(Role::Initiator, a, 'B'), (Role::Responder, b, 'A')] {
        let agreed =
            play(&test.values, role, own, peer)?.map_err(|error| format!("{role:?}: {error}"))?;
        equal(&agreed.secret, &test.values.octets("shared"))?;
        equal(&agreed.by_responder[..], &test.values.octets("confirmB"))?;
        equal(&agreed.by_initiator[..], &test.values.octets("confirmA"))?;
    }
    Ok(())
}

/// Where it stops, if it does.
fn run(values: &Values, a: &Side, b: &Side) -> Result<Option<Stop>, String> {
    let of_b = match play(values, Role::Responder, b, 'A')? {
        // It gets no secret either, and sends A whatever it likes.
        Err(_) if b.cheats() => None,
        Err(error) => return Ok(Some(("responder", error))),
        Ok(agreed) => Some(agreed),
    };
    let of_a = match play(values, Role::Initiator, a, 'B')? {
        Err(error) => return Ok(Some(("initiator", error))),
        Ok(agreed) => agreed,
    };
    let sent = of_b.as_ref().map(|agreed| agreed.by_responder.to_vec());
    let arrived = received(values, "receivedConfirmB", sent.unwrap_or_default());
    if !of_a.confirms(Role::Responder, &arrived) {
        return Ok(Some(("initiator", UNCONFIRMED)));
    }
    let of_b = of_b.ok_or("A accepted the confirmation of a side without a secret")?;
    let arrived = received(values, "receivedConfirmA", of_a.by_initiator.to_vec());
    if !of_b.confirms(Role::Initiator, &arrived) {
        return Ok(Some(("confirmation", UNCONFIRMED)));
    }
    Ok(None)
}

/// One side's agreement, from its own keys and what arrives of the other.
fn play(
    values: &Values,
    role: Role,
    own: &Side,
    peer: char,
) -> Result<Result<Agreement, &'static str>, String> {
    let arrived = |what: &str| {
        let sent = match what {
            "Point" => values.octets(&format!("point{peer}")),
            "PublicKey" => values.octets(&format!("publicKey{peer}")),
            _ => values.octets(&format!("userId{peer}")),
        };
        received(values, &format!("received{what}{peer}"), sent)
    };
    let key = PublicKey::from_bytes(&arrived("PublicKey")).map_err(|_| "public key refused")?;
    // Uncompressed points only, as the protocol sends them.
    let point = Some(arrived("Point")).filter(|point| point.first() == Some(&4));
    let Some(point) = point.and_then(|point| PublicKey::from_bytes(&point).ok()) else {
        return Ok(Err(INVALID_KEY));
    };
    let peer = Party {
        key: &key,
        user_id: &arrived("UserId"),
        point: &point,
    };
    let length = values.number("size");
    let agreed = agree(role, &own.key, &own.user_id, &own.ephemeral, peer, length);
    Ok(agreed.map_err(|_| INVALID_KEY))
}

fn received(values: &Values, name: &str, sent: Vec<u8>) -> Vec<u8> {
    if values.has(name) {
        values.octets(name)
    } else {
        sent
    }
}
