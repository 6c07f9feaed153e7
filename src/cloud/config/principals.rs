//! Accounts, and their principals, policies and providers.

use toml::Spanned;

use super::{Reader, file};
use crate::cloud::jwt;
use crate::cloud::state::{
    AccessKey, Account, Document, Grants, Group, IamName, MAX_SESSION_SECONDS, ManagedPolicy, Provider, Role,
    State, User, fits_name, fits_path, is_account_id,
};
use crate::core::credential::Secret;

impl Reader<'_> {
    pub(super) fn account(&mut self, state: &mut State, file: &file::Account) {
        let id = file.id.get_ref();
        if !is_account_id(id) {
            self.wrong(&file.id, format!("`{id}` isn't a valid account id"), "write 12 digits");
        }
        if state.account(id).is_some() {
            self.wrong(&file.id, format!("account `{id}` is declared twice"), "merge the two");
        }
        let mut account = Account { id: id.clone(), ..Account::default() };
        for (name, document) in &file.scps {
            if let Some(document) = self.document(document, Document::identity) {
                account.scps.insert(name.clone(), document);
            }
        }
        for policy in &file.policies {
            self.managed_policy(&mut account, policy);
        }
        for group in &file.groups {
            self.group(&mut account, group);
        }
        for user in &file.users {
            self.user(&mut account, user);
        }
        for role in &file.roles {
            self.role(&mut account, role);
        }
        for provider in &file.providers {
            self.provider(&mut account, provider);
        }
        for key in file.root.iter().flat_map(|root| &root.keys) {
            let key = self.key(key);
            account.keys.push(key);
        }
        state.accounts.insert(id.clone(), account);
    }

    fn managed_policy(&mut self, account: &mut Account, file: &file::ManagedPolicy) {
        let name = self.name(&file.name, 128, account.policies.contains(file.name.get_ref()));
        let path = self.path(file.path.as_ref());
        let Some(document) = self.document(&file.document, Document::identity) else { return };
        let mut policy = ManagedPolicy::new(
            account,
            IamName { path: &path, name: &name },
            document,
            self.now,
            self.random,
        );
        policy.description = file.description.clone();
        account.policies.insert(&name, policy);
    }

    fn group(&mut self, account: &mut Account, file: &file::Group) {
        let name = self.name(&file.name, 128, account.groups.contains(file.name.get_ref()));
        let path = self.path(file.path.as_ref());
        let mut group = Group::new(account, &path, &name, self.now, self.random);
        group.grants = self.grants(account, &file.policies, &file.attached);
        account.groups.insert(&name, group);
    }

    fn user(&mut self, account: &mut Account, file: &file::User) {
        let name = self.name(&file.name, 64, account.users.contains(file.name.get_ref()));
        let path = self.path(file.path.as_ref());
        let mut user = User::new(account, &path, &name, self.now, self.random);
        user.grants = self.grants(account, &file.policies, &file.attached);
        for group in &file.groups {
            match account.groups.get(group.get_ref()) {
                Some(group) => drop(user.groups.insert(group.name.clone())),
                None => self.wrong(
                    group,
                    format!("group `{}` doesn't exist in this account", group.get_ref()),
                    "declare it under [[accounts.groups]]",
                ),
            }
        }
        user.boundary = self.boundary(account, file.boundary.as_ref());
        user.tags = file.tags.clone();
        if let Some(mfa) = &file.mfa {
            self.device(account, &name, mfa);
        }
        match &file.keys {
            Some(keys) => {
                for key in keys.iter().skip(2) {
                    self.wrong(key, "a user can have at most two keys", "remove this one");
                }
                for key in keys {
                    let key = self.key(key.get_ref());
                    user.keys.push(key);
                }
            }
            None => {
                user.keys.push(AccessKey::new(self.now, self.random));
            }
        }
        account.users.insert(&name, user);
    }

    fn key(&mut self, file: &file::Key) -> AccessKey {
        let mut key = AccessKey::new(self.now, self.random);
        key.active = file.active.unwrap_or(true);
        match (&file.access_key, &file.secret_key) {
            (None, None) => {}
            (Some(id), Some(secret)) => {
                let fits = |id: &str| {
                    (16..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
                };
                if !fits(id.get_ref()) || id.get_ref().starts_with("ASIA") {
                    self.wrong(
                        id,
                        format!("`{}` isn't a valid long-term access key", id.get_ref()),
                        "write 16 to 128 letters and digits, beginning with AKIA, or leave out both to generate them",
                    );
                }
                if self.declared.contains(id.get_ref()) {
                    let message = format!("the key `{}` is declared twice", id.get_ref());
                    self.wrong(id, message, "use a different key for each user");
                }
                if secret.get_ref().is_empty() {
                    self.wrong(secret, "the secret key is empty", "leave out both to generate them");
                }
                self.declared.insert(id.get_ref().clone());
                key.id = id.get_ref().clone();
                key.secret = Secret::new(secret.get_ref().as_str());
            }
            (Some(one), None) | (None, Some(one)) => self.wrong(
                one,
                "an access key needs its secret key, and the reverse",
                "write access_key and secret_key, or leave out both to generate them",
            ),
        }
        key
    }

    fn role(&mut self, account: &mut Account, file: &file::Role) {
        let name = self.name(&file.name, 64, account.roles.contains(file.name.get_ref()));
        let path = self.path(file.path.as_ref());
        let grants = self.grants(account, &file.policies, &file.attached);
        let boundary = self.boundary(account, file.boundary.as_ref());
        if let Some(seconds) = &file.max_session_seconds
            && !MAX_SESSION_SECONDS.contains(seconds.get_ref())
        {
            self.wrong(
                seconds,
                format!("a maximum session of {} seconds is out of range", seconds.get_ref()),
                "give a number from 3600 to 43200",
            );
        }
        let Some(trust) = self.document(&file.trust, Document::trust) else { return };
        let mut role = Role::new(account, IamName { path: &path, name: &name }, trust, self.now, self.random);
        role.description = file.description.clone();
        role.grants = grants;
        role.boundary = boundary;
        role.max_session = file.max_session_seconds.as_ref().map_or(role.max_session, |s| *s.get_ref());
        role.tags = file.tags.clone();
        account.roles.insert(&name, role);
    }

    fn provider(&mut self, account: &mut Account, file: &file::Provider) {
        let url = file.url.get_ref();
        let Some(name) = Provider::name_of(url) else {
            self.wrong(
                &file.url,
                format!("`{url}` isn't a valid provider URL"),
                "write its issuer URL, https://…",
            );
            return;
        };
        if let Some(jwks) = &file.jwks
            && let Err(error) = jwt::check_keys(jwks.get_ref())
        {
            self.wrong(jwks, error, "write the JSON Web Key Set that the provider publishes");
        }
        let mut provider = Provider::new(account, url, file.audiences.clone(), self.now);
        provider.keys = file.jwks.as_ref().map(|jwks| jwks.get_ref().clone());
        account.providers.insert(name.to_owned(), provider);
    }

    fn grants(
        &mut self,
        account: &Account,
        policies: &std::collections::BTreeMap<String, Spanned<String>>,
        attached: &[Spanned<String>],
    ) -> Grants {
        let mut grants = Grants::default();
        for (name, written) in policies {
            if !fits_name(name, 128) {
                self.wrong(written, format!("`{name}` isn't a valid policy name"), NAME_HINT);
            }
            if let Some(document) = self.document(written, Document::identity) {
                grants.inline.insert(name.clone(), document);
            }
        }
        for written in attached {
            grants.attached.extend(self.managed(account, written));
        }
        grants
    }

    fn boundary(&mut self, account: &Account, written: Option<&Spanned<String>>) -> Option<String> {
        written.and_then(|written| self.managed(account, written))
    }

    /// The ARN of a managed policy, given its ARN or, in this account, its name.
    fn managed(&mut self, account: &Account, written: &Spanned<String>) -> Option<String> {
        let name = written.get_ref();
        let arn = match account.policies.get(name) {
            Some(policy) => policy.arn.clone(),
            None => name.clone(),
        };
        if account.managed_document(&arn).is_some() {
            return Some(arn);
        }
        self.wrong(
            written,
            format!("managed policy `{name}` doesn't exist"),
            "declare it under [[accounts.policies]], or use one of the AWS managed policies that the cloud has, such as \"arn:aws:iam::aws:policy/AdministratorAccess\"",
        );
        None
    }

    fn name(&mut self, written: &Spanned<String>, most: usize, taken: bool) -> String {
        let name = written.get_ref();
        if !fits_name(name, most) {
            self.wrong(written, format!("`{name}` isn't a valid name"), NAME_HINT);
        } else if taken {
            self.wrong(
                written,
                format!("`{name}` is declared twice"),
                "rename one of them; names that differ only in case are the same",
            );
        }
        name.clone()
    }

    fn path(&mut self, written: Option<&Spanned<String>>) -> String {
        let Some(written) = written else { return "/".to_owned() };
        if !fits_path(written.get_ref()) {
            self.wrong(
                written,
                format!("`{}` isn't a valid path", written.get_ref()),
                "start and end it with /, for example \"/team/\"",
            );
        }
        written.get_ref().clone()
    }
}

const NAME_HINT: &str = "use letters, digits and _+=,.@-, at most 64 (128 for groups and policies)";
