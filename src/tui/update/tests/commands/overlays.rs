//! Commands of questions and pickers.

use crate::config::command::{Command, Context};
use crate::core::question::{Answer, Asked, Question, QuestionId};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, TaskEffect};
use crate::tui::model::overlay::{Confirm, Conflict, LoginQuestion, Overlay};
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::ask;

pub(super) fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    let here = context;
    match command {
        C::Yes | C::No => {
            s.model.overlays = vec![Overlay::Confirm(Confirm::Delete(vec!["hello.toml".into()]))];
            ask(s, command, here);
            let deletes = matches!(&s.take()[..], [Effect::Disk(DiskEffect::Delete { paths })] if paths[0] == "hello.toml");
            assert!(s.model.overlays.is_empty() && deletes == (command == C::Yes));
        }
        C::SaveInClear => {
            s.model.overlays = vec![Overlay::Confirm(Confirm::ClearSecrets(vec!["header cookie".into()]))];
            ask(s, command, here);
            assert!(s.model.overlays.is_empty());
            assert!(matches!(&s.take()[..], [Effect::Disk(DiskEffect::Save { .. })]));
        }
        C::SendAsItIs => {
            s.model.overlays.clear();
            let id = s.send();
            let question = Question::Expired { identity: "session".into() };
            s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(7), question }) });
            s.take();
            ask(s, command, here);
            assert!(s.model.overlays.is_empty());
            let answer = TaskEffect::Answer { id, question: QuestionId(7), answer: Answer::AsItIs };
            assert_eq!(s.take(), [answer.into()]);
        }
        C::SaveYours | C::TakeTheirs => {
            let conflict = Conflict { path: "hello.toml".into(), ..Conflict::default() };
            s.model.overlays = vec![Overlay::Conflict(Box::new(conflict))];
            s.answers = false;
            ask(s, command, here);
            let effects = s.take();
            assert!(s.model.overlays.is_empty());
            assert_eq!(
                matches!(&effects[..], [Effect::Disk(DiskEffect::SaveOver { .. })]),
                command == C::SaveYours
            );
            assert_eq!(
                matches!(&effects[..], [Effect::Disk(DiskEffect::Open { .. })]),
                command == C::TakeTheirs
            );
        }
        C::OpenPage | C::CopyPage => {
            let login = LoginQuestion {
                send: s.model.next_id(),
                session: "the SSO session `dev`".into(),
                url: "https://example.com/".into(),
                code: String::new(),
                expires: s.model.now,
            };
            s.model.overlays = vec![Overlay::Login(Box::new(login))];
            ask(s, command, here);
            let effects = s.take();
            let opens = matches!(&effects[..], [Effect::Task(TaskEffect::OpenPage { .. })]);
            let copies = matches!(&effects[..], [Effect::Screen(ScreenEffect::Copy { .. })]);
            assert_eq!((opens, copies), (command == C::OpenPage, command == C::CopyPage));
        }
        C::Accept | C::Close => {
            ask(s, command, here);
            // The palette's first command is to send.
            assert_eq!(s.model.exchange().is_some(), command == C::Accept && here == Context::Prompt);
            assert!(s.model.overlays.is_empty());
        }
        other => panic!("{other:?} is checked elsewhere"),
    }
}
