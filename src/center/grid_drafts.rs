//! Changing the grid step by step: every step of the draft is kept at once, so that neither a power cut nor another
//! person's step loses anything. Nothing airs from a draft until it is published.

use chrono::{DateTime, Utc};

use super::planning::GRID;
use super::refusal::DeskRefusal;
use super::{Center, CenterError};
use crate::domain::grid_changes::{carry_over, put_exception, put_rule, restore_rule, rule};
use crate::domain::ids::{ChangeId, RuleId, Sha256};
use crate::domain::slot::{Grid, SlotChange, SlotRule};
use crate::store::grid_drafts::DraftState;

pub use crate::store::grid_drafts::DraftRow;

/// Steps shown of a draft at most.
const STEPS: u32 = 50;
/// Tries to add a step while others do the same.
const TRIES: u32 = 5;

/// The grid in force and the draft, as they stand at one moment.
#[derive(Debug, Clone)]
pub struct GridDesk {
    /// Version of the grid document in force; 0 before the first.
    pub version: u32,
    /// What is in force.
    pub grid: Grid,
    /// The newest step of any draft; 0 before the first.
    pub seen: i64,
    /// The draft; none while nobody changes anything.
    pub draft: Option<GridDraft>,
}

/// A draft.
#[derive(Debug, Clone)]
pub struct GridDraft {
    /// The version it changes; another one than is in force when that was replaced meanwhile.
    pub base: u32,
    /// The grid with its changes.
    pub grid: Grid,
    /// Who changed something last.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl GridDesk {
    /// The draft, or what is in force.
    pub fn newest(&self) -> &Grid {
        self.draft.as_ref().map_or(&self.grid, |draft| &draft.grid)
    }

    /// Whether the draft changes an older version than is in force.
    pub fn overtaken(&self) -> bool {
        self.draft.as_ref().is_some_and(|draft| draft.base != self.version)
    }
}

/// One change to the draft.
#[derive(Debug, Clone)]
pub enum GridEdit {
    /// A rule as it should be; `seen` is [`rule_digest`] of how it was when the form was opened, none for a new one.
    Put {
        /// The rule.
        rule: Box<SlotRule>,
        /// Digest of what the person saw.
        seen: Option<Sha256>,
        /// What is done, one word.
        act: &'static str,
    },
    /// A rule goes back to how it is in force.
    Restore(RuleId),
    /// A dated exception for one slot, in the place of the one with its id.
    PutException(Box<SlotChange>),
    /// A dated exception is deleted.
    DeleteException(ChangeId),
}

/// What became of a change.
#[derive(Debug, Clone)]
pub enum Edited {
    /// It is in the draft.
    Kept,
    /// Somebody changed the same rule meanwhile: how it stands now (none when it is gone), who, when. Nothing was kept.
    Overtaken {
        /// The rule as it stands.
        now: Option<Box<SlotRule>>,
        /// Who took the last step.
        by: String,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What of a rule two people could both have changed.
pub fn rule_digest(rule: &SlotRule) -> Sha256 {
    // Plain data always has a JSON form.
    Sha256::of(&serde_json::to_vec(rule).unwrap_or_default())
}

impl Center {
    /// The grid in force and the draft.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn grid_desk(&self) -> Result<GridDesk, CenterError> {
        let grid = self.schedules().await?.grid;
        let documents = self.store.schedule_documents().await?;
        let version = documents.iter().find(|document| document.kind == GRID).map_or(0, |document| document.version);
        let newest = self.store.newest_grid_draft().await?;
        let seen = newest.as_ref().map_or(0, |row| row.id);
        let draft = match newest.filter(|row| row.state == DraftState::Open) {
            Some(row) => {
                Some(GridDraft { base: row.base, grid: serde_json::from_str(&row.body)?, by: row.by, at: row.at })
            }
            None => None,
        };
        Ok(GridDesk { version, grid, seen, draft })
    }

    /// The steps of the draft that is open, newest first.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn grid_draft_steps(&self) -> Result<Vec<DraftRow>, CenterError> {
        let steps = self.store.grid_draft_steps(STEPS).await?;
        Ok(steps.into_iter().take_while(|row| row.state == DraftState::Open).collect())
    }

    /// Makes one change to the draft, beginning one when none is open.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn edit_grid(&self, edit: &GridEdit, by: &str) -> Result<Edited, CenterError> {
        for _ in 0..TRIES {
            let desk = self.grid_desk().await?;
            let mut grid = desk.newest().clone();
            let (act, subject) = match edit {
                GridEdit::Put { rule: new, seen, act } => {
                    let held = rule(&grid, &new.id);
                    if held.map(rule_digest) != *seen {
                        let now = held.cloned().map(Box::new);
                        let (by, at) = match desk.draft {
                            Some(draft) => (draft.by, draft.at),
                            None => (String::new(), crate::clock::now()),
                        };
                        return Ok(Edited::Overtaken { now, by, at });
                    }
                    put_rule(&mut grid, (**new).clone());
                    (*act, new.id.to_string())
                }
                GridEdit::Restore(id) => {
                    restore_rule(&mut grid, &desk.grid, id);
                    ("rule-restored", id.to_string())
                }
                GridEdit::PutException(change) => {
                    put_exception(&mut grid, (**change).clone());
                    ("slot-changed", change.rule.to_string())
                }
                GridEdit::DeleteException(id) => {
                    let rule =
                        grid.changes.iter().find(|change| change.id == *id).map(|change| change.rule.to_string());
                    match desk.grid.changes.iter().any(|change| change.id == *id) {
                        true => grid.delete_change(id),
                        // What was never in force leaves nothing behind.
                        false => grid.changes.retain(|change| change.id != *id),
                    }
                    ("slot-restored", rule.unwrap_or_default())
                }
            };
            let base = desk.draft.as_ref().map_or(desk.version, |draft| draft.base);
            if self.keep_step(desk.seen, base, &grid, act, &subject, by).await? {
                return Ok(Edited::Kept);
            }
        }
        Err(DeskRefusal::TooManyDraft.into())
    }

    async fn keep_step(
        &self,
        seen: i64,
        base: u32,
        grid: &Grid,
        act: &str,
        subject: &str,
        by: &str,
    ) -> Result<bool, CenterError> {
        let step = DraftRow {
            id: 0,
            state: DraftState::Open,
            base,
            body: serde_json::to_string(grid)?,
            act: act.into(),
            subject: subject.into(),
            by: by.into(),
            at: crate::clock::now(),
        };
        Ok(self.store.add_grid_draft(seen, &step).await?.is_some())
    }

    /// Gives up the draft as it was seen; its steps stay in the store. `false` when somebody took a step meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn drop_grid_draft(&self, seen: i64, by: &str) -> Result<bool, CenterError> {
        let desk = self.grid_desk().await?;
        let Some(draft) = desk.draft.filter(|_| desk.seen == seen) else { return Ok(false) };
        let now = crate::clock::now();
        let step = DraftRow {
            id: 0,
            state: DraftState::Dropped,
            base: draft.base,
            body: String::new(),
            act: "draft-dropped".into(),
            subject: String::new(),
            by: by.into(),
            at: now,
        };
        let dropped = self.store.add_grid_draft(seen, &step).await?.is_some();
        if dropped {
            self.store.note_act(by, "grid-draft-dropped", &draft.base.to_string(), "", now).await?;
        }
        Ok(dropped)
    }

    /// Carries the draft over to the version that replaced the one it was begun on; the rules that were changed on both
    /// ways, for which the draft's stand.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn carry_grid_draft_over(&self, by: &str) -> Result<Vec<RuleId>, CenterError> {
        for _ in 0..TRIES {
            let desk = self.grid_desk().await?;
            let Some(draft) = desk.draft.as_ref().filter(|_| desk.overtaken()) else { return Ok(Vec::new()) };
            let base = match self.store.schedule_document(GRID, draft.base).await? {
                Some(body) => serde_json::from_str(&body)?,
                None => desk.grid.clone(),
            };
            let (grid, both) = carry_over(&base, &draft.grid, &desk.grid);
            if self.keep_step(desk.seen, desk.version, &grid, "carried-over", "", by).await? {
                return Ok(both);
            }
        }
        Err(DeskRefusal::TooManyDraft.into())
    }

    /// Who put the grid in force on its page, and when, where the newest version came from there.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn grid_published_on_page(&self) -> Result<Option<DraftRow>, CenterError> {
        let documents = self.store.schedule_documents().await?;
        let version = documents.iter().find(|document| document.kind == GRID).map_or(0, |document| document.version);
        Ok(self.store.last_published_grid().await?.filter(|row| row.base == version))
    }
}
