//! A day's audio, opened by other programs.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;

use super::{BULLETINS, Paper, told};
use crate::helpers::person::Visitor;

/// What Python's `zipfile` says of each file: name, whether its name is UTF-8, how it is packed, its permissions.
const LISTER: &str = r#"
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as pack:
    assert pack.testzip() is None
    print(json.dumps([[one.filename, bool(one.flag_bits & 0x800), one.compress_type, oct(one.external_attr >> 16)]
                      for one in pack.infolist()]))
"#;

async fn download(visitor: &Visitor, path: &str, to: &Path) {
    let cookie = format!("loa={}", visitor.session());
    let answer = visitor.request(Method::GET, path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
        (200, "application/zip")
    );
    let told = answer.headers()["content-length"].to_str().unwrap().to_string();
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(bytes.len().to_string(), told);
    std::fs::write(to, bytes).unwrap();
}

fn unpack(file: &Path, into: &Path) {
    told("unzip", &["-t", file.to_str().unwrap()]);
    told("unzip", &["-q", file.to_str().unwrap(), "-d", into.to_str().unwrap()]);
    told("bash", &["-c", &format!("cd '{}' && sha256sum --strict -c SHA256SUMS", into.display())]);
}

fn opus_files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|name| name.ends_with(".opus")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_days_pack_opens_everywhere_and_holds_the_days_sound_in_order_of_play() {
    let paper = Paper::open().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, into) = (folder.path().join("ngay.zip"), folder.path().join("ngay"));
    let operator = paper.person("truc").await;
    download(&operator, &paper.place("/goi-am-thanh.zip", "dai-1"), &file).await;
    let listed: Value = serde_json::from_str(&told("python3", &["-c", LISTER, file.to_str().unwrap()])).unwrap();
    for one in listed.as_array().unwrap() {
        assert_eq!((&one[1], &one[2], &one[3]), (&true.into(), &0.into(), &"0o100644".into()), "{one}");
    }
    unpack(&file, &into);

    let plan = paper.plan("dai-1");
    let zone = paper.province.zone;
    let sounds = (1..).zip(plan["items"].as_array().unwrap()).filter(|(_, item)| !item["sha256"].is_null());
    let expected: Vec<(String, &Value)> = sounds
        .map(|(number, item): (usize, &Value)| {
            let start: chrono::DateTime<chrono::Utc> = item["start"].as_str().unwrap().parse().unwrap();
            let time = start.with_timezone(&zone).format("%H%M");
            (format!("{number:02}-{time}-{}.opus", item["bulletin"].as_str().unwrap()), item)
        })
        .collect();
    assert_eq!(expected.len(), 7);
    assert_eq!(opus_files(&into), expected.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    for (name, item) in &expected {
        let bytes = std::fs::read(into.join(name)).unwrap();
        assert_eq!(loa::domain::ids::Sha256::of(&bytes).to_string(), item["sha256"].as_str().unwrap());
    }
    // The playlist is in the same order, with the titles; another program plays it.
    let playlist = std::fs::read_to_string(into.join("danh-sach.m3u8")).unwrap();
    let entries: Vec<&str> = playlist.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(entries, expected.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    assert!(BULLETINS.iter().all(|(_, title)| playlist.contains(title)), "{playlist}");
    let (first, _) = &expected[0];
    let probe = ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0"];
    assert_eq!(told("ffprobe", &[&probe[..], &[into.join(first).to_str().unwrap()]].concat()).trim(), "opus");
    let list = std::fs::read_to_string(into.join("lich.txt")).unwrap();
    assert!(list.contains("Thời sự sáng VOV1") && list.contains(first.as_str()), "{list}");
    let table = std::fs::read_to_string(into.join("lich.csv")).unwrap();
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().count(), 12);
    assert!(std::fs::read_to_string(into.join("HUONG-DAN.txt")).unwrap().contains("VLC"));
}

#[tokio::test]
async fn filler_is_packed_behind_the_bulletins_that_it_follows() {
    let list = "\n[[filler]]\nname = \"Nhạc nền\"\nareas = [\"thu\"]\nbulletins = [\"NEN-1\"]\n";
    let paper = Paper::open_with(list).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, into) = (folder.path().join("ngay.zip"), folder.path().join("ngay"));
    download(&paper.person("truc").await, &paper.place("/goi-am-thanh.zip", "dai-1"), &file).await;
    unpack(&file, &into);
    // Once in each of the three bulletin slots, behind what is counted there.
    let codes: Vec<String> = opus_files(&into)
        .iter()
        .map(|name| name.trim_end_matches(".opus").splitn(3, '-').nth(2).unwrap().to_string())
        .collect();
    let filled: Vec<usize> = (0..codes.len()).filter(|at| codes[*at] == "NEN-1").collect();
    assert_eq!((codes.len(), filled.len()), (10, 3), "{codes:?}");
    assert!(filled.iter().all(|at| *at > 0 && codes[at - 1].starts_with("TIN-")), "{codes:?}");
    let playlist = std::fs::read_to_string(into.join("danh-sach.m3u8")).unwrap();
    assert_eq!(playlist.lines().filter(|line| line.ends_with("NEN-1.opus")).count(), 3, "{playlist}");
    let text = std::fs::read_to_string(into.join("lich.txt")).unwrap();
    assert_eq!(text.matches("NEN-1.opus").count(), 3, "{text}");
}

#[tokio::test]
async fn a_download_that_was_cut_off_goes_on_where_it_ended() {
    let paper = Paper::open().await;
    let operator = paper.person("truc").await;
    let path = paper.place("/goi-am-thanh.zip", "dai-1");
    let ask = async |range: &str, tag: &str| {
        let mut request = operator.request(Method::GET, &path).header("cookie", format!("loa={}", operator.session()));
        for (name, value) in [("range", range), ("if-range", tag)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_string());
        let (status, tag, range) = (answer.status().as_u16(), header("etag").unwrap(), header("content-range"));
        (status, tag, range.unwrap_or_default(), answer.bytes().await.unwrap())
    };
    let (_, tag, _, whole) = ask("", "").await;
    let length = whole.len();
    let (status, same, range, rest) = ask("bytes=1000-", &tag).await;
    assert_eq!((status, same, range), (206, tag.clone(), format!("bytes 1000-{}/{length}", length - 1)));
    assert_eq!(rest, whole[1000..]);
    assert_eq!(ask(&format!("bytes={length}-"), &tag).await.0, 416);
    assert_eq!(ask("bytes=99999999999-", &tag).await.0, 416);
    // Of another pack nothing goes on, and what is not understood is left aside.
    for (range, held) in [("bytes=1000-", "\"a\""), ("bytes=1-2", ""), ("bytes=-5", ""), ("lines=3-", "")] {
        let (status, _, _, all) = ask(range, held).await;
        assert_eq!((status, all.len()), (200, length), "{range} {held}");
    }
}

#[tokio::test]
async fn what_was_withdrawn_or_is_damaged_is_not_packed_and_the_list_says_so() {
    let paper = Paper::open().await;
    let plan = paper.plan("dai-1");
    let of = |code: &str| {
        let items = plan["items"].as_array().unwrap();
        items.iter().find(|item| item["bulletin"] == code).unwrap()["sha256"].as_str().unwrap().to_string()
    };
    // Withdrawn behind the planner's back, so that the rundown still has it, as one of a past hour does.
    let mut database = paper.province.database().await;
    sqlx::query(
        "INSERT INTO bulletin_steps (code, version, state, by_user, reason, at)
         SELECT code, version, 'withdrawn', 'duyet', 'thử', at FROM bulletin_steps WHERE code = 'TIN-1' AND state = 'approved'",
    )
    .execute(&mut database)
    .await
    .unwrap();
    let damaged = of("TIN-2");
    let path = paper.province.data().join("audio").join(&damaged[..2]).join(format!("{damaged}.opus"));
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let (file, into) = (folder.path().join("ngay.zip"), folder.path().join("ngay"));
    download(&paper.person("truc").await, &paper.place("/goi-am-thanh.zip", "dai-1"), &file).await;
    unpack(&file, &into);
    let names = opus_files(&into);
    assert!(!names.is_empty() && names.iter().all(|name| name.ends_with("TIN-3.opus")), "{names:?}");
    let list = std::fs::read_to_string(into.join("lich.txt")).unwrap();
    assert_eq!(list.matches("đã thu hồi hoặc chưa được duyệt").count(), 3, "{list}");
    assert_eq!(list.matches("máy chủ thiếu tệp âm thanh").count(), 2, "{list}");
}
