//! Key exchange: `gmkit.sm2.exchange`.

use gmkit_core::sm2::exchange::{agree, Ephemeral, ExchangeFailed, Party, Role};
use gmkit_core::sm2::PublicKey;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::private::{generation_error, SM2PrivateKey};
use super::public::SM2PublicKey;
use super::user_id_too_long;
use crate::input::Octets;
use crate::selftest::guard;
use crate::{errors, random};

/// One party's one-time key of one exchange: the point goes to the peer, the number stays here.
#[pyclass(frozen, module = "gmkit.sm2.exchange")]
pub struct OneTimeKey(Ephemeral);

#[pymethods]
impl OneTimeKey {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        guard(py)?;
        Ephemeral::generate(|candidate| {
            candidate.copy_from_slice(random::fresh::<32>(py)?.as_slice());
            Ok(())
        })
        .map(Self)
        .map_err(|error| generation_error(py, error))
    }

    /// The point as 04 || x || y, 65 bytes.
    fn point<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.point().to_bytes())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(super::no_pickling("OneTimeKey", "it is for one exchange"))
    }
}

/// The secret, the responder's confirmation and the initiator's.
type Agreed<'py> = (
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

/// What both sides agree on, unconfirmed (GB/T 32918.3).
#[pyfunction]
#[pyo3(name = "agree")]
#[allow(clippy::too_many_arguments)]
pub fn agree_py<'py>(
    py: Python<'py>,
    initiator: bool,
    private_key: &Bound<'py, SM2PrivateKey>,
    user_id: Octets<'py>,
    one_time_key: &Bound<'py, OneTimeKey>,
    peer_key: &Bound<'py, SM2PublicKey>,
    peer_user_id: Octets<'py>,
    peer_point: Octets<'py>,
    length: usize,
) -> PyResult<Agreed<'py>> {
    guard(py)?;
    let role = if initiator {
        Role::Initiator
    } else {
        Role::Responder
    };
    let refused = || errors::invalid_key(py, "the peer's point is not one to agree on");
    let octets = peer_point.as_bytes();
    // The protocol sends uncompressed points; another form would be a second encoding of the same.
    let point = match octets.first() {
        Some(4) => PublicKey::from_bytes(octets).map_err(|_| refused())?,
        _ => return Err(refused()),
    };
    let (key, ephemeral) = (&private_key.get().key, &one_time_key.get().0);
    let (own_id, peer_key) = (user_id.as_bytes(), &peer_key.get().key);
    let peer = Party {
        key: peer_key,
        user_id: peer_user_id.as_bytes(),
        point: &point,
    };
    match py.detach(|| agree(role, key, own_id, ephemeral, peer, length)) {
        Ok(agreed) => Ok((
            PyBytes::new(py, &agreed.secret),
            PyBytes::new(py, &agreed.by_responder),
            PyBytes::new(py, &agreed.by_initiator),
        )),
        Err(ExchangeFailed::UserIdTooLong) => Err(user_id_too_long(py)),
        Err(ExchangeFailed::Length) => Err(errors::invalid_argument(
            py,
            "length must be from 1 to 32 * (2**32 - 1) bytes",
        )),
        Err(ExchangeFailed::Point) => Err(refused()),
    }
}
