//! What everybody may hear without a log-in: nothing until the province says so, then exactly what is approved and in
//! force at that moment; and the podcast feed, read by other implementations.

use reqwest::Method;
use serde_json::Value;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::python;
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;

/// A title with everything that XML and HTML write otherwise.
const TITLE: &str = "Nộp phí & lệ phí <không> 'tiền mặt'";
/// Approved and in force, the department's.
const OPEN: [&str; 3] = ["TIN-1", "TIN-2", "TIN-THU"];
/// What must not be heard, each for its reason.
const CLOSED: [&str; 4] = ["TIN-NHAP", "TIN-SAU", "TIN-HET", "TIN-XA"];

/// Reads a feed twice, with `xml.etree` and with `feedparser`, fetches each sound in two ranges, and tells it as JSON.
const READER: &str = r#"
import email.utils, hashlib, json, sys, urllib.request
import xml.etree.ElementTree as ET
import feedparser
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
def get(url, **headers):
    return opener.open(urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()}))
answer = get(sys.argv[1])
text = answer.read()
channel = ET.fromstring(text).find("channel")
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
atom = channel.find("{http://www.w3.org/2005/Atom}link")
assert atom.get("rel") == "self" and atom.get("type") == "application/rss+xml"
read = feedparser.parse(text)
assert not read.bozo, read.bozo_exception
items = []
for item, entry in zip(channel.findall("item"), read.entries, strict=True):
    enclosure = item.find("enclosure")
    url, length = enclosure.get("url"), int(enclosure.get("length"))
    first = get(url, Range="bytes=0-999")
    second = get(url, Range="bytes=1000-")
    assert first.status == second.status == 206
    assert first.headers["content-range"] == f"bytes 0-999/{length}", first.headers["content-range"]
    sound = first.read() + second.read()
    assert len(sound) == length
    assert item.findtext("title") == entry.title and item.findtext("guid") == entry.id and not entry.guidislink
    assert entry.enclosures[0].href == url and entry.published_parsed
    items.append({"title": entry.title, "guid": entry.id, "link": entry.link, "url": url, "length": length,
                  "type": enclosure.get("type"), "served": first.headers["content-type"],
                  "sha256": hashlib.sha256(sound).hexdigest(), "seconds": int(item.findtext(ITUNES + "duration")),
                  "published": email.utils.parsedate_to_datetime(item.findtext("pubDate")).isoformat(),
                  "description": entry.description})
print(json.dumps({"type": answer.headers["content-type"], "title": read.feed.title, "language": read.feed.language,
                  "explicit": channel.findtext(ITUNES + "explicit"), "self": atom.get("href"),
                  "mail": channel.findtext(f"{ITUNES}owner/{ITUNES}email"), "items": items}))
"#;

/// A province with bulletins in every standing, served.
struct Stage {
    province: Province,
    _center: Running,
    url: String,
}

impl Stage {
    async fn new(settings: &str) -> Self {
        let province = write(Province::new(1));
        province.write_schedules();
        std::fs::write(province.path("schedules/desk.toml"), settings).unwrap();
        province.import().well();
        province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
        add_person(&province, "nguoiduyet", "approver@thu editor@thu");
        let approved: Vec<&str> = OPEN.into_iter().chain(["TIN-SAU", "TIN-HET", "TIN-XA"]).collect();
        province.loa(&[&["approve", "--by", "duyet"], &approved[..]].concat()).well();
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        Self { province, _center: center, url }
    }

    async fn open() -> Self {
        Self::new("[public]\nlisten = true\ntitle = \"Loa & bản tin\"\ncontact = \"so@tinh.example\"\n").await
    }

    fn stranger(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// The status of a sound, whatever its bytes.
    async fn status(&self, path: &str) -> u16 {
        self.stranger().request(Method::HEAD, path).send().await.unwrap().status().as_u16()
    }

    /// What is stored of a version's sound.
    async fn sound(&self, code: &str) -> Value {
        let select = "SELECT sound FROM bulletin_versions WHERE code = $1 AND version = 1";
        let mut database = self.province.database().await;
        let (sound,): (String,) = sqlx::query_as(select).bind(code).fetch_one(&mut database).await.unwrap();
        serde_json::from_str(&sound).unwrap()
    }

    fn feed(&self) -> Value {
        let python = python::with("feedparser", "python3-feedparser");
        python::tell(python, READER, &[&format!("{}/nghe/podcast.xml", self.url)])
    }
}

fn write(mut province: Province) -> Province {
    for (voice, code) in (1..).zip(OPEN.into_iter().chain(CLOSED)) {
        province.bulletin(code, "thu");
        write_tones(&province.path(&format!("bulletins/{code}.wav")), voice, 2_000);
    }
    change(&province, "TIN-1", "\"Tin TIN-1\"", &format!("\"{TITLE}\""));
    change(&province, "TIN-2", "language = \"vi\"", "language = \"ktv\"\nsibling_of = \"TIN-1\"");
    change(&province, "TIN-SAU", "airs_from = 2024-01-01", "airs_from = 2098-01-01");
    change(&province, "TIN-HET", "2099-12-31", "2024-12-31");
    change(&province, "TIN-XA", "[\"thu\"]", "[\"xa-1\"]\norigin = \"commune\"");
    province
}

fn change(province: &Province, code: &str, from: &str, to: &str) {
    let file = province.path(&format!("bulletins/{code}.toml"));
    let before = std::fs::read_to_string(&file).unwrap();
    let after = before.replace(from, to);
    assert_ne!(before, after, "{code}");
    std::fs::write(file, after).unwrap();
}

#[tokio::test]
async fn nobody_hears_anything_without_a_log_in_until_the_province_opens_the_page() {
    let stage = Stage::new("[check]\nmax_gap_ms = 4000\n").await;
    let visitor = stage.stranger();
    for path in ["/nghe", "/nghe/podcast.xml", "/nghe/TIN-1", "/nghe/TIN-1/1.opus", "/nghe/TIN-1/1.wav"] {
        visitor.get(path).await.says(404, "Không có trang này");
    }
    assert!(!visitor.get("/dang-nhap").await.text.contains("/nghe"));
    std::fs::write(stage.province.path("schedules/desk.toml"), "[public]\nlisten = true\n").unwrap();
    stage.province.loa(&["import", &stage.province.text("schedules")]).well();
    visitor.get("/nghe").await.says(200, "TIN-1");
    visitor.get("/dang-nhap").await.says(200, "href=\"/nghe\"");
    let approver = Visitor::of(&stage.url, "nguoiduyet").await;
    approver.get("/ban-tin/TIN-1").await.says(200, "href=\"/nghe/TIN-1\"");
    assert!(!approver.get("/ban-tin/TIN-NHAP").await.text.contains("href=\"/nghe/"));
}

#[tokio::test]
async fn exactly_what_is_approved_and_in_force_is_heard_and_it_is_gone_at_once_when_withdrawn() {
    let stage = Stage::open().await;
    let visitor = stage.stranger();
    let list = visitor.get("/nghe").await.says(200, "Loa &#38; bản tin");
    for code in OPEN {
        assert!(list.text.contains(&format!("href=\"/nghe/{code}\"")), "{code}");
        visitor.get(&format!("/nghe/{code}")).await.says(200, &format!("/nghe/{code}/1.opus"));
        assert_eq!(stage.status(&format!("/nghe/{code}/1.opus")).await, 200, "{code}");
    }
    for code in CLOSED {
        assert!(!list.text.contains(code), "{code}");
        for path in [format!("/nghe/{code}"), format!("/nghe/{code}/1.opus"), format!("/nghe/{code}/1.wav")] {
            assert_eq!(stage.status(&path).await, 404, "{path}");
        }
    }
    let (open, hidden) = (stage.sound("TIN-1").await, stage.sound("TIN-NHAP").await);
    let (rendition, draft) = (open["rendition"].as_str().unwrap(), hidden["rendition"].as_str().unwrap());
    for guess in [
        format!("/nghe/TIN-1/{draft}.opus"),
        format!("/nghe/TIN-1/{rendition}.opus"),
        format!("/nghe/{rendition}.opus"),
        "/nghe/TIN-1/2.opus".into(),
        "/nghe/TIN-1/0.opus".into(),
        "/nghe/TIN-1/01.opus".into(),
        "/nghe/TIN-1/1.original".into(),
        "/nghe/TIN-1/..%2F..%2Floa.db".into(),
        "/nghe/tin-1/1.opus".into(),
    ] {
        assert_eq!(stage.status(&guess).await, 404, "{guess}");
    }
    // The sound that people with a log-in hear stays theirs.
    assert_eq!(stage.status(&format!("/am-thanh/{rendition}.opus")).await, 303);

    let approver = Visitor::of(&stage.url, "nguoiduyet").await;
    let reason = [("version", "1"), ("reason", "Văn bản đã thay")];
    assert_eq!(approver.submit("/ban-tin/TIN-THU/thu-hoi", &reason).await.status, 303);
    for path in ["/nghe/TIN-THU", "/nghe/TIN-THU/1.opus", "/nghe/TIN-THU/1.wav"] {
        assert_eq!(stage.status(path).await, 404, "{path}");
    }
    for page in ["/nghe", "/nghe/podcast.xml"] {
        assert!(!visitor.get(page).await.text.contains("TIN-THU"), "{page}");
    }
}

#[tokio::test]
async fn a_new_version_takes_the_place_of_the_old_one_once_it_is_approved() {
    let stage = Stage::open().await;
    let visitor = stage.stranger();
    change(&stage.province, "TIN-1", TITLE, "Nộp phí tại nhà");
    stage.province.import().well();
    visitor.get("/nghe/TIN-1").await.says(200, "/nghe/TIN-1/1.opus");
    assert_eq!(stage.status("/nghe/TIN-1/2.opus").await, 404);
    stage.province.loa(&["approve", "--by", "duyet", "TIN-1"]).well();
    visitor.get("/nghe/TIN-1").await.says(200, "Nộp phí tại nhà").says(200, "/nghe/TIN-1/2.opus");
    for form in ["opus", "wav"] {
        let old = visitor.request(Method::HEAD, &format!("/nghe/TIN-1/1.{form}"));
        visitor.send(old).await.leads_to(&format!("/nghe/TIN-1/2.{form}"));
    }
}

#[tokio::test]
async fn strangers_get_no_cookie_and_read_no_name_of_ours_in_either_language() {
    let stage = Stage::open().await;
    let visitor = stage.stranger();
    let paths = ["/nghe", "/nghe?lang=en", "/nghe?chu-de=1&trang=9", "/nghe/TIN-1", "/nghe/TIN-1?lang=en"];
    for path in paths.into_iter().chain(["/nghe/podcast.xml", "/nghe/TIN-NHAP?lang=en", "/nghe/TIN-1/1.opus"]) {
        let request = visitor.request(Method::GET, path).header("range", "bytes=0-9");
        let answer = request.send().await.unwrap();
        assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_string();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        let bytes = answer.bytes().await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for word in ["duyet", "nguoiduyet", "csrf", "custody", "import"] {
            assert!(!text.contains(word), "{path} says {word}");
        }
    }
    visitor.get("/nghe?lang=en").await.says(200, "href=\"/nghe/TIN-1?lang=en\"").says(200, "<html lang=\"en\">");
    visitor.get("/nghe?chu-de=7").await.says(200, "Chưa có bản tin nào");
    let one = visitor.get("/nghe/TIN-1").await;
    let canonical = format!("<link rel=\"canonical\" href=\"{}/nghe/TIN-1\">", stage.url);
    for part in
        [&canonical, "property=\"og:title\"", "aria-label=\"Mã QR", "lang=\"ktv\">Tin TIN-2", "preload=\"none\""]
    {
        assert!(one.text.contains(part), "{part}: {}", one.text);
    }
    visitor.get("/nghe/TIN-2").await.says(200, "<p class=\"text\" lang=\"ktv\">");
}

#[tokio::test]
async fn the_feed_is_read_by_other_programs_and_leads_to_the_very_bytes_that_stations_play() {
    let stage = Stage::open().await;
    let feed = stage.feed();
    assert_eq!(feed["type"], "application/rss+xml; charset=utf-8");
    assert_eq!((&feed["title"], &feed["language"]), (&"Loa & bản tin".into(), &"vi".into()));
    assert_eq!((&feed["explicit"], &feed["mail"]), (&"false".into(), &"so@tinh.example".into()));
    assert_eq!(feed["self"], format!("{}/nghe/podcast.xml", stage.url));
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), OPEN.len());
    for item in items {
        let code = item["guid"].as_str().unwrap().strip_prefix("loa:").unwrap();
        let stored = stage.sound(code).await;
        assert_eq!((&item["sha256"], &item["length"]), (&stored["rendition"], &stored["rendition_bytes"]), "{code}");
        assert_eq!((&item["type"], &item["served"]), (&"audio/ogg".into(), &"audio/ogg".into()), "{code}");
        assert_eq!(item["seconds"], 2, "{code}");
        assert_eq!(item["link"], format!("{}/nghe/{code}", stage.url));
        assert!(item["published"].as_str().unwrap().starts_with(&stage.province.today().to_string()), "{item}");
        assert!(item["description"].as_str().unwrap().contains("Tin phát thử."), "{item}");
    }
    assert!(items.iter().any(|item| item["title"] == TITLE), "{feed}");
}

#[tokio::test]
async fn feed_and_sound_are_asked_for_again_without_being_sent_again() {
    let stage = Stage::open().await;
    let visitor = stage.stranger();
    let ask = async |path: &str, name: &'static str, value: &str| {
        let request = visitor.request(Method::GET, path).header(name, value);
        request.send().await.unwrap().status().as_u16()
    };
    for path in ["/nghe/podcast.xml", "/nghe/TIN-1/1.opus"] {
        let first = visitor.request(Method::HEAD, path).send().await.unwrap();
        let header = |name: &str| first.headers()[name].to_str().unwrap().to_string();
        assert_eq!(header("cache-control"), "public, max-age=60", "{path}");
        assert_eq!(ask(path, "if-none-match", &header("etag")).await, 304, "{path}");
        assert_eq!(ask(path, "if-modified-since", &header("last-modified")).await, 304, "{path}");
        assert_eq!(ask(path, "if-none-match", "\"khac\"").await, 200, "{path}");
    }
    let sound = visitor.request(Method::HEAD, "/nghe/TIN-1/1.opus").send().await.unwrap();
    assert_eq!(sound.headers()["content-disposition"], "inline; filename=\"TIN-1.opus\"");
    assert_eq!(sound.headers()["cross-origin-resource-policy"], "cross-origin");
    let stored = stage.sound("TIN-1").await;
    assert_eq!(sound.headers()["content-length"], stored["rendition_bytes"].to_string().as_str());
    // What is withdrawn changes tag and date.
    let before = visitor.request(Method::HEAD, "/nghe/podcast.xml").send().await.unwrap().headers().clone();
    let approver = Visitor::of(&stage.url, "nguoiduyet").await;
    approver.submit("/ban-tin/TIN-THU/thu-hoi", &[("version", "1"), ("reason", "Văn bản đã thay")]).await;
    for (asks, has) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
        assert_eq!(ask("/nghe/podcast.xml", asks, before[has].to_str().unwrap()).await, 200, "{asks}");
    }
}
