//! What a page says of what was just done: a word in a cookie, put into a sentence by the next page.

use super::pages::{Flash, FlashKind, Words};

/// Everything a flash can say; the cookie carries the word and a number, never text.
const FLASHES: &[(&str, FlashKind)] = &[
    ("confirmed", FlashKind::Done),
    ("confirmed-before", FlashKind::Note),
    ("undone", FlashKind::Done),
    ("power-cut", FlashKind::Done),
    ("power-cut-none", FlashKind::Note),
    ("stale", FlashKind::Refused),
    ("spoken-since", FlashKind::Refused),
    ("not-ended", FlashKind::Refused),
    ("urgent-not-ended", FlashKind::Refused),
    ("bad-part", FlashKind::Refused),
    ("bad-began", FlashKind::Refused),
    ("bad-span", FlashKind::Refused),
    ("bad-cause", FlashKind::Refused),
    ("bad-note", FlashKind::Refused),
    ("bad-word", FlashKind::Refused),
    ("uploaded", FlashKind::Done),
    ("uploaded-order", FlashKind::Done),
    ("uploaded-order-warn", FlashKind::Note),
    ("unchanged", FlashKind::Note),
    ("submitted", FlashKind::Done),
    ("approved", FlashKind::Done),
    ("endorsed", FlashKind::Done),
    ("key-requested", FlashKind::Done),
    ("key-lost", FlashKind::Done),
    ("key-not-taken", FlashKind::Refused),
    ("returned", FlashKind::Done),
    ("withdrawn", FlashKind::Done),
    ("not-heard", FlashKind::Refused),
    ("no-reason", FlashKind::Refused),
    ("no-file", FlashKind::Refused),
    ("decided-before", FlashKind::Refused),
    ("revoked", FlashKind::Done),
    ("nothing-to-revoke", FlashKind::Note),
    ("choice-saved", FlashKind::Done),
    ("user-added", FlashKind::Done),
    ("user-locked", FlashKind::Done),
    ("upload-cancelled", FlashKind::Done),
    ("upload-retried", FlashKind::Done),
    ("upload-ended", FlashKind::Note),
    ("upload-files", FlashKind::Done),
    ("facts-saved", FlashKind::Done),
    ("code-taken", FlashKind::Refused),
    ("uploaded-order-refused", FlashKind::Note),
    ("user-enabled", FlashKind::Done),
    ("grant-given", FlashKind::Done),
    ("grant-ended", FlashKind::Done),
    ("handed-over", FlashKind::Done),
    ("second-factor-reset", FlashKind::Done),
    ("sessions-ended", FlashKind::Done),
    ("session-ended", FlashKind::Done),
    ("devices-seen", FlashKind::Done),
    ("password-changed", FlashKind::Done),
    ("token-revoked", FlashKind::Done),
    ("proved", FlashKind::Done),
    ("calendar-revoked", FlashKind::Done),
    ("stop-given", FlashKind::Done),
    ("stop-lifted", FlashKind::Done),
    ("stop-lifted-before", FlashKind::Note),
    ("force-declared", FlashKind::Done),
    ("force-withdrawn", FlashKind::Done),
    ("force-withdrawn-before", FlashKind::Note),
    ("force-bad-span", FlashKind::Refused),
    ("force-no-reason", FlashKind::Refused),
    ("urgent-asked", FlashKind::Done),
    ("urgent-confirmed", FlashKind::Done),
    ("urgent-refused", FlashKind::Done),
    ("urgent-answered-before", FlashKind::Note),
    ("urgent-duty-given", FlashKind::Done),
    ("urgent-bad-time", FlashKind::Refused),
    ("urgent-duty-ended", FlashKind::Done),
    ("urgent-duty-ended-before", FlashKind::Note),
    ("urgent-no-area", FlashKind::Refused),
    ("urgent-no-reason", FlashKind::Refused),
    ("urgent-too-old", FlashKind::Refused),
    ("urgent-too-late", FlashKind::Refused),
    ("urgent-changed", FlashKind::Refused),
    ("urgent-key-gone", FlashKind::Refused),
    ("grid-kept", FlashKind::Done),
    ("grid-restored", FlashKind::Done),
    ("grid-overtaken", FlashKind::Refused),
    ("grid-published", FlashKind::Done),
    ("grid-dropped", FlashKind::Done),
    ("grid-carried", FlashKind::Done),
    ("grid-carried-both", FlashKind::Note),
    ("small-agreed", FlashKind::Done),
    ("small-none", FlashKind::Note),
    ("local-submitted", FlashKind::Done),
    ("local-before", FlashKind::Note),
    ("local-sent-again", FlashKind::Refused),
    ("local-over", FlashKind::Refused),
    ("local-ended", FlashKind::Note),
    ("local-full", FlashKind::Refused),
    ("local-cancelled", FlashKind::Done),
    ("local-taken-back", FlashKind::Done),
    ("local-decided-before", FlashKind::Refused),
    ("offer-answered", FlashKind::Done),
    ("offer-same", FlashKind::Note),
    ("offer-no-reason", FlashKind::Refused),
    ("own-first-kept", FlashKind::Done),
];

/// Whether a handler of ours may say that.
pub fn is_known(word: &str) -> bool {
    FLASHES.iter().any(|(known, _)| *known == word)
}

/// The sentence of a flash as the cookie carries it; none for anything that no handler of ours says.
pub fn read(words: Words, value: &str) -> Option<Flash> {
    let (word, number) = value.split_once('.')?;
    let (word, kind) = FLASHES.iter().find(|(known, _)| *known == word)?;
    Some(Flash { kind: *kind, text: words.count(&format!("flash-{word}"), number.parse::<u64>().ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::Lang;

    #[test]
    fn every_flash_has_its_sentence_in_both_languages() {
        for (word, _) in FLASHES {
            for lang in [Lang::Vi, Lang::En] {
                let text = read(Words::new(lang), &format!("{word}.3")).expect("a known word").text;
                assert!(!text.contains("Unknown"), "{word}: {text}");
            }
        }
        assert_eq!(read(Words::default(), "free text.1"), None);
    }
}
