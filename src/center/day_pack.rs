//! A station's day to take along: the sound of its issued rundown in the order of play, for stations that play from a
//! computer, filler among it. Only what a station's own agent would play goes in: what a manifest approves that holds now.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::bulletins::VersionRow;
use super::stored_zip::{Archive, Measured};
use super::taking::blocking;
use super::{Center, CenterError};
use crate::domain::ids::{BulletinCode, Sha256, StationId};
use crate::domain::rundown::Item;

/// The list of checksums, as `sha256sum -c` reads it.
const SUMS: &str = "SHA256SUMS";

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packed {
    /// It has no sound of ours: a relay, the commune's own time, filler that stations bring themselves.
    Listed,
    /// Its sound is in the pack under this name.
    As(String),
    /// Its bulletin was withdrawn, or its approval counts no more.
    NotApproved,
    /// The center's copy is missing or is not what was approved.
    Missing,
}

/// An item of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedItem {
    /// As issued.
    pub item: Item,
    /// What became of its sound.
    pub packed: Packed,
}

/// A day, measured and ready to be packed.
#[derive(Debug, Clone)]
pub struct DayPack {
    /// The rundown's version.
    pub version: u32,
    /// When that version was issued.
    pub issued_at: DateTime<Utc>,
    /// Items in order.
    pub items: Vec<PackedItem>,
    zone: Tz,
    sounds: Vec<(String, Measured)>,
}

/// What an item plays, counted or as filler.
struct Played<'a> {
    bulletin: &'a BulletinCode,
    version: u32,
    rendition: Sha256,
    manifest: Sha256,
}

impl<'a> Played<'a> {
    fn by(item: &'a Item) -> Option<Self> {
        let counted = item.sound.as_ref().map(|sound| (&sound.bulletin, sound.bulletin_version));
        let (bulletin, version) =
            counted.or_else(|| item.filler.as_ref().map(|sound| (&sound.bulletin, sound.bulletin_version)))?;
        let (rendition, manifest) = item.plays()?;
        Some(Self { bulletin, version, rendition, manifest })
    }
}

impl Center {
    /// What of a station's day can be packed; none when no rundown of that day was issued.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn day_pack(&self, station: &StationId, date: NaiveDate) -> Result<Option<DayPack>, CenterError> {
        let Some(rundown) = self.issued_items(station, date).await? else { return Ok(None) };
        self.refresh_trust().await?;
        let versions = self.store.bulletin_versions(None).await?;
        let zone = self.schedules().await?.grid.zone;
        let mut measured: BTreeMap<Sha256, Option<Measured>> = BTreeMap::new();
        let (mut items, mut sounds) = (Vec::new(), Vec::new());
        let digits = rundown.items.len().to_string().len().max(2);
        for (number, item) in (1..).zip(rundown.items) {
            let packed = match Played::by(&item) {
                None => Packed::Listed,
                Some(played) if !self.approved(&item, &played, &versions, date).await? => Packed::NotApproved,
                Some(played) => {
                    let file = match measured.entry(played.rendition) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(unknown) => unknown.insert(self.measure(&played).await?),
                    };
                    match file.clone() {
                        None => Packed::Missing,
                        Some(file) => {
                            let name = file_name((number, digits), &item, played.bulletin, zone);
                            sounds.push((name.clone(), file));
                            Packed::As(name)
                        }
                    }
                }
            };
            items.push(PackedItem { item, packed });
        }
        Ok(Some(DayPack { version: rundown.version, issued_at: rundown.issued_at, items, zone, sounds }))
    }

    /// Whether the manifest that the rundown names is in force, and is about this very sound on this day.
    async fn approved(
        &self,
        item: &Item,
        played: &Played<'_>,
        versions: &[VersionRow],
        date: NaiveDate,
    ) -> Result<bool, CenterError> {
        let is_it = |row: &&VersionRow| row.facts.code == *played.bulletin && row.version == played.version;
        if versions.iter().find(is_it).and_then(VersionRow::manifest) != Some(played.manifest) {
            return Ok(false);
        }
        let Some(envelope) = self.store.envelope(&played.manifest).await? else { return Ok(false) };
        let held = self.custodian.held();
        let Ok(manifest) = held.list.open_manifest(envelope.as_bytes()) else { return Ok(false) };
        Ok(manifest.bulletin == *played.bulletin
            && manifest.version == played.version
            && manifest.rendition == played.rendition
            && manifest.duration_ms == item.duration_ms
            && (manifest.airs_from..=manifest.airs_to).contains(&date))
    }

    /// A rendition's file, if its bytes are still those that its name says.
    async fn measure(&self, played: &Played<'_>) -> Result<Option<Measured>, CenterError> {
        let path = self.rendition_file(&played.rendition);
        let read = blocking(move || Ok(Measured::file(&path))).await?;
        match read {
            Ok(file) if file.digest == played.rendition => Ok(Some(file)),
            Ok(_) => {
                tracing::error!("the audio file of {} is not what its approval names", played.bulletin);
                Ok(None)
            }
            Err(error) => {
                tracing::error!("the audio file of {} cannot be read: {error}", played.bulletin);
                Ok(None)
            }
        }
    }
}

impl DayPack {
    /// The archive: these texts by their names, then the sound in order of play, then the checksums of all of it.
    ///
    /// # Errors
    /// When it is too large for the format.
    pub fn archive(self, texts: Vec<(String, String)>) -> Result<Archive, CenterError> {
        let mut entries: Vec<(String, Measured)> =
            texts.into_iter().map(|(name, text)| (name, Measured::text(text))).collect();
        entries.extend(self.sounds);
        let sums: String = entries.iter().map(|(name, file)| format!("{}  {name}\n", file.digest)).collect();
        entries.push((SUMS.into(), Measured::text(sums)));
        let at = self.issued_at.with_timezone(&self.zone).naive_local();
        Archive::of(entries, at).map_err(|error| CenterError::refused(error.to_string()))
    }
}

/// `01-0545-TIN-1.opus`: sorted by name they play in order, and every file system takes them.
fn file_name((number, digits): (usize, usize), item: &Item, bulletin: &BulletinCode, zone: Tz) -> String {
    let time = item.start.with_timezone(&zone).format("%H%M");
    format!("{number:0digits$}-{time}-{bulletin}.opus")
}
