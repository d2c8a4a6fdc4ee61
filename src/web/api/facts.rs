//! Facts of bulletins over JSON: given to an upload, or changed by a new version of the same sound. Judged where forms
//! are.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Sent};
use super::error::{Answer, ApiError, Refusals};
use super::uploads::{UploadRefusals, own};
use crate::center::taking::Taken;
use crate::center::uploads::{Draft, Given, Ordered};
use crate::domain::access::Scope;
use crate::domain::upload::UPLOADERS;
use crate::web::handlers::facts::judge;
use crate::web::handlers::{upload, version};

/// What is said of a bulletin. In a new version of one, whatever is left out stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsBody {
    /// Code of a new bulletin.
    code: Option<String>,
    /// Code of the bulletin that an upload becomes a new version of; leave `code` out then.
    replaces: Option<String>,
    /// Title.
    title: Option<String>,
    /// Content of the publicity plan, 1 to 7.
    topic: Option<i64>,
    /// ordinary or priority.
    priority: Option<String>,
    /// Who made it.
    producer: Option<String>,
    /// BCP 47 tag of the spoken language.
    language: Option<String>,
    /// Code of the bulletin that it says in another language; an empty text takes it away.
    sibling_of: Option<String>,
    /// department, or commune for a commune's own.
    origin: Option<String>,
    /// The document it explains.
    source_document: Option<String>,
    /// Last local day that document is in force; an empty text takes it away.
    document_ends: Option<String>,
    /// The words spoken.
    transcript: Option<String>,
    /// Codes of the units where it may air.
    areas: Option<Vec<String>>,
    /// Codes of units beneath them where it may not.
    except: Option<Vec<String>>,
    /// First local day it may air.
    #[schema(format = Date)]
    airs_from: Option<String>,
    /// Last local day.
    #[schema(format = Date)]
    airs_to: Option<String>,
    /// Plays a day to be ordered with a new bulletin, 1 to 24.
    per_day: Option<i64>,
    /// Plays a week instead, 1 to 168.
    per_week: Option<i64>,
}

impl FactsBody {
    /// As a form would send them.
    fn typed(self) -> BTreeMap<String, String> {
        let list = |codes: Option<Vec<String>>| codes.map(|codes| codes.join(", "));
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let fields = [
            ("code", self.code),
            ("replaces", self.replaces),
            ("title", self.title),
            ("topic", number(self.topic)),
            ("priority", self.priority),
            ("producer", self.producer),
            ("language", self.language),
            ("sibling_of", self.sibling_of),
            ("origin", self.origin),
            ("source_document", self.source_document),
            ("document_ends", self.document_ends),
            ("transcript", self.transcript),
            ("areas", list(self.areas)),
            ("except", list(self.except)),
            ("airs_from", self.airs_from),
            ("airs_to", self.airs_to),
            ("per_day", number(self.per_day)),
            ("per_week", number(self.per_week)),
        ];
        fields.into_iter().filter_map(|(field, value)| Some((field.to_string(), value?.trim().to_string()))).collect()
    }
}

/// What came of facts given to an upload.
#[derive(Serialize, ToSchema)]
pub struct GivenBody {
    /// waits: it becomes a version by itself once the check accepts it; used: it is one now.
    state: String,
    /// Code of the bulletin.
    bulletin: String,
    /// The version it became.
    version: Option<u32>,
    /// Whether that is a new one; not when the newest was the same already.
    new: bool,
    /// none, made, warned (the plan may not hold all of it) or refused: the order that was asked for.
    order: String,
    /// Why the order was refused; the version stands.
    order_refused: Option<String>,
}

/// Gives an upload its facts; it becomes a draft version
#[utoipa::path(post, path = "/api/v1/uploads/{id}/facts", tag = "uploads",
    security(("token" = ["upload"]), ("session" = [])), request_body = FactsBody,
    params(("id" = String, Path, description = "The upload")),
    responses((status = 200, description = "Given", body = GivenBody), Refusals, UploadRefusals))]
pub async fn give(Path(id): Path<String>, sent: Sent<FactsBody>) -> Answer<GivenBody> {
    let Sent { caller, body } = sent;
    own(&caller, &id).await?;
    let typed = body.typed();
    let desk = caller.desk().await?;
    let of = upload::replaced(&caller.me, &typed).await.map_err(|failed| caller.failed(failed))?;
    let judged = judge(&caller.me, &desk, &typed, of.as_ref()).await.map_err(|failed| caller.failed(failed))?;
    let wish = judged.map_err(|errors| ApiError::fields(caller.words, errors))?;
    let bulletin = wish.facts.code.to_string();
    let given = caller.center().give_facts(&id, &Draft { typed, wish: Some(wish), ..Draft::default() }).await;
    let waits = GivenBody {
        state: "waits".into(),
        bulletin,
        version: None,
        new: false,
        order: "none".into(),
        order_refused: None,
    };
    match given.map_err(|error| caller.center_failed(error))? {
        Given::Waits => Ok(Json(waits)),
        Given::Used { version, new, order, .. } => {
            let (order, order_refused) = match order {
                Ordered::None => ("none", None),
                Ordered::Made => ("made", None),
                Ordered::Warned => ("warned", None),
                Ordered::Refused(sentence) => ("refused", Some(sentence)),
            };
            let state = "used".into();
            Ok(Json(GivenBody { state, version: Some(version), new, order: order.into(), order_refused, ..waits }))
        }
        Given::CodeTaken => Err(ApiError::general(caller.words, StatusCode::CONFLICT, "code-taken")),
        Given::Ended => Err(ApiError::told(StatusCode::GONE, "ended", caller.words.t("upload-refused-ended"))),
    }
}

/// A version made by facts alone.
#[derive(Serialize, ToSchema)]
pub struct VersionMade {
    /// Code of the bulletin.
    bulletin: String,
    /// Its newest version.
    version: u32,
}

/// Makes a new version of a bulletin: the same sound with other facts
#[utoipa::path(post, path = "/api/v1/bulletins/{code}/versions", tag = "bulletins",
    security(("token" = ["upload"]), ("session" = [])), request_body = FactsBody,
    params(("code" = String, Path, description = "Its code")),
    responses((status = 201, description = "Made, a draft", body = VersionMade),
        (status = 200, description = "The newest version says the same already", body = VersionMade), Refusals))]
pub async fn change(Path(code): Path<String>, sent: Sent<FactsBody>) -> Result<Response, ApiError> {
    let Sent { caller, body } = sent;
    caller.need(Scope::Upload)?;
    caller.only(&UPLOADERS)?;
    let newest = version::newest(&caller.me, &code).await;
    let (desk, newest) = newest.map_err(|failed| caller.failed(failed))?;
    let judged = judge(&caller.me, &desk, &body.typed(), Some(&newest.facts)).await;
    let wish = judged.map_err(|failed| caller.failed(failed))?;
    let wish = wish.map_err(|errors| ApiError::fields(caller.words, errors))?;
    let taken = change_facts(&caller, &wish.facts, &newest).await?;
    let made = |version| Json(VersionMade { bulletin: newest.facts.code.to_string(), version });
    Ok(match taken {
        Taken::New(version) => (StatusCode::CREATED, made(version)).into_response(),
        Taken::Unchanged => made(newest.version).into_response(),
    })
}

async fn change_facts(
    caller: &Caller,
    facts: &crate::domain::bulletin::Facts,
    of: &crate::center::bulletins::VersionRow,
) -> Result<Taken, ApiError> {
    let taken = caller.center().change_facts(facts, of, &caller.me.person.name).await;
    taken.map_err(|error| caller.center_failed(error))
}
