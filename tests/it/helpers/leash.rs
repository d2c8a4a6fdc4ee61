//! A program that lives no longer than the test process, however that ends: a shell holds the other end of a pipe,
//! and when the pipe closes it ends the program and all it started, and removes their folder.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a program may take until it says that it is ready.
const READY: Duration = Duration::from_secs(90);

/// `cat` returns when the last holder of the pipe is gone, be it by `kill -9`. `QUIT` stops PostgreSQL at once, without
/// writing out what is thrown away anyway; `TERM` stops everybody else. What the program started in turn may have left
/// its process group, so it is known by a variable it inherited, and looked for until nothing is left.
const SCRIPT: &str = r#"
folder=$1; shift
LOA_TEST_LEASH="$folder" "$@" </dev/null 2>&1 &
child=$!
exec >/dev/null 2>&1
cat
kill -s QUIT "$child"
kill -s TERM "$child"
wait "$child"
left=yes
while [ "$left" ]; do
    left=
    for process in /proc/[0-9]*; do
        if grep -qszxF "LOA_TEST_LEASH=$folder" "$process/environ"; then
            kill -s KILL "${process#/proc/}"
            left=yes
        fi
    done
done
rm -rf "$folder"
"#;

/// A running program with its folder; dropping it ends both.
#[derive(Debug)]
pub struct Leash {
    shell: Child,
    folder: PathBuf,
}

impl Leash {
    /// Starts `command`, which goes with `folder`; waits until `ready` finds what it looks for in a line that the program
    /// says.
    pub fn start<T>(name: &str, folder: TempDir, command: &[OsString], ready: impl Fn(&str) -> Option<T>) -> (Self, T) {
        Self::try_start(name, folder, command, ready)
            .unwrap_or_else(|said| panic!("{name} did not become ready; it said:\n{said}"))
    }

    /// The same; where the program ends or takes too long, what it said until then.
    pub fn try_start<T>(
        name: &str,
        folder: TempDir,
        command: &[OsString],
        ready: impl Fn(&str) -> Option<T>,
    ) -> Result<(Self, T), String> {
        let folder = folder.keep();
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(&folder)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("the shell that should start {name} did not start: {error}"));
        let output = shell.stdout.take().expect("it was asked for");
        let (sender, lines) = channel();
        // Reads on after nobody listens any more, so that the program never waits for a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let leash = Self { shell, folder };
        let found = wait(&lines, ready)?;
        Ok((leash, found))
    }

    /// The folder that goes with the program.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn wait<T>(lines: &Receiver<String>, ready: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    let begun = Instant::now();
    let mut said = Vec::new();
    loop {
        let Ok(line) = lines.recv_timeout(READY.saturating_sub(begun.elapsed())) else {
            return Err(said.join("\n"));
        };
        if let Some(found) = ready(&line) {
            return Ok(found);
        }
        said.push(line);
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

#[test]
fn a_leash_ends_the_program_what_it_started_and_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    // The inner program leaves the process group, as browsers do.
    let script = "setsid sh -c 'echo pid $$; exec tail -f /dev/null' & wait";
    let command = ["sh".into(), "-c".into(), script.into()];
    let pid = |line: &str| line.strip_prefix("pid ").map(str::to_owned);
    let (leash, pid) = Leash::start("a shell", folder, &command, pid);
    let folder = leash.folder().to_owned();
    let process = Path::new("/proc").join(pid);
    assert!(process.exists() && folder.exists());
    drop(leash);
    assert!(!folder.exists(), "the folder should be gone");
    let state = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "still running: {state}");
}
