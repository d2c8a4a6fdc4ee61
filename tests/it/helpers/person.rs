//! A person at the pages by plain HTTP: cookies, forms with their tokens, codes of an authenticator app.

use std::io::Write;
use std::process::{Command, Stdio};

use loa::trust::totp;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE, USER_AGENT};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;

use super::chain::Province;
use super::until::until_within;

/// A password that nobody is told to change.
pub const PASSWORD: &str = "mat-khau-thu-1234";

/// What came back.
#[derive(Debug)]
pub struct Came {
    /// Status.
    pub status: StatusCode,
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
        assert_eq!(self.status.as_u16(), status, "{self:#?}");
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
}

/// Adds a user by command with [`PASSWORD`]; `own`: chosen by the person.
pub fn add_person(province: &Province, name: &str, role: &str, own: bool) {
    let mut args = vec!["user", "add", name, "--role", role];
    args.extend(own.then_some("--keep-password"));
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

/// One browser.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    url: String,
    agent: String,
    /// The session's token as the browser holds it.
    pub cookie: String,
    secret: Vec<u8>,
    last_step: i64,
    /// Recovery codes that were shown.
    pub recovery: Vec<String>,
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
        let client = Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.local_address(std::net::IpAddr::from(address)).build().unwrap();
        Self {
            client,
            url: url.into(),
            agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/127.0".into(),
            cookie: String::new(),
            secret: Vec::new(),
            last_step: 0,
            recovery: Vec::new(),
        }
    }

    /// The same with another browser.
    pub fn with_agent(mut self, agent: &str) -> Self {
        self.agent = agent.into();
        self
    }

    /// The same person's secret in another browser.
    pub fn with_secret_of(mut self, other: &Self) -> Self {
        (self.secret, self.last_step) = (other.secret.clone(), other.last_step);
        self
    }

    /// Sends a request with what the browser holds, and keeps the cookie that comes back.
    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Came {
        let mut request = request.header(USER_AGENT, &self.agent);
        if !self.cookie.is_empty() {
            request = request.header(COOKIE, format!("loa={}", self.cookie));
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        for cookie in response.headers().get_all(SET_COOKIE) {
            if let Some(rest) = cookie.to_str().unwrap().strip_prefix("loa=") {
                self.cookie = rest.split(';').next().unwrap().to_string();
            }
        }
        let to = response.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_string()).unwrap_or_default();
        Came { status, to, text: response.text().await.unwrap() }
    }

    /// A request to a path.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Loads a page.
    pub async fn get(&mut self, path: &str) -> Came {
        let request = self.request(Method::GET, path);
        self.send(request).await
    }

    /// Sends a form with the token of the page it stands on.
    pub async fn post(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Came {
        let csrf = self.csrf(page).await;
        let mut fields: Vec<(&str, &str)> = fields.to_vec();
        fields.push(("csrf", &csrf));
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        let request = self.request(Method::POST, action);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        self.send(request).await
    }

    /// The token of a page's forms.
    pub async fn csrf(&mut self, page: &str) -> String {
        let page = self.get(page).await;
        page.between("name=\"csrf\" value=\"", "\"")
    }

    /// Sends name and password.
    pub async fn log_in(&mut self, name: &str, password: &str) -> Came {
        self.post("/dang-nhap", "/dang-nhap", &[("user", name), ("password", password)]).await
    }

    /// A code that was not used yet, waiting for its time where needed.
    pub async fn code(&mut self) -> String {
        let secret = self.secret.clone();
        let last = self.last_step;
        let step = until_within(std::time::Duration::from_secs(90), "a code that was not used", async || {
            let now = totp::step_at(chrono::Utc::now().timestamp());
            let next = (last + 1).max(now);
            (next <= now + 1).then_some(next)
        });
        self.last_step = step.await;
        totp::code(&secret, self.last_step)
    }

    /// Sets up a second factor on its page.
    pub async fn enrol(&mut self) -> Came {
        let page = self.get("/tai-khoan/xac-thuc").await;
        let secret = page.between("<code class=\"code sm2\">", "</code>");
        self.secret = decode(&secret);
        let code = self.code().await;
        let done = self.post("/tai-khoan/xac-thuc", "/tai-khoan/xac-thuc", &[("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{done:#?}");
        self.recovery =
            done.text.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().into()).collect();
        assert_eq!(self.recovery.len(), 10);
        done
    }

    /// Logs in all the way, changing nothing but what must be: a person of [`PASSWORD`] chosen by themself.
    pub async fn enter(&mut self, name: &str) {
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
    pub async fn token(&mut self, scopes: &[&str]) -> String {
        let mut fields = vec![("name", "thử"), ("days", "30")];
        fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let page = "/tai-khoan/ma-truy-cap";
        let made = self.post(page, page, &fields).await;
        format!("loa_{}", made.between("<p class=\"code sm2\">loa_", "<"))
    }
}

/// A request of a program with a token.
pub async fn call(url: &str, method: Method, path: &str, token: &str, body: Option<&Value>) -> Came {
    let mut visitor = Visitor::new(url);
    let mut request = visitor.request(method, path);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    visitor.send(request).await
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
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
