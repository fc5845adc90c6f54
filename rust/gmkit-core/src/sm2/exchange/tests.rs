use super::*;
use crate::sm2::identity::DEFAULT_USER_ID;
use crate::sm2::tests::{hex, hex32};

struct Side {
    key: PrivateKey,
    ephemeral: Ephemeral,
}

impl Side {
    fn new(d: &str, r: &str) -> Self {
        let key = PrivateKey::from_bytes(&hex32(d)).unwrap();
        Self {
            key,
            ephemeral: Ephemeral::from_known_bytes(&hex32(r)).unwrap(),
        }
    }

    fn party<'a>(&'a self, user_id: &'a [u8]) -> Party<'a> {
        Party {
            key: self.key.public_key(),
            user_id,
            point: self.ephemeral.point(),
        }
    }
}

/// The sides of the recommended curve's worked example (GB/T 32918.5).
fn sides() -> (Side, Side) {
    (
        Side::new(
            "81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be48230029",
            "d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db2ea60bb3",
        ),
        Side::new(
            "785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10defa229b5",
            "7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d596243d6",
        ),
    )
}

#[test]
fn exchange_of_the_standard() {
    let (a, b) = sides();
    let id = DEFAULT_USER_ID;
    let of_a = agree(Role::Initiator, &a.key, id, &a.ephemeral, b.party(id), 16).unwrap();
    let of_b = agree(Role::Responder, &b.key, id, &b.ephemeral, a.party(id), 16).unwrap();
    for agreed in [of_a, of_b] {
        assert_eq!(agreed.secret, hex("6c89347354de2484c60b4ab1fde4c6e5"));
        let sb = hex("d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32fa20f8eb");
        let sa = hex("18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f3884644db88");
        assert!(agreed.confirms(Role::Responder, &sb) && agreed.confirms(Role::Initiator, &sa));
        assert!(!agreed.confirms(Role::Responder, &sa) && !agreed.confirms(Role::Initiator, &sb));
        assert!(!agreed.confirms(Role::Responder, &sb[..31]));
    }
}

#[test]
fn kex_01_swapped_roles_and_names_agree_on_nothing() {
    let (a, b) = sides();
    let of_b = agree(
        Role::Responder,
        &b.key,
        b"B",
        &b.ephemeral,
        a.party(b"A"),
        48,
    )
    .unwrap();
    for (role, own, peer) in [
        (Role::Responder, b"A", b"B"),
        (Role::Initiator, b"B", b"A"),
        (Role::Initiator, b"A", b"b"),
    ] {
        let other = agree(role, &a.key, own, &a.ephemeral, b.party(peer), 48).unwrap();
        assert_ne!(other.secret, of_b.secret);
        assert!(!of_b.confirms(Role::Initiator, &other.by_initiator));
    }
    let same = agree(
        Role::Initiator,
        &a.key,
        b"A",
        &a.ephemeral,
        b.party(b"B"),
        48,
    )
    .unwrap();
    assert_eq!(same.secret, of_b.secret);
}

#[test]
fn kex_01_a_point_that_cancels_the_key_is_refused() {
    // R = -P / x': then P + [x']R is infinity. Its x depends on R's own x, so it is found by taking
    // R first and making the key P = -[x']R of it.
    let (a, b) = sides();
    let x = half_of_x(b.ephemeral.point());
    let d = b.ephemeral.r.mul(&x).negate();
    let key = PrivateKey::from_bytes(&d.to_octets()).unwrap();
    let peer = Party {
        key: key.public_key(),
        user_id: b"B",
        point: b.ephemeral.point(),
    };
    let refused = agree(Role::Initiator, &a.key, b"A", &a.ephemeral, peer, 16);
    assert!(matches!(refused, Err(ExchangeFailed::Point)));
}

#[test]
fn lengths_and_identifiers_have_limits() {
    let (a, b) = sides();
    let with = |id: &[u8], length| {
        agree(
            Role::Initiator,
            &a.key,
            id,
            &a.ephemeral,
            b.party(b"B"),
            length,
        )
        .err()
    };
    assert_eq!(with(b"A", 0), Some(ExchangeFailed::Length));
    assert_eq!(with(&[0; 8192], 16), Some(ExchangeFailed::UserIdTooLong));
    assert_eq!(with(&[0; 8191], 1), None);
}

/// r is a number from 1 to n - 1, never reduced.
#[test]
fn a_known_r_is_in_range() {
    use crate::sm2::limbs;
    use crate::sm2::scalar::N;
    let near_n = |more: u64| limbs::to_octets(&[N[0] - 1 + more, N[1], N[2], N[3]]);
    for bad in [[0; 32], near_n(1), near_n(2), [0xff; 32]] {
        assert!(Ephemeral::from_known_bytes(&bad).is_err());
    }
    let mut one = [0; 32];
    one[31] = 1;
    let first = Ephemeral::from_known_bytes(&one).unwrap();
    let last = Ephemeral::from_known_bytes(&near_n(0)).unwrap();
    // G and -G.
    assert_eq!(first.point().x(), last.point().x());
    assert_ne!(first.point(), last.point());
}
