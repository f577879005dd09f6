//! Which limits are broken, and by whom.
//!
//! A figure is held against a limit with the effects of the parts that can fail the gate only (`fail_on`; the workload
//! file alone unless asked otherwise). So a budget that the baseline keeps and only new prices break is not broken by
//! anybody; one that the baseline breaks already is. An increase that is no larger than the simulation's noise breaks
//! nothing.

use rust_decimal::Decimal;

use super::effects::Corners;
use super::figures::Figures;
use super::{Limit, Limits};
use crate::report::document::{Breach, CheckedDuration, CodedText, Part};
use crate::report::{Dollars, six};
use crate::units::{Span, Usd};

/// What a verdict looks at.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    pub limits: Limits,
    pub fail_on: &'a [Part],
    /// `None` while a cost is not known.
    pub costs: Option<Corners<Usd>>,
    /// Stored, by today's model, at today's prices, now.
    pub corners: [Option<&'a Figures>; 4],
    pub workload_noise_usd: Option<Dollars>,
    pub duration: Option<CheckedDuration>,
}

/// The broken limits of a workload that has a baseline; their lines are set later.
pub fn breaches(judged: &Judged<'_>) -> Vec<Breach> {
    let mut found = Vec::new();
    found.extend(no_candidate(judged));
    if let Some(costs) = judged.costs {
        found.extend(increase(judged, costs));
        found.extend(increase_usd(judged, costs));
        found.extend(budget(judged, costs));
    }
    found.extend(runtime(judged));
    found.extend(deadline(judged));
    found
}

/// A new workload has no increase, but a budget and a deadline.
pub fn breaches_of_new(limits: Limits, now: Option<&Figures>) -> Vec<Breach> {
    let Some(now) = now else { return vec![breach("no-candidate", UNSERVED.to_owned(), None, None)] };
    let mut found = Vec::new();
    let cost = now.monthly.map(Dollars::usd);
    if let (Some(budget), Some(cost)) = (limits.budget_usd, cost.filter(|cost| limits.budget_usd < Some(*cost))) {
        found.push(over_budget(budget, cost));
    }
    if let Some(least) = limits.min_deadline_probability.filter(|least| now.deadline_met < *least) {
        found.push(late(least, now.deadline_met));
    }
    found
}

/// Limits that are passed today, but not by what can fail the gate.
pub fn notes(judged: &Judged<'_>) -> Vec<CodedText> {
    let all = Judged { fail_on: &Part::ALL, ..*judged };
    let blamed: Vec<String> = breaches(judged).into_iter().map(|breach| breach.code).collect();
    breaches(&all)
        .into_iter()
        .filter(|breach| !blamed.contains(&breach.code))
        .map(|breach| CodedText {
            code: format!("{}-not-blamed", breach.code),
            text: format!("{}, but not by this change: {}", breach.text, others(judged)),
        })
        .collect()
}

/// "prices made the difference": those parts that cannot fail the gate and moved the cost.
fn others(judged: &Judged<'_>) -> String {
    let free = || Part::ALL.into_iter().filter(|part| !judged.fail_on.contains(part));
    let moved = |part: &Part| judged.costs.is_none_or(|costs| costs.effect(*part) != Usd::ZERO);
    let mut names: Vec<&str> = free().filter(moved).map(Part::as_str).collect();
    if names.is_empty() {
        names = free().map(Part::as_str).collect();
    }
    format!("{} made the difference", names.join(" and "))
}

const UNSERVED: &str = "no engine can serve it";

/// Nothing serves today's workload, and something serves the baseline's.
fn no_candidate(judged: &Judged<'_>) -> Option<Breach> {
    let [stored, model_now, prices_now, now] = judged.corners;
    let lost = |from: Option<&Figures>, to: Option<&Figures>| from.is_some() && to.is_none();
    let blamed = |part: Part| {
        judged.fail_on.contains(&part)
            && match part {
                Part::Model => lost(stored, model_now),
                Part::Prices => lost(model_now, prices_now),
                Part::Workload => lost(prices_now, now),
            }
    };
    (now.is_none() && Part::ALL.into_iter().any(blamed))
        .then(|| breach("no-candidate", UNSERVED.to_owned(), None, None))
}

/// What the parts that can fail made of the cost, when it is more than noise.
fn raised(judged: &Judged<'_>, costs: Corners<Usd>) -> Option<Usd> {
    let raised = costs.with(judged.fail_on) - costs.stored;
    // Prices and model are computed with the same draws on both sides: what they change is no noise.
    let certain: Usd = judged.fail_on.iter().filter(|part| **part != Part::Workload).map(|it| costs.effect(*it)).sum();
    let noise = judged.workload_noise_usd.map_or(Usd::ZERO, Dollars::usd);
    let by_workload = raised - certain;
    let noisy = by_workload > Usd::ZERO && by_workload <= noise;
    let raised = if noisy { certain } else { raised };
    (raised > Usd::ZERO).then_some(raised)
}

fn increase(judged: &Judged<'_>, costs: Corners<Usd>) -> Option<Breach> {
    let limit = judged.limits.max_increase?;
    let raised = raised(judged, costs)?;
    if raised <= costs.stored * limit.share() {
        return None;
    }
    let share = raised.dollars().checked_div(costs.stored.dollars());
    let percent = share.map_or_else(|| "from nothing".to_owned(), percent);
    Some(breach(
        Limit::MaxIncrease.as_str(),
        format!("the month's cost rises by {raised} ({percent}); at most {limit} is allowed"),
        number(limit.share()),
        share.and_then(number),
    ))
}

fn increase_usd(judged: &Judged<'_>, costs: Corners<Usd>) -> Option<Breach> {
    let limit = judged.limits.max_increase_usd?;
    let raised = raised(judged, costs).filter(|raised| *raised > limit)?;
    Some(breach(
        Limit::MaxIncreaseUsd.as_str(),
        format!("the month's cost rises by {raised}; at most {limit} is allowed"),
        number(limit.dollars()),
        number(raised.dollars()),
    ))
}

fn budget(judged: &Judged<'_>, costs: Corners<Usd>) -> Option<Breach> {
    let limit = judged.limits.budget_usd?;
    let own = costs.with(judged.fail_on);
    (costs.now > limit && own > limit).then(|| over_budget(limit, costs.now))
}

fn over_budget(limit: Usd, cost: Usd) -> Breach {
    breach(
        Limit::BudgetUsd.as_str(),
        format!("a month costs {cost}; the budget is {limit}"),
        number(limit.dollars()),
        number(cost.dollars()),
    )
}

fn runtime(judged: &Judged<'_>) -> Option<Breach> {
    let limit = judged.limits.max_runtime_increase?;
    let times = judged.duration?;
    let effect = |part: Part| match part {
        Part::Workload if times.workload_effect_s.abs() <= times.noise_s => 0.0,
        Part::Workload => times.workload_effect_s,
        Part::Prices => times.prices_effect_s,
        Part::Model => times.model_effect_s,
    };
    let raised: f64 = judged.fail_on.iter().map(|part| effect(*part)).sum();
    let share = if times.baseline_s > 0.0 { raised / times.baseline_s } else { 0.0 };
    let allowed = number(limit.share())?;
    (share > allowed).then(|| {
        breach(
            Limit::MaxRuntimeIncrease.as_str(),
            format!(
                "the median time rises by {} ({}) from {}; at most {limit} is allowed",
                Span::seconds(raised),
                percent(Decimal::try_from(share).unwrap_or_default()),
                Span::seconds(times.baseline_s)
            ),
            Some(allowed),
            Some(six(share)),
        )
    })
}

fn deadline(judged: &Judged<'_>) -> Option<Breach> {
    let least = judged.limits.min_deadline_probability?;
    let [stored, model_now, prices_now, now] = judged.corners.map(|it| it.map(|figures| figures.deadline_met));
    let corners = Corners { stored: stored?, model_now: model_now?, prices_now: prices_now?, now: now? };
    // A sum of differences of floats: a hair below the limit is the limit.
    let own = six(corners.with(judged.fail_on));
    (corners.now < least && own < least).then(|| late(least, corners.now))
}

fn late(least: f64, met: f64) -> Breach {
    breach(
        Limit::MinDeadlineProbability.as_str(),
        format!("the deadline is met with a probability of {met}; at least {least} is demanded"),
        Some(least),
        Some(met),
    )
}

fn breach(code: &str, text: String, limit: Option<f64>, actual: Option<f64>) -> Breach {
    Breach { code: code.to_owned(), text, limit, actual, path: None, line: 1, column: 1 }
}

fn number(value: Decimal) -> Option<f64> {
    value.round_dp(6).normalize().to_string().parse().ok()
}

fn percent(share: Decimal) -> String {
    format!("{} %", (share * Decimal::ONE_HUNDRED).round_dp(1).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::EngineId;
    use crate::gate::Percent;

    fn usd(dollars: i64) -> Usd {
        Usd::new(dollars.into())
    }

    fn figures(dollars: i64, deadline_met: f64) -> Figures {
        Figures {
            engine: EngineId::Glue,
            id: "glue".to_owned(),
            shape_text: String::new(),
            monthly: Some(usd(dollars).into()),
            duration_s: 600.0,
            deadline_met,
            draws: Default::default(),
        }
    }

    fn codes(limits: Limits, fail_on: &[Part], dollars: [i64; 4], noise: i64) -> Vec<String> {
        let all = dollars.map(|dollars| figures(dollars, 1.0));
        let [stored, model_now, prices_now, now] = dollars.map(usd);
        let judged = Judged {
            limits,
            fail_on,
            costs: Some(Corners { stored, model_now, prices_now, now }),
            corners: [Some(&all[0]), Some(&all[1]), Some(&all[2]), Some(&all[3])],
            workload_noise_usd: Some(usd(noise).into()),
            duration: None,
        };
        breaches(&judged).into_iter().map(|breach| breach.code).collect()
    }

    fn ten_percent() -> Limits {
        Limits { max_increase: Some(Percent::of_share(Decimal::new(1, 1))), ..Limits::default() }
    }

    #[test]
    fn only_the_authors_part_fails_unless_asked_otherwise() {
        // $100 stored; the model adds 50, prices add 50, the author adds 9.
        let dollars = [100, 150, 200, 209];
        assert!(codes(ten_percent(), &[Part::Workload], dollars, 0).is_empty());
        assert_eq!(codes(ten_percent(), &[Part::Prices], dollars, 0), ["max-increase"]);
        assert_eq!(codes(ten_percent(), &[Part::Workload, Part::Model], dollars, 0), ["max-increase"]);
        // 11 of the author are 11 % of the baseline's 100.
        assert_eq!(codes(ten_percent(), &[Part::Workload], [100, 150, 200, 211], 0), ["max-increase"]);
        // Ten percent is allowed, more is not.
        assert!(codes(ten_percent(), &[Part::Workload], [100, 100, 100, 110], 0).is_empty());
    }

    #[test]
    fn noise_breaks_nothing() {
        assert!(codes(ten_percent(), &[Part::Workload], [100, 100, 100, 120], 25).is_empty());
        assert_eq!(codes(ten_percent(), &[Part::Workload], [100, 100, 100, 120], 15), ["max-increase"]);
    }

    #[test]
    fn a_budget_is_broken_by_whoever_broke_it() {
        let limits = Limits { budget_usd: Some(usd(150)), ..Limits::default() };
        let author: &[Part] = &[Part::Workload];
        // Only prices took it over the budget.
        assert!(codes(limits, author, [100, 100, 160, 160], 0).is_empty());
        assert_eq!(codes(limits, &Part::ALL, [100, 100, 160, 160], 0), ["budget-usd"]);
        // The author did; the baseline itself does.
        assert_eq!(codes(limits, author, [100, 100, 100, 151], 0), ["budget-usd"]);
        assert_eq!(codes(limits, author, [160, 160, 160, 160], 0), ["budget-usd"]);
        // Prices fell: it fits now.
        assert!(codes(limits, author, [160, 160, 140, 145], 0).is_empty());
    }

    #[test]
    fn what_is_not_blamed_is_said() {
        let all = [100, 100, 160, 160].map(|dollars| figures(dollars, 1.0));
        let judged = Judged {
            limits: ten_percent(),
            fail_on: &[Part::Workload],
            costs: Some(Corners { stored: usd(100), model_now: usd(100), prices_now: usd(160), now: usd(160) }),
            corners: [Some(&all[0]), Some(&all[1]), Some(&all[2]), Some(&all[3])],
            workload_noise_usd: None,
            duration: None,
        };
        let said = notes(&judged);
        assert_eq!(said[0].code, "max-increase-not-blamed");
        assert!(said[0].text.contains("not by this change: prices made the difference"), "{said:?}");
    }

    #[test]
    fn losing_every_engine_is_a_breach_of_the_author() {
        let some = figures(100, 1.0);
        let judged = |corners| Judged {
            limits: Limits::default(),
            fail_on: &[Part::Workload],
            costs: None,
            corners,
            workload_noise_usd: None,
            duration: None,
        };
        assert_eq!(breaches(&judged([Some(&some), Some(&some), Some(&some), None]))[0].code, "no-candidate");
        // The prices lost it, not the author.
        assert!(breaches(&judged([Some(&some), Some(&some), None, None])).is_empty());
    }

    #[test]
    fn the_runtime_is_held_against_the_authors_part_beyond_its_noise() {
        let some = figures(100, 1.0);
        let times = |workload_effect_s, noise_s| CheckedDuration {
            baseline_s: 100.0,
            current_s: 100.0 + workload_effect_s,
            workload_effect_s,
            prices_effect_s: 500.0,
            model_effect_s: 0.0,
            noise_s,
        };
        let found = |duration| {
            breaches(&Judged {
                limits: Limits {
                    max_runtime_increase: Some(Percent::of_share(Decimal::new(2, 1))),
                    ..Limits::default()
                },
                fail_on: &[Part::Workload],
                costs: None,
                corners: [Some(&some); 4],
                workload_noise_usd: None,
                duration: Some(duration),
            })
            .len()
        };
        assert_eq!((found(times(21.0, 5.0)), found(times(19.0, 5.0)), found(times(21.0, 22.0))), (1, 0, 0));
    }
}
