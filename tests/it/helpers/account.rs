//! A person who talks to the center without a browser: logged in, with the session's cookie and its token for forms.

use std::io::Write;
use std::process::{Command, Stdio};

use reqwest::{Client, Method, RequestBuilder, Response};

use super::chain::Province;

/// Everybody's password.
pub const PASSWORD: &str = "mat-khau-thu-1234";

/// Adds a user with a role such as `editor@thu`.
pub fn add_person(province: &Province, name: &str, role: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_loa"))
        .args(["user", "add", name, "--role", role])
        .env("LOA_DATA", province.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// The account.
pub struct Account {
    http: Client,
    url: String,
    /// As a `Cookie` header.
    pub cookie: String,
    /// The session's token.
    pub csrf: String,
}

impl Account {
    /// Logs in.
    pub async fn log_in(url: &str, name: &str) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let body = format!("user={name}&password={PASSWORD}");
        let form = "application/x-www-form-urlencoded";
        let answer =
            http.post(format!("{url}/dang-nhap")).header("content-type", form).body(body).send().await.unwrap();
        let set = answer.headers().get_all("set-cookie").iter().find_map(|value| {
            let value = value.to_str().ok()?;
            value.starts_with("loa=").then(|| value.split(';').next().unwrap_or_default().to_string())
        });
        let mut account = Self { http, url: url.into(), cookie: set.expect("a session"), csrf: String::new() };
        let page = account.ask(Method::GET, "/tai-len").send().await.unwrap().text().await.unwrap();
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form with a token");
        account.csrf = rest.split('"').next().unwrap().into();
        account
    }

    /// The same session at another address, after the center came back elsewhere or behind a proxy.
    pub fn at(&self, url: &str) -> Self {
        Self { http: self.http.clone(), url: url.into(), cookie: self.cookie.clone(), csrf: self.csrf.clone() }
    }

    /// A request of this person's.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .header("cookie", &self.cookie)
            .header("x-csrf", &self.csrf)
    }

    /// Fetches a page's text.
    pub async fn page(&self, path: &str) -> String {
        self.ask(Method::GET, path).send().await.unwrap().text().await.unwrap()
    }

    /// Posts a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            let bytes = value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            body.push_str(&format!("&{name}={bytes}"));
        }
        let form = "application/x-www-form-urlencoded";
        self.ask(Method::POST, path).header("content-type", form).body(body).send().await.unwrap()
    }
}
