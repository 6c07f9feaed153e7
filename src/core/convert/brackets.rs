//! Which bracket of a JSON text belongs to which.
//!
//! Owns the pair at a cursor. Strings and references hold no brackets; the scanner is
//! [`super::json_text`]'s. Refuses to scan far: in a large body, a pair that lies far apart has none.

use super::json_text;

/// Line and column, in characters.
type Position = (usize, usize);

/// The most bytes that are scanned for a pair: no key may wait for a large body.
const MOST: usize = 128 * 1024;

/// The bracket under the cursor, or else the one before it, and its partner.
pub(crate) fn pair(lines: &[String], (line, column): Position) -> Option<(Position, Position)> {
    let at_cursor = lines.get(line).filter(|text| text.len() <= MOST && has_bracket(text, column))?;
    let brackets: Vec<(usize, char)> = json_text::brackets(at_cursor).collect();
    let at = |column| brackets.iter().position(|(at, _)| *at == column);
    let index = at(column).or_else(|| at(column.checked_sub(1)?))?;
    let &(column, bracket) = brackets.get(index)?;
    let partner = if matches!(bracket, '{' | '[') {
        let here = brackets.iter().skip(index).map(|(column, bracket)| ((line, *column), *bracket));
        let budget = MOST.saturating_sub(at_cursor.len());
        let below = near(lines.iter().enumerate().skip(line + 1), budget).flat_map(|(row, text)| {
            json_text::brackets(text).map(move |(column, bracket)| ((row, column), bracket))
        });
        partner(here.chain(below), true)
    } else {
        let here = brackets.iter().take(index + 1).rev().map(|(column, bracket)| ((line, *column), *bracket));
        let budget = MOST.saturating_sub(at_cursor.len());
        let above = near(lines.iter().enumerate().take(line).rev(), budget).flat_map(|(row, text)| {
            let brackets: Vec<(usize, char)> = json_text::brackets(text).collect();
            brackets.into_iter().rev().map(move |(column, bracket)| ((row, column), bracket))
        });
        partner(here.chain(above), false)
    };
    partner.map(|partner| ((line, column), partner))
}

/// Whether a bracket may be under the cursor or before it; spares the scan where none is.
fn has_bracket(text: &str, column: usize) -> bool {
    let near = text.chars().skip(column.saturating_sub(1)).take(2);
    near.into_iter().any(|c| "{}[]".contains(c))
}

/// The lines within a number of bytes.
fn near<'a>(
    lines: impl Iterator<Item = (usize, &'a String)>,
    mut budget: usize,
) -> impl Iterator<Item = (usize, &'a String)> {
    lines.take_while(move |(_, text)| {
        let fits = text.len() < budget;
        budget = budget.saturating_sub(text.len() + 1);
        fits
    })
}

/// The partner of the first of these brackets: where as many were closed as opened. `None` if it is of
/// another kind or isn't there.
fn partner(brackets: impl Iterator<Item = (Position, char)>, forward: bool) -> Option<Position> {
    let mut depth = 0_usize;
    let mut first = None;
    for (position, bracket) in brackets {
        let first = *first.get_or_insert(bracket);
        if matches!(bracket, '{' | '[') == forward {
            depth += 1;
        } else {
            depth -= 1;
        }
        if depth == 0 {
            let pairs = [('{', '}'), ('[', ']'), ('}', '{'), (']', '[')];
            return pairs.contains(&(first, bracket)).then_some(position);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_bracket_has_its_partner_across_lines_and_strings() {
        let text = lines("{\n  \"a}\": [1, {\"b\": \"]\"}],\n  \"r\": {{port}}\n}");
        assert_eq!(pair(&text, (0, 0)), Some(((0, 0), (3, 0))));
        assert_eq!(pair(&text, (3, 1)), Some(((3, 0), (0, 0))), "before the cursor");
        assert_eq!(pair(&text, (1, 8)), Some(((1, 8), (1, 22))));
        assert_eq!(pair(&text, (1, 22)), Some(((1, 22), (1, 8))));
        assert_eq!(pair(&text, (1, 12)), Some(((1, 12), (1, 21))));
        for nowhere in [(1, 4), (1, 19), (2, 8), (2, 0), (9, 9)] {
            assert_eq!(pair(&text, nowhere), None, "{nowhere:?}");
        }
    }

    #[test]
    fn what_does_not_match_has_no_partner() {
        for text in ["[}", "{", "}", "[{]"] {
            assert_eq!(pair(&lines(text), (0, 0)), None, "{text}");
        }
        assert_eq!(pair(&[], (0, 0)), None);
    }

    #[test]
    fn a_large_body_is_not_scanned_to_its_end() {
        let mut large = vec!["{".to_owned()];
        large.extend(std::iter::repeat_n("  \"key\": [1, 2, 3],".to_owned(), 60_000));
        large.push("}".to_owned());
        assert_eq!(pair(&large, (0, 0)), None, "too far away");
        assert_eq!(pair(&large, (30_000, 9)), Some(((30_000, 9), (30_000, 17))));
        let single = vec![format!("[{}]", "1,".repeat(600_000))];
        assert_eq!(pair(&single, (0, 0)), None);
    }
}
