//! The list of words that continue what is being typed.
//!
//! Owns when the list opens, what it offers in which field, and what takes a word of it. The words
//! and their order are [`crate::core::completion`]'s. Refuses to change a text unasked: a word that
//! was not marked is taken by Right at the end of the text and by its command alone. References are
//! the exception: `{{` without its end is never meant, so that Enter and Tab take theirs.

use std::collections::BTreeSet;

use crate::core::completion::{self, Word};
use crate::core::mask::Mask;
use crate::core::request::Request;
use crate::core::request::fields::AuthField;
use crate::core::scope::Source;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::field::{self, Column, EditorField, Table};
use crate::tui::model::used_names::{self, UsedNames};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::model::{Completion, CompletionKind, EditTarget, Editing, Model};
use crate::tui::text;

/// What can be typed at the cursor.
struct Offer {
    words: Vec<Word>,
    /// How many characters before the cursor a word replaces.
    typed: usize,
    kind: CompletionKind,
}

/// Opens the list, narrows it or closes it, after a key. Gives what is to be read for it.
pub(super) fn refresh(model: &mut Model) -> Option<Effect> {
    let editing = model.editing.as_mut()?;
    if editing.quiet == Some(editing.editor.version()) {
        editing.completion = None;
        return None;
    }
    editing.quiet = None;
    open(model, false)
}

/// Opens the list where there is something to offer; `asked` offers it before a letter is typed.
pub(super) fn open(model: &mut Model, asked: bool) -> Option<Effect> {
    let offer = offer(model, asked);
    let editing = model.editing.as_mut()?;
    let before = editing.completion.take();
    let reads = editing.field().is_some_and(|field| wants_used_names(field, editing.editor.before_cursor()));
    editing.completion = offer.map(|Offer { words, typed, kind }| {
        let first = (kind == CompletionKind::Reference).then_some(0);
        let kept = before.filter(|before| before.words == words).and_then(|before| before.selected);
        Completion { words, selected: kept.or(first), typed, kind }
    });
    if !reads || model.used_names_are_current {
        return None;
    }
    model.used_names_are_current = true;
    let requests = model.tree.nodes().iter().filter(|node| !node.folder);
    Some(TaskEffect::ReadUsedNames { paths: requests.map(|node| node.path.clone()).collect() }.into())
}

/// Takes the names that were read.
pub(super) fn used(model: &mut Model, names: UsedNames) {
    model.used_names = names;
    refresh(model);
}

fn wants_used_names(field: EditorField, before: &str) -> bool {
    match field {
        EditorField::Url => completion::query_name(before).is_some(),
        EditorField::Cell(Table::Params | Table::Headers | Table::Form, _, column) => column == Column::Name,
        EditorField::Cell(Table::Path | Table::Parts, ..)
        | EditorField::Method
        | EditorField::NewRow(_)
        | EditorField::Line(_)
        | EditorField::BodyText
        | EditorField::Notes => false,
    }
}

fn offer(model: &Model, asked: bool) -> Option<Offer> {
    let editing = model.editing.as_ref()?;
    let before = editing.editor.before_cursor();
    let is_plain = !has_references(model, &editing.target);
    let (words, typed, kind) = if let Some(typed) = completion::reference(before).filter(|_| !is_plain) {
        (completion::matching(references(model), typed.trim_start()), typed, CompletionKind::Reference)
    } else {
        let (words, typed) = words(model, &editing.target, before)?;
        let at_once = editing.field().is_some_and(|field| offers_at_once(field, before));
        let speaks_up = asked || !typed.is_empty() || at_once;
        let mut words = if speaks_up { completion::matching(words, typed) } else { Vec::new() };
        words.retain(|word| !word.text.eq_ignore_ascii_case(typed));
        (words, typed, CompletionKind::Word)
    };
    (!words.is_empty()).then(|| Offer { words, typed: typed.chars().count(), kind })
}

/// Whether names are replaced in the text that is typed.
fn has_references(model: &Model, target: &EditTarget) -> bool {
    match target {
        EditTarget::Request { field, .. } => {
            model.shown().is_none_or(|open| field::has_references(&open.request, *field))
        }
        EditTarget::Workspace(cell) => cell.has_references(),
    }
}

/// Whether the list opens before a letter of the word is typed: where few values are usual, and where
/// the name of a parameter begins.
fn offers_at_once(field: EditorField, before: &str) -> bool {
    matches!(field, EditorField::Cell(Table::Headers, _, Column::Value))
        || field == EditorField::Url && completion::query_name(before).is_some()
}

/// Words, and the part of a text that they continue.
type Words<'a> = (Box<dyn Iterator<Item = Word> + 'a>, &'a str);

/// The words for what is typed.
fn words<'a>(model: &'a Model, target: &EditTarget, before: &'a str) -> Option<Words<'a>> {
    match target {
        EditTarget::Request { field, .. } => words_of_field(model, *field, before),
        EditTarget::Workspace(WorkspaceCell::Field { field, .. }) if field.key == "region" => {
            Some((Box::new(completion::plain(completion::REGIONS)), before))
        }
        EditTarget::Workspace(_) => None,
    }
}

fn words_of_field<'a>(model: &'a Model, field: EditorField, before: &'a str) -> Option<Words<'a>> {
    match field {
        EditorField::Url => {
            let is_literal = |word: &Word| !word.text.contains(['&', '=', '#', '+', '%', ' ']);
            let names = params(model)
                .filter(is_literal)
                .map(|word| Word::new(format!("{}=", word.text), word.detail));
            Some((Box::new(names), completion::query_name(before)?))
        }
        EditorField::Cell(Table::Params | Table::Form, _, Column::Name) => {
            Some((Box::new(params(model)), before))
        }
        EditorField::Cell(Table::Headers, _, Column::Name) => {
            let names = used_names(model, &model.used_names.headers, used_names::headers);
            let own = names.into_iter().filter(|name| !completion::is_header_name(name));
            let own = own.map(|name| Word::new(name, USED));
            Some((Box::new(own.chain(completion::header_names())), before))
        }
        EditorField::Cell(Table::Headers, row, Column::Value) => {
            let name = EditorField::Cell(Table::Headers, row, Column::Name);
            let name = field::text(&model.shown()?.request, name);
            let values: Vec<Word> = completion::header_values(&name).collect();
            Some((Box::new(values.into_iter()), completion::last_item(before)))
        }
        EditorField::Cell(Table::Parts, _, Column::Value) => {
            Some((Box::new(completion::plain(completion::CONTENT_TYPES)), completion::part_type(before)?))
        }
        EditorField::Line(line) if line == AuthField::Region.into() => {
            Some((Box::new(completion::plain(completion::REGIONS)), before))
        }
        EditorField::Line(line) if line == AuthField::Service.into() => {
            Some((Box::new(completion::plain(completion::SERVICES)), before))
        }
        EditorField::Cell(..)
        | EditorField::Method
        | EditorField::NewRow(_)
        | EditorField::Line(_)
        | EditorField::BodyText
        | EditorField::Notes => None,
    }
}

/// What is said of a name that a request of the workspace has.
const USED: &str = "used before";

fn params(model: &Model) -> impl Iterator<Item = Word> + use<'_> {
    let names = used_names(model, &model.used_names.params, used_names::params);
    names.into_iter().map(|name| Word::new(name, USED))
}

/// The names that were `read`, and those that `of` finds in the open requests, but for the one that is
/// being typed.
fn used_names<'a, Names: Iterator<Item = &'a str>>(
    model: &'a Model,
    read: &'a BTreeSet<String>,
    of: impl Fn(&'a Request) -> Names,
) -> BTreeSet<&'a str> {
    let mut used: BTreeSet<&str> = read.iter().map(String::as_str).collect();
    for open in model.open_requests.values() {
        let edited = model.editing.as_ref().filter(|_| model.current.as_ref() == Some(&open.path));
        used.extend(of(edited.and_then(Editing::before).unwrap_or(&open.request)));
    }
    used
}

/// The most columns of a variable's value, so that its source is seen after it.
const VALUE: usize = 28;

/// The variables that hold where something is typed, each with its value and source.
fn variables(model: &Model) -> Vec<(String, String, Source)> {
    if model.edited_cell().is_some() {
        return model.workspace_variables();
    }
    let names = model.shown().map(|open| open.scope.names()).unwrap_or_default();
    let owned = |(name, (value, source)): (&str, (&str, &Source))| {
        (name.to_owned(), value.to_owned(), source.clone())
    };
    names.into_iter().map(owned).collect()
}

/// Every name that is valid between `{{` and `}}`, with its value and where that comes from. Of the
/// environment and the private store, the names alone.
fn references(model: &Model) -> impl Iterator<Item = Word> + use<'_> {
    let mask = if model.revealed { Mask::revealing() } else { Mask::new(&[]) };
    let variables = variables(model).into_iter().map(move |(name, value, source)| {
        let value = if value.contains("://") { mask.url(&value) } else { mask.header(&name, &value) };
        Word::new(name, format!("{}  ({source})", text::fit(&value, VALUE)))
    });
    let secrets = model.secrets.iter().map(|name| Word::new(format!("secret:{name}"), "private store"));
    let env = model.env_names.iter().map(|name| Word::new(format!("env:{name}"), "environment"));
    variables.chain(secrets).chain(env)
}

/// Closes the list until something else is typed. Gives whether it was open.
pub(super) fn close(model: &mut Model) -> bool {
    let Some(editing) = model.editing.as_mut() else { return false };
    let is_open = editing.completion.take().is_some();
    if is_open {
        editing.quiet = Some(editing.editor.version());
    }
    is_open
}
