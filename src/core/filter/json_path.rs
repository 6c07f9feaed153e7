//! JSONPath queries by RFC 9535.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::FilterError;

/// A valid query.
pub(super) struct Query(JsonPath);

impl Query {
    pub(super) fn compile(code: &str) -> Result<Self, FilterError> {
        JsonPath::parse(code).map(Self).map_err(|error| {
            let at = error.position().min(code.len());
            FilterError::Program { message: error.message().to_owned(), at: at..code.len() }
        })
    }

    pub(super) fn run(
        &self,
        document: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), FilterError> {
        let wrong = |error: serde_json::Error| FilterError::Document(error.to_string());
        for value in serde_json::Deserializer::from_slice(document).into_iter::<Value>() {
            let value = value.map_err(wrong)?;
            for found in self.0.query(&value) {
                if !sink(&serde_json::to_vec(found).map_err(wrong)?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
