//! The agent's one loop: it feeds the playout's state machine with what link, cache, player and clock say, and does
//! what it answers. Only this loop sleeps.

mod fetching;
mod filler_play;
mod past;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::cache::{Cache, NotKept};
use super::clock_watch::ClockWatch;
use super::download::download;
use super::folder::{Folder, FolderError, Identity};
use super::holdings::Holdings;
use super::journal::{Draft, Found, Journal};
use super::link::{self, LinkNews};
use super::player::{self, Job, PlayerNews, Playing};
use crate::audio::play::End;
use crate::audio::sink::SinkChoice;
use crate::clock;
use crate::domain::as_run::{Cause, Said};
use crate::domain::break_in::BreakIn;
use crate::domain::ids::{AiringId, Sha256};
use crate::domain::playout::{Action, EndReason, Ending, Event, Playout};
use crate::domain::rundown::Item;
use crate::protocol::journal::{ClockState, Kind};
use crate::protocol::link::{AUDIO_PATH, Ack, Down, Holding, JournalHead, MAX_LINES, Up};
use crate::trust::envelope;
use crate::trust::keys::{KeyPair, random_bytes};
use filler_play::FillerPlay;
use past::past_airings;

/// The loop looks at the clock at least this often, so that a stepped clock is seen.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// Wait before a failed download is tried again.
const DOWNLOAD_RETRY: Duration = Duration::from_secs(5);
/// Longest wait before a download that keeps failing is tried again.
const LONGEST_RETRY: Duration = Duration::from_secs(3600);

/// Why the agent cannot run.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The journal: without it nothing may play.
    #[error("the journal cannot be written, so nothing is played: {0}")]
    Journal(#[from] io::Error),
    /// TLS could not be set up.
    #[error("the center's certificate settings cannot be used: {0}")]
    Tls(String),
}

/// What a download came to.
struct Fetched {
    rendition: Sha256,
    result: Result<(), String>,
}

struct Agent {
    folder: Folder,
    identity: Identity,
    key: KeyPair,
    sink: SinkChoice,
    holdings: Holdings,
    cache: Cache,
    journal: Journal,
    playout: Playout,
    playing: Option<(AiringId, Playing, DateTime<Utc>)>,
    filling: Option<FillerPlay>,
    stop_cause: Option<Cause>,
    /// Day of every airing ever held in this run: an outcome keeps its day when a new rundown drops the airing.
    dates: BTreeMap<AiringId, NaiveDate>,
    clock: ClockWatch,
    token: Option<String>,
    /// First line the center lacks, once it said so, and whether a batch is on its way.
    unacked: Option<u64>,
    batch_sent: bool,
    /// The download that runs.
    fetching: Option<(Sha256, AbortHandle)>,
    retry_at: Option<tokio::time::Instant>,
    /// Renditions that came wrong or not at all: when to try again, and the wait after the next failure.
    failed: BTreeMap<Sha256, (tokio::time::Instant, Duration)>,
    refused_noted: BTreeSet<String>,
    up: mpsc::Sender<Up>,
    fetched: mpsc::UnboundedSender<Fetched>,
    player_news: mpsc::UnboundedSender<PlayerNews>,
    http: reqwest::Client,
}

/// Runs the agent in its folder until `shutdown` completes.
///
/// # Errors
/// [`AgentError`] when the folder or the journal cannot be used.
pub async fn run(dir: &Path, sink: SinkChoice, shutdown: impl Future<Output = ()>) -> Result<(), AgentError> {
    let folder = Folder::open(dir)?;
    let _held_until_the_end = folder.lock()?;
    let identity = folder.identity()?;
    let key = folder.key()?;
    let http = link::http_client(identity.center_ca.as_deref()).map_err(|error| AgentError::Tls(error.to_string()))?;
    let boot = hex::encode(random_bytes::<8>()?);
    let (journal, found) = Journal::open(&folder.path("journal.jsonl"), boot)?;
    let (up, outgoing) = mpsc::channel(8);
    let (link_news, mut from_link) = mpsc::channel(8);
    let (fetched, mut from_fetch) = mpsc::unbounded_channel();
    let (player_news, mut from_player) = mpsc::unbounded_channel();
    tokio::spawn(link::run(identity.clone(), folder.key()?, link_news, outgoing));

    let started_at = clock::now();
    let (holdings, problems) = Holdings::load(folder.clone(), identity.clone(), started_at);
    let cache = Cache::open(&folder);
    let clock = ClockWatch::new(started_at, Instant::now(), journal.last_at());
    let mut agent = Agent {
        folder,
        identity,
        key,
        sink,
        holdings,
        cache,
        journal,
        playout: Playout::new(),
        playing: None,
        filling: None,
        stop_cause: None,
        dates: BTreeMap::new(),
        clock,
        token: None,
        unacked: None,
        batch_sent: false,
        fetching: None,
        retry_at: None,
        failed: BTreeMap::new(),
        refused_noted: BTreeSet::new(),
        up,
        fetched,
        player_news,
        http,
    };
    agent.start(started_at, &found, &problems)?;
    drop(found);

    tokio::pin!(shutdown);
    loop {
        let sleep = agent.sleep_for();
        tokio::select! {
            Some(news) = from_link.recv() => agent.on_link(news).await?,
            Some(news) = from_player.recv() => agent.on_player(news)?,
            Some(fetched) = from_fetch.recv() => agent.on_fetched(fetched)?,
            () = tokio::time::sleep(sleep) => {}
            () = &mut shutdown => break,
        }
        agent.tick()?;
        agent.send_journal()?;
    }
    agent.stop_playing(&mut from_player).await
}

impl Agent {
    /// Puts down that the agent runs, and closes what the run before left open.
    fn start(&mut self, started_at: DateTime<Utc>, found: &Found, problems: &[String]) -> Result<(), AgentError> {
        let mut opened = Draft::new(Kind::Opened, started_at, self.clock.state());
        opened.line.sink = Some(self.sink.to_string());
        if found.torn_bytes > 0 {
            opened = opened.note(format!("cut a torn last line of {} bytes", found.torn_bytes));
        }
        self.journal.append(opened)?;
        if let Some(broken) = &found.broken {
            self.note_refused(format!("the journal was damaged: {broken}"))?;
        }
        for problem in problems {
            self.note_refused(problem.clone())?;
        }
        let rundowns = self.holdings.rundowns().cloned().collect();
        self.remember_dates();
        let told = found.lines.iter().filter_map(|line| Some((line.airing?, line.date?)));
        self.dates.extend(told);
        let past = past_airings(&found.lines, &self.folder);
        for event in [
            Event::Stops(self.holdings.stops().to_vec()),
            Event::Rundowns(rundowns),
            Event::Ready(self.cache.held().clone()),
            Event::Refused(self.holdings.refusals()),
            Event::BreakIns(self.break_ins()),
            Event::Restored { started_at, past },
            Event::ClockTrusted(self.clock.state() != ClockState::Untrusted),
        ] {
            self.step(event, started_at)?;
        }
        Ok(())
    }

    fn remember_dates(&mut self) {
        let held = self.holdings.rundowns();
        let dated = held.flat_map(|rundown| rundown.items.iter().filter_map(|item| Some((item.airing?, rundown.date))));
        self.dates.extend(dated);
        let station = &self.identity.station;
        self.dates.extend(self.holdings.break_ins().map(|order| (order.airing(station), order.date)));
    }

    fn break_ins(&self) -> Vec<Item> {
        self.holdings.break_ins().map(|order| order.item(&self.identity.station)).collect()
    }

    fn sleep_for(&self) -> Duration {
        let now = clock::now();
        let until = |at: DateTime<Utc>| (at - now).to_std().unwrap_or(Duration::ZERO);
        let wake = self.playout.wake_at(now).map_or(LONGEST_SLEEP, until);
        let retry = self.retry_at.map_or(LONGEST_SLEEP, |at| at.saturating_duration_since(tokio::time::Instant::now()));
        wake.min(retry).min(LONGEST_SLEEP)
    }

    /// Looks at the clock and gives the state machine the time.
    fn tick(&mut self) -> Result<(), AgentError> {
        let now = clock::now();
        self.look_at_clock(now)?;
        self.holdings.keep_again();
        if self.retry_at.is_some_and(|at| at <= tokio::time::Instant::now()) {
            self.retry_at = None;
            self.fetch_next();
        }
        self.step(Event::Tick, now)
    }

    /// Tells the state machine when the clock gains or loses trust.
    fn look_at_clock(&mut self, now: DateTime<Utc>) -> Result<(), AgentError> {
        let before = self.clock.state();
        let state = self.clock.look(now, Instant::now(), self.journal.last_at());
        if state == before {
            return Ok(());
        }
        if state == ClockState::Untrusted {
            self.note_refused(
                "the clock is not believed: nothing plays until the center's time agrees with it".into(),
            )?;
        }
        if (before == ClockState::Untrusted) != (state == ClockState::Untrusted) {
            self.step(Event::ClockTrusted(state != ClockState::Untrusted), now)?;
        }
        Ok(())
    }

    fn step(&mut self, event: Event, now: DateTime<Utc>) -> Result<(), AgentError> {
        let mut actions: std::collections::VecDeque<Action> = self.playout.step(event, now).into();
        while let Some(action) = actions.pop_front() {
            match action {
                Action::Begin { item, rundown_version, rendition } => {
                    if let Some(event) = self.begin(&item, rundown_version, rendition, now)? {
                        actions.extend(self.playout.step(event, now));
                    }
                }
                Action::Stop { airing, cause } => {
                    if let Some((playing, handle, _)) = &self.playing
                        && *playing == airing
                    {
                        self.stop_cause = Some(cause);
                        handle.stop();
                    }
                }
                Action::Note(ending) => self.put_down(&ending, now)?,
                Action::Fill(fill) => {
                    if let Some(event) = self.fill(*fill, now)? {
                        actions.extend(self.playout.step(event, now));
                    }
                }
                Action::StopFill => {
                    if let Some(filling) = &self.filling {
                        filling.handle.stop();
                    }
                }
            }
        }
        Ok(())
    }

    /// Begins an item: verified bytes first, then the journal, then sound.
    fn begin(
        &mut self,
        item: &Item,
        rundown_version: u32,
        rendition: Sha256,
        now: DateTime<Utc>,
    ) -> Result<Option<Event>, AgentError> {
        let Some(airing) = item.airing else { return Ok(None) };
        let ended = |end| Some(Event::Ended { airing, samples: 0, end, at: now });
        // The last gate: what is held now must still say that this audio may play for this airing.
        if let Err(why) = self.holdings.may_play(&airing, rundown_version, &rendition) {
            self.note_refused(format!("airing {} will not play: {why}", airing.short()))?;
            return Ok(ended(EndReason::Stopped(Cause::NotVerified)));
        }
        let bytes = match self.cache.read(&rendition) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.note_refused(error.to_string())?;
                self.fetch_next();
                let cause =
                    if matches!(error, NotKept::WrongBytes { .. }) { Cause::NotVerified } else { Cause::NoAudio };
                return Ok(ended(EndReason::Stopped(cause)));
            }
        };
        let mut line = Draft::new(Kind::Begin, now, self.clock.state());
        line.line.airing = Some(airing);
        line.line.date = self.dates.get(&airing).copied();
        line.line.rundown_version = Some(rundown_version);
        line.line.audio = Some(rendition);
        line.line.sink = Some(self.sink.to_string());
        self.journal.append(line)?;
        let bulletin = item.sound.as_ref().map_or("item", |sound| sound.bulletin.as_str());
        let label = format!("{}_{bulletin}_{}", item.start.format("%Y%m%dT%H%M%SZ"), airing.short());
        let (sink, progress) = (self.sink.clone(), self.folder.path("progress"));
        let job = Job { airing, bytes, sink, label, progress, overrun: item.overrun };
        match player::start(job, self.player_news.clone()) {
            Ok(handle) => {
                self.playing = Some((airing, handle, now));
                Ok(None)
            }
            Err(error) => Ok(ended(EndReason::SinkFailed(error.to_string()))),
        }
    }

    /// Puts an airing's outcome into the journal, durably.
    fn put_down(&mut self, ending: &Ending, now: DateTime<Utc>) -> Result<(), AgentError> {
        let (kind, samples, began_at, at) = match &ending.said {
            Said::Played { samples, began_at, ended_at } => (Kind::End, Some(*samples), Some(*began_at), *ended_at),
            _ => (Kind::Missed, None, None, now),
        };
        let mut line = Draft::new(kind, at, self.clock.state());
        line.line.airing = Some(ending.airing);
        line.line.date = self.dates.get(&ending.airing).copied();
        line.line.rundown_version = Some(ending.rundown_version);
        line.line.audio = Some(ending.rendition);
        line.line.sink = Some(self.sink.to_string());
        line.line.samples = samples;
        line.line.began_at = began_at;
        line.line.cause = ending.cause;
        line.line.note.clone_from(&ending.note);
        self.journal.append(line)?;
        Ok(())
    }

    /// Journals something that did not verify, once for each sentence and run.
    fn note_refused(&mut self, sentence: String) -> Result<(), AgentError> {
        tracing::warn!("{sentence}");
        if self.refused_noted.insert(sentence.clone()) {
            self.journal.append(Draft::new(Kind::Refused, clock::now(), self.clock.state()).note(sentence))?;
        }
        Ok(())
    }

    fn on_player(&mut self, news: PlayerNews) -> Result<(), AgentError> {
        match news {
            PlayerNews::Began { airing, at } => {
                if let Some(filling) = self.filling.as_mut().filter(|filling| filling.id == airing) {
                    filling.began_at = at;
                    return Ok(());
                }
                if let Some((_, _, began)) = &mut self.playing {
                    *began = at;
                }
                self.step(Event::Began { airing, at }, at)
            }
            PlayerNews::Ended { airing, samples, end, at } => {
                if let Some(filling) = self.filling.take_if(|filling| filling.id == airing) {
                    return self.end_filler(&filling, samples, end, at);
                }
                self.playing = None;
                let end = match end {
                    End::Completed => EndReason::Completed,
                    End::TimeUp => EndReason::Stopped(Cause::SlotEnded),
                    End::Stopped => EndReason::Stopped(self.stop_cause.take().unwrap_or(Cause::Interrupted)),
                    End::SinkFailed(why) => EndReason::SinkFailed(why),
                    End::DecodeFailed(why) => EndReason::DecodeFailed(why),
                };
                self.step(Event::Ended { airing, samples, end, at }, at)
            }
        }
    }

    async fn on_link(&mut self, news: LinkNews) -> Result<(), AgentError> {
        let down = match news {
            LinkNews::Said(down) => *down,
            LinkNews::Lost(why) => {
                tracing::info!("no link to the center: {why}");
                self.token = None;
                self.unacked = None;
                self.batch_sent = false;
                return Ok(());
            }
        };
        match down {
            Down::Welcome { token, time, journal_next } => self.on_welcome(token, time, journal_next)?,
            Down::State { trust, rundowns, manifests, stops, break_ins } => {
                self.on_state(trust, stops, &rundowns, &manifests, &break_ins)?;
            }
            Down::Ack { envelope } => self.on_ack(&envelope)?,
            Down::Challenge { .. } | Down::Refused { .. } => {}
        }
        Ok(())
    }

    fn on_welcome(&mut self, token: String, time: DateTime<Utc>, journal_next: u64) -> Result<(), AgentError> {
        tracing::info!("linked to the center");
        self.token = Some(token);
        self.batch_sent = false;
        self.clock.attest(time, Instant::now());
        self.look_at_clock(clock::now())?;
        let ours = self.journal.head().next_seq;
        if journal_next > ours {
            self.note_refused(format!(
                "the center holds {journal_next} journal lines, this folder only {ours}: an old copy of it was put back"
            ))?;
        } else {
            self.unacked = Some(journal_next);
        }
        self.say_holding();
        self.fetch_next();
        Ok(())
    }

    fn on_state(
        &mut self,
        trust: Option<String>,
        stops: Option<String>,
        rundowns: &[String],
        manifests: &[String],
        break_ins: &[String],
    ) -> Result<(), AgentError> {
        let now = clock::now();
        self.holdings.keep_again();
        if let Some(text) = trust
            && let Err(error) = self.holdings.take_trust(&text, now)
        {
            self.note_refused(format!("trust list: {error}"))?;
        }
        if let Some(text) = stops {
            self.take_stops(&text, now)?;
        }
        for text in manifests {
            if let Err(error) = self.holdings.take_manifest(text) {
                self.note_refused(format!("approval {}: {error}", envelope::digest(text).short()))?;
            }
        }
        // Before the day's plans: what is urgent is fetched first.
        self.take_break_ins(break_ins, now)?;
        for text in rundowns {
            if let Err(error) = self.holdings.take_rundown(text, now) {
                self.note_refused(format!("rundown refused: {error}"))?;
            }
        }
        self.remember_dates();
        let refusals = self.holdings.refusals();
        for (airing, reason) in &refusals {
            self.note_refused(format!("airing {} will not play: {reason}", airing.short()))?;
        }
        self.step(Event::Refused(refusals), now)?;
        self.step(Event::BreakIns(self.break_ins()), now)?;
        self.step(Event::Rundowns(self.holdings.rundowns().cloned().collect()), now)?;
        self.say_holding();
        self.fetch_next();
        Ok(())
    }

    /// Silence comes before everything else that arrived with it.
    fn take_stops(&mut self, text: &str, now: DateTime<Utc>) -> Result<(), AgentError> {
        let taken = self.holdings.take_stops(text);
        self.step(Event::Stops(self.holdings.stops().to_vec()), now)?;
        match taken {
            Ok(()) => Ok(()),
            Err(error) => self.note_refused(format!("stop orders: {error}")),
        }
    }

    /// Puts down each new order before anything comes of it, and fetches its sound at once.
    fn take_break_ins(&mut self, texts: &[String], now: DateTime<Utc>) -> Result<(), AgentError> {
        for text in texts {
            let (new, taken) = self.holdings.take_break_in(text, now);
            if let Err(error) = taken {
                self.note_refused(format!("break-in order: {error}"))?;
            }
            let order = envelope::peek::<BreakIn>(text.as_bytes(), envelope::BREAK_IN).ok().filter(|_| new);
            if let Some(order) = order {
                let mut line = Draft::new(Kind::Note, now, self.clock.state())
                    .note(format!("break-in order {} of {} is here", order.id, order.bulletin));
                line.line.airing = Some(order.airing(&self.identity.station));
                line.line.date = Some(order.date);
                line.line.audio = Some(order.rendition);
                self.journal.append(line)?;
                // Whatever failed before, this is tried at once.
                self.failed.remove(&order.rendition);
            }
        }
        self.fetch_next();
        Ok(())
    }

    fn on_ack(&mut self, text: &str) -> Result<(), AgentError> {
        let keys = self.holdings.center_keys();
        // After a refused ack nothing is sent again on this connection: the answer would be the same.
        match envelope::open::<Ack>(text.as_bytes(), envelope::ACK, &keys) {
            Ok((_, ack)) if ack.station == self.identity.station => {
                self.unacked = Some(ack.next_seq);
                self.batch_sent = false;
            }
            Ok(_) => self.note_refused("an ack for another station was refused".into())?,
            Err(error) => self.note_refused(format!("an ack was refused: {error}"))?,
        }
        Ok(())
    }

    /// Tells the center what is held; what it lacks then comes back.
    fn say_holding(&self) {
        let (trust_version, rundowns, manifests) = self.holdings.held();
        let holding = Holding {
            trust_version,
            rundowns,
            manifests,
            renditions: self.cache.held().iter().copied().collect(),
            journal_next: self.journal.head().next_seq,
            stops: self.holdings.stops().iter().map(|stop| stop.id).collect(),
            break_ins: self.holdings.break_in_ids(),
        };
        // A full channel means the connection is being lost; everything is said anew after the next welcome.
        let _said = self.up.try_send(Up::Holding(holding));
    }

    /// Sends the next unacknowledged lines, one batch at a time.
    fn send_journal(&mut self) -> Result<(), AgentError> {
        let Some(from) = self.unacked else { return Ok(()) };
        if self.batch_sent || self.token.is_none() || from >= self.journal.head().next_seq {
            return Ok(());
        }
        let (lines, head) = self.journal.lines_from(from, MAX_LINES)?;
        let head = JournalHead {
            station: self.identity.station.clone(),
            next_seq: head.next_seq,
            hash: head.hash,
            at: clock::now(),
        };
        let head = envelope::seal(envelope::JOURNAL_HEAD, &head, &self.key).map_err(io::Error::from)?;
        self.batch_sent = self.up.try_send(Up::Journal { lines, head }).is_ok();
        Ok(())
    }

    /// Ends what plays when the agent is told to end, so that it is put down as partial with its seconds.
    async fn stop_playing(&mut self, from_player: &mut mpsc::UnboundedReceiver<PlayerNews>) -> Result<(), AgentError> {
        // Nothing begins under an untrusted clock: so the next item is not begun while this one ends.
        self.step(Event::ClockTrusted(false), clock::now())?;
        if let Some((_, handle, _)) = &self.playing {
            self.stop_cause = Some(Cause::Interrupted);
            handle.stop();
        }
        if let Some(filling) = &self.filling {
            filling.handle.stop();
        }
        while self.playing.is_some() || self.filling.is_some() {
            match from_player.recv().await {
                Some(news) => self.on_player(news)?,
                None => break,
            }
        }
        Ok(())
    }
}
