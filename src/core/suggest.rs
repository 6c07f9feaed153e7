//! "Did you mean": the known word that an unknown one looks like.

/// The shortest unknown word that is taken for the start of a known one, in characters.
const LEAST_PREFIX: usize = 3;

/// The candidate that `word` most likely stands for; `None` if none looks like it. Letter case and
/// `-`, `_` and `.` don't count; a slip in every three characters may, and so may a missing end.
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

/// How far apart two words are, the less the closer; `None` where they are different words.
fn distance(wanted: &str, known: &str) -> Option<usize> {
    let (shorter, longer) = if wanted.len() < known.len() { (wanted, known) } else { (known, wanted) };
    let slips = strsim::osa_distance(wanted, known);
    let length = known.chars().count();
    let allowed = if length <= 3 { length.min(2).saturating_sub(1) } else { (length / 3).max(2) };
    if slips <= allowed {
        return Some(slips);
    }
    // Behind every slip: a prefix is the weaker sign.
    (shorter.chars().count() >= LEAST_PREFIX && longer.starts_with(shorter)).then_some(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
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
    fn the_nearest_of_several_wins() {
        assert_eq!(closest("url", ["url_of_prod", "curl", "URL"]), Some("URL"));
    }
}
