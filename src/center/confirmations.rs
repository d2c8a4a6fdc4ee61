//! Accepting confirmations: a device's journal lines exactly once after a durable commit, and operators' words.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Center, CenterError};
use crate::domain::as_run::{Cause, Evidence, Said};
use crate::domain::ids::{AiringId, StationId};
use crate::domain::reconcile::Line;
use crate::domain::rundown::Item;
use crate::protocol::journal::{JournalLine, Kind};
use crate::protocol::link::{Ack, JournalHead};
use crate::store::confirmations::{JournalBatch, JournalPlace, NewLine, NewRecord};
use crate::trust::chain::Head;
use crate::trust::envelope;
use crate::trust::keys::PublicKey;

/// Tries at a batch before giving up when another connection of the same device is faster.
const TRIES: u32 = 3;

/// What an operator says of one airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Airing.
    pub airing: AiringId,
    /// What they say.
    pub said: Said,
    /// Why it fell short.
    pub cause: Option<Cause>,
    /// More words.
    pub note: Option<String>,
}

impl Center {
    /// Where a device's journal goes on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn journal_next(&self, key: &PublicKey) -> Result<u64, CenterError> {
        Ok(self.store.journal_place(&key.to_string()).await?.map_or(0, |place| place.next_seq))
    }

    /// Keeps a batch of journal lines and answers with the signed ack, only after the commit. Lines kept before
    /// count once; a line that differs from the one kept is a copied device and refused.
    ///
    /// # Errors
    /// One sentence when the chain is broken, the head is not the device's, or another device uses its key.
    pub async fn accept_journal(
        &self,
        station: &StationId,
        key: &PublicKey,
        lines: &[String],
        sealed_head: &str,
    ) -> Result<String, CenterError> {
        let refused = |why: String| CenterError::refused(format!("journal lines of {station} are refused: {why}"));
        let (_, head): (_, JournalHead) = envelope::open(sealed_head.as_bytes(), envelope::JOURNAL_HEAD, &[*key])
            .map_err(|error| refused(error.to_string()))?;
        if head.station != *station {
            return Err(refused(format!("the head is signed for {}", head.station)));
        }
        for _ in 0..TRIES {
            let place = self.store.journal_place(&key.to_string()).await?;
            let from = place.map_or_else(Head::default, |place| Head { next_seq: place.next_seq, hash: place.hash });
            let first = head.next_seq.saturating_sub(lines.len() as u64);
            let known = usize::try_from(from.next_seq.saturating_sub(first)).unwrap_or(usize::MAX).min(lines.len());
            self.check_known(station, key, first, &lines[..known]).await?;
            if known == lines.len() {
                return self.ack(station, from);
            }
            let mut to = from;
            for line in &lines[known..] {
                to = to.follow(line.as_bytes()).map_err(|broken| refused(broken.to_string()))?;
            }
            if (to.next_seq, to.hash) != (head.next_seq, head.hash) {
                return Err(refused("the signed head is not the head of these lines".into()));
            }
            let (new_lines, records) = read_lines(station, from.next_seq, &lines[known..]);
            let batch = JournalBatch {
                key: &key.to_string(),
                station,
                expect: JournalPlace { next_seq: from.next_seq, hash: from.hash },
                place: JournalPlace { next_seq: to.next_seq, hash: to.hash },
                head: sealed_head,
                lines: &new_lines,
                records: &records,
            };
            if self.store.append_journal(&batch, crate::clock::now()).await? {
                return self.ack(station, to);
            }
        }
        Err(refused("another connection with the same key is sending too".into()))
    }

    /// Lines sent again must be the very lines kept.
    async fn check_known(
        &self,
        station: &StationId,
        key: &PublicKey,
        first: u64,
        lines: &[String],
    ) -> Result<(), CenterError> {
        if lines.is_empty() {
            return Ok(());
        }
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let kept = self.store.journal_lines(&key.to_string(), first, count).await?;
        if kept == lines {
            return Ok(());
        }
        let now = crate::clock::now();
        self.store.note_act("center", "journal-conflict", station.as_str(), &format!("from line {first}"), now).await?;
        Err(CenterError::refused(format!(
            "journal lines of {station} from {first} differ from those kept: a copied device or an old copy of its \
             folder; revoke the station and enrol it anew"
        )))
    }

    fn ack(&self, station: &StationId, head: Head) -> Result<String, CenterError> {
        let ack = Ack { station: station.clone(), next_seq: head.next_seq, hash: head.hash, at: crate::clock::now() };
        Ok(envelope::seal(envelope::ACK, &ack, self.custodian.center())?)
    }

    /// Keeps an operator's words on airings of one day. All or none; the same request key counts once.
    ///
    /// # Errors
    /// One sentence when an airing is not of that day, or its planned end is still to come.
    pub async fn confirm(
        &self,
        station: &StationId,
        date: NaiveDate,
        words: &[Word],
        by: &str,
        request_key: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, CenterError> {
        let day = self.station_day(station, date, now).await?;
        let mut records = Vec::new();
        for word in words {
            let Some(line) = day.line(word.airing) else {
                return Err(CenterError::refused(format!(
                    "airing {} is not planned at {station} on {date}: load the page again",
                    word.airing.short()
                )));
            };
            let item = &line.counted.item;
            if !line.may_be_told(&word.said, now) {
                return Err(CenterError::refused(format!(
                    "\"{}\" ends at its planned time only later: confirm after it ended",
                    item.title
                )));
            }
            records.push(operator_record(station, date, word, line, by, request_key));
        }
        Ok(self.store.add_operator_records(&records, now).await?)
    }

    /// What a power cut from `from` to `to` makes of a day's airings: those that started in it did not air, those it
    /// cut off aired until then.
    pub fn power_cut_words(items: &[Item], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Word> {
        let word = |item: &Item| {
            let airing = item.airing?;
            let said = if item.start >= from && item.start < to {
                Said::Missed
            } else if item.start < from && item.end() > from {
                Said::AiredInPart { played_ms: u64::try_from((from - item.start).num_milliseconds()).unwrap_or(0) }
            } else {
                return None;
            };
            Some(Word { airing, said, cause: Some(Cause::PowerCut), note: None })
        };
        items.iter().filter_map(word).collect()
    }
}

fn operator_record(
    station: &StationId,
    date: NaiveDate,
    word: &Word,
    line: &Line,
    by: &str,
    request_key: &str,
) -> NewRecord {
    let item = &line.counted.item;
    NewRecord {
        station: station.clone(),
        date,
        airing: word.airing,
        rundown_version: Some(line.counted.version),
        rendition: item.sound.as_ref().map(|sound| sound.rendition),
        evidence: Evidence::Declared,
        said: word.said.clone(),
        cause: word.cause,
        note: word.note.clone(),
        by: by.into(),
        journal_seq: None,
        request_key: Some(format!("{by}:{request_key}:{}", word.airing)),
    }
}

/// Journal lines as rows, and the records they tell of. A line that cannot be read as one is kept and quarantined.
fn read_lines(station: &StationId, from: u64, lines: &[String]) -> (Vec<NewLine>, Vec<NewRecord>) {
    let mut rows = Vec::with_capacity(lines.len());
    let mut records = Vec::new();
    for (seq, text) in (from..).zip(lines) {
        let mut quarantined = None;
        match serde_json::from_str::<JournalLine>(text) {
            Ok(line) => match record_of(station, seq, &line) {
                Ok(Some(record)) => records.push(record),
                Ok(None) => {}
                Err(why) => quarantined = Some(why.to_string()),
            },
            Err(error) => quarantined = Some(error.to_string()),
        }
        rows.push(NewLine { seq, line: text.clone(), quarantined });
    }
    (rows, records)
}

fn record_of(station: &StationId, seq: u64, line: &JournalLine) -> Result<Option<NewRecord>, &'static str> {
    let said = match line.kind {
        Kind::End => Said::Played {
            samples: line.samples.ok_or("an end without samples")?,
            began_at: line.began_at.ok_or("an end without a beginning")?,
            ended_at: line.at,
        },
        Kind::Missed => Said::Missed,
        _ => return Ok(None),
    };
    Ok(Some(NewRecord {
        station: station.clone(),
        date: line.date.ok_or("an outcome without its day")?,
        airing: line.airing.ok_or("an outcome without its airing")?,
        rundown_version: line.rundown_version,
        rendition: line.audio,
        evidence: Evidence::Played,
        said,
        cause: line.cause,
        note: line.note.clone(),
        by: line.sink.clone().unwrap_or_else(|| "device".into()),
        journal_seq: Some(seq),
        request_key: None,
    }))
}
