//! The link's socket: challenge, welcome, then state whenever the station lacks some, acks whenever it confirms.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::center::{Center, CenterError, NewToken};
use crate::domain::ids::{Sha256, StationId};
use crate::protocol::link::{Down, Holding, MAX_LINES, MAX_MESSAGE_BYTES, Up, VERSION};
use crate::web::Web;

/// A connection must say who it is within this time.
const AUTH_WITHIN: Duration = Duration::from_secs(10);
/// Without a word from the station for this long, the connection is taken for dead.
const SILENCE: Duration = Duration::from_secs(75);

/// `GET /api/v1/link`
pub async fn connect(State(web): State<Web>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    // Only browsers say an origin, and no page of ours opens this socket: it would be another site's script.
    if headers.contains_key(ORIGIN) {
        return (StatusCode::FORBIDDEN, "the link is for stations, not for pages").into_response();
    }
    upgrade.max_message_size(MAX_MESSAGE_BYTES).max_frame_size(MAX_MESSAGE_BYTES).on_upgrade(move |socket| async move {
        let mut conversation = Conversation { center: web.center, socket };
        if let Err(ended) = conversation.hold().await {
            conversation.refuse(&ended).await;
        }
    })
}

struct Conversation {
    center: Center,
    socket: WebSocket,
}

/// Why a conversation ended.
enum Ended {
    /// The other side is gone; nobody is left to tell.
    Gone,
    /// Told to the station before closing.
    Refused(String),
}

impl From<CenterError> for Ended {
    fn from(error: CenterError) -> Self {
        match error {
            CenterError::Refused(sentence) | CenterError::NotFound(sentence) | CenterError::Forbidden(sentence) => {
                Self::Refused(sentence)
            }
            other => {
                tracing::error!("link: {other}");
                Self::Refused("the center failed while working: try again later".into())
            }
        }
    }
}

impl Conversation {
    async fn say(&mut self, down: &Down) -> Result<(), Ended> {
        let text = serde_json::to_string(down).map_err(|_| Ended::Gone)?;
        self.send(text).await
    }

    /// Sends within bounds: a station that stopped reading is gone.
    async fn send(&mut self, text: String) -> Result<(), Ended> {
        let sent = tokio::time::timeout(SILENCE, self.socket.send(Message::text(text))).await;
        sent.map_err(|_| Ended::Gone)?.map_err(|_| Ended::Gone)
    }

    /// A revoked device, or one whose place a newer connection took, says nothing more.
    fn check(station: &StationId, still: bool, revoked: bool) -> Result<(), Ended> {
        if !still {
            return Err(Ended::Gone);
        }
        if revoked {
            return Err(Ended::Refused(format!("station {station} was revoked")));
        }
        Ok(())
    }

    async fn hear(&mut self, within: Duration) -> Result<Option<Up>, Ended> {
        let message = tokio::time::timeout(within, self.socket.recv()).await.map_err(|_| Ended::Gone)?;
        match message {
            Some(Ok(Message::Text(text))) => {
                let up = serde_json::from_str(&text).map_err(|error| {
                    Ended::Refused(format!("the message cannot be read ({error}): is the agent of another version?"))
                })?;
                Ok(Some(up))
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Ended::Gone),
            Some(Ok(_)) => Ok(None),
        }
    }

    async fn refuse(&mut self, ended: &Ended) {
        if let Ended::Refused(sentence) = ended {
            tracing::warn!("{sentence}");
            // The station may be gone already.
            let _told = self.say(&Down::Refused { error: sentence.clone() }).await;
            let _closed = self.socket.send(Message::Close(None)).await;
        }
    }

    async fn hold(&mut self) -> Result<(), Ended> {
        let nonce = NewToken::make()?;
        self.say(&Down::Challenge { nonce: nonce.text.clone() }).await?;
        let deadline = tokio::time::Instant::now() + AUTH_WITHIN;
        let (station, envelope) = loop {
            if tokio::time::Instant::now() >= deadline {
                return Err(Ended::Refused("say who you are within ten seconds".into()));
            }
            match self.hear(AUTH_WITHIN).await? {
                Some(Up::Auth { version: VERSION, station, envelope }) => break (station, envelope),
                Some(Up::Auth { version, .. }) => {
                    let sentence = format!("this agent speaks version {version}, the center {VERSION}: update it");
                    return Err(Ended::Refused(sentence));
                }
                Some(_) => return Err(Ended::Refused("say who you are first".into())),
                None => {}
            }
        };
        let key = self.center.admit_link(&station, &nonce.text, &envelope).await?;
        let token = NewToken::make()?;
        let seat = self.center.take_seat(&station, token.digest);
        let journal_next = self.center.journal_next(&key).await?;
        self.say(&Down::Welcome { token: token.text, time: crate::clock::now(), journal_next }).await?;
        tracing::info!("{station} is connected");

        let mut holding: Option<Holding> = None;
        let mut said: Option<Sha256> = None;
        loop {
            tokio::select! {
                up = self.hear(SILENCE) => {
                    let up = up?;
                    if up.is_some() {
                        let revoked = self.center.station_key(&station).await? != Some(key);
                        Self::check(&station, self.center.seat_holds(&seat), revoked)?;
                    }
                    match up {
                    Some(Up::Holding(held)) => {
                        self.center.note_holding(&key, &held).await?;
                        holding = Some(held);
                        self.say_lacking(&station, holding.as_ref(), &mut said).await?;
                    }
                    Some(Up::Journal { lines, .. }) if lines.len() > MAX_LINES => {
                        return Err(Ended::Refused(format!("{} lines at once, {MAX_LINES} allowed", lines.len())));
                    }
                    Some(Up::Journal { lines, head }) => {
                        let envelope = self.center.accept_journal(&station, &key, &lines, &head).await?;
                        self.say(&Down::Ack { envelope }).await?;
                    }
                    Some(Up::Auth { .. }) | None => {}
                    }
                }
                () = seat.wake.notified() => {
                    let revoked = self.center.station_key(&station).await? != Some(key);
                    Self::check(&station, self.center.seat_holds(&seat), revoked)?;
                    self.say_lacking(&station, holding.as_ref(), &mut said).await?;
                }
            }
        }
    }

    /// Sends what the station lacks, but never the same twice on one connection: what it refused it would refuse
    /// again.
    async fn say_lacking(
        &mut self,
        station: &StationId,
        holding: Option<&Holding>,
        said: &mut Option<Sha256>,
    ) -> Result<(), Ended> {
        let Some(holding) = holding else { return Ok(()) };
        let Some(down) = self.center.lacking(station, holding).await? else { return Ok(()) };
        let text = serde_json::to_string(&down).map_err(|_| Ended::Gone)?;
        let digest = Sha256::of(text.as_bytes());
        if *said == Some(digest) {
            return Ok(());
        }
        self.send(text).await?;
        *said = Some(digest);
        Ok(())
    }
}
