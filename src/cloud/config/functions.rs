//! Functions and their URLs.

use serde_json::Value;
use toml::Spanned;

use super::{Reader, file};
use crate::cloud::state::{
    AuthType, Builtin, Cors, Document, Function, Handler, InvokeMode, State, UrlConfig,
};

const TIMEOUT: std::ops::RangeInclusive<u64> = 1..=900;
const ONE_HANDLER: &str = "write one of handler, program, runtime and proxy";

impl Reader<'_> {
    pub(super) fn function(&mut self, state: &mut State, file: &file::Function) {
        let name = file.name.get_ref();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
            let hint = "use 1 to 64 letters, digits, - and _";
            self.wrong(&file.name, format!("`{name}` isn't a valid function name"), hint);
        }
        let region = match &file.region {
            Some(region) => self.region(region),
            None => state.region.clone(),
        };
        let account = self.account_of(state, file.account.as_ref(), &file.name);
        let mut function = Function::new(&region, &account, name, self.now, self.random);
        if state.function(&function.arn).is_some() {
            self.wrong(&file.name, format!("the function `{name}` is declared twice"), "rename one of them");
        }
        function.handler = self.handler(file);
        function.environment = file.environment.clone();
        if let Some(seconds) = &file.timeout_seconds {
            if !TIMEOUT.contains(seconds.get_ref()) {
                let message = format!("a timeout of {} seconds is out of range", seconds.get_ref());
                self.wrong(seconds, message, "give a number from 1 to 900");
            }
            function.timeout = *seconds.get_ref();
        }
        function.reserved_concurrency = file.reserved_concurrency;
        if let Some(policy) = &file.policy {
            self.policy(&mut function, policy);
        }
        function.url = self.url(state, file);
        state.regions.insert(region);
        state.put_function(function);
    }

    /// The named account, or the only one.
    pub(super) fn account_of(
        &mut self,
        state: &State,
        account: Option<&Spanned<String>>,
        name: &Spanned<String>,
    ) -> String {
        let first = state.accounts.keys().next().cloned().unwrap_or_default();
        let Some(written) = account else {
            if state.accounts.len() > 1 {
                let message = format!("`{}` has no account", name.get_ref());
                self.wrong(name, message, "add account = \"…\", because there are several accounts");
            }
            return first;
        };
        if state.account(written.get_ref()).is_none() {
            let message = format!("account `{}` doesn't exist", written.get_ref());
            self.wrong(written, message, "declare it under [[accounts]]");
        }
        written.get_ref().clone()
    }

    fn handler(&mut self, file: &file::Function) -> Handler {
        let given =
            [file.handler.is_some(), file.program.is_some(), file.runtime.is_some(), file.proxy.is_some()];
        if given.into_iter().filter(|given| *given).count() > 1 {
            self.wrong(&file.name, "the function has more than one handler", ONE_HANDLER);
        }
        let directory = file.directory.clone();
        if let Some(command) = &file.program {
            return Handler::Program { command: self.command(command), directory };
        }
        if let Some(command) = &file.runtime {
            return Handler::Runtime { command: self.command(command), directory };
        }
        if let Some(url) = &file.proxy {
            if !url::Url::parse(url.get_ref()).is_ok_and(|url| url.scheme() == "http" && url.has_host()) {
                let message = format!("`{}` isn't the URL of a local service", url.get_ref());
                self.wrong(url, message, "write one such as \"http://127.0.0.1:3000\"");
            }
            return Handler::Proxy { url: url.get_ref().clone() };
        }
        Handler::Builtin(file.handler.unwrap_or(Builtin::Hello))
    }

    fn command(&mut self, written: &Spanned<Vec<String>>) -> Vec<String> {
        let command = written.get_ref();
        if command.first().is_none_or(String::is_empty) {
            self.wrong(
                written,
                "the command is empty",
                "write it and its arguments: [\"python3\", \"app.py\"]",
            );
        }
        command.clone()
    }

    fn policy(&mut self, function: &mut Function, written: &Spanned<String>) {
        let Some(document) = self.document(written, Document::resource) else { return };
        let statements = match serde_json::from_str::<Value>(&document.text) {
            Ok(Value::Object(mut members)) => members.remove("Statement"),
            Ok(_) | Err(_) => None,
        };
        let statements = match statements {
            Some(Value::Array(statements)) => statements,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for (index, mut statement) in statements.into_iter().enumerate() {
            let sid = statement["Sid"].as_str().map_or_else(|| format!("s{index}"), str::to_owned);
            statement["Sid"] = Value::from(sid.as_str());
            if let Err(malformed) = function.add(&sid, statement, self.random.uuid()) {
                self.wrong(written, malformed.to_string(), "fix the policy at that place");
            }
        }
    }

    fn url(&mut self, state: &State, file: &file::Function) -> Option<UrlConfig> {
        let own = file.url.as_ref();
        if own.is_some_and(|url| url.off == Some(true)) {
            return None;
        }
        let written = own.and_then(|url| url.id.as_ref()).unwrap_or(&file.name);
        let id = written.get_ref().to_ascii_lowercase().replace('_', "-");
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.len() > 63 || !id.chars().all(fits) || id.starts_with('-') || id.ends_with('-') {
            let message = format!("`{id}` isn't a valid first label of a function URL's host");
            self.wrong(written, message, "write url.id with letters, digits and - inside, at most 63");
        }
        if state.function_by_url(&id).is_some() {
            let hint = "change one url.id";
            self.wrong(written, format!("the function URL `{id}` is declared twice"), hint);
        }
        let mut url = UrlConfig::new(id, self.now);
        url.auth_type = own.and_then(|url| url.auth_type).unwrap_or(AuthType::AwsIam);
        url.invoke_mode = own.and_then(|url| url.invoke_mode).unwrap_or(InvokeMode::Buffered);
        url.cors = own.and_then(|url| url.cors.as_ref()).map(|cors| self.cors(cors));
        Some(url)
    }

    fn cors(&mut self, file: &file::Cors) -> Cors {
        if let Some(age) = &file.max_age
            && *age.get_ref() > 86_400
        {
            self.wrong(age, "max_age is longer than a day", "give a number from 0 to 86400");
        }
        Cors {
            allow_credentials: file.allow_credentials,
            allow_headers: file.allow_headers.clone(),
            allow_methods: file.allow_methods.clone(),
            allow_origins: file.allow_origins.clone(),
            expose_headers: file.expose_headers.clone(),
            max_age: file.max_age.as_ref().map(|age| *age.get_ref()),
        }
    }
}
