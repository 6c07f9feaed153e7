//! Commands of the response and who signs.

use crate::config::command::{Command, Context};
use crate::core::document::Layout;
use crate::core::request::AuthKind;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, TaskEffect};
use crate::tui::rows::RowsWanted;
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::ask;

pub(super) fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    let here = context;
    match command {
        C::SearchResponse | C::NextMatch | C::PreviousMatch => {
            ask(s, C::SearchResponse, here);
            s.text("\"").press("enter");
            s.settle();
            let current = |s: &Screen| s.model.exchange().unwrap().view.search.as_ref().unwrap().current;
            assert_eq!(current(s), 0);
            ask(s, C::NextMatch, here);
            assert_eq!(current(s), 1);
            ask(s, C::PreviousMatch, here);
            assert_eq!(current(s), 0);
        }
        C::CopyBody => {
            ask(s, command, here);
            let exchange = s.model.exchange().unwrap();
            let (body, index) = (exchange.document.bytes.clone(), exchange.document.index.clone());
            assert!(index.is_some());
            assert_eq!(s.take(), [TaskEffect::CopyBody { body, index }.into()]);
        }
        C::CopyHeader => {
            ask(s, command, here);
            s.text("content").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { text, .. })] if text == "application/json")
            );
        }
        C::SaveBody => {
            ask(s, command, here);
            s.press("ctrl-a").text("out.json").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::SaveBody { file, overwrite: false, .. })] if file == "out.json")
            );
        }
        C::OlderResponse | C::NewerResponse => {
            ask(s, command, here);
            assert!(s.notice().starts_with("There is no "), "{}", s.notice());
        }
        C::TogglePretty => {
            ask(s, command, here);
            assert_eq!(s.model.exchange().unwrap().view.layout, Layout::Raw);
            assert!(matches!(
                s.take()[..],
                [Effect::Task(TaskEffect::Index { wanted: RowsWanted { layout: Layout::Raw, .. }, .. })]
            ));
        }
        C::ToggleWrap => {
            ask(s, command, here);
            assert!(matches!(
                s.take()[..],
                [Effect::Task(TaskEffect::Index { wanted: RowsWanted { wrap: Some(1..), .. }, .. })]
            ));
        }
        C::IdentityPicker => {
            s.open("plain.toml");
            ask(s, command, here);
            s.text("admin").press("enter");
            assert_eq!(s.request().auth.kind, AuthKind::AwsSigv4);
            assert_eq!(s.request().auth.sigv4.identity, "admin");
        }
        C::RenewSession => {
            s.model.shown_mut().unwrap().request.auth.sigv4.identity = "session".into();
            s.press("v enter");
            s.model.shown_mut().unwrap().preview.signer =
                Some(crate::engine::PreviewSigner { identity: Some("session".into()), ..Default::default() });
            s.take();
            ask(s, command, here);
            assert!(
                matches!(&s.take()[..], [Effect::Task(TaskEffect::Renew { identity, .. })] if identity == "session")
            );
        }
        C::WhoSigns => {
            ask(s, command, here);
            assert!(
                s.shown().contains("Who signs") && s.shown().contains("identity  alice"),
                "{}",
                s.shown()
            );
            assert!(
                matches!(&s.take()[..], [Effect::Task(TaskEffect::AskCaller { identity, .. })] if identity == "alice")
            );
        }
        C::EnvironmentPicker => {
            ask(s, command, here);
            s.text("test");
            s.answers = false;
            s.press("enter");
            s.answers = true;
            assert_eq!(s.model.environment.as_deref(), Some("test"));
            let (path, environment) = ("hello.toml".into(), Some("test".to_owned()));
            assert!(s.take().contains(&DiskEffect::Open { path, environment }.into()));
        }
        other => panic!("{other:?} is checked elsewhere"),
    }
}
