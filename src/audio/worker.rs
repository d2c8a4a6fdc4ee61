//! The contained worker: uploads are decoded in a child process of the same program, with limits on
//! its memory, its time and what it may write.
//!
//! The child takes one [`Job`] as JSON on its standard input and gives one [`ChildAnswer`] on its
//! standard output. Whatever a hostile file does to it becomes a refusal of that file.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, nice, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::findings::{Finding, Report, Severity, Verdict};
use super::probe::{CheckError, Limits, examine, sha256_of};
use super::render::{RenderError, Rendered, render};
use crate::domain::portrait::Portrait;

/// The hidden command of the program that serves as the child.
pub const CHILD_COMMAND: &str = "audio-worker";

/// Address space of a child, in bytes.
pub const MEMORY_BYTES: u64 = 256 * 1024 * 1024;

/// Processor time of a child, in seconds: a two-hour recording takes about two minutes.
pub const CPU_SECONDS: u64 = 600;

/// Time a child may take by the wall clock.
const WALL_CLOCK: Duration = Duration::from_secs(1200);

/// Largest file a child may write, in bytes; the master of two hours has 691 MB.
const FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// Longest job and longest answer that are read, in bytes.
const MESSAGE_BYTES: u64 = 1024 * 1024;

/// How much of the child's standard error is kept for an error text, in bytes.
const COMPLAINT_BYTES: u64 = 4096;

/// Stands before the answer, so that it is found among whatever else is on standard output.
const ANSWER_MARK: &str = "loa-audio-answer ";

/// What a child is to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The upload.
    pub input: PathBuf,
    /// Where master and rendition go; `None` for the check alone.
    pub out_dir: Option<PathBuf>,
    /// The rules of the check.
    pub limits: Limits,
    /// What may be changed on the way to the master.
    #[serde(default)]
    pub mending: Mending,
    /// Address space that the child may use, in bytes.
    pub memory_bytes: u64,
    /// Processor time that it may use, in seconds.
    pub cpu_seconds: u64,
}

/// What the editor asks to be changed on the way from original to master, beside its loudness.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mending {
    /// Cut silence off at both ends, leaving a short breath.
    pub trim_silence: bool,
}

/// What came of taking a file in.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The report of the check.
    pub report: Report,
    /// What was made; `None` if the check refused the file.
    pub rendered: Option<Rendered>,
    /// What it looks and sounds like; `None` if nothing was made.
    pub portrait: Option<Portrait>,
}

/// What a child answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "one answer lives in each process")]
pub enum ChildAnswer {
    /// The file was checked, and rendered if that was asked for and it was accepted.
    Done {
        /// The report of the check.
        report: Report,
        /// What was made.
        rendered: Option<Rendered>,
        /// What the rendition looks and sounds like.
        #[serde(default)]
        portrait: Option<Portrait>,
    },
    /// The file could not be read, or the results could not be written.
    Failed {
        /// The error text.
        error: String,
    },
}

/// Puts the calling process under limits that it can't lift again: address space, processor time, size
/// of any file it writes, no core dump, and low priority.
///
/// # Errors
/// What the operating system says when a limit is refused.
pub fn contain(memory_bytes: u64, cpu_seconds: u64) -> io::Result<()> {
    nice(10)?;
    let limits = [
        (Resource::As, memory_bytes),
        (Resource::Cpu, cpu_seconds),
        (Resource::Fsize, FILE_BYTES),
        (Resource::Core, 0),
    ];
    for (resource, limit) in limits {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

/// The child's whole life: reads the job from `input`, contains itself, works, and answers on `output`.
/// Call it before anything starts threads: their stacks count as memory.
///
/// # Errors
/// What goes wrong outside the work itself; then there is no answer and the child should exit with 1.
pub fn serve_child(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let job: Job = serde_json::from_reader(input.take(MESSAGE_BYTES))?;
    contain(job.memory_bytes, job.cpu_seconds)?;
    let answer = serde_json::to_string(&run_child(&job))?;
    writeln!(output, "\n{ANSWER_MARK}{answer}")?;
    output.flush()
}

/// Does the job in this process. A panic of a decoder becomes a refusal.
pub fn run_child(job: &Job) -> ChildAnswer {
    catch_unwind(AssertUnwindSafe(|| work(job))).unwrap_or_else(|_| {
        done(refused(
            &job.input,
            Finding::new(
                "undecodable",
                Severity::Refuse,
                "Bộ giải mã đã dừng vì nội dung tệp bất thường.",
                EXPORT_AGAIN,
            ),
        ))
    })
}

fn work(job: &Job) -> ChildAnswer {
    let failed = |error: String| ChildAnswer::Failed { error };
    let checked = match examine(&job.input, &job.limits) {
        Ok(checked) => checked,
        Err(CheckError::Thread(_)) => return done(refused(&job.input, too_much())),
        Err(error) => return failed(error.to_string()),
    };
    let Some(out_dir) = job.out_dir.as_ref().filter(|_| checked.report.verdict == Verdict::Accepted) else {
        return done(checked.report);
    };
    let made = match render(&job.input, out_dir, &checked, job.mending) {
        Ok(made) => made,
        Err(RenderError::Thread(_)) => return done(refused(&job.input, too_much())),
        Err(error) => return failed(error.to_string()),
    };
    let mut report = checked.report;
    for finding in made.findings {
        report.add(finding);
    }
    let portrait = checked.fingerprint.map(|fingerprint| Portrait { waveform: made.waveform, fingerprint });
    ChildAnswer::Done { report, rendered: Some(made.rendered), portrait }
}

/// The answer where nothing was made.
fn done(report: Report) -> ChildAnswer {
    ChildAnswer::Done { report, rendered: None, portrait: None }
}

const EXPORT_AGAIN: &str = "Hãy mở bản ghi bằng phần mềm thu âm, xuất lại dạng MP3 hoặc WAV rồi tải lên.";

/// A refusal of a file of which only the hash can be known.
fn refused(input: &Path, finding: Finding) -> Report {
    let mut report = Report::empty();
    report.sha256 = std::fs::File::open(input).and_then(|mut file| sha256_of(&mut file)).ok();
    report.add(finding);
    report
}

/// Why the worker gave no report.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The child can't be started or spoken to.
    #[error("cannot run the audio worker {exe}: {source}; check the installation")]
    Start {
        /// The executable.
        exe: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file can't be read, or the results can't be written.
    #[error("{0}")]
    Failed(String),
    /// The child ended without an answer though it was not stopped by a limit.
    #[error("the audio worker ended with {status} and no answer: {complaint}; report this as a fault")]
    NoAnswer {
        /// How it ended.
        status: String,
        /// The end of its standard error.
        complaint: String,
    },
}

/// The parent's side: starts a contained child for each file.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The program to start.
    pub exe: PathBuf,
    /// Arguments before [`CHILD_COMMAND`].
    pub leading_args: Vec<String>,
    /// The rules of the check.
    pub limits: Limits,
    /// Address space of a child, in bytes. Default [`MEMORY_BYTES`].
    pub memory_bytes: u64,
    /// Processor time of a child, in seconds. Default [`CPU_SECONDS`].
    pub cpu_seconds: u64,
    /// Time of a child by the wall clock. Default 20 minutes.
    pub wall_clock: Duration,
    /// Turns of children, shared by all clones: uploads at once wait in line, so that pages stay quick and
    /// memory bounded. Default one child at a time; a child uses all processors by itself.
    pub turns: Arc<Semaphore>,
}

impl Worker {
    /// A worker that starts `exe` with `leading_args` and [`CHILD_COMMAND`], under the default limits.
    pub fn new(exe: impl Into<PathBuf>, leading_args: Vec<String>) -> Self {
        Self {
            exe: exe.into(),
            leading_args,
            limits: Limits::default(),
            memory_bytes: MEMORY_BYTES,
            cpu_seconds: CPU_SECONDS,
            wall_clock: WALL_CLOCK,
            turns: Arc::new(Semaphore::new(1)),
        }
    }

    /// Checks one file.
    ///
    /// # Errors
    /// [`WorkerError`], when there is no report. A child stopped by its limits gives a refusal.
    pub async fn check(&self, input: &Path) -> Result<Report, WorkerError> {
        Ok(self.run(input, None, Mending::default()).await?.report)
    }

    /// Checks one file and, if it is accepted, writes its master and rendition into `out_dir`, mended as asked.
    ///
    /// # Errors
    /// [`WorkerError`], when there is no report. A child stopped by its limits gives a refusal.
    pub async fn ingest(&self, input: &Path, out_dir: &Path, mending: Mending) -> Result<Ingested, WorkerError> {
        self.run(input, Some(out_dir), mending).await
    }

    async fn run(&self, input: &Path, out_dir: Option<&Path>, mending: Mending) -> Result<Ingested, WorkerError> {
        let only = |report| Ingested { report, rendered: None, portrait: None };
        let job = Job {
            input: input.to_owned(),
            out_dir: out_dir.map(Path::to_owned),
            limits: self.limits,
            mending,
            memory_bytes: self.memory_bytes,
            cpu_seconds: self.cpu_seconds,
        };
        // Closed by nobody; were it closed, a turn would not be needed either.
        let _turn = self.turns.acquire().await.ok();
        let mut child = self.spawn().map_err(|source| self.start_error(source))?;
        let finished = tokio::time::timeout(self.wall_clock, converse(&mut child, &job)).await;
        let ended = match finished {
            Ok(ended) => ended.map_err(|source| self.start_error(source))?,
            Err(_) => {
                child.kill().await.map_err(|source| self.start_error(source))?;
                return Ok(only(out_of_bounds(input).await));
            }
        };
        match ended.answer() {
            Some(ChildAnswer::Done { report, rendered, portrait }) => Ok(Ingested { report, rendered, portrait }),
            Some(ChildAnswer::Failed { error }) => Err(WorkerError::Failed(error)),
            None if ended.status.signal().is_some() => Ok(only(out_of_bounds(input).await)),
            None => Err(WorkerError::NoAnswer {
                status: ended.status.to_string(),
                complaint: String::from_utf8_lossy(&ended.stderr).trim().to_owned(),
            }),
        }
    }

    fn spawn(&self) -> io::Result<Child> {
        Command::new(&self.exe)
            .args(&self.leading_args)
            .arg(CHILD_COMMAND)
            // The child meets hostile bytes: no secret of the environment is within its reach.
            .env_clear()
            // Each further arena of the allocator would set 64 MiB of the address space aside.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    fn start_error(&self, source: io::Error) -> WorkerError {
        WorkerError::Start { exe: self.exe.display().to_string(), source }
    }
}

/// How a child ended and what it said.
struct Ended {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Ended {
    fn answer(&self) -> Option<ChildAnswer> {
        let text = std::str::from_utf8(&self.stdout).ok()?;
        let (_, rest) = text.rsplit_once(ANSWER_MARK)?;
        serde_json::from_str(rest.lines().next()?).ok()
    }
}

/// Sends the job, and reads both outputs to their end or bound.
async fn converse(child: &mut Child, job: &Job) -> io::Result<Ended> {
    let job = serde_json::to_vec(job)?;
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let send = async {
        if let Some(mut stdin) = stdin {
            // A child that died before reading is judged by its status, not by this pipe.
            let _ = stdin.write_all(&job).await;
        }
    };
    let (_, stdout, stderr) =
        tokio::join!(send, read_bounded(stdout, MESSAGE_BYTES), read_bounded(stderr, COMPLAINT_BYTES));
    Ok(Ended { stdout: stdout?, stderr: stderr?, status: child.wait().await? })
}

/// Keeps the first `bound` bytes and reads on to the end, so that the writer is not held up.
async fn read_bounded(source: Option<impl tokio::io::AsyncRead + Unpin>, bound: u64) -> io::Result<Vec<u8>> {
    let Some(mut source) = source else {
        return Ok(Vec::new());
    };
    let mut kept = Vec::new();
    (&mut source).take(bound).read_to_end(&mut kept).await?;
    tokio::io::copy(&mut source, &mut tokio::io::sink()).await?;
    Ok(kept)
}

/// The refusal of a file that used up memory or time, or made the child crash.
async fn out_of_bounds(input: &Path) -> Report {
    let path = input.to_owned();
    let hashed = tokio::task::spawn_blocking(move || refused(&path, too_much())).await;
    hashed.unwrap_or_else(|_| {
        let mut report = Report::empty();
        report.add(too_much());
        report
    })
}

fn too_much() -> Finding {
    Finding::new(
        "resource_limit",
        Severity::Refuse,
        "Việc kiểm tra bị dừng vì tệp cần quá nhiều bộ nhớ hoặc thời gian để giải mã.",
        EXPORT_AGAIN,
    )
}
