//! Evidence that the core takes the same time whatever its secrets are.
//!
//! ```text
//! gmkit-ct memcheck PATH             under valgrind: secrets poisoned, reports counted case by case
//! gmkit-ct timing PATH [PERCENT]     Welch's t between two kinds of secrets, case by case
//! ```
//!
//! PATH is a CPU path. One line a case: name, figure, `ok` or `LEAK`; the exit code is 1 if any leaks.

use std::process::ExitCode;

use gmkit_core::cpu::{self, CpuPath};

mod leak;
#[cfg(feature = "memcheck")]
mod memcheck;
mod noise;
mod timing;
mod timing_cases;
mod welch;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (kind, path, percent) = match words[..] {
        [kind, path] => (kind, path, "100"),
        [kind, path, percent] => (kind, path, percent),
        _ => return usage("expected two or three arguments"),
    };
    let Some(path) = CpuPath::from_name(path) else {
        return usage("no CPU path of that name");
    };
    #[cfg(feature = "memcheck")]
    if kind == "memcheck" {
        cpu::force_unannounced(path);
    }
    if kind != "memcheck" && cpu::force(path).is_err() {
        println!("{:<28} {:>10} not here", path.name(), cpu::best().name());
        return ExitCode::from(3);
    }
    let Ok(percent) = percent.parse::<usize>() else {
        return usage("the share of the measurements is a whole number of percent");
    };
    let clean = match kind {
        #[cfg(feature = "memcheck")]
        "memcheck" => memcheck::run(),
        "timing" => timing::run(percent),
        _ => return usage("not a kind of evidence of this build"),
    };
    if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn usage(what: &str) -> ExitCode {
    eprintln!("gmkit-ct: {what}\nusage: gmkit-ct memcheck|timing PATH [PERCENT]");
    ExitCode::from(2)
}
