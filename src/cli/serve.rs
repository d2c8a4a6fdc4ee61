//! `loa serve`: the center.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Failure, Outcome, StoreArgs, runtime};
use crate::center::Center;
use crate::web::{Web, router};

/// How long open requests may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// Run the center: pages, API, planning, links to stations.
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    store: StoreArgs,
    /// Address to listen on
    #[arg(long, env = "LOA_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Certificate chain, PEM
    #[arg(long, env = "LOA_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Its key, PEM
    #[arg(long, env = "LOA_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// A proxy on this machine does TLS and says in X-Forwarded-For who asks: believe it, and bind cookies to TLS
    #[arg(long, env = "LOA_BEHIND_PROXY", conflicts_with = "tls_cert")]
    behind_proxy: bool,
    /// Whether approvers and administrators must have a second factor; off only on loopback, to try things out
    #[arg(long, value_enum, default_value = "on", value_name = "on|off")]
    second_factor: SecondFactor,
}

/// Whether second factors are demanded.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SecondFactor {
    /// Of approvers and administrators.
    On,
    /// Of nobody; every page says so.
    Off,
}

/// TLS files.
pub struct Tls {
    /// Certificate chain, PEM.
    pub cert: PathBuf,
    /// Key, PEM.
    pub key: PathBuf,
}

impl Serve {
    /// Serves until Ctrl-C or SIGTERM.
    pub fn run(self) -> Outcome {
        let tls = self.tls_cert.zip(self.tls_key).map(|(cert, key)| Tls { cert, key });
        if tls.is_none() && !self.listen.ip().is_loopback() {
            return Err(Failure::wrong(format!(
                "plain HTTP on {} would let anybody read and change what passes: give --tls-cert and --tls-key, or \
                 listen on 127.0.0.1 behind a proxy that does TLS",
                self.listen
            )));
        }
        let off = self.second_factor == SecondFactor::Off;
        if off && (tls.is_some() || self.behind_proxy || !self.listen.ip().is_loopback()) {
            return Err(Failure::wrong(
                "--second-factor off is for trying things out on this machine: leave it away, or serve plain HTTP on \
                 loopback without a proxy",
            ));
        }
        if self.behind_proxy && !self.listen.ip().is_loopback() {
            return Err(Failure::wrong(format!(
                "--behind-proxy believes what it is told of addresses, and others can reach {}: listen on 127.0.0.1",
                self.listen
            )));
        }
        runtime::many(async move {
            runtime::log();
            let center = self.store.open().await?;
            let center = if off { center.without_second_factor() } else { center };
            let listener = bind(self.listen)?;
            serve(center, listener, tls, self.behind_proxy, runtime::ended()).await
        })
    }
}

/// Takes the address, or says why not.
pub fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).map_err(|error| {
        Failure::failed(format!("cannot listen on {address}: {error}; choose another --listen or stop what uses it"))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves on a listener until `ended` completes.
pub async fn serve(
    center: Center,
    listener: TcpListener,
    tls: Option<Tls>,
    behind_proxy: bool,
    ended: impl Future<Output = ()>,
) -> Outcome {
    let address = listener.local_addr()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let web = Web { center: center.clone(), tls: tls.is_some() || behind_proxy, behind_proxy };
    let app = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let handle = axum_server::Handle::new();
    let graceful = handle.clone();
    tracing::info!("loa listens on {scheme}://{address}");
    if center.holds_approvals() {
        tracing::warn!("a key that approves lies with the center (custody=center) until `loa keys revoke` retires it");
    }
    if !center.demands_second_factor() {
        tracing::warn!("no second factor is demanded of approvers and administrators: only for trying things out");
    }
    let server = async {
        match tls {
            Some(tls) => {
                let config = axum_server::tls_rustls::RustlsConfig::from_pem_file(&tls.cert, &tls.key).await.map_err(
                    |error| {
                        Failure::wrong(format!("certificate {} or its key cannot be used: {error}", tls.cert.display()))
                    },
                )?;
                let server = axum_server::from_tcp_rustls(listener, config).map_err(Failure::from)?;
                server.handle(handle).serve(app).await.map_err(Failure::from)
            }
            None => {
                let server = axum_server::from_tcp(listener).map_err(Failure::from)?;
                server.handle(handle).serve(app).await.map_err(Failure::from)
            }
        }
    };
    tokio::select! {
        served = server => served,
        () = center.keep_up() => Ok(()),
        () = center.check_uploads() => Ok(()),
        () = async {
            ended.await;
            graceful.graceful_shutdown(Some(GRACE));
            // Links never end by themselves; the grace ends them.
            while graceful.connection_count() > 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        } => {
            tracing::info!("loa ends");
            Ok(())
        }
    }
}
