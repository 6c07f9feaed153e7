//! The demo's workspace, played request by request.

use signpost::cloud::demo::Demo;
use signpost::core::credential::{Credential, Secret};
use signpost::io::store::listing::list;
use signpost::io::store::request_file;
use signpost::io::store::workspace;

use super::client::{Cloud, Draft, FORM, form};

/// Replaces `{{name}}` by the workspace's variables.
fn expanded(text: &str, variables: &toml::Table) -> String {
    variables.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value.as_str().unwrap())
    })
}

#[tokio::test]
async fn the_requests_of_the_demo_get_the_responses_they_expect() {
    let cloud = Cloud::start().await;
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::Story(cloud.0.info().clone()).workspace();
    demo.write(folder.path()).unwrap();
    let secrets = demo.secrets();
    let read = |path: &str| -> (String, toml::Table) {
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        assert!(secrets.iter().all(|(_, secret)| !text.contains(secret.expose())), "{path} holds a secret");
        assert!(!text.contains('@') || path != "signpost.toml", "{path} has a place that is not filled in");
        let table = text.parse().unwrap();
        (text, table)
    };
    let listing = list(&workspace::load(folder.path()).unwrap());
    assert!(listing.problems.is_empty(), "{:?}", listing.problems);
    let (_, workspace) = read("signpost.toml");
    let variables = workspace["variables"].as_table().unwrap();
    let key = |name: &str| {
        let (_, secret) = secrets.iter().find(|(own, _)| *own == name).unwrap();
        Credential {
            access_key: workspace["identities"][name]["access_key"].as_str().unwrap().into(),
            secret_key: secret.clone(),
            session_token: None,
            expires_at: None,
            account_id: None,
            source: name.into(),
        }
    };
    let mut session = None;
    let mut steps: Vec<String> = workspace["order"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| format!("{}.toml", name.as_str().unwrap()))
        .collect();
    steps.extend(["reset/remove-url.toml".into(), "reset/remove-invoke.toml".into()]);
    let (_, reset) = read("reset/folder.toml");
    for path in steps {
        let (text, request) = read(&path);
        request_file::parse(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(!request["notes"].as_str().unwrap().is_empty(), "{path}");
        let auth = request.get("auth").unwrap_or(&reset["auth"]);
        let text = |key: &str| auth.get(key).map(|value| expanded(value.as_str().unwrap(), variables));
        let service = text("service").unwrap_or("lambda".into());
        let body = body_of(&request, variables);
        let mut draft = Draft::new(
            request["method"].as_str().unwrap(),
            expanded(request["url"].as_str().unwrap(), variables),
            &service,
        );
        if request.get("body").is_some_and(|body| body["kind"].as_str() == Some("form")) {
            draft.headers.push((FORM.0.into(), FORM.1.into()));
        }
        draft.body = body.as_bytes();
        let answer = match text("identity").as_deref() {
            None => cloud.unsigned(&draft).await,
            Some("session") => cloud.as_user(session.as_ref().unwrap(), draft).await,
            Some(name) => cloud.as_user(&key(name), draft).await,
        };
        let wanted = request["expect"]["status"].as_integer().unwrap();
        assert_eq!(i64::from(answer.status), wanted, "{path}: {answer:?}");
        if service == "sts" {
            session = Some(Credential {
                access_key: answer.xml("AccessKeyId").into(),
                secret_key: Secret::new(answer.xml("SecretAccessKey")),
                session_token: Some(Secret::new(answer.xml("SessionToken"))),
                ..key("alice")
            });
        }
    }
    let again = demo.write(folder.path()).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
}

fn body_of(request: &toml::Table, variables: &toml::Table) -> String {
    let Some(body) = request.get("body") else { return String::new() };
    if let Some(text) = body.get("text") {
        return expanded(text.as_str().unwrap(), variables);
    }
    let fields: Vec<(String, String)> = body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (row["name"].as_str().unwrap().into(), expanded(row["value"].as_str().unwrap(), variables))
        })
        .collect();
    form(&fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}
