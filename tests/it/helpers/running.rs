//! The program under test as processes: commands that end, and processes that run until they are ended or killed.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::until::{DEADLINE, until_within};

/// What a command that ended left behind.
#[derive(Debug)]
pub struct Done {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Done {
    /// The same, if it succeeded.
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// The same, if it ended with this code and said this on stderr.
    pub fn refused(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        assert!(self.err.contains(words), "nothing about \"{words}\": {self:#?}");
        self
    }

    /// Standard output as one JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// `loa` with these arguments, its store in `data`.
pub fn loa(data: &Path, args: &[&str]) -> Done {
    loa_in(Path::new("."), data, args)
}

/// The same as somebody calls it who stands in that folder.
pub fn loa_in(folder: &Path, data: &Path, args: &[&str]) -> Done {
    let output = Command::new(env!("CARGO_BIN_EXE_loa"))
        .args(args)
        .current_dir(folder)
        .env("LOA_DATA", data)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("loa did not start: {error}"));
    Done {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A process that runs on; it is killed when dropped, and also when the test process is killed.
#[derive(Debug)]
pub struct Running {
    child: Child,
    _stdin: Option<ChildStdin>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Running {
    /// Starts `loa` with these arguments, its store in `data`.
    pub fn start(data: &Path, args: &[&str]) -> Self {
        Self::start_with(data, args, &[])
    }

    /// As [`Self::start`], with these variables in its environment.
    pub fn start_with(data: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        // The kernel kills it with the thread that started it, which is the test's own.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", env!("CARGO_BIN_EXE_loa")])
            .args(args)
            .env("LOA_DATA", data)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("setpriv (apt-get install util-linux) did not start: {error}"));
        let said = Arc::default();
        listen(child.stdout.take(), &said);
        listen(child.stderr.take(), &said);
        Self { _stdin: child.stdin.take(), child, said }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything it said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// Waits until `find` finds something in a line it said.
    pub async fn says<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        self.says_within(DEADLINE, what, find).await
    }

    /// As [`Self::says`], with a deadline of one's own.
    pub async fn says_within<T>(&self, deadline: Duration, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let look = async || self.said.lock().unwrap().iter().find_map(|line| find(line));
        let said = Said(self);
        let found = until_within(deadline, what, look).await;
        std::mem::forget(said);
        found
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(mut self) {
        self.end_at_once();
    }

    /// Sends a signal and waits for the exit code.
    pub async fn end(mut self, signal: Signal) -> i32 {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).unwrap();
        kill_process(pid, signal).unwrap();
        self.ended().await
    }

    /// Waits until it ends by itself; the exit code.
    pub async fn ended(&mut self) -> i32 {
        let child = &mut self.child;
        until_within(DEADLINE, "the process to end", async || child.try_wait().unwrap()).await.code().unwrap_or(-1)
    }

    fn end_at_once(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end_at_once();
    }
}

/// Tells what a process said when waiting for its words fails.
struct Said<'a>(&'a Running);

impl Drop for Said<'_> {
    #[expect(clippy::print_stderr, reason = "shown with a failed test")]
    fn drop(&mut self) {
        eprintln!("the process said:\n{}", self.0.said());
    }
}

fn listen(pipe: Option<impl Read + Send + 'static>, said: &Arc<Mutex<Vec<String>>>) {
    let (pipe, said) = (pipe.expect("it was asked for"), Arc::clone(said));
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            said.lock().unwrap().push(line);
        }
    });
}
