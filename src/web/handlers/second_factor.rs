//! Setting up a second factor, and its recovery codes.

use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::log_in::first_page;
use super::wording::{refusal_status, refused};
use crate::center::people::{Duty, Offer, PeopleError, Refusal};
use crate::web::pages::{OfferView, SecondFactorPage};
use crate::web::qr;
use crate::web::session::{Early, EarlyPosted, Posted, Signed, duty_page};

/// `GET /tai-khoan/xac-thuc`
pub async fn form(Early(me): Early) -> Response {
    let result = match me.person.duty {
        Some(duty) if duty != Duty::SecondFactor => Ok(me.visit.redirect(duty_page(duty), None)),
        _ => show(&me, StatusCode::OK, None).await,
    };
    me.answer(result)
}

async fn show(me: &Signed, status: StatusCode, error: Option<String>) -> Result<Response, Failed> {
    let center = &me.visit.web.center;
    let left = center.second_factor_of(&me.person.name).await?;
    let offer = match left {
        Some(_) => None,
        None => Some(view(&center.offer_second_factor(&me.person).await?)?),
    };
    let page = SecondFactorPage {
        frame: me.early_frame(),
        offer,
        required: me.person.duty == Some(Duty::SecondFactor),
        codes: Vec::new(),
        left: left.unwrap_or(0).unsigned_abs(),
        next: String::new(),
        error,
    };
    Ok(me.visit.page(status, page.render()))
}

fn view(offer: &Offer) -> Result<OfferView, Failed> {
    let code = qr::draw(&offer.address)
        .ok_or_else(|| Failed::Io(std::io::Error::other("the second factor's address fits no QR code")))?;
    let letters: Vec<char> = offer.secret.chars().collect();
    Ok(OfferView {
        groups: letters.chunks(4).map(|group| group.iter().collect()).collect(),
        qr_path: code.path,
        qr_side: code.side,
    })
}

/// `POST /tai-khoan/xac-thuc`
pub async fn confirm(EarlyPosted(form): EarlyPosted) -> Response {
    let (me, visit) = (&form.me, &form.me.visit);
    if let Some(duty) = me.person.duty.filter(|duty| *duty != Duty::SecondFactor) {
        return visit.redirect(duty_page(duty), None);
    }
    // Whoever finds a page left open does not tie the account to their own phone.
    if let Err(failed) = me.proved("/tai-khoan/xac-thuc") {
        return me.answer(Err(failed));
    }
    match visit.web.center.confirm_second_factor(&me.person, form.field("code"), &visit.place).await {
        Ok((token, codes)) => visit.with_session(codes_page(me, codes, first_page(&me.person)), &token),
        Err(PeopleError::Refused(Refusal::SecondFactorSet)) => visit.redirect("/tai-khoan/xac-thuc", None),
        Err(PeopleError::Refused(refusal)) => {
            let text = refused(me.words(), &refusal);
            me.answer(show(me, refusal_status(&refusal), Some(text)).await)
        }
        Err(error) => me.answer(Err(error.into())),
    }
}

/// `POST /tai-khoan/ma-du-phong`
pub async fn renew_codes(form: Posted) -> Response {
    form.me.answer(try_renew(&form.me).await)
}

async fn try_renew(me: &Signed) -> Result<Response, Failed> {
    me.proved("/tai-khoan/xac-thuc")?;
    let codes = me.visit.web.center.renew_recovery_codes(&me.person).await?;
    Ok(codes_page(me, codes, "/tai-khoan"))
}

fn codes_page(me: &Signed, codes: Vec<String>, next: &str) -> Response {
    let page = SecondFactorPage {
        frame: me.early_frame(),
        offer: None,
        required: false,
        left: codes.len() as u64,
        codes,
        next: next.into(),
        error: None,
    };
    me.visit.page(StatusCode::OK, page.render())
}
