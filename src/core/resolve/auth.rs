//! The authentication of a request: inheritance, expansion, and what is missing.

use super::{PlanAuth, PlanSigning, Resolver, Signer, effective_auth};
use crate::core::credential::{Credential, Secret, is_malformed_key};
use crate::core::exchange::Field;
use crate::core::identity::IdentityKind;
use crate::core::request::fields::AuthField;
use crate::core::request::is_token;
use crate::core::request::{
    ApiKeyAuth, ApiKeyPlace, Auth, AuthKind, BasicAuth, BearerAuth, PayloadMode, SignatureLocation, Sigv4Auth,
};
use crate::core::sign_as::SignAs;

impl Resolver<'_> {
    pub(super) fn auth(&mut self, own: &Auth) -> PlanAuth {
        let auth = effective_auth(own, self.context.inherited_auth);
        match auth.kind {
            AuthKind::Inherit | AuthKind::None => PlanAuth::None,
            AuthKind::AwsSigv4 => self.sigv4(&auth.sigv4),
            AuthKind::Bearer => self.bearer(&auth.bearer),
            AuthKind::Basic => self.basic(&auth.basic),
            AuthKind::ApiKey => self.api_key(&auth.api_key),
        }
    }

    fn bearer(&mut self, auth: &BearerAuth) -> PlanAuth {
        let field = Field::Auth(AuthField::Token);
        let Some(token) = self.secret(&field, &auth.token) else { return PlanAuth::None };
        self.check_credential_text(&field, "token", token.expose());
        PlanAuth::Bearer(token)
    }

    fn basic(&mut self, auth: &BasicAuth) -> PlanAuth {
        let username = self.text(&Field::Auth(AuthField::Username), &auth.username);
        if username.contains(':') {
            self.problem(
                Field::Auth(AuthField::Username),
                "a user name for basic authentication can't contain a colon",
                "What follows the colon would be read as the password.",
            );
        }
        let password = self.secret(&Field::Auth(AuthField::Password), &auth.password).unwrap_or_default();
        PlanAuth::Basic { username, password }
    }

    fn api_key(&mut self, auth: &ApiKeyAuth) -> PlanAuth {
        let name = self.text(&Field::Auth(AuthField::Name), &auth.name);
        let name = if name.trim().is_empty() { "x-api-key".to_owned() } else { name.trim().to_owned() };
        let field = Field::Auth(AuthField::Value);
        let Some(value) = self.secret(&field, &auth.value) else { return PlanAuth::None };
        match auth.place {
            ApiKeyPlace::Query => {
                if value.is_empty() {
                    self.problem(field, "the API key is empty", "Fill it in, or choose no authentication.");
                }
                PlanAuth::ApiKeyQuery { name, value }
            }
            ApiKeyPlace::Header => {
                self.check_credential_text(&field, "API key", value.expose());
                if !is_token(&name) {
                    let message = format!("{name:?} isn't a valid header name");
                    self.problem(Field::Auth(AuthField::Name), message, "Send the key in the query instead.");
                }
                PlanAuth::ApiKeyHeader { name, value }
            }
        }
    }

    /// A text that becomes part of a header value.
    fn check_credential_text(&mut self, field: &Field, what: &str, text: &str) {
        if text.is_empty() {
            self.problem(
                field.clone(),
                format!("the {what} is empty"),
                "Fill it in, or choose no authentication.",
            );
        } else if text.chars().any(char::is_control) {
            self.problem(
                field.clone(),
                format!("the {what} contains a control character"),
                "Paste it again.",
            );
        }
    }

    fn sigv4(&mut self, auth: &Sigv4Auth) -> PlanAuth {
        let signer = self.signer(auth);
        let settings = self.settings(auth);
        let sign_as = self.sign_as(&auth.sign_as);
        let Some(signer) = signer.filter(|signer| !self.is_anonymous(signer)) else {
            return PlanAuth::None;
        };
        PlanAuth::Sigv4(Box::new(PlanSigning { signer, settings, sign_as }))
    }

    /// Whether the author chose that nobody signs.
    fn is_anonymous(&self, signer: &Signer) -> bool {
        let Signer::Identity(name) = signer else { return false };
        let mut identities = self.context.identities.iter();
        identities.any(|one| *one.name == **name && matches!(one.kind, IdentityKind::Anonymous))
    }

    fn signer(&mut self, auth: &Sigv4Auth) -> Option<Signer> {
        let known = self.problems.len();
        let identity = self.text(&Field::Auth(AuthField::Identity), &auth.identity).trim().to_owned();
        let access_key = self.text(&Field::Auth(AuthField::AccessKey), &auth.access_key).trim().to_owned();
        let secret_key =
            self.secret(&Field::Auth(AuthField::SecretKey), &auth.secret_key).unwrap_or_default();
        let token =
            self.secret(&Field::Auth(AuthField::SessionToken), &auth.session_token).unwrap_or_default();
        if self.problems.len() > known {
            return None;
        }
        let inline = !access_key.is_empty() || !secret_key.is_empty() || !token.is_empty();
        match (identity.is_empty(), inline) {
            (false, true) => self.problem(
                Field::Auth(AuthField::Identity),
                format!("both the identity {identity:?} and keys are set"),
                "Keep one of them: clear the identity, or the three keys.",
            ),
            (false, false) => return self.identity(identity),
            (true, false) => self.problem(
                Field::Auth(AuthField::Identity),
                "the request is to be signed, but there's nothing to sign with",
                "Choose an identity, or fill in access key and secret key.",
            ),
            (true, true) => return self.inline(access_key, secret_key, token),
        }
        None
    }

    fn identity(&mut self, name: String) -> Option<Signer> {
        let identities = self.context.identities;
        if identities.iter().any(|identity| *identity.name == *name) {
            return Some(Signer::Identity(name));
        }
        let names: Vec<_> = identities.iter().map(|identity| identity.name.as_str()).collect();
        let hint = if names.is_empty() {
            format!("Declare it under [identities.{name}] in signpost.toml.")
        } else {
            format!("Choose one of these: {}.", names.join(", "))
        };
        self.problem(Field::Auth(AuthField::Identity), format!("no identity is named {name:?}"), hint);
        None
    }

    fn inline(&mut self, access_key: String, secret_key: Secret, token: Secret) -> Option<Signer> {
        let hint = "Fill it in, or choose an identity.";
        if access_key.is_empty() {
            self.problem(Field::Auth(AuthField::AccessKey), "the access key is missing", hint);
            return None;
        }
        if is_malformed_key(&access_key) {
            self.problem(
                Field::Auth(AuthField::AccessKey),
                "the access key contains white space, quotes or `=`",
                "Keep the key alone, without its name and quotes.",
            );
            return None;
        }
        if secret_key.is_empty() {
            self.problem(Field::Auth(AuthField::SecretKey), "the secret key is missing", hint);
            return None;
        }
        Some(Signer::Inline(Credential {
            access_key,
            secret_key,
            session_token: (!token.is_empty()).then_some(token),
            expires_at: None,
            account_id: None,
            source: "keys of this request".into(),
        }))
    }

    fn settings(&mut self, auth: &Sigv4Auth) -> Sigv4Auth {
        let region = self.scope_word(AuthField::Region, &auth.region);
        let service = self.scope_word(AuthField::Service, &auth.service);
        if auth.location == SignatureLocation::Query
            && auth.expires.is_some_and(|seconds| !(1..=604_800).contains(&seconds))
        {
            self.problem(
                Field::Auth(AuthField::Expires),
                "a presigned URL is valid for 1 to 604800 seconds",
                "The longest is 604800, a week.",
            );
        }
        let payload = match &auth.payload {
            PayloadMode::Given(hash) => PayloadMode::Given(self.payload_hash(hash)),
            mode @ (PayloadMode::Signed | PayloadMode::Unsigned) => mode.clone(),
        };
        Sigv4Auth {
            identity: String::new(),
            access_key: String::new(),
            secret_key: String::new(),
            session_token: String::new(),
            region,
            service,
            payload,
            ..auth.clone()
        }
    }

    fn sign_as(&mut self, text: &str) -> Option<SignAs> {
        let text = self.text(&Field::Auth(AuthField::SignAs), text).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        SignAs::parse(&text).map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Region and service become parts of the credential scope, which are separated by slashes.
    fn scope_word(&mut self, field: AuthField, text: &str) -> String {
        let word = self.text(&Field::Auth(field), text).trim().to_owned();
        if word.chars().any(|c| c == '/' || c.is_whitespace() || c.is_control()) {
            let message = format!("{word:?} isn't a valid {field}");
            self.problem(Field::Auth(field), message, "Use one word, without spaces or slashes.");
        }
        word
    }

    fn payload_hash(&mut self, text: &str) -> String {
        let hash = self.text(&Field::Auth(AuthField::Payload), text).trim().to_ascii_lowercase();
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            self.problem(
                Field::Auth(AuthField::Payload),
                "the payload hash isn't a SHA-256",
                "Use 64 hexadecimal digits.",
            );
        }
        hash
    }
}
