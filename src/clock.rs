//! The one place that asks what time it is. The domain may not use it: there, `now` is an argument.

use chrono::{DateTime, SubsecRound, Utc};

/// The system's time in UTC, cut to microseconds, because that is what PostgreSQL keeps and signed bytes must not
/// change on their way through a database.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
