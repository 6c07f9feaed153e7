//! IAM Identity Center: who logs in, and the roles that are assigned.

use super::{Reader, file};
use crate::cloud::state::{Assignment, Sso, State, fits_name};

/// AWS's documented example of a start URL.
const START_URL: &str = "https://d-1234567890.awsapps.com/start";

const USER: &str = "alice";

impl Reader<'_> {
    pub(super) fn sso(&mut self, state: &mut State, file: &file::Sso) {
        let start_url = file.start_url.as_ref().map_or(START_URL, |url| url.get_ref());
        if let Some(written) = &file.start_url
            && !url::Url::parse(start_url).is_ok_and(|url| url.has_host())
        {
            let message = format!("`{start_url}` isn't a valid start URL");
            self.wrong(written, message, "write the sso_start_url of the profiles, https://…");
        }
        let user = file.user.as_ref().map_or(USER, |user| user.get_ref());
        if let Some(written) = &file.user
            && !(user.len() > 1 && fits_name(user, 64))
        {
            let hint = "use letters, digits and _+=,.@-, 2 to 64: it names the sessions of roles";
            self.wrong(written, format!("`{user}` isn't a valid user name"), hint);
        }
        let mut assignments = Vec::new();
        for one in &file.assignments {
            let account = self.account_of(state, one.account.as_ref(), &one.role);
            let role = self.role_name(state, &one.role, &account);
            assignments.push(Assignment { role, account });
        }
        state.sso = Some(Sso { start_url: start_url.to_owned(), user: user.to_owned(), assignments });
    }
}
