//! Built-in handlers, for testing clients without a program.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::outcome::{FunctionOutput, InvocationError};
use crate::cloud::body::BodyChunk;

/// Lines of the handler `stream`, and the pause between two of them.
const STREAM_LINES: usize = 5;
const STREAM_PAUSE: Duration = Duration::from_millis(100);

/// It returns a string, which Lambda sends unquoted, as application/json.
pub(in crate::cloud) const HELLO: &str = "Hello from Lambda!";

/// Writes five lines, a tenth of a second apart.
pub(in crate::cloud) fn stream() -> FunctionOutput {
    let (sender, pieces) = mpsc::channel(STREAM_LINES);
    tokio::spawn(async move {
        for piece in 1..=STREAM_LINES {
            let line = Bytes::from(format!("piece {piece} of {STREAM_LINES}\n"));
            if sender.send(BodyChunk::Data(line)).await.is_err() {
                return;
            }
            tokio::time::sleep(STREAM_PAUSE).await;
        }
        // An error means that nobody reads any more.
        let _ = sender.send(BodyChunk::End).await;
    });
    FunctionOutput::Stream { kind: Some("text/plain".to_owned()), pieces }
}

/// Responds after the number of seconds in the event's query or path, by default 1.
pub(in crate::cloud) async fn slow(event: &[u8]) -> FunctionOutput {
    let seconds = asked(event, "seconds").unwrap_or(1);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    FunctionOutput::Payload(Bytes::from(format!("\"Answered after {seconds} s.\"")))
}

/// Fails like a function that throws.
pub(in crate::cloud) fn fail() -> InvocationError {
    InvocationError::Function { kind: "Error".to_owned(), message: "this function always fails".to_owned() }
}

/// Responds with the status in the event's query or path, by default 200.
pub(in crate::cloud) fn status(event: &[u8]) -> FunctionOutput {
    let status = asked(event, "status").unwrap_or(200);
    FunctionOutput::Payload(Bytes::from(format!("{{\"statusCode\":{status}}}")))
}

/// The members of an event that these handlers read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    raw_path: String,
    query_string_parameters: HashMap<String, String>,
}

/// A number: the query parameter of this name, else the last segment of the path.
fn asked(event: &[u8], name: &str) -> Option<u64> {
    let event: Event = serde_json::from_slice(event).unwrap_or_default();
    let in_query = event.query_string_parameters.get(name).and_then(|value| value.parse().ok());
    in_query.or_else(|| event.raw_path.rsplit('/').next()?.parse().ok())
}
