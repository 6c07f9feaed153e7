//! Commands that move around, or change what the screen shows.

use crate::config::ResponsePlace;
use crate::config::command::{Command, Context};
use crate::config::theme::ThemeName;
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, Tab};
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::response::ResponseTab;
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::{ask, top};
use crate::tui::update::tests::keys;

#[allow(clippy::too_many_lines)] // one arm a command, so that none is left out
pub(super) fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    let here = context;
    match command {
        C::FocusTree | C::FocusUrl | C::FocusTabs | C::FocusResponse => {
            ask(s, command, here);
            let wanted = match command {
                C::FocusTree => Pane::Tree,
                C::FocusUrl => Pane::Url,
                C::FocusTabs => Pane::Request,
                _ => Pane::Response,
            };
            assert_eq!(s.model.focus, wanted);
            assert!(s.model.editing.is_none());
        }
        C::FocusNext => {
            ask(s, command, here);
            assert_eq!(s.model.focus, Pane::Url);
        }
        C::FocusPrevious => {
            ask(s, command, here);
            assert_eq!(s.model.focus, Pane::Response);
        }
        C::NextRequest | C::PreviousRequest => {
            s.open("api/keys.toml");
            ask(s, command, here);
            let wanted = if command == C::NextRequest { "api/token.toml" } else { "post.toml" };
            assert_eq!(s.model.current.as_deref(), Some(wanted));
        }
        C::NextTab | C::PreviousTab => {
            ask(s, command, here);
            let wanted = if command == C::NextTab { Tab::Headers } else { Tab::Settings };
            assert_eq!(s.model.shown().unwrap().tab, wanted);
            s.press("4");
            ask(s, command, here);
            let wanted = if command == C::NextTab { ResponseTab::Headers } else { ResponseTab::Timeline };
            assert_eq!(s.model.response_tab, wanted);
        }
        C::Up | C::Down | C::PageUp | C::PageDown | C::HalfPageUp | C::HalfPageDown | C::Top | C::Bottom => {
            keys::moves(s, command, here)
        }
        C::Left | C::Right => {
            if here == Context::Global {
                s.press("3");
                ask(s, command, here);
                let wanted = if command == C::Left { Column::Name } else { Column::Description };
                assert_eq!(s.model.shown().unwrap().column, wanted);
            }
        }
        C::Palette => {
            ask(s, command, here);
            s.text("reveal").press("enter");
            assert!(s.model.revealed && s.model.overlays.is_empty());
        }
        C::Help => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Help(0)));
        }
        C::Jump => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Jump(targets) if targets.len() > 10));
        }
        C::Zoom => {
            ask(s, command, here);
            assert_eq!(s.model.areas().unwrap().url, None);
            ask(s, command, here);
            assert!(s.model.areas().unwrap().url.is_some());
        }
        C::NarrowTree | C::WidenTree => {
            let width =
                |s: &Screen| s.model.areas().and_then(|areas| areas.tree).map_or(0, |tree| tree.width);
            let before = width(s);
            ask(s, command, here);
            assert_eq!(width(s) > before, command == C::WidenTree);
        }
        C::GoToRow => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Ask(Ask::GoToRow, _)));
        }
        C::SwapLayout => {
            ask(s, command, here);
            assert_eq!(s.model.response_side, ResponsePlace::Beside);
            ask(s, command, here);
            assert_eq!(s.model.response_side, ResponsePlace::Below);
        }
        C::ToggleTheme => {
            ask(s, command, here);
            assert_eq!(s.model.theme_name, ThemeName::Light);
        }
        C::Quit => {
            ask(s, command, here);
            assert!(s.model.waiting.is_quitting());
        }
        C::ForceQuit => {
            s.model.open_requests.get_mut("hello.toml").unwrap().request.notes = "changed".into();
            ask(s, command, here);
            assert!(s.model.waiting.is_quitting());
        }
        other => panic!("{other:?} is checked elsewhere"),
    }
}
