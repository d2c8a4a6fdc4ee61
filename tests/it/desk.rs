//! The approver's desk below its pages: an approval needs every warning opened, and a withdrawal says whom it concerns.

use loa::audio::worker::Worker;
use loa::center::checks::Check;
use loa::center::refusal::DeskRefusal;
use loa::center::{Center, CenterError, StoreChoice};
use loa::domain::bulletin::State;

use crate::helpers::chain::Province;
use crate::helpers::sound::write_tones_with_gap;

async fn open(province: &Province) -> Center {
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    Center::open(&province.data(), &StoreChoice::Folder, worker).await.unwrap()
}

/// A bulletin of a minute with a gap in it, ordered and not approved.
fn with_a_gap(stations: usize) -> Province {
    let mut province = Province::new(stations);
    province.bulletin("TIN-LANG", "thu").order("TIN-LANG", "thu");
    write_tones_with_gap(&province.path("bulletins/TIN-LANG.wav"), 2, 60_000);
    province.prepare();
    province
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_refused_until_its_approver_opened_every_warning_of_that_version() {
    let province = with_a_gap(1);
    province.loa(&["user", "add", "duyet.hai", "--role", "approver@thu"]).well();
    let center = open(&province).await;
    let code = "TIN-LANG".parse().unwrap();
    center.step_bulletin(&code, 1, State::Submitted, "import", None).await.unwrap();
    let left = center.unopened_warnings(&code, 1, "duyet").await.unwrap();
    assert_eq!(left.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["silence_inside"]);

    let approve = |by: &'static str| center.step_bulletin(&code, 1, State::Approved, by, None);
    assert!(matches!(approve("duyet").await, Err(CenterError::Desk(DeskRefusal::Unheard { .. }))));
    // What another approver opened does not count, nor what is no finding of this version.
    assert!(center.note_look(&code, 1, &left[0].key, "duyet.hai").await.unwrap());
    assert!(matches!(approve("duyet").await, Err(CenterError::Desk(DeskRefusal::Unheard { .. }))));
    assert!(matches!(center.note_look(&code, 1, "silence_inside@1", "duyet").await, Err(CenterError::NotFound(_))));
    assert!(center.note_look(&code, 1, &left[0].key, "duyet").await.unwrap());
    approve("duyet").await.unwrap();
    let row = center.bulletin(&code).await.unwrap();
    assert_eq!((row.state(), Check::of(&row).warnings().count()), (State::Approved, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn by_command_warnings_are_printed_and_must_be_said_to_be_read() {
    let province = with_a_gap(1);
    let refused = province.loa(&["approve", "TIN-LANG", "--by", "duyet"]).refused(3, "--read-warnings");
    assert!(refused.err.contains("lặng"), "{refused:?}");
    let center = open(&province).await;
    let code = "TIN-LANG".parse().unwrap();
    assert_eq!(center.bulletin(&code).await.unwrap().state(), State::Draft);
    province.loa(&["approve", "TIN-LANG", "--by", "duyet", "--read-warnings"]).well();
    assert_eq!(center.looks(&code).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_says_what_it_removes_and_whom_it_concerns() {
    let province = with_a_gap(2);
    province.loa(&["user", "add", "truc", "--role", "operator@xa-2"]).well();
    let center = open(&province).await;
    let code = "TIN-LANG".parse().unwrap();
    let before = center.outlook(&code, 1, chrono::Utc::now()).await.unwrap();
    assert_eq!(before.impact.reached().count(), 2, "{before:?}");
    province.loa(&["approve", "TIN-LANG", "--by", "duyet", "--read-warnings"]).well();

    let removal = center.removal(&code, 1, chrono::Utc::now()).await.unwrap();
    assert_eq!((removal.stations, removal.on_air + removal.today), (2, 2), "{removal:?}");
    assert!(center.concerned(&code, 1).await.unwrap().is_empty());
    center.step_bulletin(&code, 1, State::Withdrawn, "duyet", Some("sai số điện thoại")).await.unwrap();

    let concerned = center.concerned(&code, 1).await.unwrap();
    assert_eq!(concerned.len(), 2, "{concerned:?}");
    let last = concerned.iter().find(|one| one.station.id.as_str() == "dai-2").unwrap();
    assert_eq!((last.operators.as_slice(), last.delivered), (["truc".to_string()].as_slice(), false));
    let taken = center.taken_out(&last.station.id, province.today()).await.unwrap();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(taken[0].item.title, "Tin TIN-LANG");
    let after = center.removal(&code, 1, chrono::Utc::now()).await.unwrap();
    assert_eq!(after.stations, 0, "{after:?}");
}
