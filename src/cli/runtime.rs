//! Runtimes, logging and the signal that ends a long-running command.

use std::io::IsTerminal;

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

/// Log lines on stderr; `RUST_LOG` chooses more or fewer.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,hyper=warn"));
    let built = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    // Set already, by a command that runs another one.
    drop(built);
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
