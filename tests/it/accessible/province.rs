//! A province whose pages have something on them: bulletins in every state, findings, a station that played, one that
//! nobody has spoken for, a word said by hand.

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;
use crate::helpers::until::until;

/// The whole of it; dropping it ends it.
pub struct Lively {
    /// Where the center listens.
    pub url: String,
    _province: Province,
    _running: [Running; 2],
}

/// Log-in names and roles.
const PEOPLE: [(&str, &str); 6] = [
    ("bientap", "editor@thu"),
    ("nguoiduyet", "approver@thu"),
    ("truc", "operator@thu"),
    ("kiemtra", "auditor@thu"),
    ("quantri", "admin@thu"),
    ("nhieuviec", "editor@thu approver@thu operator@thu auditor@thu admin@thu"),
];

impl Lively {
    /// Sets it up.
    pub async fn new() -> Self {
        let mut province = Province::new(2);
        for (number, code) in (1..).zip(["TIN-PHAT", "TIN-HAI", "TIN-BA"]) {
            province.tones(code, number, 2_000, "thu");
        }
        for (number, code) in (5..).zip(["TIN-CHO", "TIN-TRA", "TIN-THU"]) {
            province.bulletin(code, "thu");
            write_tones(&province.path(&format!("bulletins/{code}.wav")), number, 2_000);
        }
        province.bulletin("TIN-NHAP", "thu");
        write_with_a_gap(&province, "TIN-NHAP");
        province.prepare();
        for (name, roles) in PEOPLE {
            add_person(&province, name, roles);
        }
        province.approve_all();
        province.loa(&["approve", "--by", "duyet", "TIN-THU"]).well();
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        let station = province.join("dai-1", &url).await;
        decide(&url).await;
        for name in ["bientap", "truc"] {
            upload(&province, &url, name).await;
        }
        let some = |total: &serde_json::Value| total["aired"].as_u64() >= Some(1) && total["unreported"] != 0;
        province.report_until(90, "one station to have played and the other to wait for a word", some).await;
        speak(&url).await;
        Self { url, _province: province, _running: [center, station] }
    }
}

/// Tones around silence, which the check warns of.
fn write_with_a_gap(province: &Province, code: &str) {
    let file = province.path(&format!("bulletins/{code}.wav"));
    write_tones(&file, 4, 3_000);
    let mut reader = hound::WavReader::open(&file).unwrap();
    let (spec, tones): (_, Vec<i16>) = (reader.spec(), reader.samples().map(Result::unwrap).collect());
    let mut writer = hound::WavWriter::create(&file, spec).unwrap();
    let silence = std::iter::repeat_n(0, 8 * 48_000);
    for sample in tones.iter().copied().chain(silence).chain(tones.iter().copied()) {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}

/// One file that waits for its facts, and one that was refused.
async fn upload(province: &Province, url: &str, name: &str) {
    let visitor = Visitor::of(url, name).await;
    let file = province.path(&format!("tep-{name}.wav"));
    write_tones(&file, u32::try_from(name.len()).unwrap(), 2_500);
    let sound = std::fs::read(&file).unwrap();
    let answer = visitor.upload("/tai-len", &[("ban-tin.wav", &sound), ("hong.wav", name.as_bytes())]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    until("both files to be checked", async || {
        let list = visitor.get("/api/v1/uploads").await.text;
        (list.contains("checked") && list.contains("refused")).then_some(())
    })
    .await;
}

/// Submits, returns and withdraws.
async fn decide(url: &str) {
    let editor = Visitor::of(url, "bientap").await;
    let approver = Visitor::of(url, "nguoiduyet").await;
    for (who, code, step, reason) in [
        (&editor, "TIN-CHO", "gui-duyet", ""),
        (&editor, "TIN-TRA", "gui-duyet", ""),
        (&approver, "TIN-TRA", "tra-lai", "Đọc lại tên cơ quan"),
        (&approver, "TIN-THU", "thu-hoi", "Văn bản đã thay"),
    ] {
        let path = format!("/ban-tin/{code}/{step}");
        let answer = who.submit(&path, &[("version", "1"), ("reason", reason)]).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
    }
}

/// The operator says of one airing that it was heard in full.
async fn speak(url: &str) {
    let operator = Visitor::of(url, "truc").await;
    let fields = until("an airing to wait for a word", async || {
        let fields = operator.get("/hom-nay?station=dai-2").await.hidden("/hom-nay/xac-nhan");
        (!fields.is_empty()).then_some(fields)
    })
    .await;
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("said", "full"));
    let answer = operator.send_form("/hom-nay/xac-nhan", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}
