//! One workload through the gate: up to three computations, their differences, the broken limits.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::baseline::{Baseline, BaselineWorkload, PriceSet};
use super::effects::Corners;
use super::figures::{Figures, cost_noise, time_noise};
use super::lines::Edit;
use super::pairs::{Known, Pairs, pair, says_the_same};
use super::verdict::{self, Judged};
use super::{Limits, baseline};
use crate::prices::{Overlay, PriceBook, Rates, RecordedPrices, Recording, Replayed};
use crate::rank::{Extent, RecommendError, RecommendOptions, Recommendation, decision_matrix, recommend_at};
use crate::report::document::{
    CheckedDuration, CheckedWorkload, CodedText, ComputedWith, Part, RecommendDocument, Tool, Verdict, WorkloadStatus,
};
use crate::report::{Dollars, six};
use crate::units::Usd;
use crate::workload::{Discounts, Vocabulary, Workload, WorkloadError, read_str};

/// A workload file of today.
#[derive(Clone, Debug)]
pub struct Given {
    /// As it was read.
    pub workload: Workload,
    /// Its text, byte by byte.
    pub text: String,
    /// The file as the user named it.
    pub file: String,
    /// The file as seen from the baseline's folder.
    pub file_from_baseline: String,
}

/// What all workloads of a gate share.
pub struct Checker<'a> {
    /// Today's prices.
    pub book: &'a PriceBook,
    /// The user's own unit prices over them.
    pub own_prices: &'a BTreeMap<String, Decimal>,
    /// Seed, replications and day. Where the baseline has a workload, `None` takes its seed and replications.
    pub options: &'a RecommendOptions,
    /// Whether seed and replications were asked for, so that they win over the baseline's.
    pub own_draws: bool,
    /// The names that workload files may use.
    pub vocabulary: &'a Vocabulary<'a>,
    /// Parts of a change that can fail the gate.
    pub fail_on: &'a [Part],
    /// The limits of a workload, by its name.
    pub limits: &'a (dyn Fn(&str) -> Limits + Sync),
    /// What to compare with; `None` while there is none.
    pub baseline: Option<&'a Baseline>,
    /// When the answers are made (RFC 3339), where today's are wanted in full.
    pub in_full: Option<&'a str>,
}

impl std::fmt::Debug for Checker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker").field("fail_on", &self.fail_on).finish_non_exhaustive()
    }
}

/// Why a gate cannot judge.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A workload cannot be ranked.
    #[error("cannot rank `{name}`")]
    Rank {
        /// The workload.
        name: String,
        /// Why.
        #[source]
        source: RecommendError,
    },
    /// A workload in the baseline is not understood any more.
    #[error("cannot read the workload `{name}` in the baseline: {first}")]
    Baseline {
        /// The workload.
        name: String,
        /// The first problem.
        first: String,
    },
}

/// A workload's outcome, with what a new baseline needs of it.
#[derive(Debug)]
pub struct Outcome {
    /// For the answer.
    pub checked: CheckedWorkload,
    /// For a new baseline.
    pub stored: BaselineWorkload,
    /// The prices behind it, by their key.
    pub price_set: (String, PriceSet),
    /// Today's answer, where it is wanted in full.
    pub answer: Option<RecommendDocument>,
}

impl Checker<'_> {
    /// The workloads of the baseline, read again.
    ///
    /// # Errors
    /// Today's reader does not understand one of them.
    pub fn known(&self) -> Result<Vec<Known>, CheckError> {
        let stored = self.baseline.map_or(&[][..], |baseline| &baseline.workloads);
        let read = |(index, one): (usize, &BaselineWorkload)| {
            let workload = read_str(&one.text, &one.name, self.vocabulary).map_err(|found| CheckError::Baseline {
                name: one.name.clone(),
                first: found.first().map_or_else(String::new, WorkloadError::to_string),
            })?;
            Ok(Known { index, workload, file: one.file.clone() })
        };
        stored.iter().enumerate().map(read).collect()
    }

    /// Which workload of today was which of the baseline.
    #[must_use]
    pub fn pairs(&self, given: &[Given], known: &[Known]) -> Pairs {
        pair(given, known)
    }

    /// One workload of today against what it was.
    ///
    /// # Errors
    /// It cannot be ranked.
    pub fn check(&self, given: &Given, was: Option<&Known>) -> Result<Outcome, CheckError> {
        let stored = was.and_then(|was| Some((was, self.baseline?.workloads.get(was.index)?)));
        let options = self.options_for(stored.map(|(_, stored)| stored));
        let asked = RecommendOptions { sensitivity: self.in_full.is_some(), ..options.clone() };
        let (today, recorded) = self.answer(&given.workload, None, &asked)?;
        let now = Figures::of(&today);
        let answer = self.in_full.map(|at| self.whole(&given.workload, &today, &asked, at)).transpose()?;
        let price_set = self.price_set(&given.workload, recorded);
        let mut checked = match stored {
            None => new_workload(given, now.as_ref()),
            Some((was, stored)) => self.compared(given, now.as_ref(), was, stored, &options)?,
        };
        checked.verdict = if checked.breaches.is_empty() { Verdict::Pass } else { Verdict::Fail };
        if stored.is_none() {
            self.judge_new(&mut checked, now.as_ref());
        }
        let stored = BaselineWorkload::of_today(
            &given.workload,
            given.file_from_baseline.clone(),
            &given.text,
            now.as_ref(),
            price_set.0.clone(),
            (options.seed, options.replications),
        );
        Ok(Outcome { checked, stored, price_set, answer })
    }

    /// A workload that is in the baseline only.
    #[must_use]
    pub fn removed(&self, stored: &BaselineWorkload) -> CheckedWorkload {
        let figures = stored.figures.as_ref().map(super::StoredFigures::figures);
        CheckedWorkload {
            status: WorkloadStatus::Removed,
            baseline_usd: figures.as_ref().and_then(|figures| figures.monthly),
            baseline: figures.as_ref().map(Figures::choice),
            ..empty(&stored.name)
        }
    }

    /// What today's figures are computed with.
    #[must_use]
    pub fn computed_with(&self) -> ComputedWith {
        ComputedWith {
            price_snapshots: vec![self.book.snapshot_id()],
            model_versions: vec![crate::simulate::MODEL_VERSION],
            tool_versions: vec![Tool::this().version],
        }
    }

    fn options_for(&self, stored: Option<&BaselineWorkload>) -> RecommendOptions {
        let mut options = self.options.clone();
        if let Some(stored) = stored.filter(|_| !self.own_draws) {
            (options.seed, options.replications) = (stored.seed, stored.replications);
        }
        options
    }

    /// Today's answer with who wins near it.
    fn whole(
        &self,
        workload: &Workload,
        answer: &Recommendation,
        options: &RecommendOptions,
        created_at: &str,
    ) -> Result<RecommendDocument, CheckError> {
        let mut priced = workload.clone();
        for (meter, price) in self.own_prices {
            priced.discounts.unit_prices.entry(meter.clone()).or_insert(*price);
        }
        let matrix = decision_matrix(priced, self.book, options, Extent::Near)
            .map_err(|source| CheckError::Rank { name: workload.name.clone(), source })?;
        Ok(RecommendDocument::new(answer, created_at).with_matrix(&matrix))
    }

    /// The figures of a workload at today's prices or at those of a record, and the prices that were asked for.
    pub(super) fn figures(
        &self,
        workload: &Workload,
        prices: Option<&RecordedPrices>,
        options: &RecommendOptions,
    ) -> Result<(Option<Figures>, RecordedPrices), CheckError> {
        self.answer(workload, prices, options).map(|(answer, asked)| (Figures::of(&answer), asked))
    }

    fn answer(
        &self,
        workload: &Workload,
        prices: Option<&RecordedPrices>,
        options: &RecommendOptions,
    ) -> Result<(Recommendation, RecordedPrices), CheckError> {
        let failed = |source: RecommendError| CheckError::Rank { name: workload.name.clone(), source };
        let regional = self.book.in_region(&workload.region.value).map_err(|error| failed(error.into()))?;
        let own = Discounts { unit_prices: self.own_prices.clone(), ..Discounts::default() };
        let today = Overlay::new(&regional, &own).map_err(|error| failed(error.into()))?;
        let recording = Recording::of(&today);
        let replayed = prices.map(|record| Replayed::new(record, &today));
        let rates: &dyn Rates = replayed.as_ref().map_or(&recording, |replayed| replayed);
        let answer = recommend_at(workload.clone(), rates, self.book, options).map_err(failed)?;
        Ok((answer, recording.taken()))
    }

    fn price_set(&self, workload: &Workload, answers: RecordedPrices) -> (String, PriceSet) {
        let region = workload.region.value.clone();
        let own = if self.own_prices.is_empty() {
            String::new()
        } else {
            let text: Vec<String> = self.own_prices.iter().map(|(id, usd)| format!("{id}={usd}")).collect();
            format!("+own-{}", baseline::start(&baseline::digest(&text.join("\n"))))
        };
        let set = PriceSet {
            snapshot_id: self.book.snapshot_id(),
            snapshot_sha256: self.book.manifest().sha256.clone(),
            as_of: self.book.as_of().to_owned(),
            region,
            answers,
        };
        (format!("{}{own}/{}", set.snapshot_id, set.region), set)
    }

    fn compared(
        &self,
        given: &Given,
        now: Option<&Figures>,
        was: &Known,
        stored: &BaselineWorkload,
        options: &RecommendOptions,
    ) -> Result<CheckedWorkload, CheckError> {
        let prices = self.baseline.and_then(|baseline| baseline.price_sets.get(&stored.price_set));
        let same_question = says_the_same(&given.workload, &was.workload);
        let prices_now = if same_question { now.cloned() } else { self.figures(&was.workload, None, options)?.0 };
        let model_now = match prices {
            Some(set) => self.figures(&was.workload, Some(&set.answers), options)?.0,
            None => prices_now.clone(),
        };
        let then = stored.figures.as_ref().map(super::StoredFigures::figures);
        let edit = if same_question { Edit::default() } else { Edit::between(stored, given) };
        let unchanged = same_question || edit.is_empty();
        let corners = [then.as_ref(), model_now.as_ref(), prices_now.as_ref(), now];
        let costs = costs(corners);
        let mut checked = CheckedWorkload {
            status: if unchanged { WorkloadStatus::Unchanged } else { WorkloadStatus::Changed },
            renamed_from: (stored.name != given.workload.name).then(|| stored.name.clone()),
            file: Some(given.file.clone()),
            baseline_usd: then.as_ref().and_then(|figures| figures.monthly),
            current_usd: now.and_then(|figures| figures.monthly),
            workload_effect_usd: costs.map(|costs| costs.effect(Part::Workload).into()),
            prices_effect_usd: costs.map(|costs| costs.effect(Part::Prices).into()),
            model_effect_usd: costs.map(|costs| costs.effect(Part::Model).into()),
            noise_usd: prices_now.as_ref().zip(now).map(|(from, to)| cost_noise(from, to)),
            current: now.map(Figures::choice),
            baseline: then.as_ref().map(Figures::choice),
            duration: duration(corners),
            notes: notes(stored, now, then.as_ref(), prices_now.as_ref()),
            ..empty(&given.workload.name)
        };
        checked.within_noise = within_noise(&checked);
        let judged = Judged {
            limits: (self.limits)(&given.workload.name),
            fail_on: self.fail_on,
            costs,
            corners,
            workload_noise_usd: checked.noise_usd,
            duration: checked.duration,
        };
        checked.breaches = verdict::breaches(&judged);
        checked.notes.extend(verdict::notes(&judged));
        let matters = !checked.breaches.is_empty() || (checked.workload_effect_usd.is_some() && !checked.within_noise);
        checked.changes = edit.changes(self, now, matters.then_some((&checked, options)))?;
        super::lines::point(&mut checked);
        Ok(checked)
    }

    fn judge_new(&self, checked: &mut CheckedWorkload, now: Option<&Figures>) {
        checked.breaches = verdict::breaches_of_new((self.limits)(&checked.name), now);
        checked.verdict = if checked.breaches.is_empty() { Verdict::Pass } else { Verdict::Fail };
    }
}

fn new_workload(given: &Given, now: Option<&Figures>) -> CheckedWorkload {
    let mut notes = Vec::new();
    if now.is_some_and(|now| now.monthly.is_none()) {
        notes.push(missing_price("today"));
    }
    CheckedWorkload {
        status: WorkloadStatus::New,
        file: Some(given.file.clone()),
        current_usd: now.and_then(|figures| figures.monthly),
        current: now.map(Figures::choice),
        notes,
        ..empty(&given.workload.name)
    }
}

fn missing_price(when: &str) -> CodedText {
    CodedText { code: "price-missing".to_owned(), text: format!("a price was missing {when}: its cost is not known") }
}

fn empty(name: &str) -> CheckedWorkload {
    CheckedWorkload {
        name: name.to_owned(),
        status: WorkloadStatus::New,
        renamed_from: None,
        file: None,
        verdict: Verdict::Pass,
        baseline_usd: None,
        current_usd: None,
        workload_effect_usd: None,
        prices_effect_usd: None,
        model_effect_usd: None,
        noise_usd: None,
        within_noise: false,
        current: None,
        baseline: None,
        duration: None,
        changes: Vec::new(),
        breaches: Vec::new(),
        notes: Vec::new(),
    }
}

/// The four costs, when all are known. Each is rounded before it is subtracted, so that the parts sum exactly.
fn costs(corners: [Option<&Figures>; 4]) -> Option<Corners<Usd>> {
    let [stored, model_now, prices_now, now] = corners.map(|figures| figures.and_then(|it| it.monthly));
    let usd = Dollars::usd;
    Some(Corners {
        stored: stored.map(usd)?,
        model_now: model_now.map(usd)?,
        prices_now: prices_now.map(usd)?,
        now: now.map(usd)?,
    })
}

fn duration(corners: [Option<&Figures>; 4]) -> Option<CheckedDuration> {
    let [stored, model_now, prices_now, now] = corners;
    let (from, to) = (prices_now?, now?);
    let times = Corners {
        stored: stored?.duration_s,
        model_now: model_now?.duration_s,
        prices_now: from.duration_s,
        now: to.duration_s,
    };
    Some(CheckedDuration {
        baseline_s: times.stored,
        current_s: times.now,
        workload_effect_s: six(times.effect(Part::Workload)),
        prices_effect_s: six(times.effect(Part::Prices)),
        model_effect_s: six(times.effect(Part::Model)),
        noise_s: time_noise(from, to),
    })
}

fn within_noise(checked: &CheckedWorkload) -> bool {
    match (checked.workload_effect_usd, checked.noise_usd) {
        (Some(effect), Some(noise)) => !effect.get().is_zero() && effect.get().abs() <= noise.get(),
        _ => false,
    }
}

fn notes(
    stored: &BaselineWorkload,
    now: Option<&Figures>,
    then: Option<&Figures>,
    prices_now: Option<&Figures>,
) -> Vec<CodedText> {
    let mut notes = Vec::new();
    let mut note = |code: &str, text: String| notes.push(CodedText { code: code.to_owned(), text });
    if stored.model_version != crate::simulate::MODEL_VERSION {
        note(
            "model-changed",
            format!(
                "the model changed from version {} to {}: its part of the difference is not the author's",
                stored.model_version,
                crate::simulate::MODEL_VERSION
            ),
        );
    }
    if let Some(calibration) = &stored.calibration {
        note(
            "calibration-changed",
            format!(
                "the baseline took {} kept runs of {} as observed ones, and the gate takes none: what that changes counts as \
                 the model's part, not the author's",
                calibration.observed_runs, calibration.runs
            ),
        );
    }
    if let Some((then, now)) = then.zip(now).filter(|(then, now)| then.engine != now.engine) {
        let (now, then) = (now.engine.title(), then.engine.title());
        note("engine-changed", format!("{now} is recommended instead of {then}"));
    }
    if then.is_none() {
        note("baseline-unserved", "nothing could serve it when the baseline was written".to_owned());
    }
    if then.is_some() && prices_now.is_none() {
        note("baseline-unserved-today", "at today's prices nothing can serve the baseline's workload".to_owned());
    }
    if then.is_some_and(|then| then.monthly.is_none()) {
        notes.push(missing_price("when the baseline was written"));
    }
    if now.is_some_and(|now| now.monthly.is_none()) {
        notes.push(missing_price("today"));
    }
    notes
}
