//! A value of jq -> JSON.
//!
//! Owns that the output is always valid JSON, whatever jaq can hold beyond it: NaN is null, infinity the
//! largest number, bytes and invalid UTF-8 become text, and a key that isn't a string becomes one.

use jaq_json::{Num, Val};

use super::FilterError;
use super::depth::MAX_DEPTH;

/// Appends a value, without white space.
///
/// # Errors
/// It is nested deeper than a document may be.
pub(super) fn value(value: &Val, out: &mut Vec<u8>) -> Result<(), FilterError> {
    nested(value, 0, out)
}

fn nested(value: &Val, depth: usize, out: &mut Vec<u8>) -> Result<(), FilterError> {
    if depth > MAX_DEPTH {
        return Err(FilterError::Raised(format!("an output is nested deeper than {MAX_DEPTH} levels")));
    }
    match value {
        Val::Null => out.extend(b"null"),
        Val::Bool(true) => out.extend(b"true"),
        Val::Bool(false) => out.extend(b"false"),
        Val::Num(number) => self::number(number, out),
        Val::BStr(bytes) | Val::TStr(bytes) => string(bytes, out),
        Val::Arr(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                nested(item, depth + 1, out)?;
            }
            out.push(b']');
        }
        Val::Obj(members) => {
            out.push(b'{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self::key(key, depth + 1, out)?;
                out.push(b':');
                nested(member, depth + 1, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn key(key: &Val, depth: usize, out: &mut Vec<u8>) -> Result<(), FilterError> {
    match key {
        Val::BStr(bytes) | Val::TStr(bytes) => string(bytes, out),
        Val::Null | Val::Bool(_) | Val::Num(_) | Val::Arr(_) | Val::Obj(_) => {
            let mut text = Vec::new();
            nested(key, depth, &mut text)?;
            string(&text, out);
        }
    }
    Ok(())
}

fn number(number: &Num, out: &mut Vec<u8>) {
    match number {
        Num::Int(integer) => out.extend(integer.to_string().bytes()),
        Num::BigInt(integer) => out.extend(integer.to_string().bytes()),
        // As it came.
        Num::Dec(digits) => out.extend(digits.strip_prefix('+').unwrap_or(digits).bytes()),
        Num::Float(float) => self::float(*float, out),
    }
}

fn float(float: f64, out: &mut Vec<u8>) {
    if float.is_nan() {
        out.extend(b"null");
        return;
    }
    let float = float.clamp(f64::MIN, f64::MAX);
    // The shortest digits that mean the same number; whole ones without a fraction, as jq has it.
    let text = if float.fract() == 0.0 && float.abs() < 1e17 {
        format!("{float:.0}")
    } else if float != 0.0 && !(1e-5..1e17).contains(&float.abs()) {
        exponent(&format!("{float:e}"))
    } else {
        format!("{float}")
    };
    out.extend(text.bytes());
}

/// `1e300` -> `1e+300`, and `1e-7` -> `1e-07`, as C's `%g` and jq write it.
fn exponent(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else { return text.to_owned() };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn string(bytes: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(bytes);
    match serde_json::to_writer(&mut *out, &*text) {
        Ok(()) => {}
        // A vector takes everything, and text is always written.
        Err(_) => out.extend(b"null"),
    }
}
