//! `loa keys list|new|admit|refuse|revoke|renew`: whose approvals stations believe. Each change is a new list that root
//! signs; a running center takes it up by itself and tells its stations.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Outcome, StoreArgs};
use crate::center::keys::{Asked, Dropping, KeyList, ListedKey, Resting};
use crate::center::people::COMMAND_LINE;
use crate::domain::ids::BulletinCode;
use crate::trust::keys::{KeyPair, PublicKey};
use crate::trust::manifest::Custody;

/// List, make, admit and revoke keys.
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keys with their holders, what rests on them, and requests that wait
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make an approver's key file, for those without a browser that can
    New {
        /// File to make; keep it where only its holder reads it
        file: PathBuf,
        /// Also ask the center to admit it as this user's
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Have root name a key: it signs its holder's approvals from then on, and the center does not any more
    Admit {
        /// The fingerprint or id that the holder reads out, or the user whose one request waits
        #[arg(value_name = "KEYID|USER")]
        wanted: String,
        /// Public key of that user, 64 hex digits, instead of a request
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
        #[command(flatten)]
        root: RootKey,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Refuse a request
    Refuse {
        /// Fingerprint, id or user
        #[arg(value_name = "KEYID|USER")]
        wanted: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Have root revoke an approver key, the center's own included: it signs nothing new from then on
    Revoke {
        /// Fingerprint or id
        #[arg(value_name = "KEYID")]
        wanted: String,
        /// Withdraw these bulletins that rest on it; the others stay on the air
        #[arg(long, value_name = "CODE", num_args = 1.., conflicts_with = "drop_all")]
        drop: Vec<BulletinCode>,
        /// Withdraw all that rests on it, as when it was stolen
        #[arg(long)]
        drop_all: bool,
        #[command(flatten)]
        root: RootKey,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Have root sign the list anew before it expires
    Renew {
        #[command(flatten)]
        root: RootKey,
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Args)]
struct RootKey {
    /// File of root's key, once it was taken off the center's machine
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
}

impl RootKey {
    fn file(&self) -> Option<&Path> {
        self.root_key.as_deref()
    }
}

impl Keys {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        match self.command {
            Command::List { json, store } => {
                let keys = store.open_existing().await?.key_list().await?;
                if json { print_json(&keys) } else { print_list(&keys) }
            }
            Command::New { file, user, store } => new(&file, user.as_deref(), &store).await?,
            Command::Admit { wanted, key, root, store } => {
                let center = store.open_existing().await?;
                let (user, key) = center.admit_key(&wanted, key.as_deref(), root.file(), COMMAND_LINE).await?;
                println!("key {} now signs the approvals of {user}", key.fingerprint());
                println!("compare the fingerprint with what {user} reads out; if it differs, `loa keys revoke` it");
            }
            Command::Refuse { wanted, store } => {
                let (user, key) = store.open_existing().await?.refuse_key(&wanted, COMMAND_LINE).await?;
                println!("key {} of {user} is refused", key.fingerprint());
            }
            Command::Revoke { wanted, drop, drop_all, root, store } => {
                let dropping = match (drop_all, drop.is_empty()) {
                    (true, _) => Dropping::All,
                    (false, true) => Dropping::Nothing,
                    (false, false) => Dropping::Some(drop.into_iter().collect::<BTreeSet<_>>()),
                };
                let center = store.open_existing().await?;
                let revoked = center.revoke_key(&wanted, &dropping, root.file(), COMMAND_LINE).await?;
                println!("key {} ({}) signs nothing new any more", revoked.key.fingerprint(), revoked.holder);
                for one in &revoked.kept {
                    println!("  stays on the air: {}", resting(one));
                }
                for one in &revoked.dropped {
                    println!("  withdrawn: {}", resting(one));
                }
            }
            Command::Renew { root, store } => {
                let list = store.open_existing().await?.renew_trust(root.file(), COMMAND_LINE).await?;
                println!(
                    "trust list version {} is believed until {}",
                    list.version,
                    list.expires_at.format("%Y-%m-%d")
                );
            }
        }
        Ok(())
    }
}

/// Reads a key file that somebody named.
pub fn read(file: &Path) -> Result<KeyPair, Failure> {
    KeyPair::load(file).map_err(|error| Failure::wrong(format!("key file {} cannot be used: {error}", file.display())))
}

async fn new(file: &Path, user: Option<&str>, store: &StoreArgs) -> Outcome {
    if file.exists() {
        return Err(Failure::wrong(format!("{} exists already: choose another name", file.display())));
    }
    let center = match user {
        Some(_) => Some(store.open_existing().await?),
        None => None,
    };
    let pair = KeyPair::load_or_create(file)?;
    println!("public key:  {}", pair.public());
    println!("fingerprint: {}", pair.public().fingerprint());
    if let (Some(center), Some(user)) = (center, user) {
        if let Err(refused) = center.request_key_of(user, &pair).await {
            // Nobody knows the key yet; a second try must not stumble over its file.
            std::fs::remove_file(file)?;
            return Err(refused.into());
        }
        println!("waits to be admitted as {user}'s: read the fingerprint to whoever runs `loa keys admit`");
    }
    Ok(())
}

fn resting(one: &Resting) -> String {
    format!("{} version {}", one.code, one.version)
}

fn custody(custody: Custody) -> &'static str {
    match custody {
        Custody::Center => "center",
        Custody::Own => "own",
    }
}

fn print_list(keys: &KeyList) {
    let list = &keys.list;
    println!("trust list version {}, believed until {}", list.version, list.expires_at.format("%Y-%m-%d"));
    println!("root      {}  custody={}", keys.root.fingerprint(), custody(list.root_custody));
    for named in &list.centers {
        println!("center    {}  custody={}  {}", named.key.fingerprint(), custody(named.custody), named.holder);
    }
    for ListedKey { named, resting: rests } in &keys.approvers {
        let user = named.user.as_deref().unwrap_or("-");
        let state = match (named.in_force(), keys.idle.contains(user)) {
            (false, _) => "  revoked",
            (true, true) => "  no active approver any more: revoke it",
            (true, false) => "",
        };
        let (print, holder) = (named.key.fingerprint(), &named.holder);
        println!("approver  {print}  custody={}  {user}  {holder}{state}", custody(named.custody));
        for one in rests {
            println!("            rests on it: {}", resting(one));
        }
    }
    for row in &keys.waiting {
        let print = PublicKey::from_hex(&row.key).map_or_else(|_| row.key.clone(), |key| key.fingerprint());
        let asks = if row.asks == Asked::Admit { "to be admitted" } else { "to be revoked" };
        println!("waiting   {print}  {}  {asks}, since {}", row.user_name, row.at.format("%Y-%m-%d %H:%M UTC"));
    }
}

fn print_json(keys: &KeyList) {
    let approver = |key: &ListedKey| {
        json!({
            "keyid": key.named.key.keyid(), "key": key.named.key, "fingerprint": key.named.key.fingerprint(),
            "user": key.named.user, "holder": key.named.holder, "custody": key.named.custody,
            "revoked": !key.named.in_force(),
            "resting": key.resting.iter().map(|one| json!({
                "bulletin": one.code, "version": one.version, "manifest": one.manifest,
            })).collect::<Vec<_>>(),
        })
    };
    let waiting = |row: &crate::center::keys::KeyRequestRow| {
        let key = PublicKey::from_hex(&row.key).ok();
        json!({
            "user": row.user_name, "key": row.key, "asks": if row.asks == Asked::Admit { "admit" } else { "revoke" },
            "keyid": key.map(|key| key.keyid()), "fingerprint": key.map(|key| key.fingerprint()), "at": row.at,
        })
    };
    let document = json!({
        "version": keys.list.version, "expires_at": keys.list.expires_at,
        "root": { "keyid": keys.root.keyid(), "custody": keys.list.root_custody },
        "approvers": keys.approvers.iter().map(approver).collect::<Vec<_>>(),
        "waiting": keys.waiting.iter().map(waiting).collect::<Vec<_>>(),
    });
    println!("{document}");
}
