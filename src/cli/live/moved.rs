//! What live prices did to an answer: which figures are not live, and why the order is another one.

use std::collections::BTreeMap;

use crate::report::RecommendDocument;
use crate::report::document::{BillLine, CodedText, Entry};

/// Names the figures that are not live although they were asked for.
#[must_use]
pub fn not_live(document: &RecommendDocument) -> Option<CodedText> {
    let mut old: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines(document) {
        let origin = line.price_origin.as_deref();
        if origin.is_some_and(|origin| origin == "embedded" || origin == "file") {
            old.insert(&line.meter, line.price_as_of.as_deref().unwrap_or("undated"));
        }
    }
    if old.is_empty() {
        return None;
    }
    let names: Vec<String> = old.iter().map(|(meter, as_of)| format!("{meter} ({as_of})")).collect();
    let text = format!("{} of the prices in the bills are not live: {}", old.len(), names.join(", "));
    Some(CodedText { code: "prices-not-live".to_owned(), text })
}

/// Compares with the answer at the prices below the live ones: whether the first place changed, and which prices of
/// the two moved most.
#[must_use]
pub fn ranking_moved(live: &RecommendDocument, base: &RecommendDocument) -> Option<CodedText> {
    let (now, before) = (live.best()?, base.best()?);
    let prices = moves(live, base);
    let same = now.engine == before.engine && now.shape_text == before.shape_text;
    if same && prices.is_empty() {
        return None;
    }
    let cost = |document: &RecommendDocument, entry: &Entry| {
        let found = document
            .recommendations
            .iter()
            .find(|other| other.engine == entry.engine && other.shape_text == entry.shape_text)
            .or_else(|| document.recommendations.iter().find(|other| other.engine == entry.engine));
        found
            .and_then(|found| found.monthly_cost_usd)
            .map_or_else(|| "?".to_owned(), |cost| format!("${:.2}", cost.get()))
    };
    let name = |entry: &Entry| format!("{} ({})", entry.engine.title(), entry.shape_text);
    let as_of = &base.prices.as_of;
    let mut text = if same {
        format!(
            "{} stays first: {} a month live, {} at the prices of {as_of}",
            name(now),
            cost(live, now),
            cost(base, now)
        )
    } else {
        format!(
            "{} is first at live prices with {} a month ({} at the prices of {as_of}); at those {} was, with {} ({} live)",
            name(now),
            cost(live, now),
            cost(base, now),
            name(before),
            cost(base, before),
            cost(live, before)
        )
    };
    if !prices.is_empty() {
        text.push_str(&format!("; prices that moved: {}", prices.join(", ")));
    }
    let code = if same { "live-prices-moved" } else { "live-ranking-changed" };
    Some(CodedText { code: code.to_owned(), text })
}

/// The prices in both answers that differ, largest change first.
fn moves(live: &RecommendDocument, base: &RecommendDocument) -> Vec<String> {
    const SHOWN: usize = 6;
    let before: BTreeMap<&str, _> =
        lines(base).filter_map(|line| Some((line.meter.as_str(), line.unit_price_usd?))).collect();
    let mut moved: BTreeMap<&str, (f64, String)> = BTreeMap::new();
    for line in lines(live) {
        let (Some(now), Some(then)) = (line.unit_price_usd, before.get(line.meter.as_str())) else { continue };
        if now != *then && then.as_f64() > 0.0 {
            let change = now.as_f64() / then.as_f64() - 1.0;
            moved.insert(&line.meter, (change, format!("{} ${then} to ${now} ({:+.0} %)", line.meter, change * 100.0)));
        }
    }
    let mut moved: Vec<(f64, String)> = moved.into_values().collect();
    moved.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then_with(|| a.1.cmp(&b.1)));
    moved.into_iter().take(SHOWN).map(|(_, text)| text).collect()
}

fn lines(document: &RecommendDocument) -> impl Iterator<Item = &BillLine> {
    document.recommendations.iter().flat_map(|entry| &entry.bill)
}
