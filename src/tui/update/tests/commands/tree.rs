//! Commands of the tree.

use crate::config::command::{Command, Context};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Pane;
use crate::tui::model::overlay::{Confirm, Overlay};
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::{ask, top};

pub(super) fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    let here = context;
    match command {
        C::Open => {
            s.open("post.toml");
            ask(s, command, here);
            assert_eq!((s.model.focus, s.request().method.as_str()), (Pane::Request, "POST"));
            s.press("1 j");
            assert!(s.model.tree.current().unwrap().folder);
            ask(s, command, here);
            assert!(s.model.tree.is_folded("api"));
        }
        C::Rename => {
            ask(s, command, here);
            s.press("ctrl-a").text("hi").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Rename { path, name })] if path == "hello.toml" && name == "hi")
            );
        }
        C::Duplicate => {
            ask(s, command, here);
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Duplicate { path })] if path == "hello.toml")
            );
        }
        C::Move => {
            ask(s, command, here);
            s.text("api").press("enter");
            let moved = DiskEffect::Move { from: vec!["hello.toml".into()], folder: "api".into() };
            assert_eq!(s.take(), [moved.into()]);
        }
        C::Mark => {
            ask(s, command, here);
            assert!(s.model.tree.is_marked("hello.toml") && s.model.tree.cursor() == 1);
        }
        C::ReorderUp | C::ReorderDown => {
            ask(s, command, here);
            let reordered =
                DiskEffect::Reorder { path: "hello.toml".into(), down: command == C::ReorderDown };
            assert_eq!(s.take(), [reordered.into()]);
        }
        C::Delete => {
            ask(s, command, here);
            assert!(
                matches!(top(s), Overlay::Confirm(Confirm::Delete(paths)) if paths[..] == ["hello.toml"])
            );
            s.press("y");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Delete { paths })] if paths[0] == "hello.toml")
            );
        }
        C::FindInTree => {
            ask(s, command, here);
            s.text("token").press("enter");
            assert_eq!(s.model.current.as_deref(), Some("api/token.toml"));
        }
        other => panic!("{other:?} is checked elsewhere"),
    }
}
