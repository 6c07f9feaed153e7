#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| signpost::fuzzing::json_rows(input));
