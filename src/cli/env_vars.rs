//! The environment variables: one registry from which the man page and `docs/reference/commands.md` are made.

/// Output format of reports.
pub const FORMAT: &str = "SHAPECAST_FORMAT";
/// Seed of the simulation.
pub const SEED: &str = "SHAPECAST_SEED";
/// Replications of each front-runner.
pub const REPLICATIONS: &str = "SHAPECAST_REPLICATIONS";
/// Region to price in.
pub const REGION: &str = "SHAPECAST_REGION";
/// File of own unit prices.
pub const PRICES: &str = "SHAPECAST_PRICES";
/// Fail when data is missing.
pub const STRICT: &str = "SHAPECAST_STRICT";
/// The gate's baseline.
pub const BASELINE: &str = "SHAPECAST_BASELINE";
/// Parts of a change that can fail the gate.
pub const FAIL_ON: &str = "SHAPECAST_FAIL_ON";
/// The gate's limits.
pub const MAX_INCREASE: &str = "SHAPECAST_MAX_INCREASE";
/// See [`MAX_INCREASE`].
pub const MAX_INCREASE_USD: &str = "SHAPECAST_MAX_INCREASE_USD";
/// See [`MAX_INCREASE`].
pub const BUDGET_USD: &str = "SHAPECAST_BUDGET_USD";
/// See [`MAX_INCREASE`].
pub const MAX_RUNTIME_INCREASE: &str = "SHAPECAST_MAX_RUNTIME_INCREASE";
/// See [`MAX_INCREASE`].
pub const MIN_DEADLINE_PROBABILITY: &str = "SHAPECAST_MIN_DEADLINE_PROBABILITY";
/// The tag that names pipelines.
pub const TAG: &str = "SHAPECAST_TAG";
/// The project's configuration file.
pub const CONFIG: &str = "SHAPECAST_CONFIG";
/// When colours are used.
pub const COLOR: &str = "SHAPECAST_COLOR";
/// The moment that ages are counted to.
pub const NOW: &str = "SHAPECAST_NOW";
/// Width of tables.
pub const WIDTH: &str = "SHAPECAST_WIDTH";
/// Draw tables in ASCII.
pub const ASCII: &str = "SHAPECAST_ASCII";
/// Folder of the last run's record.
pub const STATE_DIR: &str = "SHAPECAST_STATE_DIR";
/// No progress bars.
pub const NO_PROGRESS: &str = "SHAPECAST_NO_PROGRESS";

/// Folder of cached answers.
pub const CACHE_DIR: &str = "SHAPECAST_CACHE_DIR";
/// Take today's prices.
pub const LIVE: &str = "SHAPECAST_LIVE";
/// Make no connection.
pub const OFFLINE: &str = "SHAPECAST_OFFLINE";
/// A snapshot over the embedded one.
pub const SNAPSHOT: &str = "SHAPECAST_SNAPSHOT";
/// Spot Advisor's feed.
pub const SPOT_ADVISOR: &str = "SHAPECAST_SPOT_ADVISOR";
/// Seconds that an attempt of a call may take.
pub const AWS_TIMEOUT: &str = "SHAPECAST_AWS_TIMEOUT";

/// All variables with their meaning, those of others that shapecast heeds included.
pub const ALL: &[(&str, &str)] = &[
    (FORMAT, "as --format"),
    (SEED, "as --seed"),
    (REPLICATIONS, "as --replications"),
    (REGION, "as --region of recommend"),
    (PRICES, "as --prices"),
    (STRICT, "as --strict"),
    (BASELINE, "as --baseline"),
    (FAIL_ON, "as --fail-on"),
    (MAX_INCREASE, "as --max-increase"),
    (MAX_INCREASE_USD, "as --max-increase-usd"),
    (BUDGET_USD, "as --budget-usd"),
    (MAX_RUNTIME_INCREASE, "as --max-runtime-increase"),
    (MIN_DEADLINE_PROBABILITY, "as --min-deadline-probability"),
    (TAG, "as --tag"),
    (CONFIG, "as --config"),
    (COLOR, "as --color"),
    (NOW, "as --now"),
    (WIDTH, "as --width"),
    (ASCII, "as --ascii"),
    (STATE_DIR, "folder of the last run's record; otherwise XDG_STATE_HOME/shapecast or ~/.local/state/shapecast"),
    (NO_PROGRESS, "when set, no progress bars"),
    (LIVE, "as --live"),
    (OFFLINE, "as --offline"),
    (SNAPSHOT, "as --snapshot"),
    (SPOT_ADVISOR, "as --spot-advisor"),
    (AWS_TIMEOUT, "as --aws-timeout"),
    (CACHE_DIR, "folder of AWS's answers; otherwise XDG_CACHE_HOME/shapecast or ~/.cache/shapecast"),
    (
        "AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, …",
        "as the AWS CLI has them; AWS_MAX_ATTEMPTS: attempts of a call, 5 when unset",
    ),
    ("NO_COLOR", "when set, no colours"),
    ("CLICOLOR_FORCE", "when set and not 0, colours even where there is no terminal"),
    ("SOURCE_DATE_EPOCH", "seconds since 1970: the moment that ages are counted to, when --now is not given"),
    ("COLUMNS", "width of tables, when --width is not given"),
    ("CI", "when set, no progress bars and no hints"),
];
