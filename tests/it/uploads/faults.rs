//! Connections that end, stall and race, a center that is killed, a disk that is full: an upload ends all the same.

use std::process::Command;

use loa::domain::ids::Sha256;
use reqwest::Method;

use super::{API, Desk, PATIENCE, answer};
use crate::helpers::chain::Province;
use crate::helpers::chance::Chance;
use crate::helpers::until::until_within;

/// Cuts of one upload at most.
const CUTS: u32 = 20;

#[tokio::test]
async fn an_upload_cut_at_any_byte_goes_on_and_ends_with_the_same_hash() {
    let mut chance = Chance::new();
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 20_000);
    let whole = bytes.len() as u64;
    let id = desk.announce("tin.wav", &bytes).await;
    let (mut held, mut sent) = (0, 0);
    for _ in 0..CUTS {
        let part = chance.below((whole - held) / 4);
        let from = usize::try_from(held).unwrap();
        let stream = desk.begin_to_send(&id, held, whole - held, &bytes[from..from + usize::try_from(part).unwrap()]);
        drop(stream);
        sent = u64::max(sent, held + part);
        // What was on its way may still come in, and on a busy center even after the answer to who asks next: whoever
        // goes on ends the old connection and asks again.
        let now = until_within(PATIENCE, "the old connection to be over", async || {
            let (status, said) = desk.send(&id, whole + 1, &[]).await;
            assert_eq!(status, 409, "{said}");
            (said["error"]["code"] == "wrong-offset").then(|| said["received"].as_u64().unwrap())
        })
        .await;
        assert!((held..=sent).contains(&now), "{now} after {held}, and {sent} were sent");
        held = now;
    }
    until_within(PATIENCE, "the rest to be taken", async || {
        let (status, said) = desk.send(&id, held, &bytes[usize::try_from(held).unwrap()..]).await;
        held = said["received"].as_u64().unwrap();
        assert!(held <= whole && (status == 200 || said["error"]["code"] == "wrong-offset"), "{status}: {said}");
        (status == 200).then(|| assert_eq!(held, whole))
    })
    .await;
    let said = desk.until_state(&id, "checked").await;
    assert_eq!(said["sha256"], Sha256::of(&bytes).to_string());
    // Announced again it is known: nothing is sent twice.
    let (status, said) = desk.announce_as(&desk.editor, "tin.wav", &bytes).await;
    assert_eq!((status, said["id"].as_str()), (200, Some(id.as_str())));
}

#[tokio::test]
async fn a_client_that_hangs_is_overtaken_by_the_next_and_holds_nobody_up() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 3000);
    let (half, whole) = (bytes.len() / 2, bytes.len() as u64);
    let id = desk.announce("tin.wav", &bytes).await;
    let hanging = desk.begin_to_send(&id, 0, whole, &bytes[..half]);
    until_within(PATIENCE, "the half to come in", async || (desk.look(&id).await["received"] == half).then_some(()))
        .await;
    // Another file goes through while the first hangs.
    let other = desk.tones("khac.wav", 2000);
    let other_id = desk.announce("khac.wav", &other).await;
    assert_eq!(desk.send(&other_id, 0, &other).await.0, 200);
    desk.until_state(&other_id, "checked").await;
    let (status, said) = desk.send(&id, half as u64, &bytes[half..]).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(desk.until_state(&id, "checked").await["sha256"], Sha256::of(&bytes).to_string());
    drop(hanging);
}

#[tokio::test]
async fn a_center_killed_while_receiving_and_while_checking_makes_one_version() {
    let mut desk = Desk::open().await;
    // Long enough to be met while it is checked.
    let bytes = desk.tones("tin.wav", 120_000);
    let (half, whole) = (bytes.len() / 2, bytes.len() as u64);
    let id = desk.announce("tin.wav", &bytes).await;
    let status = desk.give_facts(&id, "TIN-1").await.status().as_u16();
    assert_eq!(status, 303);
    let stream = desk.begin_to_send(&id, 0, whole, &bytes[..half]);
    until_within(PATIENCE, "some of it to come in", async || {
        (desk.look(&id).await["received"].as_u64() > Some(0)).then_some(())
    })
    .await;
    desk.kill_and_restart().await;
    drop(stream);
    let held = desk.look(&id).await["received"].as_u64().unwrap();
    assert!(held > 0 && held <= half as u64, "{held}");
    let (status, said) = desk.send(&id, held, &bytes[usize::try_from(held).unwrap()..]).await;
    assert_eq!(status, 200, "{said}");
    for _ in 0..2 {
        desk.until_state(&id, "checking").await;
        desk.kill_and_restart().await;
    }
    let said = desk.until_state(&id, "used").await;
    assert_eq!((said["bulletin"].as_str(), said["version"].as_u64()), (Some("TIN-1"), Some(1)), "{said}");
    assert_eq!(said["sha256"], Sha256::of(&bytes).to_string());
    assert_eq!(desk.versions("TIN-1").await, 1);
    desk.kill_and_restart().await;
    assert_eq!(desk.versions("TIN-1").await, 1);
    assert_eq!(desk.incoming(), Vec::<String>::new());
}

/// Processes whose parent is this one.
fn children(parent: &str) -> usize {
    let listed = Command::new("ps").args(["--ppid", parent, "-o", "pid="]).output().unwrap();
    String::from_utf8_lossy(&listed.stdout).lines().count()
}

#[tokio::test]
async fn an_upload_given_up_while_it_is_checked_leaves_no_child_and_no_file() {
    let desk = Desk::open().await;
    let bytes = desk.tones("tin.wav", 120_000);
    let id = desk.announce("tin.wav", &bytes).await;
    assert_eq!(desk.send(&id, 0, &bytes).await.0, 200);
    desk.until_state(&id, "checking").await;
    let center = desk.center.as_ref().unwrap().pid().to_string();
    until_within(PATIENCE, "the child to run", async || (children(&center) == 1).then_some(())).await;
    let (status, _) = answer(desk.editor.ask(Method::DELETE, &format!("{API}/{id}"))).await;
    assert_eq!(status, 204);
    assert_eq!(desk.look(&id).await["state"], "cancelled");
    until_within(PATIENCE, "the child to end", async || (children(&center) == 0).then_some(())).await;
    until_within(PATIENCE, "its folder to go", async || desk.incoming().is_empty().then_some(())).await;
    // Twice is once, and bytes for it are refused.
    assert_eq!(answer(desk.editor.ask(Method::DELETE, &format!("{API}/{id}"))).await.0, 409);
    assert_eq!(desk.send(&id, 0, &bytes[..9]).await.0, 410);
}

#[tokio::test]
async fn what_the_center_could_not_check_says_so_and_is_tried_again() {
    let desk = Desk::open().await;
    let (long, bytes) = (desk.tones("dai.wav", 120_000), desk.tones("tin.wav", 2000));
    let (first, id) = (desk.announce("dai.wav", &long).await, desk.announce("tin.wav", &bytes).await);
    assert_eq!(desk.send(&first, 0, &long).await.0, 200);
    desk.until_state(&first, "checking").await;
    // While it waits for its turn its file goes, and comes back later.
    assert_eq!(desk.send(&id, 0, &bytes).await.0, 200);
    let file = desk.province.data().join(format!("audio/incoming/up-{id}/original"));
    let away = desk.province.path("away");
    std::fs::rename(&file, &away).unwrap();
    let said = desk.until_state(&id, "failed").await;
    assert!(said["reason"].as_str().unwrap().contains("bị thiếu"), "{said}");
    assert!(desk.editor.page("/ban-tin").await.contains(&format!("/tai-len/{id}/thu-lai")));
    std::fs::rename(&away, &file).unwrap();
    let (status, _) = answer(desk.editor.ask(Method::POST, &format!("{API}/{id}/retry"))).await;
    assert_eq!(status, 200);
    desk.until_state(&id, "checked").await;
    assert_eq!(answer(desk.editor.ask(Method::POST, &format!("{API}/{id}/retry"))).await.0, 409);
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_swept_and_nothing_else() {
    let mut desk = Desk::open().await;
    let (old, young) = (desk.tones("cu.wav", 2000), desk.tones("moi.wav", 3000));
    let (stalled, open) = (desk.announce("cu.wav", &old).await, desk.announce("moi.wav", &young).await);
    assert_eq!(desk.send(&stalled, 0, &old[..5000]).await.0, 200);
    assert_eq!(desk.send(&open, 0, &young[..5000]).await.0, 200);
    let incoming = desk.province.data().join("audio/incoming");
    std::fs::create_dir_all(incoming.join("up-0123")).unwrap();
    let mut database = desk.province.database().await;
    let long_ago = "2024-01-01T00:00:00+00:00";
    let aged = sqlx::query("UPDATE uploads SET changed_at = $2 WHERE id = $1").bind(&stalled).bind(long_ago);
    aged.execute(&mut database).await.unwrap();
    let file = std::fs::File::options().write(true).open(incoming.join(format!("up-{stalled}/original"))).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    desk.kill_and_restart().await;
    desk.until_state(&stalled, "swept").await;
    until_within(PATIENCE, "the folders to go", async || (desk.incoming() == [format!("up-{open}")]).then_some(()))
        .await;
    assert_eq!(desk.look(&open).await["received"], 5000);
    assert_eq!(desk.send(&stalled, 5000, &old[5000..]).await.0, 410);
}

/// A small disk; gone when dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: std::path::PathBuf, size: &str) -> Self {
        std::fs::create_dir_all(&at).unwrap();
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&at).output();
        let done = done.expect("mount (util-linux) starts");
        let why = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "a full disk is tested with a small one, which only root can mount: {why}");
        Self(at)
    }

    fn grow(&self, size: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(&self.0).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the center may still hold it when a test fails.
        let _done = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_stops_an_upload_with_a_sentence_and_room_lets_it_go_on() {
    let province = Province::new(2);
    province.write_schedules();
    let disk = SmallDisk::mount(province.data().join("audio"), "1m");
    let desk = Desk::serve(province).await;
    let bytes = desk.tones("tin.wav", 20_000);
    let id = desk.announce("tin.wav", &bytes).await;
    let (status, said) = desk.send(&id, 0, &bytes).await;
    assert_eq!((status, said["error"]["code"].as_str()), (507, Some("disk-full")), "{said}");
    assert!(said["error"]["message"].as_str().unwrap().contains("hết chỗ"), "{said}");
    let held = said["received"].as_u64().unwrap();
    assert!(held > 0 && held <= 1 << 20, "{held}");
    assert_eq!(desk.look(&id).await["state"], "receiving");
    disk.grow("40m");
    let (status, said) = desk.send(&id, held, &bytes[usize::try_from(held).unwrap()..]).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(desk.until_state(&id, "checked").await["sha256"], Sha256::of(&bytes).to_string());
    // Unmounted first, so that the province's folder can be removed.
    drop(disk);
    drop(desk);
}
