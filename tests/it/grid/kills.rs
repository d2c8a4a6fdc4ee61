//! `kill -9` while a grid is published: the old grid with the old rundowns, or the new with the new, never a mixture.

use std::collections::BTreeSet;
use std::time::Duration;

use loa::domain::rundown::Rundown;
use loa::trust::envelope;

use super::{change, evening, seen, store};
use crate::helpers::chain::{Province, serve};
use crate::helpers::chance::Chance;
use crate::helpers::person::Visitor;
use crate::helpers::until::until_within;

/// Stations, so that the transaction is long enough to be hit.
const STATIONS: usize = 60;
/// Publications, each with its kill.
const ROUNDS: usize = 6;

/// The grid's version, and the times of day at which stations air their bulletin today.
async fn stands(province: &Province) -> (u32, BTreeSet<String>) {
    let store = store(province).await;
    let documents = store.schedule_documents().await.unwrap();
    let grid = documents.iter().find(|document| document.kind == "grid").unwrap();
    let rows = store.newest_rundowns(None, province.today(), province.today()).await.unwrap();
    assert_eq!(rows.len(), STATIONS);
    let times = rows.iter().flat_map(|row| {
        let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN).unwrap();
        rundown.items.into_iter().map(|item| item.start.with_timezone(&province.zone).format("%H:%M").to_string())
    });
    (grid.version, times.collect())
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "shown with a failed test")]
async fn a_kill_during_publication_leaves_all_of_the_old_or_all_of_the_new() {
    let mut chance = Chance::new();
    let (province, center, mut url) = evening(STATIONS, 1).await;
    let listen = url.trim_start_matches("http://").to_string();
    let mut center = Some(center);
    let mut published = 0;
    for round in 0..ROUNDS {
        let visitor = Visitor::of(&url, "duyet").await;
        let time = format!("20:{:02}", round + 1);
        change(&visitor, "toi", &[("time", &time)]).await.leads_to("/khung-gio?don-vi=thu");
        let seen = seen(&visitor).await;
        let before = stands(&province).await;
        let csrf = visitor.any_csrf().await;
        let sent = tokio::spawn({
            let request = visitor.request(reqwest::Method::POST, "/khung-gio/phat-hanh");
            let cookies: Vec<String> =
                visitor.cookies().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            let body = format!("csrf={csrf}&seen={seen}&word=1");
            let request = request.header("cookie", cookies.join("; ")).body(body);
            request.header("content-type", "application/x-www-form-urlencoded").send()
        });
        let mut looks = 1 + chance.below(30);
        until_within(Duration::from_secs(60), "the moment to kill", async || {
            looks -= 1;
            (looks == 0).then_some(())
        })
        .await;
        center.take().unwrap().kill();
        let answered = sent.await.unwrap().is_ok_and(|answer| answer.status() == 303);
        let after = stands(&province).await;
        assert_eq!(after.1.len(), 1, "round {round}: a mixture of {:?}", after.1);
        let new = after.1.contains(&time);
        assert_eq!(after.0, before.0 + u32::from(new), "round {round}: {before:?} {after:?}");
        assert!(new || after == before, "round {round}: {before:?} {after:?}");
        assert!(new || !answered, "round {round}: said to be published, and is not");
        published += u32::from(new);
        let (again, at) = serve(&province, &listen).await;
        (center, url) = (Some(again), at);
    }
    println!("{published} of {ROUNDS} publications were done before the kill");
}
