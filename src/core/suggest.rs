//! "Did you mean": the known word that an unknown one resembles.

/// The shortest unknown word that counts as the start of a known one, in characters.
const LEAST_PREFIX: usize = 3;

/// The candidate that `word` most likely stands for, if any. Letter case and `-`, `_` and `.` are
/// ignored; one typo in every three characters is tolerated, and so is a missing end.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(word);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&wanted, &folded(candidate))?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace(['-', '_', '.'], "")
}

/// The distance between two words; `None` if they are different words.
fn distance(wanted: &str, known: &str) -> Option<usize> {
    let (shorter, longer) = if wanted.len() < known.len() { (wanted, known) } else { (known, wanted) };
    let slips = strsim::osa_distance(wanted, known);
    let length = known.chars().count();
    let allowed = if length <= 3 { length.min(2).saturating_sub(1) } else { (length / 3).max(2) };
    if slips <= allowed {
        return Some(slips);
    }
    // After any typo: a common prefix is weaker evidence.
    (shorter.chars().count() >= LEAST_PREFIX && longer.starts_with(shorter)).then_some(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_recognized_and_other_words_are_not() {
        let words = ["follow_redirects", "timeout_seconds", "insecure", "function_url", "a"];
        for (slip, meant) in [
            ("follow-redirect", "follow_redirects"),
            ("Insecure", "insecure"),
            ("insceure", "insecure"),
            ("functionUrl", "function_url"),
            ("timeout", "timeout_seconds"),
        ] {
            assert_eq!(closest(slip, words), Some(meant));
        }
        for stranger in ["colour", "b", "fu", ""] {
            assert_eq!(closest(stranger, words), None, "{stranger}");
        }
    }

    #[test]
    fn the_most_similar_candidate_wins() {
        assert_eq!(closest("url", ["url_of_prod", "curl", "URL"]), Some("URL"));
    }
}
