//! Which assumption moves the decision, as a contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engines::EngineId;
use crate::rank;
use crate::report::number::{Dollars, six};

/// Which assumption moves the decision most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// Draws of each end of each range; the ranking's own first ones.
    pub replications: u32,
    /// Stable name of the recommended shape: the figures of both ends are its.
    pub candidate: String,
    /// Those that change the winner first, then by how far they move the cost of the recommended shape.
    pub assumptions: Vec<Swing>,
}

/// One assumption, held at its 10th and at its 90th percentile while everything else is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Swing {
    /// Stable, kebab-case; what is about one service or family ends in its name (`start-up/emr-ec2`).
    pub code: String,
    /// What is assumed, for people.
    pub text: String,
    /// Between the costs of a month at both ends.
    pub swing_usd: Dollars,
    /// Whether another shape would be recommended at either end.
    pub changes_winner: bool,
    /// At the 10th percentile.
    pub low: SwingEnd,
    /// At the 90th percentile.
    pub high: SwingEnd,
}

/// One end of the range of an assumption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SwingEnd {
    /// The value there, for people.
    pub value: String,
    /// Expected cost of a month of the recommended shape.
    pub monthly_cost_usd: Dollars,
    /// Its median time, trigger to result.
    pub duration_s: f64,
    /// Its probability of meeting the deadline.
    pub deadline_met_probability: f64,
    /// Who would be recommended; null when nobody would meet the deadline.
    pub winner: Option<SwingWinner>,
}

/// Who would be recommended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SwingWinner {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// The size in words.
    pub shape_text: String,
    /// Expected cost of a month.
    pub monthly_cost_usd: Dollars,
}

impl From<&rank::Sensitivity> for Sensitivity {
    fn from(sensitivity: &rank::Sensitivity) -> Self {
        let swing = |swing: &rank::Swing| Swing {
            code: swing.code.clone(),
            text: swing.text.clone(),
            swing_usd: swing.cost().into(),
            changes_winner: swing.changes_winner(&sensitivity.candidate),
            low: SwingEnd::from(&swing.low),
            high: SwingEnd::from(&swing.high),
        };
        Self {
            replications: sensitivity.replications,
            candidate: sensitivity.candidate.clone(),
            assumptions: sensitivity.swings.iter().map(swing).collect(),
        }
    }
}

impl From<&rank::SensitivitySide> for SwingEnd {
    fn from(side: &rank::SensitivitySide) -> Self {
        let winner = |winner: &rank::SensitivityWinner| SwingWinner {
            engine: winner.engine,
            id: winner.id.clone(),
            shape_text: winner.shape_text.clone(),
            monthly_cost_usd: winner.monthly.into(),
        };
        Self {
            value: side.value.clone(),
            monthly_cost_usd: side.monthly.into(),
            duration_s: six(side.duration.as_seconds()),
            deadline_met_probability: six(side.deadline_met.get()),
            winner: side.winner.as_ref().map(winner),
        }
    }
}
