//! The hash chain of a station's journal: each line names the SHA-256 of the exact bytes of the line before it,
//! without the newline. Unknown kinds and fields survive verification, because only bytes are hashed.

use serde::Deserialize;

use crate::domain::ids::Sha256;

/// What the first line's `prev` says.
pub fn genesis() -> Sha256 {
    Sha256::from_bytes([0; 32])
}

#[derive(Deserialize)]
struct Links {
    seq: u64,
    prev: Sha256,
}

/// Why a line does not continue the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// No JSON, or without `seq` and `prev`.
    #[error("line {at} cannot be read: {why}")]
    Unreadable {
        /// Sequence number expected.
        at: u64,
        /// The reader's words.
        why: String,
    },
    /// A line is missing or doubled.
    #[error("line {expected} was expected, but line {found} came")]
    WrongSequence {
        /// Sequence number expected.
        expected: u64,
        /// Sequence number found.
        found: u64,
    },
    /// A line before it was changed.
    #[error("line {at} does not follow the line before it: its hash differs")]
    WrongHash {
        /// Sequence number of the line.
        at: u64,
    },
}

/// A place in a chain: what the next line must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the next line, from 0.
    pub next_seq: u64,
    /// SHA-256 of the last line's bytes.
    pub hash: Sha256,
}

impl Default for Head {
    fn default() -> Self {
        Self { next_seq: 0, hash: genesis() }
    }
}

impl Head {
    /// Goes one line further, if that line continues the chain.
    ///
    /// # Errors
    /// [`Broken`] names the line.
    pub fn follow(&self, line: &[u8]) -> Result<Self, Broken> {
        let links: Links = serde_json::from_slice(line)
            .map_err(|error| Broken::Unreadable { at: self.next_seq, why: error.to_string() })?;
        if links.seq != self.next_seq {
            return Err(Broken::WrongSequence { expected: self.next_seq, found: links.seq });
        }
        if links.prev != self.hash {
            return Err(Broken::WrongHash { at: links.seq });
        }
        Ok(Self { next_seq: links.seq + 1, hash: Sha256::of(line) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: u64) -> Vec<Vec<u8>> {
        let mut head = Head::default();
        let mut lines = Vec::new();
        for seq in 0..count {
            let line = format!(r#"{{"seq":{seq},"prev":"{}","kind":"future","new":[{seq}]}}"#, head.hash).into_bytes();
            head = head.follow(&line).unwrap();
            lines.push(line);
        }
        lines
    }

    fn check(lines: &[Vec<u8>]) -> Result<Head, Broken> {
        lines.iter().try_fold(Head::default(), |head, line| head.follow(line))
    }

    #[test]
    fn a_whole_chain_with_unknown_kinds_verifies() {
        assert_eq!(check(&lines(20)).unwrap().next_seq, 20);
    }

    #[test]
    fn a_changed_removed_or_moved_line_is_found() {
        let whole = lines(6);
        let mut changed = whole.clone();
        changed[2] = String::from_utf8(changed[2].clone()).unwrap().replace("[2]", "[9]").into_bytes();
        assert_eq!(check(&changed), Err(Broken::WrongHash { at: 3 }));
        let mut removed = whole.clone();
        removed.remove(1);
        assert!(check(&removed).is_err());
        let mut moved = whole;
        moved.swap(1, 2);
        assert!(check(&moved).is_err());
    }
}
