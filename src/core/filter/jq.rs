//! jq programs, compiled and run by jaq.

use std::ops::Range;
use std::time::UNIX_EPOCH;

use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, DataT, Lut, RunPtr, Vars, compile, data, native, unwrap_valr};
use jaq_json::{Val, read};
use jaq_std::input::{HasInputs, Inputs, RcIter};

use super::{Environment, FilterError, write};

/// What jq 1.8 has and jaq doesn't, or has differently.
const PRELUDE: &str = include_str!("prelude.jq");

const NO_MODULES: &str = "modules can't be imported: a filter reads nothing but the document";

/// A compiled program.
pub(super) struct Program(jaq_core::Filter<Documents>);

/// A function that is written in Rust.
type Native = native::Filter<RunPtr<Documents>>;

/// The values of a run, for jaq.
struct Documents;

impl DataT for Documents {
    type V<'a> = Val;
    type Data<'a> = Run<'a>;
}

/// The values that `input` takes from, and the program.
#[derive(Clone)]
struct Run<'a> {
    lut: &'a Lut<Documents>,
    inputs: Inputs<'a, Val>,
    /// Seconds since 1970.
    now: f64,
}

impl<'a> data::HasLut<'a, Documents> for Run<'a> {
    fn lut(&self) -> &'a Lut<Documents> {
        self.lut
    }
}

impl<'a> HasInputs<'a, Val> for Run<'a> {
    fn inputs(&self) -> Inputs<'a, Val> {
        self.inputs
    }
}

impl Program {
    pub(super) fn compile(code: &str) -> Result<Self, FilterError> {
        // Always valid: a test compiles it.
        let prelude = load::parse(PRELUDE, |parser| parser.defs()).unwrap_or_default();
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).chain(prelude);
        let own = jaq_std::input::funs::<Documents>().into_vec().into_iter().chain([now()]);
        let own = own.map(native::run::<Documents>);
        let funs = jaq_core::funs::<Documents>().chain(jaq_std::funs()).chain(jaq_json::funs()).chain(own);
        let arena = Arena::default();
        let modules = Loader::new(defs).load(&arena, File { code, path: () }).map_err(|errors| {
            errors.first().map_or_else(|| unknown(code), |(_, error)| invalid(code, error))
        })?;
        load::import(&modules, |_| Err(NO_MODULES.to_owned())).map_err(|errors| {
            errors.first().map_or_else(|| unknown(code), |(_, error)| invalid(code, error))
        })?;
        Compiler::default().with_funs(funs).compile(modules).map(Self).map_err(|errors| {
            let undefined = errors.first().and_then(|(_, undefined)| undefined.first());
            undefined.map_or_else(|| unknown(code), |(name, kind)| undefined_name(code, name, kind))
        })
    }

    pub(super) fn run(
        &self,
        document: &[u8],
        environment: Environment,
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), FilterError> {
        let now = environment.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let values = read::parse_many(document).map(|value| value.map_err(|error| error.to_string()));
        let inputs: Box<dyn Iterator<Item = Result<Val, String>> + '_> = Box::new(values);
        let inputs = RcIter::new(inputs);
        let inputs: Inputs<'_, Val> = &inputs;
        let mut json = Vec::new();
        for input in inputs {
            let input = input.map_err(FilterError::Document)?;
            let run = Run { lut: &self.0.lut, inputs, now };
            let context = Ctx::<Documents>::new(run, Vars::new([]));
            for output in self.0.id.run((context, input)).map(unwrap_valr) {
                let output = output.map_err(|error| FilterError::Raised(message(error)))?;
                json.clear();
                write::value(&output, &mut json)?;
                if !sink(&json) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The time of the run, behind `now` in the prelude.
fn now() -> Native {
    ("__now", native::v(0), |cv| native::bome(Ok(Val::from(cv.0.data().now))))
}

/// What an error of a program says.
fn message(error: jaq_core::Error<Val>) -> String {
    match error.into_val() {
        Val::TStr(text) => String::from_utf8_lossy(&text).into_owned(),
        value => {
            let mut json = Vec::new();
            match write::value(&value, &mut json) {
                Ok(()) => format!("{} (not a string)", String::from_utf8_lossy(&json)),
                Err(error) => error.to_string(),
            }
        }
    }
}

fn unknown(code: &str) -> FilterError {
    FilterError::Program { message: "the program isn't valid".to_owned(), at: 0..code.len() }
}

fn invalid(code: &str, error: &load::Error<&str>) -> FilterError {
    let expected = |found: &str, expected: &str| {
        let at = place(code, found);
        let message = match at.is_empty() {
            true => format!("expected {expected} at the end"),
            false => format!("expected {expected}, found `{}`", first_word(found)),
        };
        FilterError::Program { message, at }
    };
    let found = match error {
        load::Error::Io(modules) => modules
            .first()
            .map(|(path, _)| FilterError::Program { message: NO_MODULES.to_owned(), at: place(code, path) }),
        load::Error::Lex(errors) => errors.first().map(|(wanted, found)| expected(found, wanted.as_str())),
        load::Error::Parse(errors) => errors.first().map(|(wanted, found)| expected(found, wanted.as_str())),
    };
    found.unwrap_or_else(|| unknown(code))
}

fn undefined_name(code: &str, name: &str, kind: &compile::Undefined) -> FilterError {
    let message = match kind {
        compile::Undefined::Filter(0) => format!("`{name}` isn't defined"),
        compile::Undefined::Filter(arity) => format!("`{name}/{arity}` isn't defined"),
        other => format!("the {} `{name}` isn't defined", other.as_str()),
    };
    FilterError::Program { message, at: place(code, name) }
}

/// Where a part of the program is, if it is one; else its end.
fn place(code: &str, part: &str) -> Range<usize> {
    let (start, from) = (code.as_ptr() as usize, part.as_ptr() as usize);
    match from.checked_sub(start) {
        Some(offset) if offset + part.len() <= code.len() => offset..offset + first_word(part).len(),
        _ => code.len()..code.len(),
    }
}

/// The first word of a text, with the sign of a variable or a format, or its first character.
fn first_word(text: &str) -> &str {
    let sign = usize::from(text.starts_with(['$', '@']));
    let rest = text.get(sign..).unwrap_or_default();
    let word = sign + rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let length = if word == 0 { text.chars().next().map_or(0, char::len_utf8) } else { word };
    text.get(..length).unwrap_or(text)
}
