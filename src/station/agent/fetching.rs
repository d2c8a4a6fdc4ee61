//! Downloads: one at a time, what is urgent first, then nearest air time.

use super::*;

/// Longest wait before what is urgent is fetched again from its beginning, because it was not what was announced or found
/// no room.
const WHOLE_RETRY: Duration = Duration::from_secs(60);

impl Agent {
    /// Starts the next download: what is urgent, then nearest air time first. A download of something else that runs
    /// makes room for what is urgent, and goes on where it stopped afterwards.
    pub(super) fn fetch_next(&mut self) {
        let Some(token) = self.token.clone() else { return };
        let now = tokio::time::Instant::now();
        let again = |rendition: &Sha256| self.failed.get(rendition).map(|(at, _)| *at).filter(|at| now < *at);
        let due = |rendition: &Sha256| again(rendition).is_none();
        let mut pressing = self.holdings.pressing(clock::now());
        pressing.retain(|rendition| !self.cache.held().contains(rendition));
        // What is urgent is tried again in its time, whatever is fetched by then.
        self.retry_at = pressing.iter().filter_map(again).min();
        if let Some((running, abort)) = &self.fetching {
            pressing.retain(due);
            if pressing.is_empty() || pressing.contains(running) {
                return;
            }
            abort.abort();
            self.fetching = None;
        }
        let wanted = self.holdings.wanted(clock::now());
        let missing: Vec<Sha256> = wanted.into_iter().filter(|r| !self.cache.held().contains(r)).collect();
        let Some(rendition) = missing.iter().find(|rendition| due(rendition)).copied() else {
            self.retry_at = missing.iter().filter_map(again).min();
            return;
        };
        let url = format!("{}{AUDIO_PATH}/{rendition}", self.identity.center);
        let (path, have) = self.cache.part(&rendition);
        let (http, fetched) = (self.http.clone(), self.fetched.clone());
        let task = tokio::spawn(async move {
            let result = download(&http, &url, &token, &path, have).await.map_err(|error| error.to_string());
            // The loop may be gone at shutdown.
            let _told = fetched.send(Fetched { rendition, result });
        });
        self.fetching = Some((rendition, task.abort_handle()));
    }

    pub(super) fn on_fetched(&mut self, fetched: Fetched) -> Result<(), AgentError> {
        // One that was to make room may have come to its end all the same.
        self.fetching.take_if(|(running, _)| *running == fetched.rendition);
        let kept = match fetched.result {
            Ok(()) => self.cache.keep(&fetched.rendition).map_err(|error| error.to_string()),
            Err(error) => {
                tracing::info!("audio {} not fetched yet: {error}", fetched.rendition.short());
                self.try_later(fetched.rendition, DOWNLOAD_RETRY);
                self.fetch_next();
                return Ok(());
            }
        };
        match kept {
            Ok(()) => {
                self.failed.remove(&fetched.rendition);
                tracing::info!("audio {} is here and verified", fetched.rendition.short());
                self.step(Event::Ready(self.cache.held().clone()), clock::now())?;
                self.say_holding();
            }
            Err(error) => {
                self.note_refused(error)?;
                self.try_later(fetched.rendition, WHOLE_RETRY);
            }
        }
        self.fetch_next();
        Ok(())
    }

    /// One bad file must not keep the others waiting, nor be fetched over and over on a paid link; what is urgent has ten
    /// minutes in all and waits so long at most.
    fn try_later(&mut self, rendition: Sha256, urgent_longest: Duration) {
        let urgent = self.holdings.pressing(clock::now()).contains(&rendition);
        let longest = if urgent { urgent_longest } else { LONGEST_RETRY };
        let wait = self.failed.get(&rendition).map_or(DOWNLOAD_RETRY, |(_, wait)| (*wait * 2).min(longest));
        self.failed.insert(rendition, (tokio::time::Instant::now() + wait, wait));
    }
}
