//! `signpost login`: logging in, for this program and for the AWS CLI.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use clap::Args;
use url::Url;

use super::exit::Exit;
use super::{prompt, who, written};
use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::exchange::Problem;
use crate::core::provider::LoginTarget;
use crate::core::question::{Answer, Asked, Question};
use crate::core::units;
use crate::engine::{Command, Engine, LogIn, LoginReport, LoginWay};
use crate::io::browser;

/// How often the time left is shown anew.
const EVERY: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Logs in to the session of a profile: IAM Identity Center (`sso_session`, `sso_start_url`) or AWS Sign-In \
(`login_session`, as `aws login`). The browser is opened, unless this is an SSH connection or there is no \
display; BROWSER names another one. The login is kept where the AWS CLI keeps it, so both use it.

Examples:
  signpost login                       # AWS_PROFILE, else the profile default
  signpost login prod
  signpost login --sso-session work
  signpost login prod --use-device-code     # with a browser on any machine
  signpost login console --remote           # `aws login` with a browser on another machine

Exit codes: 0 logged in; 2 wrong usage, or the login couldn't be saved; 3 not logged in; 130 cancelled.";

/// Log in to IAM Identity Center, or as `aws login` does
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct LoginArgs {
    /// A profile of your AWS files [default: AWS_PROFILE, else default]
    profile: Option<String>,
    /// An `sso-session` of your AWS files
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    sso_session: Option<String>,
    /// For IAM Identity Center: confirm a code in a browser on any machine
    #[arg(long, conflicts_with = "remote")]
    use_device_code: bool,
    /// For `aws login`: paste the code that a browser on another machine shows
    #[arg(long)]
    remote: bool,
    /// Show the page without opening it
    #[arg(long)]
    no_browser: bool,
}

/// Runs `signpost login`; `config` names another configuration than the user's.
pub(super) fn run(args: &LoginArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let engine = who::engine(config);
    let target = match args.target(&engine.read_aws()) {
        Ok(target) => target,
        Err(problem) => return refused(&[problem], Exit::Usage, err),
    };
    let runtime = match who::runtime() {
        Ok(runtime) => runtime,
        Err(usage) => return who::refused(&usage, err),
    };
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err((Exit::Cancelled, Vec::new())),
            done = args.log_in(&engine, target, err) => done.map_err(|problems| (Exit::NotSent, problems)),
        }
    });
    // A person may still be typing at the terminal.
    runtime.shutdown_background();
    match done {
        Ok(report) => finished(&report, out, err),
        Err((exit, problems)) => refused(&problems, exit, err),
    }
}

fn refused(problems: &[Problem], exit: Exit, err: &mut dyn Write) -> Exit {
    problems.iter().for_each(|problem| who::problem(problem, err));
    exit
}

/// Says that somebody is logged in, and until when.
fn finished(report: &LoginReport, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    if let Some((message, hint)) = &report.unsaved {
        who::error(&format!("logged in to {}, but {message}", report.session), hint, err);
        return Exit::Usage;
    }
    let left = report.expires_at.and_then(|at| at.duration_since(SystemTime::now()).ok());
    let valid = left.map_or(String::new(), |left| {
        format!("; valid for {}", units::span(i64::try_from(left.as_secs()).unwrap_or(i64::MAX)))
    });
    written(writeln!(out, "Logged in to {}{valid}.", report.session).and_then(|()| out.flush()))
}

impl LoginArgs {
    fn target(&self, aws: &Aws) -> Result<LoginTarget, Problem> {
        if let Some(session) = &self.sso_session {
            return LoginTarget::of_session(session, aws);
        }
        let of_environment = || aws.environment.profile().map_or(DEFAULT_PROFILE, |(_, name)| name);
        LoginTarget::of_profile(self.profile.as_deref().unwrap_or_else(of_environment), aws)
    }

    async fn log_in(
        &self,
        engine: &Engine,
        target: LoginTarget,
        err: &mut dyn Write,
    ) -> Result<LoginReport, Vec<Problem>> {
        let is_shown = browser::is_available();
        let way = match &target {
            LoginTarget::SignIn(_) if self.remote || !(is_shown || self.use_device_code) => {
                return self.log_in_remotely(engine, target, err).await;
            }
            LoginTarget::Sso(_) if self.remote => {
                return self.log_in_remotely(engine, target, err).await;
            }
            LoginTarget::SignIn(_) if !self.use_device_code => LoginWay::Browser,
            LoginTarget::Sso(_) if is_shown && !self.use_device_code => LoginWay::Browser,
            LoginTarget::SignIn(_) | LoginTarget::Sso(_) => LoginWay::DeviceCode,
        };
        let mut handle = engine.log_in(target, way);
        let mut waiting = None;
        loop {
            tokio::select! {
                event = handle.events.recv() => match event {
                    Some(LogIn::Ask(Asked { id, question })) => match question {
                        Question::OpenUrl { session, url, code, expires } => {
                            let _ = write!(err, "{}", prompt::page(&session, &url, &code, expires));
                            self.open(&url, is_shown, err);
                            waiting = Some(Waiting { expires });
                        }
                        // A login asks nothing else.
                        Question::MfaCode { .. } | Question::Expired { .. } | Question::BodyLimit { .. } => {
                            let answer = Answer::Declined { message: String::new(), hint: String::new() };
                            let _ = handle.commands.send(Command::Answer { id, answer }).await;
                        }
                    },
                    Some(LogIn::Done(done)) => {
                        if let Some(waiting) = waiting {
                            waiting.end();
                        }
                        return done;
                    }
                    // A bug, which has been reported as a panic.
                    None => return Err(Vec::new()),
                },
                () = tokio::time::sleep(EVERY), if waiting.is_some() => {
                    if let Some(waiting) = &waiting {
                        waiting.show();
                    }
                }
            }
        }
    }

    /// Opens the page, unless that isn't wanted or possible.
    fn open(&self, url: &str, is_shown: bool, err: &mut dyn Write) {
        if self.no_browser || !is_shown {
            return;
        }
        let opened = Url::parse(url).map_err(|error| error.to_string()).and_then(|url| browser::open(&url));
        if let Err(why) = opened {
            // The page is shown, so somebody can open it.
            let _ = writeln!(err, "warning: couldn't open the browser: {why}");
        }
    }

    /// Shows the page for another machine's browser, and takes the code at the terminal.
    async fn log_in_remotely(
        &self,
        engine: &Engine,
        target: LoginTarget,
        err: &mut dyn Write,
    ) -> Result<LoginReport, Vec<Problem>> {
        let login = engine.start_remote_login(target)?;
        let _ = writeln!(err, "Open this page on any machine, and log in there:\n\n  {}\n", login.url());
        // Reading waits for a person, so that Ctrl-C must not wait for it.
        let typed = tokio::task::spawn_blocking(|| prompt::line("Code that the page shows: ")).await;
        let Ok(Ok(code)) = typed else {
            let hint = "Run it at a terminal, or use a browser on this machine.";
            let message = "the code has to be pasted at a terminal, and none is available";
            return Err(vec![who::plain_problem(message, hint)]);
        };
        engine.finish_remote_login(&login, code.expose()).await
    }
}

/// The time left, on a line of standard error that is written again and again, if that is a terminal.
struct Waiting {
    expires: SystemTime,
}

impl Waiting {
    fn show(&self) {
        let mut err = io::stderr();
        if err.is_terminal() {
            let left = self.expires.duration_since(SystemTime::now()).unwrap_or_default().as_secs();
            // What can't be shown isn't missed.
            let _ = write!(err, "\r\x1b[KWaiting for the login, {}:{:02} left", left / 60, left % 60)
                .and_then(|()| err.flush());
        }
    }

    fn end(self) {
        let mut err = io::stderr();
        if err.is_terminal() {
            let _ = write!(err, "\r\x1b[K").and_then(|()| err.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_login_is_valid_is_said_if_that_is_known() {
        let said = |expires_at| {
            let report = LoginReport { session: "the login session".into(), expires_at, unsaved: None };
            let mut out = Vec::new();
            assert!(matches!(finished(&report, &mut out, &mut io::sink()), Exit::Success));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(said(None), "Logged in to the login session.\n");
        let soon = SystemTime::now() + Duration::from_secs(3600 + 30);
        assert_eq!(said(Some(soon)), "Logged in to the login session; valid for 60 min.\n");
    }
}
