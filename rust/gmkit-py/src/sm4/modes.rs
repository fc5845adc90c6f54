//! The modes that protect nothing against change, for `gmkit.hazmat.sm4`, which documents them.

use gmkit_core::sm4::cmac as mac;
use gmkit_core::sm4::{cbc, cfb, ctr, ecb, ofb, xts, Key, BLOCK, KEY};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use super::{block, filled, key, refused, threads, without_lock};
use crate::errors;
use crate::input::Octets;

type Output<'py> = PyResult<Bound<'py, PyBytes>>;

#[pyfunction]
fn ecb_encrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    threads: isize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, threads) = (data.as_bytes(), self::threads(py, threads)?);
    filled(py, data.len(), |out| {
        ecb::encrypt_on(threads, &key, data, out)
    })
}

#[pyfunction]
fn ecb_decrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    threads: isize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, threads) = (data.as_bytes(), self::threads(py, threads)?);
    filled(py, data.len(), |out| {
        ecb::decrypt_on(threads, &key, data, out)
    })
}

#[pyfunction]
fn cbc_encrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    pad: bool,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    if pad {
        filled(py, cbc::padded_length(data.len()), |out| {
            cbc::encrypt_padded(&key, iv, data, out);
            Ok(())
        })
    } else {
        filled(py, data.len(), |out| {
            cbc::Encryptor::new(key, iv).update(data, out)
        })
    }
}

#[pyfunction]
fn cbc_encrypt_batch<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    messages: Vec<Octets<'py>>,
    ivs: Vec<Octets<'py>>,
) -> PyResult<Bound<'py, PyList>> {
    let key = Key::new(self::key(py, &key)?);
    if messages.len() != ivs.len() {
        let message = format!(
            "{} messages need as many ivs, not {}",
            messages.len(),
            ivs.len()
        );
        return Err(errors::invalid_argument(py, &message));
    }
    let mut jobs = Vec::with_capacity(messages.len());
    let mut results: Vec<_> = messages
        .iter()
        .map(|message| vec![0; cbc::padded_length(message.as_bytes().len())])
        .collect();
    for ((message, iv), dst) in messages.iter().zip(&ivs).zip(&mut results) {
        jobs.push(cbc::Job {
            iv: block(py, "iv", iv)?,
            src: message.as_bytes(),
            dst,
        });
    }
    py.detach(|| cbc::encrypt_batch(&key, &mut jobs));
    PyList::new(py, results.iter().map(|result| PyBytes::new(py, result)))
}

#[pyfunction]
fn cbc_decrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    pad: bool,
    threads: isize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    let threads = self::threads(py, threads)?;
    if pad {
        let length = cbc::decrypted_length(&key, iv, data).map_err(|error| refused(py, error))?;
        filled(py, length, |out| {
            cbc::decrypt_padded_on(threads, &key, iv, data, out);
            Ok(())
        })
    } else {
        filled(py, data.len(), |out| {
            cbc::decrypt_on(threads, &key, iv, data, out)
        })
    }
}

#[pyfunction]
fn ctr_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    counter: Octets<'py>,
    threads: isize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let counter = u128::from_be_bytes(*block(py, "counter block", &counter)?);
    let (data, threads) = (data.as_bytes(), self::threads(py, threads)?);
    filled(py, data.len(), |out| {
        ctr::crypt_on(threads, &key, counter, data, out);
        Ok(())
    })
}

#[pyfunction]
fn cfb_encrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    segment: usize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    check_segment(py, segment)?;
    filled(py, data.len(), |out| {
        cfb::encrypt(&key, iv, segment, data, out)
    })
}

#[pyfunction]
fn cfb_decrypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    segment: usize,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    check_segment(py, segment)?;
    filled(py, data.len(), |out| {
        cfb::decrypt(&key, iv, segment, data, out)
    })
}

fn check_segment(py: Python<'_>, segment: usize) -> PyResult<()> {
    if (1..=BLOCK).contains(&segment) {
        return Ok(());
    }
    let message = format!("a CFB segment has 1 to 16 bytes, not {segment}");
    Err(errors::invalid_argument(py, &message))
}

#[pyfunction]
fn ofb_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
) -> Output<'py> {
    let mut stream = ofb::Stream::new(Key::new(self::key(py, &key)?), block(py, "iv", &iv)?);
    let data = data.as_bytes();
    filled(py, data.len(), |out| {
        stream.update(data, out);
        Ok(())
    })
}

#[pyfunction]
fn xts_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    tweak: Octets<'py>,
    gb: bool,
    encrypt: bool,
) -> Output<'py> {
    let octets = key.as_bytes();
    let Ok(both) = <&[u8; 2 * KEY]>::try_from(octets) else {
        let message = format!("an SM4-XTS key has 32 bytes, not {}", octets.len());
        return Err(errors::invalid_key(py, &message));
    };
    let ([data_key, tweak_key], []) = both.as_chunks::<KEY>() else {
        unreachable!("32 octets are two keys");
    };
    let standard = if gb {
        xts::Standard::Gb
    } else {
        xts::Standard::Ieee
    };
    let xts = xts::Xts::new(data_key, tweak_key, standard);
    let (data, tweak) = (data.as_bytes(), block(py, "tweak", &tweak)?);
    filled(py, data.len(), |out| {
        if encrypt {
            xts.encrypt(tweak, data, out)
        } else {
            xts.decrypt(tweak, data, out)
        }
    })
}

#[pyfunction]
fn cmac<'py>(py: Python<'py>, key: Octets<'py>, data: Octets<'py>, length: usize) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    if !(8..=BLOCK).contains(&length) {
        let message = format!("a CMAC has 8 to 16 bytes, not {length}");
        return Err(errors::invalid_argument(py, &message));
    }
    let data = data.as_bytes();
    let tag = without_lock(py, data.len(), || mac::mac(&key, data));
    Ok(PyBytes::new(py, &tag[..length]))
}

#[pyfunction]
fn verify_cmac(
    py: Python<'_>,
    mac: Octets<'_>,
    key: Octets<'_>,
    data: Octets<'_>,
    length: usize,
) -> PyResult<()> {
    let key = Key::new(self::key(py, &key)?);
    let (mac, data) = (mac.as_bytes(), data.as_bytes());
    let mut expected = mac::Cmac::new(key);
    let fits = without_lock(py, data.len(), || {
        expected.update(data);
        expected.verify(mac)
    });
    if mac.len() == length && fits.is_ok() {
        Ok(())
    } else {
        Err(errors::invalid_signature(
            py,
            "the MAC does not fit the key and the data",
        ))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ecb_encrypt, module)?)?;
    module.add_function(wrap_pyfunction!(ecb_decrypt, module)?)?;
    module.add_function(wrap_pyfunction!(cbc_encrypt, module)?)?;
    module.add_function(wrap_pyfunction!(cbc_encrypt_batch, module)?)?;
    module.add_function(wrap_pyfunction!(cbc_decrypt, module)?)?;
    module.add_function(wrap_pyfunction!(ctr_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(cfb_encrypt, module)?)?;
    module.add_function(wrap_pyfunction!(cfb_decrypt, module)?)?;
    module.add_function(wrap_pyfunction!(ofb_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(xts_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(cmac, module)?)?;
    module.add_function(wrap_pyfunction!(verify_cmac, module)?)
}
