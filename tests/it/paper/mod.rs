//! What a station without a device takes along: the day sheet, a calendar, a day's audio; all of it from issued rundowns.

mod calendar;
mod pack;
mod sheet;
mod week;

use std::path::Path;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use serde_json::Value;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;

/// Titles as long as they are.
const BULLETINS: [(&str, &str); 3] = [
    ("TIN-1", "Nộp phí, lệ phí không cần tiền mặt ở bộ phận Một cửa"),
    ("TIN-2", "Bà con nói thật, chính quyền phục vụ tốt hơn"),
    ("TIN-3", "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện"),
];

/// A day of twelve items: three relays, seven plays of three bulletins, twice the commune's own time. In `xa-2` a relay
/// stands in every twenty minutes of eight hours besides.
const RULES: &str = r#"
[[rule]]
id = "vov-sang"
name = "Tiếp âm Đài Tiếng nói Việt Nam, Thời sự sáng VOV1"
kind = "relay"
source = "VOV1"
cron = "0 0 5 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "cchc-sang"
name = "Cải cách hành chính, buổi sáng"
kind = "bulletin"
cron = "0 30 5 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "xa-sang"
name = "Tin địa phương, buổi sáng"
kind = "commune"
cron = "0 0 6 * * *"
minutes = 10
areas = ["thu"]

[[rule]]
id = "vov-trua"
name = "Tiếp âm Đài Tiếng nói Việt Nam, Thời sự trưa VOV1"
kind = "relay"
source = "VOV1"
cron = "0 30 11 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "cchc-trua"
name = "Cải cách hành chính, buổi trưa"
kind = "bulletin"
cron = "0 0 12 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "vov-chieu"
name = "Tiếp âm Đài Phát thanh và Truyền hình tỉnh"
kind = "relay"
source = "PTTH"
cron = "0 0 17 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "cchc-chieu"
name = "Cải cách hành chính, buổi chiều"
kind = "bulletin"
cron = "0 30 17 * * *"
minutes = 30
areas = ["thu"]

[[rule]]
id = "xa-chieu"
name = "Tin địa phương, buổi chiều"
kind = "commune"
cron = "0 0 18 * * *"
minutes = 10
areas = ["thu"]

[[rule]]
id = "dai-ngay"
name = "Tiếp âm Đài Truyền thanh huyện, chương trình trong ngày"
kind = "relay"
source = "Đài huyện"
cron = "0 0,20,40 7-10,13-16 * * *"
minutes = 10
areas = ["xa-2"]
"#;

/// A province with two stations that have no device, served; nothing of the next day has begun.
struct Paper {
    province: Province,
    _center: Running,
    url: String,
    /// The next day.
    date: NaiveDate,
}

impl Paper {
    async fn open() -> Self {
        Self::open_with("").await
    }

    /// With more rules of the grid, which may name a bulletin `NEN-1` of three seconds that no order asks for.
    async fn open_with(more: &str) -> Self {
        let mut province = Province::new(2);
        province.tones("NEN-1", 4, 3_000, "thu");
        for (voice, (code, title)) in (1..).zip(BULLETINS) {
            province.tones(code, voice, 2_000, "thu");
            change(&province.path(&format!("bulletins/{code}.toml")), |text| {
                text.replace(&format!("title = \"Tin {code}\""), &format!("title = \"{title}\""))
            });
        }
        province.write_schedules();
        change(&province.path("schedules/stations.csv"), |text| text.replace("connected,ip", "manual,fm"));
        change(&province.path("schedules/grid.toml"), |text| {
            text.split("[[rule]]").next().unwrap().to_string() + RULES + more
        });
        let orders = (1..).zip([3, 2, 2]).map(|(number, plays)| {
            format!(
                "[[order]]\nid = \"yc-{number}\"\nbulletin = \"TIN-{number}\"\nper_day = {plays}\nareas = [\"thu\"]\n\
                 from = 2024-01-01\nto = 2099-12-31\n\n"
            )
        });
        std::fs::write(province.path("schedules/orders.toml"), orders.collect::<String>()).unwrap();
        province.import().well();
        province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
        for (name, role) in [("truc", "operator@xa-1"), ("trucxa", "operator@xa-2"), ("kiemtra", "auditor@thu")] {
            add_person(&province, name, role);
        }
        add_person(&province, "quantri", "admin@thu");
        province.loa(&["approve", "--by", "duyet", "TIN-1", "TIN-2", "TIN-3", "NEN-1"]).well();
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        let date = province.today().succ_opt().unwrap();
        Self { province, _center: center, url, date }
    }

    async fn person(&self, name: &str) -> Visitor {
        Visitor::of(&self.url, name).await
    }

    /// The next day's rundown of a station, as `loa plan --json` tells it.
    fn plan(&self, station: &str) -> Value {
        let date = self.date.to_string();
        self.province.loa(&["plan", "--station", station, "--date", &date, "--json"]).well().json()
    }

    fn place(&self, page: &str, station: &str) -> String {
        format!("{page}?station={station}&date={}", self.date)
    }

    /// The status of an answer whose body may be anything.
    async fn status(&self, name: &str, path: &str) -> u16 {
        let visitor = self.person(name).await;
        let request =
            visitor.request(reqwest::Method::GET, path).header("cookie", format!("loa={}", visitor.session()));
        request.send().await.unwrap().status().as_u16()
    }
}

fn change(file: &Path, how: impl FnOnce(String) -> String) {
    let before = std::fs::read_to_string(file).unwrap();
    let after = how(before.clone());
    assert_ne!(before, after, "{} was not changed", file.display());
    std::fs::write(file, after).unwrap();
}

/// What another program says, if it succeeds.
fn told(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{program} did not start, is it installed? {error}"));
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn only_who_may_see_the_station_gets_its_sheet_its_pack_and_its_links() {
    let paper = Paper::open().await;
    for page in ["/phieu-lich-ngay", "/goi-am-thanh.zip", "/noi-lich", "/vi-sao", "/ca-tuan"] {
        let (own, other) = (paper.place(page, "dai-1"), paper.place(page, "dai-2"));
        for (name, path, status) in [
            ("truc", &own, 200),
            ("truc", &other, 403),
            ("trucxa", &own, 403),
            ("kiemtra", &own, 200),
            ("quantri", &other, 200),
            ("truc", &paper.place(page, "dai-9"), 404),
        ] {
            let came = paper.status(name, path).await;
            assert_eq!(came, status, "{name} at {path}");
        }
        let stranger = Visitor::new(&paper.url).get(&own).await;
        assert_eq!(stranger.status, 303, "{page}");
        assert!(stranger.to.starts_with("/dang-nhap?next="), "{page}: {}", stranger.to);
    }
}
