//! `loa offer`: a commune's answer to an offer, or its word on whose priority items come first.

use clap::{ArgAction, Args};

use super::{Outcome, StoreArgs};
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::Answer;
use crate::domain::slot::Daypart;

/// Answer an offer of an ordinary bulletin for a commune, or say whose priority items come first there.
#[derive(Args)]
pub struct AnswerOffer {
    /// For this station
    #[arg(long, value_name = "ID")]
    station: StationId,
    /// The order that is offered
    #[arg(long, value_name = "ID", required_unless_present = "own_first", requires = "answer")]
    order: Option<OrderId>,
    /// accept, decline, or the parts of the day to move it to: morning, noon, evening, with commas
    #[arg(long, value_name = "WORD", requires = "order", value_parser = answer)]
    answer: Option<Answer>,
    /// Why, in the commune's words
    #[arg(long, value_name = "TEXT", requires = "order")]
    reason: Option<String>,
    /// Whether the commune's own priority items come before the department's: true or false
    #[arg(long, value_name = "BOOL", conflicts_with = "order", action = ArgAction::Set)]
    own_first: Option<bool>,
    /// Log-in name of the operator or administrator who answers
    #[arg(long, value_name = "USER")]
    by: String,
    #[command(flatten)]
    store: StoreArgs,
}

fn answer(text: &str) -> Result<Answer, String> {
    let daypart = |word: &str| match word.trim() {
        "morning" => Ok(Daypart::Morning),
        "noon" => Ok(Daypart::Noon),
        "evening" => Ok(Daypart::Evening),
        other => Err(format!("answer \"{other}\" is unknown: use accept, decline, or morning, noon, evening")),
    };
    match text {
        "accept" => Ok(Answer::Accept),
        "decline" => Ok(Answer::Decline),
        parts => parts.split(',').map(daypart).collect::<Result<_, _>>().map(Answer::Move),
    }
}

impl AnswerOffer {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let user = super::active_user(&center, &self.by).await?;
        let by = (user.name.as_str(), &user.grants[..]);
        if let Some(own_first) = self.own_first {
            center.choose_own_first(&self.station, own_first, by).await?;
            println!(
                "{}: the commune's own priority items come {}",
                self.station,
                if own_first { "first" } else { "second" }
            );
        }
        if let (Some(order), Some(answer)) = (self.order, self.answer) {
            center.answer_offer(&self.station, &order, answer, self.reason.as_deref(), by).await?;
            println!("{}: the answer to {order} is kept; plans follow it", self.station);
        }
        Ok(())
    }
}
