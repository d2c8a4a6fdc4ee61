//! Links for calendar programs, which cannot log in: who holds one reads what is planned at one station, as long as the
//! person who made it may.

use chrono::Duration;

use super::people::{Person, TOUCH_SECONDS};
use super::{Center, CenterError};
use crate::domain::ids::{Sha256, StationId};
use crate::trust::keys::random_bytes;

pub use crate::store::calendar_links::CalendarLinkRow;

impl Center {
    /// Makes a person's link to a station, in place of the one they had; the secret, `<id>-<secret>`, is returned only
    /// now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn make_calendar_link(&self, person: &Person, station: &StationId) -> Result<String, CenterError> {
        let now = crate::clock::now();
        let id = hex::encode(random_bytes::<6>()?);
        let text = format!("{id}-{}", hex::encode(random_bytes::<32>()?));
        let row = CalendarLinkRow {
            id: id.clone(),
            station: station.clone(),
            user_name: person.name.clone(),
            digest: Sha256::of(text.as_bytes()),
            created_at: now,
            last_used_at: None,
            revoked_at: None,
        };
        self.store.add_calendar_link(&row).await?;
        self.store.note_act(&person.name, "calendar-link-made", station.as_str(), &id, now).await?;
        Ok(text)
    }

    /// A station's links in force, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn calendar_links(&self, station: &StationId) -> Result<Vec<CalendarLinkRow>, CenterError> {
        Ok(self.store.calendar_links_of(station).await?)
    }

    /// Takes one of a station's links back.
    ///
    /// # Errors
    /// When it has no such link in force.
    pub async fn revoke_calendar_link(&self, by: &str, station: &StationId, id: &str) -> Result<(), CenterError> {
        let now = crate::clock::now();
        if !self.store.revoke_calendar_link(id, station, by, now).await? {
            return Err(CenterError::NotFound(format!("{station} has no calendar link {id} in force")));
        }
        Ok(self.store.note_act(by, "calendar-link-revoked", station.as_str(), id, now).await?)
    }

    /// The station a link shows, and the person whose rights bound it; none when it is unknown or taken back, or they
    /// may not log in or must do something else first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn calendar_link_holder(&self, text: &str) -> Result<Option<(Person, StationId)>, CenterError> {
        let now = crate::clock::now();
        let Some((id, _)) = text.split_once('-') else { return Ok(None) };
        let Some(row) = self.store.calendar_link(id).await? else { return Ok(None) };
        if row.digest != Sha256::of(text.as_bytes()) || row.revoked_at.is_some() {
            return Ok(None);
        }
        let Some(person) = self.person_named(&row.user_name, now).await? else { return Ok(None) };
        if person.duty.is_some() {
            return Ok(None);
        }
        if row.last_used_at.is_none_or(|at| now - at >= Duration::seconds(TOUCH_SECONDS)) {
            self.store.touch_calendar_link(&row.id, now).await?;
        }
        Ok(Some((person, row.station)))
    }
}
