//! Arguments -> command line or screen -> exit code.

fn main() {}
