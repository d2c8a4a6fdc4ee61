//! `loa` (loudspeaker): the broadcast service for grassroots radio. One crate, one binary, two programs in it: the
//! *center*, which the province's department runs, and the *station* agent, which a commune runs.
//!
//! # The way of one bulletin, and so of the code
//!
//! ```text
//! bulletins/*.mp3 ─ upload ─► check ─► approve ─┐
//! schedules/*.toml ─ rules, orders ─────────────┴► plan ─► rundown ─► push ─► cache ─► play ─► journal ─┐
//! report ◄─ reconcile ◄─ accept ◄─ confirm ◄────────────────────────────────────────────────────────────┘
//! ```
//!
//! | step | where |
//! |---|---|
//! | import folders | [`center::import`] |
//! | uploads in pieces, their queue and facts | [`domain::upload`], [`center::uploads`], `web::api` |
//! | check, render, in a contained child | [`center::taking`], [`audio::probe`], [`audio::render`], [`audio::worker`] |
//! | draft → submitted → approved, signed manifest | [`domain::bulletin`], [`center::approval`], [`trust::manifest`] |
//! | whose keys approve | [`trust::roots`], [`center::keys`], [`center::custody`] |
//! | who signs, with which key: approvals and orders alike | [`center::signed`], `web::handlers`, `assets/sign.js` |
//! | why a step, a signature or an order is refused, typed, and said in the reader's language | [`center::refusal`], `web::handlers` |
//! | every warning heard before an approval | [`center::checks`], [`center::looks`] |
//! | what an approval would do, whom a withdrawal concerns | [`domain::planner::impact`], [`center::reach`], [`center::withdrawal`] |
//! | what a stop order silences, how a station is told and obeys | [`domain::stop`], [`center::stops`], [`domain::playout`] |
//! | urgent: two people order, a device breaks in | [`domain::break_in`], [`trust::break_in`], [`center::break_ins`], `center::duties` |
//! | where there is no device, an order calls the operator, whose word counts beside the plan | `web::handlers`, `domain::reconcile::Urgent` |
//! | cron rules → slots, guard hours | [`domain::recurrence`], [`domain::planner`], [`domain::guard`] |
//! | what may pass a slot's end, what fills it | [`domain::overrun`], [`domain::filler`], `domain::planner::{overrun, filler}` |
//! | exceptions, named days and silence | [`domain::slot`], [`domain::calendar`], `domain::planner::changes` |
//! | orders → items of a week | [`domain::planner`], as a bare problem of numbers [`domain::planner::fill`] |
//! | stations planned side by side, those alike once; a week after the one before | `center::station_weeks`, [`domain::planner::SharedWeeks`] |
//! | what failed is made good | `center::failures`, [`domain::reconcile::fell_short`] |
//! | the grid changed in drafts, previewed, published | [`domain::grid_changes`], [`center::grid_drafts`], [`center::grid_preview`] |
//! | plans that shrink wait for a word | [`domain::planner::difference`], [`center::held_days`] |
//! | why something airs or does not | [`domain::planner::explain`], `center::explaining` |
//! | what communes say of offers, and their own bulletins | [`domain::offer`], [`center::offers`], [`center::local_items`] |
//! | where a commune's own would land, what it would move | [`domain::planner::landing`], [`center::local_outlook`] |
//! | versioned, signed rundowns | [`domain::rundown`], [`center::rundowns`], [`trust::envelope`] |
//! | any past day planned again, the same bytes | [`store::marks`], [`center::rebuild`] |
//! | what a connected station lacks | [`center::sync`], [`center::hub`], [`protocol::link`], `web::api` |
//! | fetch, verify, hold | `station::link`, `station::holdings`, `station::cache` |
//! | begin, stop, put down | [`domain::playout`], driven by [`station::agent`] |
//! | sound, counted in samples | [`audio::play`], [`audio::sink`] |
//! | hash-chained journal | [`station::journal`], [`trust::chain`] |
//! | accepted exactly once, acked signed | [`center::confirmations`] |
//! | planned against aired | [`domain::reconcile`], [`center::reports`] |
//! | what a storm kept from airing is excused | [`domain::force_majeure`], [`center::force_majeure`] |
//! | what a station without a device takes along: sheet, calendar, sound | `web::pages`, [`center::calendar`], [`center::calendar_links`], [`center::day_pack`], [`center::stored_zip`] |
//! | what everybody may hear without a log-in, podcast | [`center::listening`], `web::handlers` |
//! | who may do what, where and on which days; log-ins | [`domain::access`], [`center::people`], `web::session` |
//! | the JSON API and its OpenAPI document | `web::api::document` |
//!
//! # Layers: these edges and no others (`tests/it/layers.rs` holds them)
//!
//! ```text
//! cli          → everything        commands; the only place that prints; main.rs alone exits
//! web          → center domain protocol clock      pages and HTTP API of the center
//! center       → store audio trust protocol domain clock   use cases
//! station      → audio trust protocol domain clock  the agent
//! protocol     → trust domain       messages between center and station
//! store        → domain             SQL for SQLite and PostgreSQL; envelopes are opaque to it
//! audio        → domain             sound
//! trust        → domain             keys, envelopes, manifests, chains
//! domain       → nothing            pure: no IO, no SQL, no current time
//! ```
//!
//! `clock` is a leaf that the domain may not use: there, `now` is an argument.
//!
//! # What always holds
//!
//! - A station plays only audio whose hash an approver's manifest names, from a rundown the center signed for it.
//! - "Aired" comes from samples an output consumed, or from an operator who says so; each rate shows which.
//! - The center acknowledges only after a durable commit; a confirmation counts once however often it is sent.
//! - planned (from rundowns) = aired + partial + missed + unreported (from records) + excused, at every level.
//! - Rules, orders, choices and areas are append-only versions; history never cascades.

pub mod audio;
pub mod center;
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "commands are the only place that prints")]
pub mod cli;
pub mod clock;
pub mod domain;
pub mod protocol;
pub mod station;
pub mod store;
pub mod trust;
pub mod web;
