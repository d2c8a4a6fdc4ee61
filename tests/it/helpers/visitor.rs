//! A person at the center's pages without a browser: logs in, reads pages, sends their forms.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Url};

use super::chain::Province;

/// Everybody's.
pub const PASSWORD: &str = "sáo diều chiều quê";

/// Adds a user with [`PASSWORD`] and roles such as `editor@thu`.
pub fn add_person(province: &Province, name: &str, roles: &[&str]) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_loa"))
        .args(["user", "add", name])
        .args(roles.iter().flat_map(|role| ["--role", role]))
        .env("LOA_DATA", province.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
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

/// The person; follows no redirection.
#[derive(Debug)]
pub struct Visitor {
    client: Client,
    url: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor {
    /// One who is not logged in.
    pub fn stranger(url: &str) -> Self {
        // Fails when another test was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, url: url.to_owned(), cookies: Mutex::default() }
    }

    /// One who has logged in with [`PASSWORD`].
    pub async fn log_in(url: &str, name: &str) -> Self {
        let visitor = Self::stranger(url);
        let answer = visitor.send_form("/dang-nhap", &[("user", name), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{name} could not log in: {answer:#?}");
        visitor
    }

    /// Cookies held now, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Holds these cookies and no others.
    pub fn take_cookies(&self, cookies: &BTreeMap<String, String>) {
        self.cookies.lock().unwrap().clone_from(cookies);
    }

    /// A page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    /// A form as its page sends it, with the session's own token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf().await;
        self.send_form(path, &[&[("csrf", csrf.as_str())], fields].concat()).await
    }

    /// These fields and no others.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded = Url::parse_with_params("http://form/", fields).unwrap();
        let body = encoded.query().unwrap_or_default().to_owned();
        let post = self.client.post(format!("{}{path}", self.url));
        self.send(post.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await
    }

    /// A form with files, by name and content.
    pub async fn upload(&self, path: &str, files: &[(&str, &[u8])]) -> Answer {
        let csrf = self.csrf().await;
        let mut body = format!("--ranh\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}").into_bytes();
        for (name, content) in files {
            let head =
                format!("\r\n--ranh\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend(*content);
        }
        body.extend(b"\r\n--ranh--\r\n");
        let post = self.client.post(format!("{}{path}", self.url));
        self.send(post.header(CONTENT_TYPE, "multipart/form-data; boundary=ranh").body(body)).await
    }

    /// The session's token for forms, from any page of it.
    pub async fn csrf(&self) -> String {
        let page = self.get("/khong-co").await;
        let (_, rest) = page.text.split_once("name=\"csrf\" value=\"").expect("everybody can log out");
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// Any request, with the cookies.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let held: Vec<String> = self.cookies().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if held.is_empty() { request } else { request.header(COOKIE, held.join("; ")) };
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
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
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    /// A request to be sent with [`Self::send`].
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }
}
