//! Reference pages and schemas are made from the code; these tests keep them in step.
//! `SHAPECAST_BLESS=1 cargo test --test cli_docs` writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shapecast::cli::args::SchemaName;
use shapecast::cli::commands::{man, schema};
use shapecast::cli::{Exit, args, docs, env_vars};

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn fresh(path: &str, text: &str) {
    let file = in_repository(path);
    if std::env::var_os("SHAPECAST_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("makes the folder");
        std::fs::write(&file, text).expect("writes");
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == text, "{path} is stale: run the tests with SHAPECAST_BLESS=1");
}

fn read_json(path: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(in_repository(path)).expect("reads")).expect("JSON")
}

#[test]
fn the_page_of_exit_codes_is_fresh() {
    fresh("docs/reference/exit-codes.md", &docs::exit_codes());
}

#[test]
fn the_page_of_commands_is_fresh() {
    fresh("docs/reference/commands.md", &docs::commands());
}

#[test]
fn the_page_of_lint_codes_is_fresh() {
    fresh("docs/reference/lint-codes.md", &docs::lint_codes());
}

#[test]
fn the_page_of_settings_is_fresh() {
    fresh("docs/reference/configuration.md", &docs::configuration());
}

#[test]
fn the_schemas_are_fresh() {
    for (name, file) in [
        (SchemaName::Workload, "workload"),
        (SchemaName::Recommend, "recommend"),
        (SchemaName::Portfolio, "portfolio"),
        (SchemaName::Lint, "lint"),
        (SchemaName::Bill, "bill"),
        (SchemaName::Matrix, "matrix"),
        (SchemaName::Prices, "prices"),
        (SchemaName::Profile, "profile"),
        (SchemaName::ProfileData, "profile-data"),
        (SchemaName::ProfileSample, "profile-sample"),
        (SchemaName::Simulate, "simulate"),
        (SchemaName::Check, "check"),
        (SchemaName::Baseline, "baseline"),
        (SchemaName::Weekly, "weekly"),
        (SchemaName::SpotSurvival, "spot-survival"),
        (SchemaName::Backtest, "backtest"),
    ] {
        fresh(&format!("docs/schema/{file}.schema.json"), &schema::text(name).expect("a schema"));
    }
}

#[test]
fn help_man_page_and_reference_agree_on_the_exit_codes() {
    let help = args::command().render_long_help().to_string();
    let man = man::page().expect("a man page");
    let page = docs::exit_codes();
    for exit in Exit::ALL {
        let code = exit.code();
        assert!(help.contains(&format!("{code:>5}  {}", exit.meaning())), "help lacks {code}");
        assert!(man.contains(&exit.meaning().replace('-', "\\-")), "the man page lacks {code}");
        assert!(page.contains(&format!("| {code} | {} |", exit.meaning())), "the reference lacks {code}");
    }
}

#[test]
fn every_environment_variable_of_a_flag_is_in_the_registry() {
    let known: BTreeSet<&str> = env_vars::ALL.iter().map(|(name, _)| *name).collect();
    let mut commands = vec![args::command()];
    while let Some(command) = commands.pop() {
        for argument in command.get_arguments() {
            let name = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            assert!(name.as_deref().is_none_or(|name| known.contains(name)), "{name:?} is not in the registry");
        }
        commands.extend(command.get_subcommands().cloned());
    }
}

#[test]
fn the_reference_names_every_key_of_the_contract() {
    let page = std::fs::read_to_string(in_repository("docs/reference/output.md")).expect("the page");
    let schema = read_json("docs/schema/recommend.schema.json");
    for part in [&schema, &schema["$defs"]["Entry"], &schema["$defs"]["BillLine"], &schema["$defs"]["PricesUsed"]] {
        for key in part["properties"].as_object().expect("properties").keys() {
            assert!(page.contains(&format!("`{key}`")) || page.contains(&format!("`{key}[")), "`{key}` is not named");
        }
    }
}

#[test]
fn the_sample_run_is_valid_under_the_schema() {
    let schema = read_json("docs/schema/recommend.schema.json");
    let run = read_json("tests/cli_data/run.json");
    let mut problems = Vec::new();
    check(&run, &schema, &schema, "", &mut problems);
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_schema_refuses_what_lacks_a_key_or_has_another_type() {
    let schema = read_json("docs/schema/recommend.schema.json");
    for spoil in [
        |run: &mut Value| run["recommendations"][0]["duration_s"] = Value::from("51 min"),
        |run: &mut Value| drop(run.as_object_mut().expect("an object").remove("prices")),
        |run: &mut Value| run["recommendations"][0]["engine"] = Value::from("emr"),
    ] {
        let mut run = read_json("tests/cli_data/run.json");
        spoil(&mut run);
        let mut problems = Vec::new();
        check(&run, &schema, &schema, "", &mut problems);
        assert!(!problems.is_empty());
    }
}

/// The part of JSON Schema that our schemas use: `$ref`, `type`, `const`, `enum`, `anyOf`, `oneOf`, `properties`,
/// `required`, `additionalProperties`, `items`. Anything else that constrains is refused, so that it cannot be
/// ignored.
fn check(value: &Value, schema: &Value, root: &Value, at: &str, problems: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else { return };
    for (keyword, rule) in rules {
        match keyword.as_str() {
            "$ref" => {
                let pointer = rule.as_str().expect("a reference").trim_start_matches('#');
                check(value, root.pointer(pointer).expect("the definition"), root, at, problems);
            }
            "type" => check_type(value, rule, at, problems),
            "const" if value != rule => problems.push(format!("{at}: {value} is not {rule}")),
            "enum" if !rule.as_array().expect("a list").contains(value) => {
                problems.push(format!("{at}: {value} is not one of {rule}"));
            }
            "anyOf" | "oneOf" => {
                let valid = |option: &Value| {
                    let mut inner = Vec::new();
                    check(value, option, root, at, &mut inner);
                    inner.is_empty()
                };
                if !rule.as_array().expect("a list").iter().any(valid) {
                    problems.push(format!("{at}: {value} fits no option"));
                }
            }
            "properties" => {
                for (key, inner) in rule.as_object().expect("properties") {
                    if let Some(found) = value.get(key) {
                        check(found, inner, root, &format!("{at}/{key}"), problems);
                    }
                }
            }
            "required" => {
                for key in rule.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.get(key).is_none() {
                        problems.push(format!("{at}: `{key}` is missing"));
                    }
                }
            }
            "additionalProperties" => {
                let own = schema["properties"].as_object();
                let entries = value.as_object().into_iter().flatten();
                for (key, found) in entries.filter(|(key, _)| own.is_none_or(|own| !own.contains_key(*key))) {
                    check(found, rule, root, &format!("{at}/{key}"), problems);
                }
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(item, rule, root, &format!("{at}/{number}"), problems);
                }
            }
            "minimum" if value.as_f64().is_some_and(|number| Some(number) < rule.as_f64()) => {
                problems.push(format!("{at}: {value} is below {rule}"))
            }
            "const" | "default" | "enum" | "minimum" | "maximum" | "$schema" | "$defs" | "title" | "description"
            | "format" => {}
            other => panic!("the schema uses `{other}`, which this check does not know"),
        }
    }
}

fn check_type(value: &Value, rule: &Value, at: &str, problems: &mut Vec<String>) {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type `{other}`"),
    };
    let fits = match rule {
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        name => name.as_str().is_some_and(is),
    };
    if !fits {
        problems.push(format!("{at}: {value} is no {rule}"));
    }
}
