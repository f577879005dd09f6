//! What `prices show` gets.

use super::*;

fn filter(service: &str, region: &str, instance_type: &str) -> Filter {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Filter { service: given(service), region: given(region), instance_type: given(instance_type) }
}

#[test]
fn a_type_in_a_region_has_three_rows() {
    let rows = rows(&book(), &filter("", "us-west-2", "r5.4xlarge")).expect("rows");
    let ids: Vec<&str> = rows.iter().map(|row| row.meter.as_str()).collect();
    assert_eq!(ids, ["ec2/on-demand/r5.4xlarge", "ec2/spot/r5.4xlarge", "emr/uplift/r5.4xlarge"]);
    assert_eq!(rows[0].dollars, Some(dec("1.008")));
    assert_eq!(rows[1].interruption_band, region("us-west-2").interruption_band("r5.4xlarge"));
    assert!(rows[1].interruption_band.is_some() && rows[0].interruption_band.is_none());
}

#[test]
fn gaps_are_rows_with_a_reason() {
    let rows = rows(&book(), &filter("emr-serverless", "ap-south-2", "")).expect("rows");
    assert_eq!(rows.len(), 9);
    for row in rows {
        assert!(row.dollars.is_none() && row.source.is_none());
        assert!(row.missing.is_some_and(|reason| !reason.is_empty()));
    }
}

#[test]
fn a_type_is_shown_for_every_region_sold_or_not() {
    let rows = rows(&book(), &filter("ec2", "", "m8i.xlarge")).expect("rows");
    assert_eq!(rows.len(), 34 * 2);
    assert!(rows.iter().any(|row| row.missing.as_ref().is_some_and(|reason| reason.contains("not sold"))));
    assert!(rows.iter().any(|row| row.dollars.is_some()));
}

#[test]
fn wrong_names_get_the_nearest() {
    let message = |service: &str, region: &str, instance_type: &str| {
        rows(&book(), &filter(service, region, instance_type)).expect_err("unknown").to_string()
    };
    assert!(message("gleu", "", "").starts_with("unknown service `gleu`; did you mean `glue`?; known: "));
    assert_eq!(message("", "eu-west1", ""), "no prices for region `eu-west1`; did you mean `eu-west-1`?");
    assert_eq!(message("", "", "m5.xlrge"), "unknown instance type `m5.xlrge`; did you mean `m5.xlarge`?");
}

#[test]
fn no_filter_shows_everything_known_and_every_gap_of_the_services() {
    let rows = rows(&book(), &Filter::default()).expect("rows");
    let known = rows.iter().filter(|row| row.dollars.is_some()).count();
    let listed = rows.iter().filter(|row| row.meter.starts_with("ec2/on-demand/")).count();
    assert_eq!(listed, 16_194);
    assert!(known > 40_000, "{known}");
    assert_eq!(rows.iter().filter(|row| row.meter == "glue/etl_standard").count(), 34);
}
