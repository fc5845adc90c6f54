#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gmkit_fuzz_targets::run("base64url", data));
