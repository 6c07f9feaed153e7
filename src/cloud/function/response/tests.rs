use http_body_util::BodyExt as _;

use super::*;

async fn row(response: Response<ResponseBody>) -> (u16, Vec<String>, Vec<u8>) {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    let mut headers: Vec<String> = headers.collect();
    headers.sort();
    (parts.status.as_u16(), headers, body.collect().await.unwrap().to_bytes().to_vec())
}

#[tokio::test]
async fn a_returned_payload_becomes_a_response() {
    const KIND: &str = "content-type: application/json";
    let table: [(&str, u16, &[&str], &[u8]); 14] = [
        (r#""Hello from \"Lambda\"!""#, 200, &[KIND], b"Hello from \"Lambda\"!"),
        (r#" {"a": 1}"#, 200, &[KIND], br#" {"a": 1}"#),
        ("[1, 2]", 200, &[KIND], b"[1, 2]"),
        ("null", 200, &[KIND], b"null"),
        ("true", 200, &[KIND], b"true"),
        (r#"{"statusCode":404}"#, 404, &[KIND], b""),
        (r#"{"statusCode":"201","body":"made"}"#, 201, &[KIND], b"made"),
        (r#"{"statusCode":200,"body":null,"headers":null,"cookies":null}"#, 200, &[KIND], b""),
        (r#"{"statusCode":200,"body":{"a":[1]}}"#, 200, &[KIND], br#"{"a":[1]}"#),
        (r#"{"statusCode":200,"body":"/wA=","isBase64Encoded":true}"#, 200, &[KIND], &[0xff, 0]),
        (
            r#"{"statusCode":200,"headers":{"Content-Type":"text/html","X-N":5,"X-B":false,"X-None":null},"body":"<p>"}"#,
            200,
            &["content-type: text/html", "x-b: false", "x-n: 5"],
            b"<p>",
        ),
        (
            r#"{"statusCode":302,"headers":{"Location":"/a"},"cookies":["a=1; Secure","b=2"]}"#,
            302,
            &[KIND, "location: /a", "set-cookie: a=1; Secure", "set-cookie: b=2"],
            b"",
        ),
        (
            r#"{"statusCode":200,"headers":{"Content-Length":"1","Transfer-Encoding":"chunked","Connection":"x"},"body":"all"}"#,
            200,
            &[KIND],
            b"all",
        ),
        (r#"{"statusCode":599,"unknown":1}"#, 599, &[KIND], b""),
    ];
    for (payload, status, headers, body) in table {
        let response = buffered(Bytes::from(payload)).unwrap_or_else(|error| panic!("{payload}: {error}"));
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        assert_eq!(row(response).await, (status, headers, body.to_vec()), "{payload}");
    }
}

#[test]
fn invalid_payloads_are_refused() {
    for (payload, why) in [
        ("", "invalid JSON"),
        ("Hello", "invalid JSON"),
        (r#"{"statusCode":200"#, "invalid JSON"),
        (r#""half"#, "invalid JSON"),
        (r#"{"statusCode":99}"#, "statusCode is 99"),
        (r#"{"statusCode":101}"#, "statusCode is 101"),
        (r#"{"statusCode":600}"#, "statusCode is 600"),
        (r#"{"statusCode":"ok"}"#, r#"statusCode is "ok""#),
        (r#"{"statusCode":200.5}"#, "statusCode is 200.5"),
        (r#"{"statusCode":200,"body":"%","isBase64Encoded":true}"#, "base64"),
        (r#"{"statusCode":200,"headers":{"a b":"c"}}"#, r#"header "a b""#),
        (r#"{"statusCode":200,"headers":{"a":"b\r\nc: d"}}"#, r#"header "a""#),
        (r#"{"statusCode":200,"headers":{"a":["b"]}}"#, r#"header "a""#),
        (r#"{"statusCode":200,"headers":"a"}"#, "invalid type"),
        (r#"{"statusCode":200,"cookies":["a\nb"]}"#, "cookie"),
        (r#"{"statusCode":200,"cookies":[1]}"#, "invalid type"),
    ] {
        match buffered(Bytes::from(payload)) {
            Ok(response) => panic!("{payload} became {}", response.status()),
            Err(failure) => assert!(failure.to_string().contains(why), "{payload}: {failure}"),
        }
    }
}

async fn stream(kind: Option<&str>, pieces: &[&[u8]]) -> Result<Response<ResponseBody>, InvocationError> {
    let (sender, receiver) = mpsc::channel(pieces.len() + 1);
    for piece in pieces {
        sender.send(BodyChunk::Data(Bytes::copy_from_slice(piece))).await.unwrap();
    }
    sender.send(BodyChunk::End).await.unwrap();
    streamed(kind, receiver).await
}

#[tokio::test]
async fn the_content_type_says_whether_a_stream_has_a_prelude() {
    let plain = stream(None, &[b"a", b"b"]).await.unwrap();
    let kind = |kind: &str| vec![format!("content-type: {kind}")];
    assert_eq!(row(plain).await, (200, kind("application/octet-stream"), b"ab".to_vec()));
    let typed = stream(Some("text/plain"), &[b"a"]).await.unwrap();
    assert_eq!(row(typed).await, (200, kind("text/plain"), b"a".to_vec()));

    // The prelude may be split anywhere, even in its separator.
    let whole =
        b"{\"statusCode\":201,\"headers\":{\"X-A\":\"1\"},\"cookies\":[\"c=1\"]}\0\0\0\0\0\0\0\0body\0";
    let headers =
        vec!["content-type: application/octet-stream".into(), "set-cookie: c=1".into(), "x-a: 1".into()];
    for cut in 0..whole.len() {
        let (head, tail) = whole.split_at(cut);
        let response = stream(Some(INTEGRATION), &[head, tail]).await.unwrap();
        assert_eq!(row(response).await, (201, headers.clone(), b"body\0".to_vec()), "cut at {cut}");
    }
    for bad in [&b"{}"[..], b"", b"no\0\0\0\0\0\0\0\0", b"{\"statusCode\":1}\0\0\0\0\0\0\0\0"] {
        assert!(stream(Some(INTEGRATION), &[bad]).await.is_err(), "{bad:?}");
    }
    let endless = vec![b' '; MAX_PRELUDE_BYTES + 1];
    assert!(stream(Some(INTEGRATION), &[&endless, b"x"]).await.is_err());
}

#[tokio::test]
async fn a_stream_that_is_cut_off_is_an_error() {
    let (sender, receiver) = mpsc::channel(2);
    sender.send(BodyChunk::Data(Bytes::from_static(b"half"))).await.unwrap();
    drop(sender);
    let response = streamed(None, receiver).await.unwrap();
    assert!(response.into_body().collect().await.is_err());
}
