//! The extension module `gmkit._native`: conversion, lock release, error mapping; no algorithm.

// The module's interface is documented where people read it: in the stubs and the Python faces.
#![allow(missing_docs)]

use pyo3::prelude::*;

mod cpu;
mod errors;
mod input;
mod random;

/// A function that fills a submodule.
type Register = fn(&Bound<'_, PyModule>) -> PyResult<()>;

/// The submodules of `gmkit._native`, by name.
const SUBMODULES: &[(&str, Register)] = &[("cpu", cpu::register)];

#[pymodule(gil_used = false)]
fn _native(py: Python<'_>, module: &Bound<'_, PyModule>) -> PyResult<()> {
    cpu::from_environment(py)?;
    for (name, register) in SUBMODULES {
        let submodule = PyModule::new(py, name)?;
        register(&submodule)?;
        module.add_submodule(&submodule)?;
    }
    Ok(())
}
