//! Opening a store: migrations, a second process, revision numbers.

use loa::store::people::Stage;

use super::Place;
use super::samples::{VIETNAMESE, at, digest};

pub async fn a_store_opened_twice_keeps_what_it_holds(place: Place) {
    let first = place.open().await;
    assert!(first.add_schedule_document("grid", "d1", VIETNAMESE, "an", at(0)).await.unwrap());
    let second = place.open().await;
    assert_eq!(second.schedule_documents().await.unwrap(), first.schedule_documents().await.unwrap());
    drop((first, second));
    let third = place.open().await;
    assert_eq!(third.schedule_documents().await.unwrap()[0].body, VIETNAMESE);
}

pub async fn two_processes_may_open_a_new_store_at_once(place: Place) {
    let (first, second) = tokio::join!(place.open(), place.open());
    assert!(first.add_schedule_document("grid", "d1", "{}", "an", at(0)).await.unwrap());
    assert_eq!(second.schedule_documents().await.unwrap().len(), 1);
}

pub async fn what_one_process_writes_another_sees_as_new(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    assert_eq!(other.revision("planning").await.unwrap(), 0);
    for expected in 1..=3 {
        let digest = format!("d{expected}");
        assert!(one.add_schedule_document("orders", &digest, "{}", "an", at(expected)).await.unwrap());
        assert_eq!(other.revision("planning").await.unwrap(), expected);
    }
    assert_eq!(other.revision("records").await.unwrap(), 0, "one subject's number is not another's");
}

pub async fn many_writers_wait_in_line_and_none_fails(place: Place) {
    let stores = [place.open().await, place.open().await];
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..20_i64 {
        let store = stores[usize::from(number % 2 == 0)].clone();
        let by = format!("người thứ {number}");
        writers.spawn(async move { store.note_act(&by, "import", "grid", VIETNAMESE, at(number)).await });
    }
    for outcome in writers.join_all().await {
        outcome.unwrap();
    }
}

pub async fn a_copy_is_a_whole_store_of_its_own(place: Place) {
    let store = place.open().await;
    store.add_schedule_document("areas", "d1", VIETNAMESE, "an", at(0)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copied = store.copy_to(&folder.path().join("loa.db")).await.unwrap();
    // PostgreSQL has its own tool for it and says so.
    assert_eq!(copied, matches!(place, Place::Folder(_)));
    if copied {
        let copy = Place::Folder(folder).open().await;
        assert_eq!(copy.schedule_documents().await.unwrap(), store.schedule_documents().await.unwrap());
    }
}

/// Runs the first migration alone, as an older program did, and leaves a user with roles and a session behind.
macro_rules! as_it_was {
    ($pool:expr, $script:expr) => {{
        let pool = $pool;
        let sql = sqlx::SqlSafeStr::into_sql_str($script);
        let first = sqlx::migrate::Migration::new(1, "first".into(), sqlx::migrate::MigrationType::Simple, sql, false);
        sqlx::migrate::Migrator::with_migrations(vec![first]).run(&pool).await.unwrap();
        sqlx::query("INSERT INTO users (name, display_name, password, created_at) VALUES ('an', $1, 'hash', $2)")
            .bind(VIETNAMESE)
            .bind(at(0))
            .execute(&pool)
            .await
            .unwrap();
        for (role, area) in [("approver", "49"), ("editor", "20335")] {
            sqlx::query("INSERT INTO user_roles (user_name, role, area) VALUES ('an', $1, $2)")
                .bind(role)
                .bind(area)
                .execute(&pool)
                .await
                .unwrap();
        }
        sqlx::query(
            "INSERT INTO sessions (token_digest, user_name, csrf, created_at, expires_at) VALUES ($1, 'an', 'c', $2, $3)",
        )
        .bind(digest("token").to_string())
        .bind(at(0))
        .bind(at(1000))
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;
    }};
}

pub async fn what_people_had_before_their_rights_had_days_goes_on(place: Place) {
    match &place {
        Place::Folder(folder) => {
            let file = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("loa.db"));
            let pool = sqlx::SqlitePool::connect_with(file.create_if_missing(true)).await.unwrap();
            as_it_was!(pool, include_str!("../../../src/store/migrations/sqlite/0001_first.sql"));
        }
        Place::Url(url) => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            as_it_was!(pool, include_str!("../../../src/store/migrations/postgres/0001_first.sql"));
        }
    }
    let store = place.open().await;
    let user = store.user("an").await.unwrap().unwrap();
    assert_eq!((user.display_name.as_str(), user.password.as_str(), user.must_change), (VIETNAMESE, "hash", false));
    let grants = store.grants(Some("an")).await.unwrap();
    let held: Vec<_> = grants.iter().map(|one| (one.grant.role.word(), one.grant.area.as_str())).collect();
    assert_eq!(held, [("approver", "49"), ("editor", "20335")]);
    for grant in &grants {
        assert_eq!((grant.from, grant.to, grant.given_at), (at(0).date_naive(), None, at(0)));
    }
    let session = store.session(&digest("token"), at(1)).await.unwrap().unwrap();
    assert_eq!((session.stage, session.last_seen_at, session.proved_at), (Stage::Full, at(0), None));
}
