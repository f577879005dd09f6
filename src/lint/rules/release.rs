//! Old releases: of EMR, EMR Serverless and Glue.

use super::Asked;
use super::defaults::glue_version;
use crate::catalog::{Catalog, EmrLabel, EmrRelease};
use crate::lint::code::Code;
use crate::lint::dialect::{Kind, Subject};
use crate::lint::finding::Finding;
use crate::lint::node::Node;

/// Minor releases behind the newest from which on an old one is worth a word: about a year of them.
const MINORS_BEHIND: u32 = 4;

pub(super) fn check(subject: &Subject, asked: &Asked, found: &mut Vec<Finding>) {
    match subject.kind {
        Kind::Cluster => emr(subject.spec.get("ReleaseLabel"), asked, found),
        Kind::Application => emr(subject.spec.get("releaseLabel"), asked, found),
        Kind::GlueJob => glue(subject, found),
        Kind::JobRun => {}
    }
}

fn emr(node: Option<&Node>, asked: &Asked, found: &mut Vec<Finding>) {
    let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else { return };
    if text.contains("${") {
        return;
    }
    let label: EmrLabel = match text.parse() {
        Ok(label) => label,
        Err(_) => {
            let fix = "Write it like \"emr-7.13.0\" or \"emr-spark-8.0.0\".";
            found.push(Finding::new(Code::NotAllowedValue, node, format!("`{text}` is no EMR release label."), fix));
            return;
        }
    };
    let releases = Catalog::embedded().emr_releases();
    let Some(newest) =
        releases.iter().filter(|known| known.label.line == label.line).max_by_key(|known| number(known.label))
    else {
        return;
    };
    let known = releases.iter().find(|known| known.label == label);
    let behind = newest.label.major > label.major
        || (newest.label.major == label.major && newest.label.minor >= label.minor + MINORS_BEHIND);
    let ended = known.and_then(|known| ended(known, asked));
    if !behind && ended.is_none() {
        return;
    }
    let support = ended.map_or_else(String::new, |text| format!(" {text}"));
    let engine = |release: Option<&EmrRelease>| {
        release
            .and_then(|release| release.spark.as_deref())
            .map_or_else(String::new, |spark| format!(" (Spark {spark})"))
    };
    let best = releases
        .iter()
        .filter(|known| known.label.line == label.line && known.spark.is_some())
        .max_by_key(|known| number(known.label))
        .unwrap_or(newest);
    found.push(Finding::new(
        Code::StaleRelease,
        node,
        format!(
            "{label}{} is behind {}{}: newer releases run the same job faster for the same money.{support}",
            engine(known),
            best.label,
            engine(Some(best))
        ),
        format!("Move to \"{}\" after a test run.", best.label),
    ));
}

fn number(label: EmrLabel) -> (u32, u32, u32) {
    (label.major, label.minor, label.patch)
}

/// What has ended by today. Dates are `YYYY-MM-DD`, which sort as texts.
fn ended(release: &EmrRelease, asked: &Asked) -> Option<String> {
    let today = asked.today.as_deref()?;
    let past = |date: &Option<String>| date.as_deref().filter(|date| *date < today).map(str::to_owned);
    past(&release.end_of_life)
        .map(|date| format!("Its life ended on {date}: clusters can no longer be started with it."))
        .or_else(|| past(&release.standard_support_until).map(|date| format!("Its standard support ended on {date}.")))
}

fn glue(subject: &Subject, found: &mut Vec<Finding>) {
    let Some(node) = subject.spec.get("GlueVersion") else { return };
    let Some(version) = glue_version(subject) else { return };
    let releases = Catalog::embedded().glue_releases();
    let parsed = releases.iter().filter_map(|known| {
        let (major, minor) = known.version.split_once('.')?;
        Some(((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?), known))
    });
    let Some((newest, release)) = parsed.max_by_key(|(number, _)| *number) else { return };
    // Two major versions or a Spark major behind: 4.0 and earlier today.
    if version.0 + 1 >= newest.0 {
        return;
    }
    let spark = release.spark.as_deref().map_or_else(String::new, |spark| format!(" (Spark {spark})"));
    found.push(Finding::new(
        Code::StaleRelease,
        node,
        format!(
            "Glue {}.{} is behind {}{spark}: newer versions start and run faster for the same price.",
            version.0, version.1, release.version
        ),
        format!("Move to \"{}\" after a test run.", release.version),
    ));
}
