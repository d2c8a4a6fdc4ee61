//! One PostgreSQL server for the whole test process, and a fresh database for each test that asks.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::leash::Leash;

/// The server sorts as Vietnamese people do, so that a query which relies on the order of bytes is found out. Reached
/// only through a socket in its own folder: no port to race for, nobody else on this machine may enter.
const SCRIPT: &str = r#"
"$1/initdb" -D "$2/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --locale-provider=icu --icu-locale=vi \
    --no-instructions || exit 1
exec "$1/postgres" -D "$2/data" -c listen_addresses= -c unix_socket_directories="$2" \
    -c max_connections=400 -c shared_buffers=64MB
"#;

static SERVER: OnceLock<Leash> = OnceLock::new();

/// The URL of a new, empty database.
pub async fn fresh_url() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let server = SERVER.get_or_init(start);
    let url = |name: &str| format!("postgres://postgres@localhost/{name}?host={}", server.folder().display());
    let name = format!("fresh_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&url("postgres")).await.expect("the server said that it was ready");
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("nobody else has that name");
    connection.close().await.expect("nothing is under way");
    url(&name)
}

fn start() -> Leash {
    let binaries = binaries();
    let folder = tempfile::Builder::new().prefix("loa-postgres-").tempdir().expect("a temporary folder can be made");
    let mut command: Vec<OsString> = Vec::new();
    if rustix::process::geteuid().is_root() {
        // The server refuses to run as root.
        let owned = Command::new("chown").arg("postgres:").arg(folder.path()).status();
        assert!(owned.is_ok_and(|status| status.success()), "user postgres is missing: apt-get install postgresql");
        command.extend(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"].map(OsString::from));
    }
    command.extend(["env", "LC_ALL=C", "sh", "-c", SCRIPT, "sh"].map(OsString::from));
    command.extend([binaries.into_os_string(), folder.path().as_os_str().to_owned()]);
    let ready = |line: &str| line.contains("database system is ready to accept connections").then_some(());
    Leash::start("PostgreSQL", folder, &command, ready).0
}

/// The folder with `initdb` and `postgres`, which Debian keeps out of `PATH`; the newest if there are several.
fn binaries() -> PathBuf {
    let told = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success());
    let told = told.and_then(|output| String::from_utf8(output.stdout).ok()).map(|text| PathBuf::from(text.trim()));
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let complete = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(told)
        .find(|folder| complete(folder))
        .expect("no PostgreSQL server is installed, and the tests need one: apt-get install postgresql")
}
