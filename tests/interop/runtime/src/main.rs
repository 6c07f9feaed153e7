//! A function as Lambda runs it: nothing here knows of the local cloud.

use bytes::Bytes;
use lambda_runtime::{Error, LambdaEvent, MetadataPrelude, StreamResponse, run, service_fn};
use serde_json::{Value, json};

async fn whole(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let path = event.payload["rawPath"].as_str().unwrap_or_default().to_owned();
    if path == "/fail" {
        return Err("oh no".into());
    }
    Ok(json!({ "path": path, "id": event.context.request_id }))
}

async fn streamed(
    _: LambdaEvent<Value>,
) -> Result<StreamResponse<impl tokio_stream::Stream<Item = Result<Bytes, Error>> + Unpin + Send>, Error> {
    let mut metadata_prelude = MetadataPrelude::default();
    metadata_prelude.status_code = 202_u16.try_into()?;
    metadata_prelude.headers.insert("x-a", "b".parse()?);
    metadata_prelude.cookies.push("c=1".to_owned());
    let pieces = ["one ", "two ", "three"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
    Ok(StreamResponse { metadata_prelude, stream: tokio_stream::iter(pieces) })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var_os("STREAM").is_some() {
        return run(service_fn(streamed)).await;
    }
    run(service_fn(whole)).await
}
