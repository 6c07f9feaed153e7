#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| signpost::fuzzing::policy(input));
