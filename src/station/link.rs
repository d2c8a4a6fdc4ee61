//! The link to the center: connects, proves who it is, pumps messages both ways, and tries again. What is said is
//! decided in the agent's loop.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, connect_async_tls_with_config};

use super::enrol::root_cause;
use super::folder::Identity;
use crate::protocol::link::{Down, LinkAuth, MAX_MESSAGE_BYTES, PATH, Up, VERSION};
use crate::trust::envelope;
use crate::trust::keys::{KeyPair, random_bytes};

/// First wait after a lost connection; doubles up to [`LONGEST_WAIT`], each with a random part.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Without a word from the center for this long, the connection is taken for dead.
const SILENCE: Duration = Duration::from_secs(75);
/// How often the station says it is there.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// What the link tells the loop.
#[derive(Debug)]
pub enum LinkNews {
    /// The center said something.
    Said(Box<Down>),
    /// The connection is gone; what was sent and not answered is lost.
    Lost(String),
}

/// Trust anchors for TLS: the file given at enrolment, else the system's.
fn tls_config(center_ca: Option<&str>) -> anyhow::Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    match center_ca {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(certificate?)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// An HTTP client that believes the same certificates as the link.
///
/// # Errors
/// When the certificates cannot be used.
pub fn http_client(center_ca: Option<&str>) -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config(center_ca)?)
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(60))
        // What the center says is asked of the center, and of nobody it might name.
        .redirect(reqwest::redirect::Policy::none())
        .build()?)
}

/// Keeps a connection up for as long as the loop listens.
pub async fn run(identity: Identity, key: KeyPair, news: Sender<LinkNews>, mut outgoing: Receiver<Up>) {
    let mut wait = SHORTEST_WAIT;
    loop {
        // Left from the connection before: the loop says everything anew after a welcome.
        while outgoing.try_recv().is_ok() {}
        let mut welcomed = false;
        let lost = match converse(&identity, &key, &news, &mut outgoing, &mut welcomed).await {
            Ok(()) => return,
            Err(error) => error.to_string(),
        };
        if news.send(LinkNews::Lost(lost)).await.is_err() {
            return;
        }
        wait = if welcomed { SHORTEST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
        tokio::time::sleep(jittered(wait)).await;
    }
}

/// Between half the wait and the whole of it, so that a province does not come back in one second.
fn jittered(wait: Duration) -> Duration {
    let random = random_bytes::<2>().map_or(0, u16::from_be_bytes);
    wait / 2 + (wait / 2).mul_f64(f64::from(random) / f64::from(u16::MAX))
}

/// One connection from challenge to loss. `Ok` only when the loop is gone.
async fn converse(
    identity: &Identity,
    key: &KeyPair,
    news: &Sender<LinkNews>,
    outgoing: &mut Receiver<Up>,
    welcomed: &mut bool,
) -> anyhow::Result<()> {
    let address = identity.center.replacen("http", "ws", 1) + PATH;
    let connector = if address.starts_with("wss:") {
        Connector::Rustls(Arc::new(tls_config(identity.center_ca.as_deref())?))
    } else {
        Connector::Plain
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
        .read_buffer_size(16 * 1024);
    let connected = connect_async_tls_with_config(address, Some(config), true, Some(connector));
    let (socket, _) = tokio::time::timeout(Duration::from_secs(30), connected)
        .await?
        .map_err(|error| anyhow::anyhow!(root_cause(&error)))?;
    let (mut sink, mut stream) = socket.split();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            message = tokio::time::timeout_at(heard + SILENCE, stream.next()) => {
                let message = message.map_err(|_| anyhow::anyhow!("the center fell silent"))?;
                heard = Instant::now();
                let Some(message) = message else { anyhow::bail!("the center closed the connection") };
                let Message::Text(text) = message? else { continue };
                let down: Down = serde_json::from_str(&text)?;
                match &down {
                    Down::Challenge { nonce } => {
                        let auth = LinkAuth { station: identity.station.clone(), nonce: nonce.clone() };
                        let envelope = envelope::seal(envelope::LINK_AUTH, &auth, key)?;
                        let up = Up::Auth { version: VERSION, station: identity.station.clone(), envelope };
                        send(&mut sink, Message::text(serde_json::to_string(&up)?)).await?;
                        continue;
                    }
                    Down::Welcome { .. } => *welcomed = true,
                    Down::Refused { error } => {
                        // Asking again at once would be refused again.
                        *welcomed = false;
                        anyhow::bail!("{error}")
                    }
                    _ => {}
                }
                if news.send(LinkNews::Said(Box::new(down))).await.is_err() {
                    return Ok(());
                }
            }
            up = outgoing.recv() => {
                let Some(up) = up else { return Ok(()) };
                send(&mut sink, Message::text(serde_json::to_string(&up)?)).await?;
            }
            _ = heartbeat.tick() => send(&mut sink, Message::Ping(Default::default())).await?,
        }
    }
}

/// Sends within bounds: a peer that stopped reading is gone.
async fn send<S>(sink: &mut S, message: Message) -> anyhow::Result<()>
where
    S: SinkExt<Message> + Unpin,
    S::Error: std::error::Error + Send + Sync + 'static,
{
    tokio::time::timeout(SILENCE, sink.send(message))
        .await
        .map_err(|_| anyhow::anyhow!("the center stopped reading"))??;
    Ok(())
}
