//! Sample pages about uploads.

use super::*;
use crate::domain::upload::UploadState;

fn upload(id: char, file_name: &str, state: UploadState) -> UploadView {
    let received = if state == UploadState::Receiving { 41_700_000 } else { 61_300_000 };
    UploadView {
        id: std::iter::repeat_n(id, 32).collect(),
        file_name: file_name.into(),
        bytes: 61_300_000,
        received,
        head: hash('4'),
        state,
        reason: None,
        warnings: 0,
        has_facts: false,
    }
}

fn refused() -> UploadView {
    let reason = "Tệp bị cắt cụt ở 1:31. Hãy xuất lại tệp rồi tải lên.";
    UploadView { reason: Some(reason.into()), ..upload('4', "cat-cut.mp3", UploadState::Refused) }
}

fn form() -> FactsForm {
    let mut form = FactsForm::usual();
    for (field, value) in [("code", "CCHC-27"), ("title", "Cách làm hay & xã mình học"), ("topic", "7")] {
        form.typed.insert(field.into(), value.into());
    }
    form.errors = vec![
        FieldError { field: "file".into(), text: "Hãy chọn tệp âm thanh.".into() },
        FieldError {
            field: "airs_to".into(), text: "Ngày cuối đứng trước ngày bắt đầu. Hãy đổi lại.".into()
        },
    ];
    form
}

pub(in crate::web::pages) fn desk(_: Lang) -> UploadDesk {
    let failed = "Bộ kiểm tra âm thanh của máy chủ gặp lỗi. Hãy bấm thử lại.";
    UploadDesk {
        uploads: vec![
            upload('1', "ban-tin-27-thu-am.wav", UploadState::Receiving),
            upload('2', "Bản tin số 28.mp3", UploadState::Checking),
            upload('3', "dai-xa.flac", UploadState::Checked),
            refused(),
            UploadView { reason: Some(failed.into()), ..upload('5', "tin-29.m4a", UploadState::Failed) },
        ],
        form: FactsForm { later: true, ..form() },
        limit_bytes: 500_000_000,
    }
}

pub(in crate::web::pages) fn uploads(lang: Lang) -> UploadsPage {
    UploadsPage {
        frame: frame(lang, Tab::Uploads, "/tai-len", &[Role::Operator]),
        desk: UploadDesk {
            uploads: Vec::new(),
            form: FactsForm { later: true, ..FactsForm::usual() },
            limit_bytes: 500_000_000,
        },
    }
}

fn page(lang: Lang, upload: UploadView) -> UploadPage {
    UploadPage {
        frame: frame(lang, Tab::Uploads, "/tai-len/1", &[Role::Editor]),
        refreshes: upload.state.is_moving(),
        upload,
        findings: Vec::new(),
        form: None,
    }
}

pub(in crate::web::pages) fn upload_checked(lang: Lang) -> UploadPage {
    let mut form = form();
    form.errors.remove(0);
    UploadPage {
        form: Some(form),
        findings: vec![CheckFinding {
            severity: Severity::Warn,
            text: "Lặng 6,4 giây.".into(),
            remedy: "Nghe lại, cắt bớt nếu không chủ ý.".into(),
            at_ms: Some(134_000),
        }],
        ..page(lang, upload('3', "dai-xa.flac", UploadState::Checked))
    }
}

pub(in crate::web::pages) fn upload_checking(lang: Lang) -> UploadPage {
    page(lang, upload('2', "Bản tin số 28.mp3", UploadState::Checking))
}

pub(in crate::web::pages) fn upload_refused(lang: Lang) -> UploadPage {
    page(lang, refused())
}

pub(in crate::web::pages) fn version(lang: Lang) -> VersionPage {
    let mut form = form();
    form.errors.remove(0);
    VersionPage {
        frame: frame(lang, Tab::Bulletins, "/ban-tin/CCHC-25/phien-ban", &[Role::Editor]),
        code: "CCHC-25".into(),
        version: 2,
        form: FactsForm { of: Some("CCHC-25".into()), ..form },
        uploads: Vec::new(),
        limit_bytes: 500_000_000,
    }
}
