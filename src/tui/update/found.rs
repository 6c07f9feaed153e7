//! Goes to what was found.
//!
//! Owns which place of the screen a match is in. Refuses to search: `find` does.

use crate::core::find::{FindHit, FindPlace};
use crate::core::request::fields::BodyField;
use crate::tui::effect::Effect;
use crate::tui::model::field::{Column, EditorField, Table};
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::{Model, Pane};
use crate::tui::update::{files, jump};

/// Opens the request of a match, with the cursor where the match is.
pub(super) fn choose(model: &mut Model, hit: &FindHit) -> Vec<Effect> {
    let path = hit.entry().path().clone();
    model.find.chosen = Some((path.clone(), hit.place()));
    let mut effects = files::go_to(model, &path);
    effects.extend(go_to_chosen(model));
    effects
}

/// Goes to the match that was chosen, once its request is on the screen.
pub(super) fn go_to_chosen(model: &mut Model) -> Vec<Effect> {
    let current = model.current.clone();
    let shown = model.find.chosen.take_if(|(path, _)| current.as_ref() == Some(&*path));
    let Some((_, place)) = shown.filter(|_| model.shown().is_some()) else { return Vec::new() };
    jump::go_to(model, target(place))
}

fn target(place: FindPlace) -> HitTarget {
    let cell = |table, index| EditorField::Cell(table, index, Column::Value);
    HitTarget::Field(match place {
        FindPlace::Name | FindPlace::Path => return HitTarget::Pane(Pane::Tree),
        FindPlace::Url => EditorField::Url,
        FindPlace::PathVariable(index) => cell(Table::Path, index),
        FindPlace::Param(index) => cell(Table::Params, index),
        FindPlace::Header(index) => cell(Table::Headers, index),
        FindPlace::BodyText => EditorField::BodyText,
        FindPlace::FormField(index) => cell(Table::Form, index),
        FindPlace::Part(index) => cell(Table::Parts, index),
        FindPlace::BodyFile => BodyField::File.into(),
        FindPlace::Notes => EditorField::Notes,
    })
}
