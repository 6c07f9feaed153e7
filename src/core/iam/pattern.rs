//! Texts of policies: wildcards, variables, and escaped wildcards.
//!
//! Owns matching in linear space and without recursion, so that a hostile pattern costs at most its
//! length times the text's. A variable's value is plain text: a `*` from a request only matches a
//! `*`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::context::{Facts, Seen};

/// Whether `*` and `?` are wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wild {
    Yes,
    No,
}

/// Whether the comparison is case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Minded,
    Ignored,
}

/// A policy's text, parsed for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// As written in the policy.
    text: String,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// `*`
    Any,
    /// The exact text.
    Exact,
    /// The text without its last character, followed by anything.
    Prefix,
    Pieces(Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `*`
    Star,
    /// `?`
    Mark,
    Variable {
        key: String,
        default: Option<String>,
    },
}

/// A piece whose variable has been replaced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Star,
    Mark,
}

impl Pattern {
    /// A text without variables: `${…}` is plain text (version 2008-10-17).
    pub(super) fn literal(text: &str, wild: Wild) -> Self {
        Self::shaped(text, cut(text, wild))
    }

    /// A text with variables.
    ///
    /// # Errors
    /// What is wrong with a variable.
    pub(super) fn with_variables(text: &str, wild: Wild) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            pieces.extend(cut(&rest[..at], wild));
            let inner = &rest[at + 2..];
            let end = inner.find('}').ok_or("A policy variable is not closed: `}` is missing.")?;
            pieces.push(variable(&inner[..end])?);
            rest = &inner[end + 1..];
        }
        pieces.extend(cut(rest, wild));
        Ok(Self::shaped(text, pieces))
    }

    fn shaped(text: &str, pieces: Vec<Piece>) -> Self {
        let shape = match &pieces[..] {
            [Piece::Star] => Shape::Any,
            [] => Shape::Exact,
            [Piece::Text(only)] if only == text => Shape::Exact,
            [Piece::Text(start), Piece::Star] if text.strip_suffix('*') == Some(start) => Shape::Prefix,
            _ => Shape::Pieces(pieces),
        };
        Self { text: text.to_owned(), shape }
    }

    /// Whether the text matches. A variable without a single value and without a default matches
    /// nothing.
    pub(super) fn matches(&self, text: &str, case: Case, facts: &Facts<'_>) -> bool {
        match &self.shape {
            Shape::Any => true,
            Shape::Exact => same(&self.text, text, case),
            Shape::Prefix => after(&self.text[..self.text.len() - 1], text, case).is_some(),
            Shape::Pieces(pieces) => {
                let token = |at: usize| pieces.get(at).and_then(|piece| token(piece, facts));
                (0..pieces.len()).all(|at| token(at).is_some()) && glob(token, text, case)
            }
        }
    }

    /// Whether the text might match, if a variable without a value could be anything.
    pub(super) fn may_match(&self, text: &str, facts: &Facts<'_>) -> bool {
        let Shape::Pieces(pieces) = &self.shape else { return self.matches(text, Case::Minded, facts) };
        let token = |at: usize| pieces.get(at).map(|piece| token(piece, facts).unwrap_or(Token::Star));
        glob(token, text, Case::Minded)
    }

    /// Whether an ARN matches this pattern, each of its six parts separately.
    pub(super) fn matches_arn(&self, arn: &str, facts: &Facts<'_>) -> bool {
        let Some(tokens) = self.tokens(facts) else { return false };
        let parts = split(&tokens);
        let mut texts = arn.splitn(6, ':');
        let fits = |part: &Vec<Token<'_>>| {
            texts.next().is_some_and(|text| glob(|at| part.get(at).copied(), text, Case::Minded))
        };
        parts.len() == 6 && parts.iter().all(fits)
    }

    /// The text with its variables replaced, for a trace.
    pub(super) fn resolved(&self, facts: &Facts<'_>) -> String {
        let Shape::Pieces(pieces) = &self.shape else { return self.text.clone() };
        if !pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. })) {
            return self.text.clone();
        }
        let Some(tokens) = resolve(pieces, facts) else {
            return format!("{} (a variable has no value)", self.text);
        };
        tokens
            .iter()
            .map(|token| match token {
                Token::Text(text) => text,
                Token::Star => "*",
                Token::Mark => "?",
            })
            .collect()
    }

    fn tokens<'a>(&'a self, facts: &Facts<'a>) -> Option<Vec<Token<'a>>> {
        match &self.shape {
            Shape::Any => Some(vec![Token::Star]),
            Shape::Exact => Some(vec![Token::Text(&self.text)]),
            Shape::Prefix => Some(vec![Token::Text(&self.text[..self.text.len() - 1]), Token::Star]),
            Shape::Pieces(pieces) => resolve(pieces, facts),
        }
    }
}

/// Splits a text without variables into pieces.
fn cut(text: &str, wild: Wild) -> Vec<Piece> {
    if text.is_empty() {
        return Vec::new();
    }
    if wild == Wild::No {
        return vec![Piece::Text(text.to_owned())];
    }
    let mut pieces = Vec::new();
    for run in text.split_inclusive(['*', '?']) {
        let (run, sign) = match (run.strip_suffix('*'), run.strip_suffix('?')) {
            (Some(run), _) => (run, Some(Piece::Star)),
            (None, Some(run)) => (run, Some(Piece::Mark)),
            (None, None) => (run, None),
        };
        if !run.is_empty() {
            pieces.push(Piece::Text(run.to_owned()));
        }
        // Consecutive stars are the same as one.
        if !(sign == Some(Piece::Star) && pieces.last() == Some(&Piece::Star)) {
            pieces.extend(sign);
        }
    }
    pieces
}

/// The text between `${` and `}`.
fn variable(inner: &str) -> Result<Piece, String> {
    if matches!(inner, "*" | "?" | "$") {
        return Ok(Piece::Text(inner.to_owned()));
    }
    let (key, default) = match inner.split_once(',') {
        None => (inner, None),
        Some((key, default)) => {
            let default = default.trim_start();
            let quoted = default.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let default = quoted.ok_or("The default of a policy variable stands in single quotes.")?;
            (key, Some(default.to_owned()))
        }
    };
    if key.is_empty() || key.contains(char::is_whitespace) || key.contains(['$', '{', '*', '?', '\'']) {
        return Err(format!("`${{{inner}}}` isn't a policy variable."));
    }
    Ok(Piece::Variable { key: key.to_owned(), default })
}

fn resolve<'a>(pieces: &'a [Piece], facts: &Facts<'a>) -> Option<Vec<Token<'a>>> {
    pieces.iter().map(|piece| token(piece, facts)).collect()
}

/// `None` for a variable without a value.
fn token<'a>(piece: &'a Piece, facts: &Facts<'a>) -> Option<Token<'a>> {
    match piece {
        Piece::Text(text) => Some(Token::Text(text)),
        Piece::Star => Some(Token::Star),
        Piece::Mark => Some(Token::Mark),
        Piece::Variable { key, default } => match (facts.get(key), default) {
            (Some(Seen::One(value)), _) => Some(Token::Text(value)),
            (None, Some(default)) => Some(Token::Text(default)),
            (Some(Seen::Many(_)), _) | (None, None) => None,
        },
    }
}

/// The tokens of each part of an ARN; the last part may contain colons.
fn split<'a>(tokens: &[Token<'a>]) -> Vec<Vec<Token<'a>>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        let mut rest = *token;
        while let Token::Text(text) = rest
            && parts.len() < 6
            && let Some((part, behind)) = text.split_once(':')
        {
            if let Some(last) = parts.last_mut() {
                last.push(Token::Text(part));
            }
            parts.push(Vec::new());
            rest = Token::Text(behind);
        }
        if let Some(last) = parts.last_mut() {
            last.push(rest);
        }
    }
    parts
}

fn same(a: &str, b: &str, case: Case) -> bool {
    match case {
        Case::Minded => a == b,
        Case::Ignored if a.is_ascii() && b.is_ascii() => a.eq_ignore_ascii_case(b),
        Case::Ignored => fold(a).eq(fold(b)),
    }
}

fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The rest of a text after `start`, if it begins with that.
fn after<'a>(start: &str, text: &'a str, case: Case) -> Option<&'a str> {
    match case {
        Case::Minded => text.strip_prefix(start),
        // Case-insensitive patterns are those of actions, which are ASCII.
        Case::Ignored => {
            let head = text.get(..start.len())?;
            head.eq_ignore_ascii_case(start).then(|| &text[start.len()..])
        }
    }
}

/// `tokens` returns a token by its index, and `None` after the last.
fn glob<'a>(tokens: impl Fn(usize) -> Option<Token<'a>>, text: &str, case: Case) -> bool {
    let (mut at, mut rest) = (0, text);
    // Where to backtrack to: the token after the last star, and the text that the star hasn't
    // consumed.
    let mut retry: Option<(usize, &str)> = None;
    loop {
        let next = match tokens(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Star) if tokens(at + 1).is_none() => return true,
            Some(Token::Star) => {
                retry = Some((at + 1, rest));
                Some(rest)
            }
            Some(Token::Mark) => tail(rest),
            Some(Token::Text(start)) => after(start, rest, case),
        };
        match (next, retry) {
            (Some(next), _) => (at, rest) = (at + 1, next),
            (None, Some((behind, unswallowed))) => {
                let Some(mut unswallowed) = tail(unswallowed) else { return false };
                // Nothing can match before the next occurrence of the text after the star.
                if let (Some(Token::Text(next)), Case::Minded) = (tokens(behind), case) {
                    let Some(at) = unswallowed.find(next) else { return false };
                    unswallowed = &unswallowed[at..];
                }
                retry = Some((behind, unswallowed));
                (at, rest) = (behind, unswallowed);
            }
            (None, None) => return false,
        }
    }
}

/// The text without its first character.
fn tail(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

#[cfg(test)]
mod tests;
