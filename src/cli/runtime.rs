//! Runtimes, logging and the signal that ends a long-running command.

use super::{Failure, Outcome};

/// Runs a command of the center on all cores.
pub fn many(work: impl Future<Output = Outcome>) -> Outcome {
    run(&mut tokio::runtime::Builder::new_multi_thread(), work)
}

/// Runs the agent on one thread: a small board has little memory.
pub fn single(work: impl Future<Output = Outcome>) -> Outcome {
    run(&mut tokio::runtime::Builder::new_current_thread(), work)
}

fn run(builder: &mut tokio::runtime::Builder, work: impl Future<Output = Outcome>) -> Outcome {
    // A second call finds it installed; that is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let runtime = builder.enable_all().build().map_err(|error| Failure::failed(format!("threads: {error}")))?;
    runtime.block_on(work)
}

/// Log lines on stderr; `LOA_LOG` chooses more or fewer (`warn`, `debug`, `loa=debug,sqlx=info`).
pub fn log() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let usual = || Targets::new().with_default(LevelFilter::WARN).with_target("loa", LevelFilter::INFO);
    let filter = std::env::var("LOA_LOG").ok().and_then(|text| text.parse().ok()).unwrap_or_else(usual);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(false);
    // Set already, by a command that runs another one.
    let _set = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

/// Completes on Ctrl-C or SIGTERM.
pub async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            // Without the signal only Ctrl-C is left.
            let _ended = tokio::signal::ctrl_c().await;
        }
    }
}

/// As [`ended`], and also when stdin closes if that is asked for: then whoever started this is gone.
pub async fn ended_or_stdin_closed(with_stdin: bool) {
    if !with_stdin {
        return ended().await;
    }
    let (closed, on_closed) = tokio::sync::oneshot::channel();
    // A thread of its own: a blocking read must not keep the runtime from ending.
    std::thread::spawn(move || {
        let _read = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _told = closed.send(());
    });
    tokio::select! {
        () = ended() => {}
        _ = on_closed => {}
    }
}
