//! Who asks, list prices and spend.

use aws_config::SdkConfig;
use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, Granularity, GroupDefinition, GroupDefinitionType,
};
use aws_sdk_pricing::types::{Filter, FilterType};
use rust_decimal::Decimal;

use super::failure::{Call, all_pages};
use crate::aws::{CallError, Identity};
use crate::prices::list::ProductQuery;
use crate::profile::spend::{OneOf, SpendGroup, SpendQuestion, SpendRow};
use crate::units::Usd;

/// The price list's endpoint.
pub const PRICE_LIST_REGION: &str = "us-east-1";
/// Cost Explorer's endpoint.
pub const COST_EXPLORER_REGION: &str = "us-east-1";

pub async fn identity(config: SdkConfig, region: String) -> Result<Identity, CallError> {
    let call = Call::new("sts:GetCallerIdentity", region);
    let client = aws_sdk_sts::Client::new(&config);
    let answer = client.get_caller_identity().send().await.map_err(|error| call.failed(error))?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok(Identity { account: text(answer.account()), arn: text(answer.arn()) })
}

pub async fn products(config: SdkConfig, query: ProductQuery) -> Result<Vec<String>, CallError> {
    let call =
        Call::new("pricing:GetProducts", format!("{PRICE_LIST_REGION} ({} for {})", query.kind.name(), query.region));
    let client = aws_sdk_pricing::Client::new(&config);
    let filter = |(field, value): &(&str, String)| {
        Filter::builder().r#type(FilterType::TermMatch).field(*field).value(value).build()
    };
    let filters: Vec<Filter> =
        query.filters.iter().map(filter).collect::<Result<_, _>>().map_err(|error| call.refused(error))?;
    all_pages(&call, |token| {
        let request = client
            .get_products()
            .service_code(query.service_code)
            .set_filters(Some(filters.clone()))
            .format_version("aws_v1")
            .max_results(100)
            .set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            Ok((answer.price_list.unwrap_or_default(), answer.next_token))
        }
    })
    .await
}

pub async fn spend(config: SdkConfig, question: SpendQuestion) -> Result<Vec<SpendRow>, CallError> {
    let call = Call::new("ce:GetCostAndUsage", COST_EXPLORER_REGION);
    let client = aws_sdk_costexplorer::Client::new(&config);
    let period = DateInterval::builder().start(&question.from).end(&question.until).build();
    let period = period.map_err(|error| call.refused(error))?;
    let groups: Vec<GroupDefinition> = question.group_by.iter().map(group).collect();
    let filter = filter(&question);
    let pages = all_pages(&call, |token| {
        let request = client
            .get_cost_and_usage()
            .time_period(period.clone())
            .granularity(Granularity::Daily)
            .metrics("UnblendedCost")
            .metrics("UsageQuantity")
            .set_group_by((!groups.is_empty()).then(|| groups.clone()))
            .set_filter(filter.clone())
            .set_next_page_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            Ok((answer.results_by_time.unwrap_or_default(), answer.next_page_token))
        }
    });
    let mut rows = Vec::new();
    for day in pages.await? {
        let (from, until) = day.time_period().map_or(("", ""), |period| (period.start(), period.end()));
        let mut push = |keys: &[String],
                        metrics: Option<
            &std::collections::HashMap<String, aws_sdk_costexplorer::types::MetricValue>,
        >| {
            let metric = |name: &str| metrics.and_then(|metrics| metrics.get(name));
            let amount = |name: &str| -> Result<Decimal, CallError> {
                let text = metric(name).and_then(|value| value.amount()).unwrap_or_default();
                let number = text.parse().or_else(|_| Decimal::from_scientific(text));
                number.map_err(|_| call.malformed(&format!("{name} of {from} is `{text}`, which is no number")))
            };
            let cost = amount("UnblendedCost")?;
            if let Some(currency) = metric("UnblendedCost").and_then(|value| value.unit()).filter(|unit| *unit != "USD")
            {
                return Err(call.malformed(&format!("the cost of {from} is in {currency}, not in USD")));
            }
            rows.push(SpendRow {
                day: from.to_owned(),
                until: until.to_owned(),
                keys: keys.to_vec(),
                cost_usd: Usd::new(cost),
                usage: amount("UsageQuantity")?,
                usage_unit: metric("UsageQuantity").and_then(|value| value.unit()).unwrap_or_default().to_owned(),
                estimated: day.estimated(),
            });
            Ok(())
        };
        for group in day.groups() {
            push(group.keys(), group.metrics())?;
        }
        if question.group_by.is_empty() {
            push(&[], day.total())?;
        }
    }
    Ok(rows)
}

/// Cost Explorer wants no conjunction of one.
fn filter(question: &SpendQuestion) -> Option<Expression> {
    let one = |key: Dimension, of: &OneOf| {
        let values = DimensionValues::builder().key(key).set_values(Some(of.values.clone())).build();
        let expression = Expression::builder().dimensions(values).build();
        if of.excluded { Expression::builder().not(expression).build() } else { expression }
    };
    let services = question.services.as_ref().map(|of| one(Dimension::Service, of));
    let kinds = question.record_types.as_ref().map(|of| one(Dimension::RecordType, of));
    match (services, kinds) {
        (Some(a), Some(b)) => Some(Expression::builder().and(a).and(b).build()),
        (a, b) => a.or(b),
    }
}

fn group(group: &SpendGroup) -> GroupDefinition {
    let (kind, key) = match group {
        SpendGroup::Service => (GroupDefinitionType::Dimension, "SERVICE"),
        SpendGroup::RecordType => (GroupDefinitionType::Dimension, "RECORD_TYPE"),
        SpendGroup::UsageType => (GroupDefinitionType::Dimension, "USAGE_TYPE"),
        SpendGroup::Tag(name) => (GroupDefinitionType::Tag, name.as_str()),
    };
    GroupDefinition::builder().r#type(kind).key(key).build()
}
