//! Accounts against the real server: logging in, second factors, sessions, rights with their days, tokens, the API.

mod api;
mod browser;
mod grants;
mod log_in;
mod sessions;
mod tokens;
mod whole_way;

use crate::helpers::chain::{Province, serve_with};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;

/// A province with communes `xa-1`, `xa-2`, served as a real one is, and an administrator of all of it who is logged in.
struct House {
    province: Province,
    _center: Running,
    url: String,
    admin: Visitor,
}

impl House {
    async fn open() -> Self {
        let province = Province::new(2);
        province.write_schedules();
        province.loa(&["import", &province.text("schedules")]).well();
        add_person(&province, "quantri", "admin@thu");
        let (center, url) = serve_with(&province, &["--listen", "127.0.0.1:0"]).await;
        let admin = Visitor::new(&url);
        admin.enter("quantri").await;
        Self { province, _center: center, url, admin }
    }

    fn add(&self, name: &str, role: &str) {
        add_person(&self.province, name, role);
    }

    async fn entered(&self, name: &str) -> Visitor {
        let visitor = Visitor::new(&self.url);
        visitor.enter(name).await;
        visitor
    }

    /// An act of the administrator on somebody's page.
    async fn act(&self, name: &str, act: &str, fields: &[(&str, &str)]) -> crate::helpers::person::Came {
        let page = format!("/nguoi-dung/{name}");
        self.admin.post(&page, &format!("{page}/{act}"), fields).await
    }
}
