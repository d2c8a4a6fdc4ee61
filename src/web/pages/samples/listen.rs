//! What everybody sees: a full list, an empty one, a bulletin in a minority language.

use super::*;

fn guest(lang: Lang, path: &str) -> Frame {
    Frame {
        user: None,
        csrf: String::new(),
        custody_center: false,
        department: String::new(),
        ..frame(lang, Tab::None, path, &[])
    }
}

fn channel() -> Channel {
    Channel {
        title: "Bản tin cải cách hành chính Quảng Nam".into(),
        description: "Các bản tin đã duyệt của Sở & các đơn vị, nghe lại và tải về.".into(),
        contact: "so@tinh.example".into(),
        site: "https://loa.example".into(),
    }
}

fn row(code: &str, title: &str, topic: u8, language: &str) -> ListenRow {
    ListenRow {
        code: code.into(),
        title: title.into(),
        topic,
        producer: "Sở Thông tin và Truyền thông".into(),
        language: language.into(),
        date: day(12),
        duration_ms: 522_000,
    }
}

fn list(lang: Lang) -> ListenPage {
    ListenPage {
        frame: guest(lang, "/nghe?trang=2"),
        channel: channel(),
        topics: vec![
            Choice { value: String::new(), label: "Tất cả".into(), selected: true },
            Choice { value: "6".into(), label: "Đề án 06".into(), selected: false },
        ],
        topic: None,
        rows: vec![
            row("CCHC-25", "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện", 6, "vi"),
            row("CCHC-25-KTV", "Đề án 06, tiếng Cơ Tu", 6, "ktv"),
        ],
        total: 42,
        page: 2,
        pages: 3,
    }
}

fn empty(lang: Lang) -> ListenPage {
    let channel = Channel { contact: "0235 123 456".into(), ..channel() };
    let frame = guest(lang, "/nghe?chu-de=7");
    ListenPage { frame, channel, topic: Some(7), rows: Vec::new(), total: 0, page: 1, pages: 1, ..list(lang) }
}

fn one(lang: Lang) -> ListenOnePage {
    ListenOnePage {
        frame: guest(lang, "/nghe/CCHC-25-KTV"),
        channel: channel(),
        row: row("CCHC-25-KTV", "Đề án 06, tiếng Cơ Tu", 6, "ktv"),
        source_document: "Kế hoạch tuyên truyền cải cách hành chính năm 2024".into(),
        transcript: "Lời thứ nhất.\n\nLời thứ hai <không phải mã>.".into(),
        last_day: day(19),
        siblings: vec![row("CCHC-25", "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện", 6, "vi")],
        audio: AudioLinks {
            opus_url: "/nghe/CCHC-25-KTV/2.opus".into(),
            wav_url: "/nghe/CCHC-25-KTV/2.wav".into(),
            wav_bytes: 50_112_044,
        },
        opus_bytes: 1_600_000,
        address: "https://loa.example/nghe/CCHC-25-KTV".into(),
        qr: Some(QrView { path: "M4 4h1v1h-1z".into(), side: 29 }),
    }
}

pub(in crate::web::pages) fn all(lang: Lang) -> Vec<Rendered> {
    vec![("listen", list(lang).render()), ("listen_empty", empty(lang).render()), ("listen_one", one(lang).render())]
}
