//! A person at the center without a browser: cookies, pages, forms with their tokens, files, codes of an authenticator
//! app; and their programs.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard};

use loa::trust::totp;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE, USER_AGENT};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;

use super::chain::Province;
use super::until::until_within;

/// Everybody's password.
pub const PASSWORD: &str = "mat-khau-thu-1234";

/// A page that anybody gets, and that has the log-out's form for whoever is in.
const ANYWHERE: &str = "/khong-co";

/// What came back, read to its end.
#[derive(Debug)]
pub struct Came {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Where it leads, if it does.
    pub to: String,
    /// The body.
    pub text: String,
}

impl Came {
    /// The same, if it leads there.
    pub fn leads_to(self, path: &str) -> Self {
        assert_eq!(self.to, path, "{self:#?}");
        self
    }

    /// The same, if it has this status and says this.
    pub fn says(self, status: u16, words: &str) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        assert!(self.text.contains(words), "nothing of \"{words}\": {self:#?}");
        self
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// What stands between these in the body.
    pub fn between(&self, before: &str, after: &str) -> String {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("nothing of \"{before}\": {self:#?}")).1;
        rest.split_once(after).expect("it ends").0.to_string()
    }

    /// A header's text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The hidden fields of the first form that is sent to an address beginning so.
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let Some((_, form)) = self.text.split_once(&format!("action=\"{action}")) else { return Vec::new() };
        let form = form.split("</form>").next().unwrap();
        let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
        let pairs = inputs.filter_map(|input| {
            let (name, rest) = input.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split_once('"')?.0.to_owned()))
        });
        pairs.collect()
    }

    /// The first link whose address begins so.
    pub fn link(&self, begins: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("href=\"{begins}"))?;
        let address = format!("{begins}{}", rest.split_once('"')?.0);
        Some(address.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// Adds a user by command whose own password is [`PASSWORD`]; several roles such as `editor@thu` have blanks between.
pub fn add_person(province: &Province, name: &str, roles: &str) {
    let roles = roles.split(' ').flat_map(|role| ["--role", role]);
    add(province, &[&["user", "add", name, "--keep-password"], &roles.collect::<Vec<_>>()[..]].concat());
}

/// Adds a user with [`PASSWORD`] as a first one, to be changed.
pub fn add_newcomer(province: &Province, name: &str, role: &str) {
    add(province, &["user", "add", name, "--role", role]);
}

fn add(province: &Province, args: &[&str]) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_loa"))
        .args(args)
        .env("LOA_DATA", province.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// What an authenticator app and a sheet of paper hold.
#[derive(Debug, Default)]
struct Factor {
    secret: Vec<u8>,
    last_step: i64,
    recovery: Vec<String>,
}

/// One browser; follows no redirection.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    url: String,
    agent: String,
    cookies: Mutex<BTreeMap<String, String>>,
    factor: Mutex<Factor>,
}

impl Visitor {
    /// One that nobody is logged in with.
    pub fn new(url: &str) -> Self {
        Self::from(url, [127, 0, 0, 1])
    }

    /// One at another address of this machine.
    pub fn from(url: &str, address: [u8; 4]) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.local_address(std::net::IpAddr::from(address)).build().unwrap();
        Self {
            client,
            url: url.into(),
            agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/127.0".into(),
            cookies: Mutex::default(),
            factor: Mutex::default(),
        }
    }

    /// One that this person has logged in with, where no second factor is asked for.
    pub async fn of(url: &str, name: &str) -> Self {
        let visitor = Self::new(url);
        let came = visitor.log_in(name, PASSWORD).await;
        assert_eq!(came.status, 303, "{name} could not log in: {came:#?}");
        visitor
    }

    /// The same with another browser.
    pub fn with_agent(mut self, agent: &str) -> Self {
        self.agent = agent.into();
        self
    }

    /// The same person's secret in another browser.
    pub fn with_secret_of(self, other: &Self) -> Self {
        let held = other.factor();
        let factor = Factor { secret: held.secret.clone(), last_step: held.last_step, recovery: Vec::new() };
        Self { factor: Mutex::new(factor), ..self }
    }

    fn factor(&self) -> MutexGuard<'_, Factor> {
        self.factor.lock().unwrap()
    }

    /// A recovery code that was shown.
    pub fn recovery(&self, number: usize) -> String {
        self.factor().recovery[number].clone()
    }

    /// Cookies held now, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// The session's token as the browser holds it; empty without one.
    pub fn session(&self) -> String {
        self.cookies().remove("loa").unwrap_or_default()
    }

    /// Holds these cookies and no others.
    pub fn take_cookies(&self, cookies: &BTreeMap<String, String>) {
        self.cookies.lock().unwrap().clone_from(cookies);
    }

    /// Any request, with what the browser holds; keeps the cookies that come back.
    pub async fn send(&self, request: RequestBuilder) -> Came {
        let mut request = request.header(USER_AGENT, &self.agent);
        let held: Vec<String> = self.cookies().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !held.is_empty() {
            request = request.header(COOKIE, held.join("; "));
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut held = self.cookies.lock().unwrap();
            if value.is_empty() {
                held.remove(name);
            } else {
                held.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = headers.get(LOCATION).map(|to| to.to_str().unwrap().to_string()).unwrap_or_default();
        Came { status, headers, to, text: response.text().await.unwrap() }
    }

    /// A request to be sent with [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Loads a page.
    pub async fn get(&self, path: &str) -> Came {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form with the token of the page it stands on.
    pub async fn post(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Came {
        let csrf = self.csrf(page).await;
        self.send_form(action, &[&[("csrf", csrf.as_str())], fields].concat()).await
    }

    /// Sends a form with the session's token, wherever its page is.
    pub async fn submit(&self, action: &str, fields: &[(&str, &str)]) -> Came {
        self.post(ANYWHERE, action, fields).await
    }

    /// Sends these fields and no others.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Came {
        self.send(self.request(Method::POST, path).header(CONTENT_TYPE, FORM).body(encoded(fields))).await
    }

    /// Sends a form with files, by name and content.
    pub async fn upload(&self, path: &str, files: &[(&str, &[u8])]) -> Came {
        let csrf = self.csrf(ANYWHERE).await;
        let mut body = format!("--ranh\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}").into_bytes();
        for (name, content) in files {
            let head =
                format!("\r\n--ranh\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend(*content);
        }
        body.extend(b"\r\n--ranh--\r\n");
        let post = self.request(Method::POST, path);
        self.send(post.header(CONTENT_TYPE, "multipart/form-data; boundary=ranh").body(body)).await
    }

    /// Sends the sound of a commune's own bulletin with the fields of its form.
    pub async fn send_local(&self, key: &str, fields: &[(&str, &str)], sound: &[u8]) -> Came {
        let csrf = self.any_csrf().await;
        let mut body = Vec::new();
        for (field, value) in [&[("csrf", csrf.as_str()), ("key", key)], fields].concat() {
            let part = format!("--ranh\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = "--ranh\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tin.wav\"\r\n\r\n";
        body.extend(head.bytes());
        body.extend(sound);
        body.extend(b"\r\n--ranh--\r\n");
        let post = self.request(Method::POST, "/them-tin");
        self.send(post.header(CONTENT_TYPE, "multipart/form-data; boundary=ranh").body(body)).await
    }

    /// The token of a page's forms.
    pub async fn csrf(&self, page: &str) -> String {
        self.get(page).await.between("name=\"csrf\" value=\"", "\"")
    }

    /// The session's token for forms.
    pub async fn any_csrf(&self) -> String {
        self.csrf(ANYWHERE).await
    }

    /// Sends name and password.
    pub async fn log_in(&self, name: &str, password: &str) -> Came {
        self.post("/dang-nhap", "/dang-nhap", &[("user", name), ("password", password)]).await
    }

    /// A code that was not used yet, waiting for its time where needed.
    pub async fn code(&self) -> String {
        let last = self.factor().last_step;
        let step = until_within(std::time::Duration::from_secs(90), "a code that was not used", async || {
            let now = totp::step_at(chrono::Utc::now().timestamp());
            let next = (last + 1).max(now);
            (next <= now + 1).then_some(next)
        });
        let step = step.await;
        self.factor().last_step = step;
        totp::code(&self.factor().secret, step)
    }

    /// Sets up a second factor on its page.
    pub async fn enrol(&self) -> Came {
        let page = self.get("/tai-khoan/xac-thuc").await;
        let secret = page.between("<code class=\"code sm2\">", "</code>");
        self.factor().secret = decode(&secret);
        let code = self.code().await;
        let done = self.post("/tai-khoan/xac-thuc", "/tai-khoan/xac-thuc", &[("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{done:#?}");
        let recovery = done.text.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_string());
        self.factor().recovery = recovery.collect();
        assert_eq!(self.factor().recovery.len(), 10);
        done
    }

    /// Logs in all the way, changing nothing but what must be: a person of [`PASSWORD`] chosen by themself.
    pub async fn enter(&self, name: &str) {
        let came = self.log_in(name, PASSWORD).await;
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{came:#?}");
        if came.to.starts_with("/dang-nhap/ma") {
            let code = self.code().await;
            self.post("/dang-nhap/ma", "/dang-nhap/ma", &[("code", &code)]).await.leads_to("/");
        } else if self.get("/tai-khoan").await.to == "/tai-khoan/xac-thuc" {
            self.enrol().await;
        }
        assert_eq!(self.get("/tai-khoan").await.status, StatusCode::OK);
    }

    /// Makes an API token on its page.
    pub async fn token(&self, scopes: &[&str]) -> String {
        let mut fields = vec![("name", "thử"), ("days", "30")];
        fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let page = "/tai-khoan/ma-truy-cap";
        let made = self.post(page, page, &fields).await;
        format!("loa_{}", made.between("<p class=\"code sm2\">loa_", "<"))
    }
}

/// A session as a page's script uses it: the cookie, and the token in a header.
pub struct Account {
    client: Client,
    url: String,
    /// As a `Cookie` header.
    pub cookie: String,
    /// The session's token for forms.
    pub csrf: String,
}

impl Account {
    /// Logs in.
    pub async fn log_in(url: &str, name: &str) -> Self {
        let visitor = Visitor::of(url, name).await;
        let (csrf, cookie) = (visitor.any_csrf().await, format!("loa={}", visitor.session()));
        Self { client: visitor.client, url: visitor.url, cookie, csrf }
    }

    /// The same session at another address, after the center came back elsewhere or behind a proxy.
    pub fn at(&self, url: &str) -> Self {
        Self { client: self.client.clone(), url: url.into(), cookie: self.cookie.clone(), csrf: self.csrf.clone() }
    }

    /// A request of this person's.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.header(COOKIE, &self.cookie).header("x-csrf", &self.csrf)
    }

    /// Fetches a page's text.
    pub async fn page(&self, path: &str) -> String {
        self.ask(Method::GET, path).send().await.unwrap().text().await.unwrap()
    }

    /// Posts a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = encoded(&[&[("csrf", self.csrf.as_str())], fields].concat());
        self.ask(Method::POST, path).header(CONTENT_TYPE, FORM).body(body).send().await.unwrap()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(fields: &[(&str, &str)]) -> String {
    let address = Url::parse_with_params("http://form/", fields).unwrap();
    address.query().unwrap_or_default().to_owned()
}

/// A request of a program with a token.
pub async fn call(url: &str, method: Method, path: &str, token: &str, body: Option<&Value>) -> Came {
    let visitor = Visitor::new(url);
    let mut request = visitor.request(method, path);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    visitor.send(request).await
}

/// The bytes of a secret as a page shows it.
pub fn decode(base32: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in base32.chars().filter(|letter| !letter.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
        held = held << 5 | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
