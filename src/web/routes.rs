//! Every address on one page.

use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower_http::set_header::SetResponseHeaderLayer;

use super::handlers::{
    access_tokens, account, acts, airing, alarm, approval_key, approve, assets, audio, bulletin, bulletins, calendar,
    day_pack, day_sheet, force_majeure, grid, grid_exception, grid_publish, grid_rule, held_days, listen, local,
    log_in, looks, multipart, offers, phone, podcast, queue, reach, reconcile, second_factor, station_week, stations,
    stop, today, today_words, upload, urgent, urgent_steps, user, users, version, why, withdrawal,
};
use super::{Web, api, origin, remainder, session};
use crate::protocol::{enrol, link};

/// No script, style, frame or form may come from or go to another host.
const POLICY: &str = "default-src 'none'; object-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; script-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A year, for a browser that once came by TLS to never come without it.
const ONLY_TLS: &str = "max-age=31536000; includeSubDomains";
/// No window of another site may hold on to ours.
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// No page of another site may embed what we answer.
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The whole service.
pub fn router(web: Web) -> Router {
    let header =
        |name, value: &'static str| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let strict = web.tls.then(|| header(STRICT_TRANSPORT_SECURITY, ONLY_TLS));
    let in_words = middleware::from_fn_with_state(web.clone(), session::in_words);
    let router = Router::new()
        // stations
        .route(link::PATH, get(api::link::connect))
        .route(enrol::PATH, post(api::enrol::enrol))
        .route(&format!("{}/{{rendition}}", link::AUDIO_PATH), get(api::audio::rendition))
        .route("/api/v1/health", get(api::health))
        // people's programs
        .merge(api::document::router())
        // calendar programs
        .route("/lich/{file}", get(calendar::feed))
        // everybody
        .merge(for_everybody())
        // people
        .merge(pages().layer(in_words).layer(middleware::from_fn(origin::same_site)))
        .with_state(web)
        .layer(middleware::from_fn(remainder::read_out))
        .layer(header(CONTENT_SECURITY_POLICY, POLICY))
        // Whoever lets an answer be kept says so.
        .layer(header(CACHE_CONTROL, "no-store"))
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(X_FRAME_OPTIONS, "DENY"))
        .layer(header(REFERRER_POLICY, "same-origin"))
        .layer(header(OPENER, "same-origin"))
        .layer(header(RESOURCE, "same-origin"));
    match strict {
        Some(strict) => router.layer(strict),
        None => router,
    }
}

/// What needs no log-in and sets no cookie; there only where the province opened it.
fn for_everybody() -> Router<Web> {
    Router::new()
        .route("/nghe", get(listen::list))
        .route("/nghe/podcast.xml", get(podcast::feed))
        .route("/nghe/{code}", get(listen::one))
        .route("/nghe/{code}/{file}", get(podcast::sound))
        .layer(Extension(podcast::Places::default()))
}

/// Pages, their forms, and what they load.
fn pages() -> Router<Web> {
    let uploads = DefaultBodyLimit::max(multipart::LONGEST_FORM);
    Router::new()
        .route("/", get(log_in::home))
        .route("/dang-nhap", get(log_in::form).post(log_in::log_in))
        .route("/dang-nhap/ma", get(log_in::code_form).post(log_in::enter_code))
        .route("/dang-xuat", post(log_in::log_out))
        // everybody's own account
        .route("/tai-khoan", get(account::overview))
        .route("/tai-khoan/mat-khau", get(account::password_form).post(account::change_password))
        .route("/tai-khoan/xac-thuc", get(second_factor::form).post(second_factor::confirm))
        .route("/tai-khoan/ma-du-phong", post(second_factor::renew_codes))
        .route("/tai-khoan/phien", get(account::sessions))
        .route("/tai-khoan/phien/ket-thuc", post(account::end_session))
        .route("/tai-khoan/phien/da-xem", post(account::devices_seen))
        .route("/tai-khoan/ma-truy-cap", get(access_tokens::list).post(access_tokens::make))
        .route("/tai-khoan/ma-truy-cap/{id}/thu-hoi", post(access_tokens::revoke))
        .route("/xac-nhan-lai", get(account::prove_form).post(account::prove))
        // operators
        .route("/hom-nay", get(today::today))
        .route("/hom-nay/khan-cap", get(alarm::calling))
        .route("/hom-nay/xac-nhan", post(today_words::confirm))
        .route("/hom-nay/ca-buoi", post(today_words::confirm_daypart))
        .route("/hom-nay/mat-dien", post(today_words::power_cut))
        .route("/hom-nay/hoan-tac", post(today_words::undo))
        // silence
        .route("/bat-kha-khang", get(force_majeure::page).post(force_majeure::declare))
        .route("/bat-kha-khang/{id}/rut", post(force_majeure::withdraw))
        .route("/dung-loa", get(stop::page).post(stop::give))
        .route("/dung-loa/{id}/go", post(stop::lift))
        .route("/khan-cap", get(urgent::page).post(urgent_steps::ask))
        .route("/khan-cap/moi", get(urgent::news))
        .route("/khan-cap/de-nghi", get(urgent::proposal))
        .route("/khan-cap/{id}/xac-nhan", post(urgent_steps::confirm))
        .route("/khan-cap/{id}/tu-choi", post(urgent_steps::refuse))
        .route("/khan-cap/{id}/phat-lai", post(urgent_steps::repeat))
        .route("/khan-cap/truc", post(urgent_steps::give_duty))
        .route("/khan-cap/truc/{id}/thoi", post(urgent_steps::end_duty))
        .route("/ca-tuan", get(station_week::week))
        .route("/them-tin", get(local::page).post(local::create).layer(uploads))
        .route("/them-tin/rut", post(local::take_back))
        .route("/them-tin/{id}", get(local::one).post(local::change))
        .route("/them-tin/{id}/gui-duyet", post(local::submit))
        .route("/them-tin/{id}/huy", post(local::give_up))
        .route("/loi-moi", get(offers::page).post(offers::answer))
        .route("/loi-moi/thu-tu", post(offers::own_first))
        .route("/sw.js", get(phone::worker))
        .route("/khong-mang", get(phone::notice))
        // what a station takes along
        .route("/phieu-lich-ngay", get(day_sheet::sheet))
        .route("/goi-am-thanh.zip", get(day_pack::download))
        .route("/vi-sao", get(why::why))
        .route("/noi-lich", get(calendar::links).post(calendar::make))
        .route("/noi-lich/{id}/thu-hoi", post(calendar::revoke))
        // editors and approvers
        .route("/ban-tin", get(bulletins::list).post(upload::create).layer(uploads))
        .route("/ban-tin/{code}/phien-ban", get(version::form).post(version::make).layer(uploads))
        .route("/tai-len", get(upload::list).post(upload::create).layer(uploads))
        .route("/tai-len/{id}", get(upload::show).post(upload::give))
        .route("/tai-len/{id}/huy", post(upload::cancel))
        .route("/tai-len/{id}/thu-lai", post(upload::retry))
        .route("/ban-tin/{code}", get(bulletin::bulletin))
        .route("/ban-tin/{code}/gui-duyet", post(bulletins::submit))
        .route("/ban-tin/{code}/duyet", post(approve::approve))
        .route("/ban-tin/{code}/tra-lai", post(bulletins::send_back))
        .route("/ban-tin/{code}/thu-hoi", get(withdrawal::page).post(bulletins::withdraw))
        .route("/ban-tin/{code}/nghe", post(looks::open))
        .route("/ban-tin/{code}/tam-phat", get(reach::page))
        .route("/duyet", get(queue::queue))
        .route("/khoa-duyet", get(approval_key::page).post(approval_key::request))
        .route("/khoa-duyet/mat", post(approval_key::lost))
        // the week grid
        .route("/khung-gio", get(grid::week))
        .route("/khung-gio/them", get(grid_rule::add_form).post(grid_rule::add))
        .route("/khung-gio/xem-truoc", get(grid_publish::preview))
        .route("/khung-gio/phat-hanh", post(grid_publish::publish))
        .route("/khung-gio/bo-nhap", post(grid_publish::give_up))
        .route("/khung-gio/chuyen-ban", post(grid_publish::carry_over))
        .route("/khung-gio/giu-lai", get(held_days::list).post(held_days::agree))
        .route("/khung-gio/{rule}", get(grid_rule::page).post(grid_rule::change))
        .route("/khung-gio/{rule}/ket-thuc", post(grid_rule::end))
        .route("/khung-gio/{rule}/ngoai-le", post(grid_exception::make))
        .route("/khung-gio/{rule}/ngoai-le/bo", post(grid_exception::delete))
        .route("/khung-gio/{rule}/hoan-lai", post(grid_rule::restore))
        // auditors
        .route("/doi-soat", get(reconcile::page))
        .route("/doi-soat.csv", get(reconcile::csv))
        .route("/doi-soat/{airing}", get(airing::airing))
        // administrators
        .route("/dai", get(stations::list))
        .route("/dai/{id}/moi", get(stations::invited).post(stations::invite))
        .route("/dai/{id}/thu-hoi", post(stations::revoke))
        .route("/dai/{id}/lua-chon", post(stations::choose))
        .route("/nguoi-dung", get(users::list).post(users::add))
        .route("/nguoi-dung/nhat-ky", get(acts::list))
        .route("/nguoi-dung/{name}", get(user::page))
        .route("/nguoi-dung/{name}/quyen", post(user::give))
        .route("/nguoi-dung/{name}/quyen/{id}/ket-thuc", post(user::end))
        .route("/nguoi-dung/{name}/ban-giao", post(user::hand_over))
        .route("/nguoi-dung/{name}/mat-khau", post(user::reset_password))
        .route("/nguoi-dung/{name}/xac-thuc", post(user::reset_second_factor))
        .route("/nguoi-dung/{name}/phien", post(user::end_sessions))
        .route("/nguoi-dung/{name}/khoa", post(user::disable))
        .route("/nguoi-dung/{name}/mo-khoa", post(user::enable))
        // loaded by pages
        .route("/am-thanh/{name}", get(audio::sound))
        .route("/assets/loa.css", get(assets::style))
        .route("/assets/desk.css", get(assets::desk_style))
        .route("/assets/phieu.css", get(assets::sheet_style))
        .route("/assets/nghe.css", get(assets::listen_style))
        .route("/assets/khung-gio.css", get(assets::grid_style))
        .route("/assets/{name}", get(assets::script))
        .fallback(log_in::nowhere)
}
