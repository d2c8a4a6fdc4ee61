//! Who asks: session cookie, language, flash and the token that a form was sent from our own page. Pages and use cases
//! know nothing of cookies.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::handlers::Failed;
use super::pages::{Flash, Frame, Lang, MessagePage, Tab, UserView, Words, encode};
use super::{Web, device, flash, origin};
use crate::center::people::{Duty, Person, Place};
use crate::domain::access::Role;
use crate::domain::ids::Sha256;

/// The cookie of a session's token.
const TOKEN: &str = "loa";
/// A cookie's life, seconds: as long as a session lasts at most.
const SESSION_SECONDS: u32 = 16 * 3600;
/// A language is remembered for a year.
const LANGUAGE_SECONDS: u32 = 365 * 86_400;
/// What scripts of open pages ask for again and again: no use of a session.
const UNATTENDED: [&str; 2] = ["/khan-cap/moi", "/hom-nay/khan-cap"];
/// A flash that is not fetched by then is stale.
const FLASH_SECONDS: u32 = 60;

/// A request to a page, whoever sends it.
pub struct Visit {
    /// The service.
    pub web: Web,
    /// Texts in the reader's language.
    pub words: Words,
    /// Path and query.
    pub path: String,
    /// The session's token as sent, valid or not.
    pub token: Option<String>,
    /// From where it comes.
    pub place: Place,
    /// The address under which we were asked, such as `https://loa.example`.
    pub site: Option<String>,
    /// Whether a script of ours asks, which is answered with a sentence in JSON instead of a page.
    pub for_script: bool,
    /// The page of ours that led here, if the browser says.
    from: Option<String>,
    flash: Option<Flash>,
    set: Vec<HeaderValue>,
}

impl Visit {
    /// A request as it came.
    pub fn of(parts: &Parts, web: &Web) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_string();
        let held = |name: &str| cookie(&parts.headers, &cookie_name(name, web.tls));
        let asked = language_asked(parts);
        let kept = held("lang").and_then(|tag| Lang::of_tag(&tag));
        let words = Words::new(asked.or(kept).unwrap_or_default());
        let mut set = Vec::new();
        if let Some(lang) = asked {
            set.extend(make_cookie("lang", lang.tag(), LANGUAGE_SECONDS, web.tls));
        }
        let flash = held("flash");
        if flash.is_some() && parts.method == Method::GET {
            set.extend(make_cookie("flash", "", 0, web.tls));
        }
        let site = origin::address(&parts.headers, &parts.uri, web.tls);
        Self {
            web: web.clone(),
            words,
            from: origin::came_from(&parts.headers, site.as_deref(), &path).map(String::from),
            path,
            token: held(TOKEN),
            place: device::place(parts, web.behind_proxy),
            site,
            for_script: parts.headers.get(ACCEPT).is_some_and(|accepts| accepts == "application/json"),
            flash: flash.and_then(|value| flash::read(words, &value)),
            set,
        }
    }

    /// A request to what everybody may see, whoever sends it: the address alone says in which language, no session is
    /// looked at, and nothing is kept in the browser.
    pub fn of_guest(parts: &Parts, web: &Web) -> Self {
        let words = Words::new(language_asked(parts).unwrap_or_default());
        Self { words, token: None, flash: None, set: Vec::new(), ..Self::of(parts, web) }
    }

    /// The same with these words, whatever was asked for.
    pub fn in_words(self, words: Words) -> Self {
        Self { words, ..self }
    }

    /// What every page has around it.
    pub fn frame(&self, tab: Tab, person: Option<&Person>) -> Frame {
        let user = person.map(|person| UserView {
            name: person.display_name.clone(),
            roles: Role::ALL.into_iter().filter(|role| person.is(*role)).collect(),
        });
        Frame {
            w: self.words,
            user,
            csrf: person.map(|person| person.csrf.clone()).unwrap_or_default(),
            tab,
            flash: self.flash.clone(),
            custody_center: self.web.center.holds_approvals(),
            path: self.path.clone(),
            department: String::new(),
            notices: self.notices(person),
            alarms: Vec::new(),
        }
    }

    /// What every page tells the reader until it is over.
    fn notices(&self, person: Option<&Person>) -> Vec<String> {
        let words = self.words;
        let mut notices = Vec::new();
        if !self.web.center.demands_second_factor() {
            notices.push(words.t("notice-second-factor-off"));
        }
        let Some(person) = person.filter(|person| person.duty.is_none()) else { return notices };
        for one in &person.acting {
            let key = if one.grant.role == Role::Operator { "notice-standing-in" } else { "notice-acting" };
            let to = one.to.map(|to| words.date(to)).unwrap_or_default();
            let other = one.acting_for.clone().unwrap_or_default();
            notices.push(words.t3(key, ("other", other), ("from", words.date(one.from)), ("to", to)));
        }
        if person.new_devices > 0 {
            notices.push(words.count("notice-new-devices", person.new_devices));
        }
        notices
    }

    /// A page as an answer, never kept by the browser.
    pub fn page(&self, status: StatusCode, html: Result<String, askama::Error>) -> Response {
        let html = match html {
            Ok(html) => html,
            Err(error) => {
                tracing::error!("page {} cannot be rendered: {error}", self.path);
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for value in &self.set {
            headers.append(SET_COOKIE, value.clone());
        }
        response
    }

    /// A plain sentence in place of the page, with a way back to where the reader was.
    pub fn message(&self, person: Option<&Person>, status: StatusCode, text: Option<String>) -> Response {
        let start = if person.is_some() { "/" } else { "/dang-nhap" };
        let back = self.from.as_deref().filter(|_| person.is_some()).unwrap_or(start).to_string();
        let frame = self.frame(Tab::None, person);
        let page = MessagePage { frame, status: status.as_u16(), text, back };
        self.page(status, page.render())
    }

    /// The session's cookie; an empty token ends it.
    pub fn session_cookie(&self, token: &str) -> Option<HeaderValue> {
        let seconds = if token.is_empty() { 0 } else { SESSION_SECONDS };
        make_cookie(TOKEN, token, seconds, self.web.tls)
    }

    /// The same answer with a session's token for the browser.
    pub fn with_session(&self, mut response: Response, token: &str) -> Response {
        if let Some(cookie) = self.session_cookie(token) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Leads on to another page of ours, with something to say there.
    pub fn redirect(&self, to: &str, flash: Option<(&str, u64)>) -> Response {
        let mut response = see_other(to);
        if let Some((word, number)) = flash {
            debug_assert!(flash::is_known(word), "nothing would be shown for flash {word}");
            let value = make_cookie("flash", &format!("{word}.{number}"), FLASH_SECONDS, self.web.tls);
            if let Some(value) = value {
                response.headers_mut().append(SET_COOKIE, value);
            }
        }
        response
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, web))
    }
}

fn language_asked(parts: &Parts) -> Option<Lang> {
    parts.uri.query().unwrap_or("").split('&').find_map(|pair| Lang::of_tag(pair.strip_prefix("lang=")?))
}

/// A request to what everybody may see.
pub struct Guest(pub Visit);

impl FromRequestParts<Web> for Guest {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(Visit::of_guest(parts, web)))
    }
}

/// A request by somebody who is logged in; others are led to the log-in.
pub struct Signed {
    /// Who.
    pub person: Person,
    /// The request.
    pub visit: Visit,
}

impl Signed {
    /// What every page has around it.
    pub fn frame(&self, tab: Tab) -> Frame {
        self.visit.frame(tab, Some(&self.person))
    }

    /// What the pages have around them on which something is done before anything else: no way elsewhere.
    pub fn early_frame(&self) -> Frame {
        let mut frame = self.frame(Tab::None);
        if self.person.duty.is_some()
            && let Some(user) = &mut frame.user
        {
            user.roles.clear();
        }
        frame
    }

    /// Texts in the reader's language.
    pub fn words(&self) -> Words {
        self.visit.words
    }

    /// Leads to where the person proves anew who they are, unless they did lately.
    ///
    /// # Errors
    /// The way there; `back` is the page to come back to.
    pub fn proved(&self, back: &str) -> Result<(), Failed> {
        if self.person.proved_lately(crate::clock::now()) {
            return Ok(());
        }
        let there = format!("/xac-nhan-lai?next={}", encode(back));
        Err(Failed::Elsewhere(Box::new(self.visit.redirect(&there, None))))
    }

    /// The page, or why there is none.
    pub fn answer(&self, result: Result<Response, Failed>) -> Response {
        if matches!(result, Err(Failed::Forbidden)) {
            tracing::warn!("{} has no right to {:?}", self.person.name, self.visit.path);
        }
        let (status, text) = match result {
            Ok(response) => return response,
            Err(Failed::Elsewhere(response)) => return *response,
            Err(failed) => failed.status_and_text(self.words()),
        };
        self.visit.message(Some(&self.person), status, text)
    }

    /// Whether this is the session's own token for forms.
    pub fn csrf_is_right(&self, sent: &str) -> bool {
        // Digests of equal length: the time it takes to compare them tells nothing of the token.
        !self.person.csrf.is_empty() && Sha256::of(sent.as_bytes()) == Sha256::of(self.person.csrf.as_bytes())
    }
}

impl FromRequestParts<Web> for Signed {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Early(me) = Early::from_request_parts(parts, web).await?;
        match me.person.duty {
            // First things first, whatever was asked.
            Some(duty) => Err(see_other(duty_page(duty))),
            None => Ok(me),
        }
    }
}

/// Where a duty is done.
pub fn duty_page(duty: Duty) -> &'static str {
    match duty {
        Duty::Code => "/dang-nhap/ma",
        Duty::Password => "/tai-khoan/mat-khau",
        Duty::SecondFactor => "/tai-khoan/xac-thuc",
    }
}

/// A request by somebody who has a session, whatever they must do first: only for the pages where they do it.
pub struct Early(pub Signed);

impl FromRequestParts<Web> for Early {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let visit = Visit::of(parts, web);
        let person = match &visit.token {
            Some(token) if UNATTENDED.contains(&parts.uri.path()) => web.center.person_unattended(token).await,
            Some(token) => web.center.person(token).await,
            None => Ok(None),
        };
        match person {
            Ok(Some(person)) => Ok(Self(Signed { person, visit })),
            Ok(None) if parts.method == Method::GET => {
                Err(see_other(&format!("/dang-nhap?next={}", encode(&visit.path))))
            }
            Ok(None) => Err(see_other("/dang-nhap")),
            Err(error) => {
                let (status, text) = Failed::from(error).status_and_text(visit.words);
                Err(visit.message(None, status, text))
            }
        }
    }
}

/// A form sent by somebody who is logged in, from a page of ours.
pub struct Posted {
    /// Who.
    pub me: Signed,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// A field's first value without the blanks around it; empty when it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field's first value as it was typed.
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every field's first value, without the blanks around it.
    pub fn typed(&self) -> std::collections::BTreeMap<String, String> {
        let mut typed = std::collections::BTreeMap::new();
        for (field, value) in &self.fields {
            typed.entry(field.clone()).or_insert_with(|| value.trim().to_string());
        }
        typed
    }

    /// Every value of a field, without the blanks around it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let me = Signed::from_request_parts(&mut parts, web).await?;
        read_form(me, Request::from_parts(parts, body), web).await
    }
}

/// As [`Posted`], by somebody who must do something first.
pub struct EarlyPosted(pub Posted);

impl FromRequest<Web> for EarlyPosted {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Early(me) = Early::from_request_parts(&mut parts, web).await?;
        Ok(Self(read_form(me, Request::from_parts(parts, body), web).await?))
    }
}

async fn read_form(me: Signed, request: Request, web: &Web) -> Result<Posted, Response> {
    let Ok(Form(fields)) = Form::<Vec<(String, String)>>::from_request(request, web).await else {
        return Err(me.answer(Err(Failed::Bad(StatusCode::BAD_REQUEST, None))));
    };
    let posted = Posted { me, fields };
    if !posted.me.csrf_is_right(posted.field("csrf")) {
        tracing::warn!("a form in the name of {} came without its token", posted.me.person.name);
        let text = posted.me.words().t("error-csrf");
        return Err(posted.me.answer(Err(Failed::Bad(StatusCode::FORBIDDEN, Some(text)))));
    }
    Ok(posted)
}

/// Says in the reader's language what the framework refuses in its own words, which are for nobody here: a field sent
/// twice, a form of another type.
pub async fn in_words(State(web): State<Web>, request: Request, next: Next) -> Response {
    // Programs and scripts are answered by their own words.
    if request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let visit = Visit::of(&parts, &web);
    let response = next.run(Request::from_parts(parts, body)).await;
    let type_ = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !response.status().is_client_error() || !type_.is_some_and(|text| text.starts_with("text/plain")) {
        return response;
    }
    let person = match &visit.token {
        Some(token) => web.center.person(token).await.ok().flatten(),
        None => None,
    };
    visit.message(person.as_ref(), response.status(), None)
}

fn see_other(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// The name under which a cookie is kept: under TLS bound to this very host.
fn cookie_name(name: &str, tls: bool) -> String {
    if tls { format!("__Host-{name}") } else { name.to_string() }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, value)| *of == name && !value.is_empty()).map(|(_, value)| value.to_string())
}

fn make_cookie(name: &str, value: &str, seconds: u32, tls: bool) -> Option<HeaderValue> {
    let secure = if tls { "; Secure" } else { "" };
    let name = cookie_name(name, tls);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}
