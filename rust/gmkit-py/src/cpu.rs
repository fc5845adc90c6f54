//! `gmkit._native.cpu`: the instruction path in use.

use gmkit_core::cpu::{self, CpuPath};
use pyo3::prelude::*;

use crate::{errors, selftest};

/// The path that the environment variable `GMKIT_CPU` names, put in force at import.
///
/// # Errors
/// `InvalidArgument` if it names no path, or one this processor does not have.
pub fn from_environment(py: Python<'_>) -> PyResult<()> {
    match std::env::var("GMKIT_CPU") {
        Ok(name) if !name.is_empty() => force(py, &name),
        _ => Ok(()),
    }
}

#[pyfunction]
fn active() -> &'static str {
    cpu::active().name()
}

#[pyfunction]
fn available() -> Vec<&'static str> {
    let best = cpu::best();
    cpu::ALL
        .into_iter()
        .filter(|path| *path <= best)
        .map(CpuPath::name)
        .collect()
}

#[pyfunction]
fn force(py: Python<'_>, name: &str) -> PyResult<()> {
    let path = CpuPath::from_name(name).ok_or_else(|| {
        let names = cpu::ALL.map(CpuPath::name).join(", ");
        errors::invalid_argument(py, &format!("no CPU path {name:?}; there are {names}"))
    })?;
    cpu::force(path).map_err(|refused| {
        let best = refused.best.name();
        errors::invalid_argument(
            py,
            &format!("this processor does not have the CPU path {name}; its best is {best}"),
        )
    })?;
    selftest::forget();
    Ok(())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(active, module)?)?;
    module.add_function(wrap_pyfunction!(available, module)?)?;
    module.add_function(wrap_pyfunction!(force, module)?)
}
