//! The steps of a bulletin's version: submitted, approved by one or by two, returned, withdrawn; and the manifest that
//! an approval signs.
//!
//! Who signs. A person whose own key root has named signs themself: in the browser, or with a key file. The center signs
//! for those who have none, as long as its key is not revoked, and says `custody=center`; it never signs for a person
//! who has a key. What a person signs is prepared here, byte for byte, and taken back only if it is again what the
//! stored version says: the moment of the signature is all that the signer brings along.
//!
//! Two approvers. Where the version's area takes in more stations than `desk.toml` allows one approver, the first
//! approval makes it *endorsed*, and another approver completes it. What counts is where the approval lets it air, not
//! what is ordered today: orders can be added after the approval.
//!
//! | first approver | second approver | the manifest in force |
//! |---|---|---|
//! | own key | own key | `signers_needed: 2`, both signatures over the same bytes |
//! | own key | by the center | `signers_needed: 2`, the person's and the center's signature |
//! | by the center | own key | made and signed by the second alone; the first stands in the steps |
//! | by the center | by the center | made at the end, `custody=center`; both stand in the steps |
//!
//! What is urgent always needs two, and both their signatures in the manifest, because stations ask for them: there the
//! center signs for the first at once, and for one of the two at most.
//!
//! What this cannot do: a center that is in a thief's hands while an approver signs can serve another script and have
//! something else signed. What was signed before and after that hour is safe from it.

use super::bulletins::VersionRow;
use super::refusal::DeskRefusal;
use super::signed::{SignedBy, Signer, Signing};
use super::signing::{Approval, First};
use super::taking::{blocking, hash_file};
use super::{Center, CenterError};
use crate::domain::access::{Role, allows_target};
use crate::domain::bulletin::{Before, Facts, Priority, State, Step, may_step};
use crate::domain::ids::BulletinCode;
use crate::store::bulletins::{Expect, SignedManifest};
use crate::trust::envelope::{self, MANIFEST, Signature};
use crate::trust::manifest::Manifest;

/// Type of what an approver signs: a DSSE payload type.
pub const SIGNED_TYPE: &str = MANIFEST;

/// Which of the needed approvals comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The only one.
    Only,
    /// The first of two.
    First,
    /// The second of two.
    Second,
}

/// Refuses to submit or approve a commune's own bulletin that its author took back.
///
/// # Errors
/// One sentence when it was.
pub fn must_not_be_taken_back(row: &VersionRow) -> Result<(), CenterError> {
    if !row.was_taken_back() {
        return Ok(());
    }
    Err(DeskRefusal::TakenBack { code: row.facts.code.clone(), author: row.author.clone() }.into())
}

impl Center {
    /// Takes a step on a version: submit, approve (signed by the center), return, withdraw; returns the state it led to,
    /// which is [`State::Endorsed`] for the first approval of two. Approvals and withdrawals plan anew at once.
    ///
    /// Whoever approves, returns or withdraws must be an active approver of the whole area the version is for; this is
    /// asked here, whatever a page or a command asked before.
    ///
    /// # Errors
    /// One sentence when the step may not be taken, or somebody else took one first.
    pub async fn step_bulletin(
        &self,
        code: &BulletinCode,
        version: u32,
        to: State,
        by: &str,
        reason: Option<&str>,
    ) -> Result<State, CenterError> {
        if matches!(to, State::Approved | State::Endorsed) {
            return self.approve(code, version, by, SignedBy::Center).await;
        }
        let row = self.bulletin_version(code, version).await?;
        if matches!(to, State::Returned | State::Withdrawn) {
            self.must_be_approver(by, &row).await?;
        }
        if to == State::Submitted {
            must_not_be_taken_back(&row)?;
        }
        self.add_step(&row, to, by, reason, None).await?;
        if to == State::Withdrawn {
            self.issue_rundowns().await?;
        }
        Ok(to)
    }

    /// Approves a version; returns [`State::Endorsed`] when a second approver is still needed.
    ///
    /// # Errors
    /// One sentence when the person may not, or the signature does not hold; nothing is stored then.
    pub async fn approve(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
        signed: SignedBy<'_>,
    ) -> Result<State, CenterError> {
        let reached = self.approve_without_planning(code, version, by, signed).await?;
        if reached == State::Approved {
            self.issue_rundowns().await?;
        }
        Ok(reached)
    }

    /// Approves like [`Self::approve`] but leaves planning to whoever approves many at once.
    ///
    /// # Errors
    /// As for [`Self::approve`].
    pub async fn approve_without_planning(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
        signed: SignedBy<'_>,
    ) -> Result<State, CenterError> {
        let row = self.bulletin_version(code, version).await?;
        self.must_be_approver(by, &row).await?;
        if row.facts.priority == Priority::Urgent {
            self.must_be_on_duty(by, crate::clock::now()).await?;
        }
        let turn = self.turn(&row).await?;
        let to = if turn == Turn::First { State::Endorsed } else { State::Approved };
        let now = crate::clock::now();
        // Asked before anything is signed: nobody's refused step leaves a signature behind.
        check_step(&row, &Step { to, by: by.into(), reason: None, at: now })?;
        self.refuse_unheard(&row, by).await?;
        self.check_audio(&row).await?;
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let approval = Approval { row: &row, by, turn, now, list: &held.list };
        let first = self.first_signature(&row, turn).await?;
        let envelope = match signed {
            SignedBy::Center => approval.by_center(self.custodian.approver(), first)?,
            SignedBy::KeyFile(pair) => {
                let payload = approval.prepare(first.as_ref())?;
                let signature = envelope::sign(MANIFEST, &payload, pair);
                Some(approval.by_person(&payload, signature, first)?)
            }
            SignedBy::Browser { payload, keyid, signature } => {
                let signature = Signature { keyid, bytes: signature.to_vec() };
                Some(approval.by_person(payload, signature, first)?)
            }
        };
        if let (State::Approved, Some(text)) = (to, &envelope) {
            // By the very rule that stations go by.
            let opened = held.list.open_manifest(text.as_bytes());
            opened.map_err(|error| DeskRefusal::NotBelieved(error.to_string()))?;
        }
        self.add_step(&row, to, by, None, envelope.as_deref()).await?;
        Ok(to)
    }

    /// How a person would approve a version now, and which approval that would be; for a page to prepare it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn signing(&self, row: &VersionRow, by: &str) -> Result<(Turn, Signing), CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let turn = self.turn(row).await?;
        let signer = Signer { name: by, list: &held.list };
        let keyids = signer.keyids();
        let first = self.first_signature(row, turn).await?;
        let approval = Approval { row, by, turn, now: crate::clock::now(), list: &held.list };
        if keyids.is_empty() {
            let spent = first.as_ref().is_some_and(|first| approval.center_is_spent(first));
            return Ok((turn, signer.without_key(self.custodian.approver(), spent)));
        }
        let payload = approval.prepare(first.as_ref())?;
        let signers_needed = serde_json::from_slice::<Manifest>(&payload)?.signers_needed;
        Ok((turn, Signing::Own { payload, keyids, signers_needed }))
    }

    /// Which approval of a version comes next.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn turn(&self, row: &VersionRow) -> Result<Turn, CenterError> {
        if row.state() == State::Endorsed {
            return Ok(Turn::Second);
        }
        if row.facts.priority == Priority::Urgent {
            return Ok(Turn::First);
        }
        let Some(most) = self.schedules().await?.desk.approval.second_above_stations else { return Ok(Turn::Only) };
        let reach = self.stations_within(&row.facts).await?;
        Ok(if reach > most { Turn::First } else { Turn::Only })
    }

    /// Stations at which an approval would let it air, on its first or last day still to come.
    async fn stations_within(&self, facts: &Facts) -> Result<u64, CenterError> {
        let schedules = self.schedules().await?;
        let first = facts.airs_from.max(self.local_today().await?);
        let days = [first, facts.last_day()];
        let within = |station: &&crate::domain::station::Station| {
            let reached = |date| {
                let area = station.area_on(date);
                area.is_some_and(|area| facts.target.reaches(&schedules.areas, area, date))
            };
            days.into_iter().any(reached)
        };
        Ok(schedules.stations.iter().filter(within).count() as u64)
    }

    /// Refuses whoever is no active approver for the whole area of a version.
    ///
    /// # Errors
    /// That sentence.
    pub async fn must_be_approver(&self, by: &str, row: &VersionRow) -> Result<(), CenterError> {
        let user = self.users().await?.into_iter().find(|user| user.name == by && user.disabled_at.is_none());
        let areas = self.schedules().await?.areas;
        let today = self.local_today().await?;
        let may =
            user.is_some_and(|user| allows_target(&user.grants, Role::Approver, &areas, &row.facts.target, today));
        if may {
            return Ok(());
        }
        Err(DeskRefusal::NoApprover { by: by.into(), code: row.facts.code.clone() }.into())
    }

    /// What is approved must be what lies there to be played.
    async fn check_audio(&self, row: &VersionRow) -> Result<(), CenterError> {
        let (file, rendition) = (self.rendition_file(&row.sound.rendition), row.sound.rendition);
        let same = blocking(move || Ok(hash_file(&file)? == rendition)).await?;
        if same {
            return Ok(());
        }
        Err(DeskRefusal::OtherAudio(row.facts.code.clone()).into())
    }

    /// What the first approver of two signed with their own key, if so.
    async fn first_signature(&self, row: &VersionRow, turn: Turn) -> Result<Option<First>, CenterError> {
        let Some(digest) = row.manifest().filter(|_| turn == Turn::Second) else { return Ok(None) };
        let text = self.store.envelope(&digest).await?;
        let text = text.ok_or_else(|| CenterError::Broken(format!("envelope {digest} is not there")))?;
        let (payload, signatures) = envelope::parts(text.as_bytes(), MANIFEST)?;
        Ok(Some(First { payload, signatures }))
    }

    /// Withdraws a version because a key that approved it was revoked, whoever asks.
    pub(super) async fn withdraw_unasked(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
        reason: &str,
    ) -> Result<(), CenterError> {
        let row = self.bulletin_version(code, version).await?;
        self.add_step(&row, State::Withdrawn, by, Some(reason), None).await
    }

    async fn add_step(
        &self,
        row: &VersionRow,
        to: State,
        by: &str,
        reason: Option<&str>,
        envelope: Option<&str>,
    ) -> Result<(), CenterError> {
        let step = Step { to, by: by.into(), reason: reason.map(String::from), at: crate::clock::now() };
        check_step(row, &step)?;
        let manifest = envelope.map(|text| SignedManifest {
            digest: envelope::digest(text),
            payload_type: MANIFEST,
            envelope: text,
        });
        let (code, version) = (&row.facts.code, row.version);
        let expect = Expect { steps: row.steps.len() };
        if !self.store.add_bulletin_step(code, version, &step, &expect, manifest).await? {
            return Err(DeskRefusal::DecidedMeanwhile { code: code.clone(), version }.into());
        }
        if to == State::Withdrawn {
            self.stop_break_ins(code, version, by).await?;
        }
        Ok(())
    }

    /// Whether approvals are signed by the center in the approvers' stead.
    pub fn holds_approvals(&self) -> bool {
        self.custodian.holds_approvals()
    }
}

fn check_step(row: &VersionRow, step: &Step) -> Result<(), CenterError> {
    let before = Before {
        author: &row.author,
        priority: row.facts.priority,
        state: row.state(),
        last_by: row.steps.last().map(|last| last.step.by.as_str()),
    };
    may_step(before, step).map_err(|refused| DeskRefusal::from(refused).into())
}
