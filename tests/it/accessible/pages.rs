//! Every page there is, and who looks at it.

/// A log-in name; nobody is a stranger.
pub type Reader = Option<&'static str>;

/// One look at a page.
pub struct Look {
    /// The route as `routes.rs` writes it; empty for answers that no route of its own has.
    pub route: &'static str,
    /// Where to go.
    pub at: At,
    /// Who goes.
    pub readers: &'static [Reader],
}

/// An address.
pub enum At {
    /// Known beforehand.
    Path(&'static str),
    /// The first link of a page whose address begins so.
    Link { on: &'static str, begins: &'static str },
    /// The page of the reader's first upload in this state.
    Upload(&'static str),
    /// The answer to a form of a page, by selector, with these fields filled in.
    Sent { on: &'static str, form: &'static str, fields: &'static [(&'static str, &'static str)] },
}

const STRANGER: Reader = None;
const EDITOR: Reader = Some("bientap");
const APPROVER: Reader = Some("nguoiduyet");
const OPERATOR: Reader = Some("truc");
const AUDITOR: Reader = Some("kiemtra");
const ADMIN: Reader = Some("quantri");
/// One who acts for an approver.
const DEPUTY: Reader = Some("phopham");
/// Whose first password must be changed.
const NEWCOMER: Reader = Some("nguoimoi");
/// One with a second factor, and one whose code is awaited.
const ENROLLED: Reader = Some("haibuoc");
const HALF_IN: Reader = Some("nuachung");
/// An administrator who proved long ago who they are.
const LATE: Reader = Some("quantricu");
/// One with every role, whose pages hold the most.
const ALL: Reader = Some("nhieuviec");

const fn path(route: &'static str, path: &'static str, readers: &'static [Reader]) -> Look {
    Look { route, at: At::Path(path), readers }
}

const fn sent(
    route: &'static str,
    on: &'static str,
    form: &'static str,
    fields: &'static [(&'static str, &'static str)],
    readers: &'static [Reader],
) -> Look {
    Look { route, at: At::Sent { on, form, fields }, readers }
}

const fn upload(state: &'static str, readers: &'static [Reader]) -> Look {
    Look { route: "/tai-len/{id}", at: At::Upload(state), readers }
}

/// All of them.
pub const LOOKS: &[Look] = &[
    path("/", "/", &[STRANGER]),
    path("/dang-nhap", "/dang-nhap?lang=en", &[STRANGER]),
    sent("/dang-nhap", "/dang-nhap", "form[action='/dang-nhap']", &[("user", "ai"), ("password", "?")], &[STRANGER]),
    path("/dang-nhap/ma", "/dang-nhap/ma", &[HALF_IN]),
    sent("/dang-nhap/ma", "/dang-nhap/ma?lang=en", "form[action='/dang-nhap/ma']", &[("code", "000000")], &[HALF_IN]),
    // everybody, without a log-in
    path("/nghe", "/nghe", &[STRANGER]),
    path("/nghe", "/nghe?lang=en&chu-de=1", &[STRANGER]),
    path("/nghe", "/nghe?chu-de=7", &[STRANGER]),
    path("/nghe/{code}", "/nghe/TIN-PHAT", &[STRANGER]),
    path("/nghe/{code}", "/nghe/TIN-PHAT?lang=en", &[STRANGER]),
    // everybody's own account
    path("/tai-khoan", "/tai-khoan", &[EDITOR, OPERATOR, DEPUTY, ALL]),
    path("/tai-khoan", "/tai-khoan?lang=en", &[ENROLLED]),
    path("/tai-khoan/mat-khau", "/tai-khoan/mat-khau", &[EDITOR, NEWCOMER]),
    sent(
        "/tai-khoan/mat-khau",
        "/tai-khoan/mat-khau?lang=en",
        "form[action='/tai-khoan/mat-khau']",
        &[("current", "?"), ("new", "?"), ("again", "?")],
        &[OPERATOR],
    ),
    path("/tai-khoan/xac-thuc", "/tai-khoan/xac-thuc", &[EDITOR, ENROLLED]),
    sent(
        "/tai-khoan/xac-thuc",
        "/tai-khoan/xac-thuc?lang=en",
        "form[action='/tai-khoan/xac-thuc']",
        &[("code", "000000")],
        &[OPERATOR],
    ),
    sent("/tai-khoan/xac-thuc", "/tai-khoan/xac-thuc", "form[action='/tai-khoan/ma-du-phong']", &[], &[ENROLLED]),
    path("/tai-khoan/phien", "/tai-khoan/phien", &[EDITOR, ADMIN]),
    path("/tai-khoan/phien", "/tai-khoan/phien?lang=en", &[EDITOR]),
    path("/tai-khoan/ma-truy-cap", "/tai-khoan/ma-truy-cap", &[EDITOR, LATE]),
    path("/tai-khoan/ma-truy-cap", "/tai-khoan/ma-truy-cap?lang=en", &[EDITOR]),
    sent(
        "/tai-khoan/ma-truy-cap",
        "/tai-khoan/ma-truy-cap",
        "form[action='/tai-khoan/ma-truy-cap']",
        &[("name", "Cổng thông tin"), ("scope", "read")],
        &[AUDITOR],
    ),
    sent(
        "/tai-khoan/ma-truy-cap",
        "/tai-khoan/ma-truy-cap",
        "form[action='/tai-khoan/ma-truy-cap']",
        &[("name", "")],
        &[OPERATOR],
    ),
    path("/xac-nhan-lai", "/xac-nhan-lai?next=%2Ftai-khoan", &[OPERATOR, ENROLLED]),
    sent(
        "/xac-nhan-lai",
        "/xac-nhan-lai?next=%2Ftai-khoan&lang=en",
        "form[action='/xac-nhan-lai']",
        &[("proof", "?")],
        &[AUDITOR],
    ),
    path("/hom-nay", "/hom-nay?station=dai-1", &[OPERATOR, ALL]),
    path("/hom-nay", "/hom-nay?station=dai-2", &[OPERATOR]),
    path("/hom-nay", "/hom-nay?station=dai-2&lang=en", &[OPERATOR]),
    path("/ca-tuan", "/ca-tuan?station=dai-2", &[OPERATOR, AUDITOR, ALL]),
    path("/ca-tuan", "/ca-tuan?station=dai-1&lang=en", &[OPERATOR]),
    path("/them-tin", "/them-tin", &[OPERATOR, ALL]),
    path("/them-tin", "/them-tin?lang=en", &[OPERATOR]),
    Look { route: "/them-tin/{id}", at: At::Link { on: "/them-tin", begins: "/them-tin/" }, readers: &[OPERATOR] },
    path("/loi-moi", "/loi-moi?station=dai-2", &[OPERATOR, ADMIN]),
    path("/loi-moi", "/loi-moi?station=dai-1&lang=en", &[OPERATOR]),
    path("/khong-mang", "/khong-mang", &[STRANGER]),
    path("/phieu-lich-ngay", "/phieu-lich-ngay?station=dai-2", &[OPERATOR, AUDITOR]),
    path("/phieu-lich-ngay", "/phieu-lich-ngay?station=dai-2&lang=en", &[OPERATOR]),
    path("/phieu-lich-ngay", "/phieu-lich-ngay?station=dai-1&date=2024-06-12", &[EDITOR]),
    path("/vi-sao", "/vi-sao?station=dai-2", &[OPERATOR]),
    path("/vi-sao", "/vi-sao?station=dai-1&lang=en", &[EDITOR]),
    path("/noi-lich", "/noi-lich?station=dai-1", &[AUDITOR]),
    sent("/noi-lich", "/noi-lich?station=dai-2", "form[action^='/noi-lich']", &[], &[OPERATOR]),
    sent("/noi-lich", "/noi-lich?station=dai-2&lang=en", "form[action='/noi-lich?station=dai-2']", &[], &[OPERATOR]),
    path("/dung-loa", "/dung-loa", &[APPROVER, OPERATOR, ADMIN]),
    path("/dung-loa", "/dung-loa?lang=en", &[APPROVER]),
    path("/bat-kha-khang", "/bat-kha-khang", &[APPROVER, AUDITOR, ADMIN]),
    path("/bat-kha-khang", "/bat-kha-khang?lang=en", &[APPROVER]),
    path("/khan-cap", "/khan-cap", &[APPROVER, ADMIN]),
    path("/khan-cap", "/khan-cap?lang=en", &[APPROVER]),
    path("/khan-cap/de-nghi", "/khan-cap/de-nghi?bulletin=BAO-1&area=thu&reason=bao", &[APPROVER, ALL]),
    path("/khan-cap/de-nghi", "/khan-cap/de-nghi?bulletin=BAO-1&area=xa-1&reason=bao&lang=en", &[APPROVER]),
    path("/khung-gio", "/khung-gio?don-vi=thu", &[EDITOR, APPROVER, OPERATOR, ALL]),
    path("/khung-gio", "/khung-gio?don-vi=xa-1&lang=en", &[APPROVER, AUDITOR]),
    path("/khung-gio/them", "/khung-gio/them?don-vi=xa-1&thay=thu", &[APPROVER, ADMIN]),
    sent(
        "/khung-gio/them",
        "/khung-gio/them?don-vi=thu&lang=en",
        "form.form",
        &[("name", ""), ("areas", "?")],
        &[APPROVER],
    ),
    path("/khung-gio/{rule}", "/khung-gio/thu?don-vi=xa-1", &[APPROVER, AUDITOR]),
    path("/khung-gio/{rule}", "/khung-gio/thu?don-vi=thu&lang=en", &[ADMIN]),
    sent(
        "/khung-gio/{rule}",
        "/khung-gio/thu",
        "form[action='/khung-gio/thu/ngoai-le']",
        &[("reason", "")],
        &[APPROVER],
    ),
    sent(
        "/khung-gio/{rule}",
        "/khung-gio/thu",
        "form[action='/khung-gio/thu']",
        &[("use_cron", "1"), ("cron", "0 0 6 * * 2-6"), ("minutes", "500")],
        &[APPROVER],
    ),
    path("/khung-gio/xem-truoc", "/khung-gio/xem-truoc", &[APPROVER, DEPUTY]),
    path("/khung-gio/xem-truoc", "/khung-gio/xem-truoc?lang=en", &[ADMIN]),
    path("/khung-gio/giu-lai", "/khung-gio/giu-lai", &[APPROVER, AUDITOR]),
    path("/khung-gio/giu-lai", "/khung-gio/giu-lai?lang=en", &[ADMIN]),
    path("/ban-tin", "/ban-tin", &[EDITOR, AUDITOR, ALL]),
    path("/ban-tin", "/ban-tin?lang=en", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-NHAP", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-CHO", &[APPROVER, AUDITOR, ALL]),
    path("/ban-tin/{code}", "/ban-tin/TIN-CHO?lang=en", &[APPROVER]),
    path("/ban-tin/{code}", "/ban-tin/TIN-TRA", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-PHAT", &[APPROVER, DEPUTY]),
    path("/ban-tin/{code}", "/ban-tin/TIN-THU", &[APPROVER]),
    path("/ban-tin/{code}", "/ban-tin/TIN-HET", &[APPROVER, EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-DOI", &[APPROVER, DEPUTY]),
    path("/ban-tin/{code}", "/ban-tin/TIN-LANG", &[APPROVER, ALL, EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-LANG?lang=en", &[APPROVER]),
    sent("/ban-tin/{code}", "/ban-tin/TIN-LANG", "form[action='/ban-tin/TIN-LANG/nghe']", &[], &[ALL]),
    path("/ban-tin/{code}/tam-phat", "/ban-tin/TIN-LANG/tam-phat?version=1", &[APPROVER, EDITOR]),
    path("/ban-tin/{code}/tam-phat", "/ban-tin/TIN-CHO/tam-phat?version=1&xem=khong&lang=en", &[APPROVER]),
    path("/ban-tin/{code}/thu-hoi", "/ban-tin/TIN-THU/thu-hoi?version=1", &[APPROVER, AUDITOR]),
    path("/ban-tin/{code}/thu-hoi", "/ban-tin/TIN-THU/thu-hoi?version=1&lang=en", &[APPROVER]),
    path("/ban-tin/{code}/phien-ban", "/ban-tin/TIN-TRA/phien-ban", &[EDITOR]),
    path("/tai-len", "/tai-len", &[EDITOR, OPERATOR]),
    path("/tai-len", "/tai-len?lang=en", &[EDITOR]),
    upload("checked", &[EDITOR, OPERATOR]),
    upload("refused", &[EDITOR, OPERATOR]),
    upload("receiving", &[EDITOR]),
    path("/khoa-duyet", "/khoa-duyet", &[APPROVER, ALL]),
    path("/khoa-duyet", "/khoa-duyet?lang=en", &[APPROVER]),
    path("/duyet", "/duyet", &[APPROVER, DEPUTY, ALL]),
    path("/duyet", "/duyet?lang=en", &[APPROVER]),
    path("/doi-soat", "/doi-soat", &[AUDITOR]),
    path("/doi-soat", "/doi-soat?lang=en", &[AUDITOR]),
    Look { route: "/doi-soat/{airing}", at: At::Link { on: "/doi-soat", begins: "/doi-soat/" }, readers: &[AUDITOR] },
    path("/dai", "/dai", &[ADMIN, AUDITOR]),
    path("/dai", "/dai?lang=en", &[ADMIN]),
    path("/dai/{id}/moi", "/dai/dai-1/moi", &[ADMIN]),
    path("/nguoi-dung", "/nguoi-dung", &[ADMIN, ALL]),
    sent("/nguoi-dung", "/nguoi-dung", "form[action='/nguoi-dung']", &[("name", "!"), ("areas", "?")], &[ADMIN]),
    path("/nguoi-dung", "/nguoi-dung?lang=en", &[ADMIN]),
    path("/nguoi-dung/{name}", "/nguoi-dung/bientap", &[ADMIN, LATE]),
    path("/nguoi-dung/{name}", "/nguoi-dung/trucxa?lang=en", &[ADMIN]),
    path("/nguoi-dung/{name}", "/nguoi-dung/phopham", &[ADMIN]),
    path("/nguoi-dung/{name}", "/nguoi-dung/quantri", &[ADMIN]),
    sent(
        "/nguoi-dung/{name}",
        "/nguoi-dung/bientap",
        "form[action='/nguoi-dung/bientap/quyen']",
        &[("area", "khong-co")],
        &[ADMIN],
    ),
    sent("/nguoi-dung/{name}", "/nguoi-dung/quenma", "form[action='/nguoi-dung/quenma/mat-khau']", &[], &[ADMIN]),
    path("/nguoi-dung/nhat-ky", "/nguoi-dung/nhat-ky", &[ADMIN, AUDITOR]),
    path("/nguoi-dung/nhat-ky", "/nguoi-dung/nhat-ky?user=bientap&lang=en", &[ADMIN]),
    path("", "/khong-co", &[STRANGER, OPERATOR]),
    path("", "/nguoi-dung", &[EDITOR]),
    path("", "/doi-soat?from=2024-06-02&to=2024-06-01", &[AUDITOR]),
];

/// What is fetched and is no page: sound, tables and archives to download, what programs ask.
pub const NO_PAGES: &[&str] = &[
    "/am-thanh/",
    "/assets/",
    "/api/",
    "/doi-soat.csv",
    "/goi-am-thanh.zip",
    "/hom-nay/khan-cap",
    "/khan-cap/moi",
    "/lich/",
    "/nghe/podcast.xml",
    "/sw.js",
    "/nghe/{code}/",
];

/// The least side of what is pressed, CSS pixels: on the operator's phone a thumb's, elsewhere that of WCAG 2.2 (2.5.8).
pub fn least_side(route: &str) -> u32 {
    if ["/hom-nay", "/ca-tuan", "/them-tin", "/loi-moi", "/khong-mang"].iter().any(|phone| route.starts_with(phone))
        || route.starts_with("/nghe")
    {
        44
    } else {
        24
    }
}

/// Routes with a GET in `routes.rs` that are pages.
pub fn routes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(".route(").skip(1) {
        // Programs' addresses are constants of the protocol; a page's stands where it is.
        let Some(literal) = part.trim_start().strip_prefix('"') else { continue };
        let Some((route, rest)) = literal.split_once('"') else { continue };
        let is_page = !NO_PAGES.iter().any(|prefix| route.starts_with(prefix));
        if is_page && rest.contains("get(") {
            found.push(route.to_owned());
        }
    }
    found
}
