//! Sample pages about approvers' own keys.

use super::bulletins::bulletin;
use super::*;

/// The form of a bulletin that is approved in this way.
pub(in crate::web::pages) fn approve_form(lang: Lang, turn: ApproveTurn, signer: Signer) -> ApproveForm {
    ApproveForm {
        frame: frame(lang, Tab::Bulletins, "/ban-tin/cchc-25", &[Role::Approver]),
        code: "cchc-25".into(),
        version: 2,
        stations: Some(229),
        unheard: true,
        turn,
        signer,
    }
}

/// What somebody signs with their own key.
pub(in crate::web::pages) fn own_signature(
    kind: &'static str,
    payload: &str,
    sound_url: Option<&str>,
    rows: Vec<(&'static str, &'static str, String)>,
) -> ToSign {
    ToSign {
        user: "nguyen.son".into(),
        keyids: vec![hash('5')],
        kind,
        payload: payload.into(),
        sound_url: sound_url.map(String::from),
        rows,
    }
}

/// A bulletin that a second approver signs with their own key.
pub(in crate::web::pages) fn bulletin_sign(lang: Lang) -> BulletinPage {
    let mut page = bulletin(lang);
    let rows = vec![
        ("bulletin", "sign-bulletin", "cchc-25".into()),
        ("version", "sign-version", "2".into()),
        ("title", "sign-title", page.title.clone()),
        ("rendition", "sign-rendition", hash('9')),
        ("areas", "sign-areas", "49".into()),
        ("except", "sign-except", "504".into()),
        ("from", "sign-from", page.airs_from.to_string()),
        ("to", "sign-to", page.airs_to.to_string()),
        ("priority", "sign-priority", page.priority.word().into()),
        ("signers", "sign-signers", "2".into()),
    ];
    let to_sign = own_signature("manifest", "eyJidWxsZXRpbiI6ImNjaGMtMjUifQ==", Some("/am-thanh/9.opus"), rows);
    page.frame.custody_center = false;
    page.state = State::Endorsed;
    let turn = ApproveTurn::Second("Lê Thị Mỹ".into());
    page.approve = Some(approve_form(lang, turn, Signer::Own(Box::new(to_sign))));
    page
}

/// A bulletin whose reader has no key, where the center signs no more; and one that its reader approved first.
pub(in crate::web::pages) fn bulletin_no_key(lang: Lang) -> BulletinPage {
    let mut page = bulletin(lang);
    page.approve = Some(approve_form(lang, ApproveTurn::First, Signer::NoKey));
    page.endorsed_own = true;
    page
}

pub(in crate::web::pages) fn approval_key(lang: Lang) -> ApprovalKeyPage {
    let key = |standing, revocation_asked, letter| KeyView {
        keyid: hash(letter),
        fingerprint: "a71e 0b2c 4d8e 1a37 95f6".into(),
        standing,
        asked_at: Some(at(9, 20)),
        revocation_asked,
    };
    ApprovalKeyPage {
        frame: frame(lang, Tab::Queue, "/khoa-duyet", &[Role::Approver]),
        user: "nguyen.son".into(),
        keys: vec![
            key(KeyStanding::Waiting, false, '1'),
            key(KeyStanding::Admitted, false, '2'),
            key(KeyStanding::Admitted, true, '3'),
            key(KeyStanding::Revoked, false, '4'),
            key(KeyStanding::Refused, false, '5'),
        ],
        center_signs: true,
    }
}
