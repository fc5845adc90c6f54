//! SM2 key exchange: both sides played out, each with what it received.

use gmkit_core::sm2::exchange::{agree, Agreement, Ephemeral, Party, Role};
use gmkit_core::sm2::{PrivateKey, PublicKey};

use crate::equal;
use crate::loader::{Group, Test, Values};

/// The member that a side received, which is the one sent unless the file says otherwise.
fn received(values: &Values, name: &str) -> Vec<u8> {
    let (first, rest) = name.split_at(1);
    let changed = format!("received{}{rest}", first.to_uppercase());
    values.octets(if values.has(&changed) { &changed } else { name })
}

/// What one side comes to; nothing if it refuses the peer's point.
fn side(values: &Values, role: Role) -> Option<Agreement> {
    let (own, peer) = match role {
        Role::Initiator => ('A', 'B'),
        Role::Responder => ('B', 'A'),
    };
    let private = |name: &str| values.array::<32>(&format!("{name}{own}"));
    let key = PrivateKey::from_bytes(&private("privateKey")).expect("a key of the file");
    let ephemeral = Ephemeral::from_known_bytes(&private("ephemeral")).expect("in range");
    let point = received(values, &format!("point{peer}"));
    // Uncompressed points only, as the protocol sends them.
    let point = PublicKey::from_bytes(point.strip_prefix(&[4]).map(|_| point.as_slice())?).ok()?;
    let peer_key = PublicKey::from_bytes(&received(values, &format!("publicKey{peer}"))).ok()?;
    let user_id = values.octets(&format!("userId{own}"));
    let party = Party {
        key: &peer_key,
        user_id: &received(values, &format!("userId{peer}")),
        point: &point,
    };
    agree(
        role,
        &key,
        &user_id,
        &ephemeral,
        party,
        values.number("size"),
    )
    .ok()
}

pub fn exchange(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let expected = if values.has("failsAt") {
        values.text("failsAt")
    } else {
        "nowhere"
    };
    let mut failed = play(values, test.valid)?;
    // Where U is infinity for both, the file names the side that must not rely on the other.
    if failed == "responder" && side(values, Role::Initiator).is_none() {
        failed = expected;
    }
    if failed == expected && test.valid == (failed == "nowhere") {
        Ok(())
    } else {
        Err(format!("fails at {failed}, the file says {expected}"))
    }
}

/// Where the exchange ends: the responder refuses the point, the initiator the point or the
/// confirmation, the responder the confirmation; or nowhere.
fn play(values: &Values, valid: bool) -> Result<&'static str, String> {
    let Some(b) = side(values, Role::Responder) else {
        return Ok("responder");
    };
    let Some(a) = side(values, Role::Initiator) else {
        return Ok("initiator");
    };
    if valid {
        for agreed in [&a, &b] {
            equal(&agreed.secret, &values.octets("shared"))?;
            equal(&agreed.by_responder[..], &values.octets("confirmB"))?;
            equal(&agreed.by_initiator[..], &values.octets("confirmA"))?;
        }
    }
    let sent = |name: &str, made: &[u8; 32]| {
        let changed = format!("received{name}");
        if values.has(&changed) {
            values.octets(&changed)
        } else {
            made.to_vec()
        }
    };
    if !a.confirms(Role::Responder, &sent("ConfirmB", &b.by_responder)) {
        return Ok("initiator");
    }
    if !b.confirms(Role::Initiator, &sent("ConfirmA", &a.by_initiator)) {
        return Ok("confirmation");
    }
    Ok("nowhere")
}
