//! Offers: an ordinary bulletin is offered, and the commune takes it, moves it or declines it (Thông tư 39/2020/TT-BTTTT).
//! An offer is one order at one station. What nobody decided by the time its items are fixed follows the commune's
//! standing choice.

use serde::{Deserialize, Serialize};

use super::bulletin::Priority;
use super::order::Order;
use super::slot::Daypart;
use super::station::StandingChoice;

/// What the commune said of an offer; the newest word stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Airs it as it was ordered.
    Accept,
    /// Does not air it; its plays are counted apart as declined.
    Decline,
    /// Airs it in these parts of the day instead of the ordered ones; never empty.
    Move(Vec<Daypart>),
}

/// Whether a station airs an order of this priority. Only ordinary bulletins are offered; the others must air.
pub fn airs(priority: Priority, standing: StandingChoice, answer: Option<&Answer>) -> bool {
    match (priority, answer, standing) {
        (Priority::Priority | Priority::Urgent, ..) => true,
        (Priority::Ordinary, Some(answer), _) => *answer != Answer::Decline,
        (Priority::Ordinary, None, standing) => standing == StandingChoice::Accept,
    }
}

/// Parts of the day that an order may air in at a station that gave this answer; empty for all.
pub fn dayparts<'a>(priority: Priority, order: &'a Order, answer: Option<&'a Answer>) -> &'a [Daypart] {
    match answer {
        Some(Answer::Move(dayparts)) if priority == Priority::Ordinary => dayparts,
        _ => &order.dayparts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undecided_offer_follows_the_standing_choice_and_a_decided_one_does_not() {
        let moved = Answer::Move(vec![Daypart::Evening]);
        for standing in [StandingChoice::Accept, StandingChoice::Decline] {
            assert!(airs(Priority::Ordinary, standing, Some(&Answer::Accept)));
            assert!(airs(Priority::Ordinary, standing, Some(&moved)));
            assert!(!airs(Priority::Ordinary, standing, Some(&Answer::Decline)));
        }
        assert!(airs(Priority::Ordinary, StandingChoice::Accept, None));
        assert!(!airs(Priority::Ordinary, StandingChoice::Decline, None));
    }

    #[test]
    fn what_must_air_cannot_be_declined() {
        assert!(airs(Priority::Priority, StandingChoice::Decline, Some(&Answer::Decline)));
        assert!(airs(Priority::Urgent, StandingChoice::Decline, None));
    }
}
