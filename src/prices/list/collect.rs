//! From the answers to one question to rows of the price book.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::items::{Item, item_of};
use super::product::{Product, ProductError};
use super::query::{ListKind, ProductQuery};
use super::transfer;
use crate::prices::{Draft, items as book};

/// What one question brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The rows.
    pub rows: Draft,
    /// What could not be used and why; nothing of it has become a price.
    pub issues: Vec<String>,
    /// Products in the answers.
    pub products: usize,
}

/// A price on its way into the book.
#[derive(Clone, Debug)]
struct Candidate {
    usd: Decimal,
    effective: String,
    rule: Option<(String, String)>,
}

/// Reads all elements of the answers to a question; `asked_on` dates a list that does not say when it was published.
#[must_use]
pub fn collect(query: &ProductQuery, elements: &[String], asked_on: &str) -> Listed {
    let mut listed = Listed { products: elements.len(), ..Listed::default() };
    let mut products = Vec::new();
    for element in elements {
        match Product::read(element) {
            Ok(product) => products.push(product),
            Err(error) => listed.issues.push(error.to_string()),
        }
    }
    let published = products.iter().filter_map(|product| product.published.as_deref()).max();
    let as_of = published.unwrap_or(asked_on).to_owned();
    let source = format!("live-{}-{}", query.kind.name(), query.region);
    listed.rows.source(&source, &as_of, &format!("AWS Price List API, {}", query.service_code));
    match query.kind {
        ListKind::OnDemand => instances(query, &products, &source, &mut listed),
        ListKind::EmrFee => instances(query, &products, &source, &mut listed),
        ListKind::DataTransfer => data_transfer(query, &products, &source, &mut listed),
        ListKind::Eks => {
            services(query, &products, &source, &mut listed);
            extended_support(query, &products, &source, &mut listed);
        }
        _ => services(query, &products, &source, &mut listed),
    }
    if listed.rows.is_empty() && query.kind.is_everywhere() {
        listed.issues.push(format!("AWS listed no price of {} in {}", query.kind.name(), query.region));
    }
    listed.issues.sort();
    listed.issues.dedup();
    listed
}

/// Prices by instance type. What the filters should have left out is checked again.
fn instances(query: &ProductQuery, products: &[Product], source: &str, listed: &mut Listed) {
    let mut found: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for product in products {
        let name = product.attribute("instanceType");
        if name.is_empty() || !is_wanted(query, product) {
            continue;
        }
        match product.first_paid() {
            Ok(price) if price.unit.to_ascii_lowercase().starts_with('h') => {
                found.entry(name.to_owned()).or_default().push(candidate(product, price.usd));
            }
            Ok(price) => listed.issues.push(format!("{name} is counted in `{}` (product {})", price.unit, product.sku)),
            // A type that AWS lists without a price is one that it does not sell.
            Err(ProductError::NoPrice { .. }) => {}
            Err(error) => listed.issues.push(error.to_string()),
        }
    }
    for (name, candidates) in found {
        let Some(chosen) = choose(&name, candidates, &mut listed.issues) else { continue };
        let put = if query.kind == ListKind::OnDemand {
            listed.rows.on_demand(&query.region, &name, chosen.usd, source)
        } else {
            listed.rows.uplift(&query.region, &name, chosen.usd, source)
        };
        listed.issues.extend(put.err().map(|error| error.to_string()));
    }
    if !listed.rows.is_empty() {
        let table = if query.kind == ListKind::OnDemand { "ec2_on_demand.csv" } else { "emr_uplift.csv" };
        listed.rows.complete(table, &query.region);
    }
}

/// Whether the filters' conditions hold, as far as the product says anything.
fn is_wanted(query: &ProductQuery, product: &Product) -> bool {
    let filters_hold = query.filters.iter().all(|(field, value)| {
        let stated = if *field == "productFamily" { product.family.as_str() } else { product.attribute(field) };
        stated.is_empty() || stated.eq_ignore_ascii_case(value)
    });
    // `BoxUsage` alone is On-Demand by the instance; `UnusedBox`, `Reservation`, `DedicatedUsage` are not.
    let usage_type = product.attribute("usagetype");
    filters_hold && (query.kind != ListKind::OnDemand || usage_type.is_empty() || usage_type.contains("BoxUsage"))
}

fn services(query: &ProductQuery, products: &[Product], source: &str, listed: &mut Listed) {
    let mut found: BTreeMap<Item, Vec<Candidate>> = BTreeMap::new();
    for product in products.iter().filter(|product| is_wanted(query, product)) {
        let price = match product.first_paid() {
            Ok(price) => price,
            Err(ProductError::NoPrice { .. }) => continue,
            Err(error) => {
                listed.issues.push(error.to_string());
                continue;
            }
        };
        match item_of(query.kind, product, &price.unit) {
            Ok(Some(matched)) => {
                let mut one = candidate(product, price.usd);
                if let Some((divisor, id, text)) = matched.divide {
                    one.usd /= divisor;
                    one.rule = Some((id.to_owned(), text.to_owned()));
                }
                found.entry(matched.item).or_default().push(one);
            }
            Ok(None) => {}
            Err(issue) => listed.issues.push(issue),
        }
    }
    for (item, candidates) in found {
        let name = format!("{}/{}", item.0, item.1);
        if let Some(chosen) = choose(&name, candidates, &mut listed.issues) {
            put(query, item, &chosen, source, listed);
        }
    }
}

fn put(query: &ProductQuery, item: Item, chosen: &Candidate, source: &str, listed: &mut Listed) {
    let rule = chosen.rule.as_ref().map_or("", |(id, text)| {
        listed.rows.rule(id, text);
        id
    });
    let put = listed.rows.service(&query.region, item, chosen.usd, source, rule);
    listed.issues.extend(put.err().map(|error| error.to_string()));
}

/// The list has the extra charge of extended support; the book has the total.
fn extended_support(query: &ProductQuery, products: &[Product], source: &str, listed: &mut Listed) {
    let price = |usage: &str| {
        let product = products.iter().find(|product| product.has_usage_type(usage))?;
        Some(product.first_paid().ok()?.usd)
    };
    let (standard, extra) = (price("AmazonEKS-Hours:perCluster"), price("AmazonEKS-Hours:extendedSupport"));
    if let (Some(standard), Some(extra), Some(item)) = (standard, extra, item("eks", "cluster_extended_support_total"))
    {
        let rule = format!("standard cluster-hour {standard} + extended-support charge {extra}");
        let chosen = Candidate {
            usd: standard + extra,
            effective: String::new(),
            rule: Some((format!("live-eks-extended-{}", query.region), rule)),
        };
        put(query, item, &chosen, source, listed);
    }
}

fn data_transfer(query: &ProductQuery, products: &[Product], source: &str, listed: &mut Listed) {
    for (name, usd, rule) in transfer::items(&query.region, products) {
        let Some(item) = item("data-transfer", name) else { continue };
        let rule = rule.map(|text| (format!("live-{name}-{}", query.region), text));
        put(query, item, &Candidate { usd, effective: String::new(), rule }, source, listed);
    }
}

fn item(service: &str, name: &str) -> Option<Item> {
    book::ALL.iter().find(|(known, item, _)| (*known, *item) == (service, name)).copied()
}

fn candidate(product: &Product, usd: Decimal) -> Candidate {
    Candidate { usd, effective: product.effective.clone(), rule: None }
}

/// One price of several products for the same thing: they agree, or the one in effect last counts; two of the same
/// day that differ are no price.
fn choose(name: &str, mut candidates: Vec<Candidate>, issues: &mut Vec<String>) -> Option<Candidate> {
    candidates.sort_by(|a, b| (&b.effective, b.usd).cmp(&(&a.effective, a.usd)));
    let first = candidates.first()?.clone();
    let rival = candidates.iter().find(|other| other.effective == first.effective && other.usd != first.usd);
    if let Some(rival) = rival {
        issues.push(format!("{name} has two prices, {} and {}: neither was taken", first.usd, rival.usd));
        return None;
    }
    Some(first)
}
