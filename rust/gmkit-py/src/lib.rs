//! The extension module `gmkit._native`: conversion, lock release, error mapping; no algorithm.

// The module's interface is documented where people read it: in the stubs and the Python faces.
#![allow(missing_docs)]

use pyo3::prelude::*;

mod asn1;
mod cpu;
mod errors;
mod input;
mod kdf;
mod keys;
mod mac;
mod random;
mod receipts;
mod selftest;
mod sm2;
mod sm3;
mod sm4;
mod x509;

/// A function that fills a submodule.
type Register = fn(&Bound<'_, PyModule>) -> PyResult<()>;

/// The submodules of `gmkit._native`, by name.
const SUBMODULES: &[(&str, Register)] = &[
    ("asn1", asn1::register),
    ("cpu", cpu::register),
    ("kdf", kdf::register),
    ("keys", keys::register),
    ("mac", mac::register),
    ("receipts", receipts::register),
    ("selftest", selftest::register),
    ("sm2", sm2::register),
    ("sm3", sm3::register),
    ("sm4", sm4::register),
    ("x509", x509::register),
];

#[pymodule(gil_used = false)]
fn _native(py: Python<'_>, module: &Bound<'_, PyModule>) -> PyResult<()> {
    cpu::from_environment(py)?;
    selftest::from_environment(py)?;
    let imported = py.import("sys")?.getattr("modules")?;
    for (name, register) in SUBMODULES {
        let submodule = PyModule::new(py, name)?;
        register(&submodule)?;
        module.add_submodule(&submodule)?;
        // So that `from gmkit._native.sm3 import digest` works as it does for a module of its own.
        imported.set_item(format!("gmkit._native.{name}"), &submodule)?;
    }
    Ok(())
}
