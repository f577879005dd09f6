//! What a query's plan shows, found by searching its text: plans are megabytes of JSON within JSON, and only a few
//! words of them matter here.

use memchr::memmem;

/// Signs in the text of a plan; the counts are those of the words, and a plan repeats itself in its detailed part,
/// so only "none" and "some" mean anything across versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent sign")]
pub struct PlanSigns {
    /// Adaptive execution took part.
    pub adaptive: bool,
    /// The plan is the final one.
    pub is_final: bool,
    /// Small shuffle partitions were put together.
    pub coalesced: bool,
    /// A skewed shuffle partition was split.
    pub skew_split: bool,
    /// A shuffle was read locally after a join became a broadcast.
    pub local_read: bool,
    /// A join by broadcast.
    pub broadcast_join: bool,
    /// A join by sort and merge, the only one that adaptive execution mends when skewed (with the shuffled hash join
    /// since 3.x).
    pub sort_merge_join: bool,
    /// Operators on a GPU.
    pub gpu: bool,
    /// Operators of Databricks' Photon.
    pub photon: bool,
    /// Operators of another native engine (Gluten, Velox, Comet).
    pub native: bool,
}

impl PlanSigns {
    /// Searches the line of a plan event.
    #[must_use]
    pub fn of(line: &[u8]) -> Self {
        let has = |word: &str| memmem::find(line, word.as_bytes()).is_some();
        let any = |words: &[&str]| words.iter().any(|word| has(word));
        // Most plans lack most words, so the detail is searched for only where its stem occurs.
        let reads = has("ShuffleRead");
        let sort_merge_join = has("SortMergeJoin");
        let joins = sort_merge_join || has("ShuffledHashJoin");
        Self {
            adaptive: has("AdaptiveSparkPlan"),
            is_final: has("isFinalPlan=true"),
            coalesced: reads && any(&["ShuffleRead coalesced", "ShuffleReader coalesced"]),
            skew_split: (reads && any(&["coalesced and skewed", "ShuffleRead skewed", "ShuffleReader skewed"]))
                || (joins && any(&["skew=true", "isSkew=true"])),
            local_read: reads && any(&["ShuffleRead local", "ShuffleReader local"]),
            broadcast_join: any(&["BroadcastHashJoin", "BroadcastNestedLoopJoin"]),
            sort_merge_join,
            gpu: has("Gpu") && any(&["GpuColumnarToRow", "GpuProject", "GpuFilter", "GpuHashAggregate", "GpuScan"]),
            photon: has("Photon") && any(&["PhotonResultStage", "PhotonProject", "PhotonScan", "PhotonShuffle"]),
            native: any(&["VeloxColumnarToRow", "ExecTransformer", "CometProject", "CometScan", "CometExchange"]),
        }
    }

    /// Adds what an earlier plan of the same application showed.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            adaptive: self.adaptive || other.adaptive,
            is_final: self.is_final || other.is_final,
            coalesced: self.coalesced || other.coalesced,
            skew_split: self.skew_split || other.skew_split,
            local_read: self.local_read || other.local_read,
            broadcast_join: self.broadcast_join || other.broadcast_join,
            sort_merge_join: self.sort_merge_join || other.sort_merge_join,
            gpu: self.gpu || other.gpu,
            photon: self.photon || other.photon,
            native: self.native || other.native,
        }
    }
}

/// A metric of a plan's scan or write, which the driver counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMetric {
    /// Files that a scan read.
    FilesRead,
    /// Their size in bytes.
    BytesRead,
    /// Files that a write made.
    FilesWritten,
    /// Their size in bytes.
    BytesWritten,
    /// Shuffle partitions that a join split because they were skewed.
    SkewedPartitions,
    /// Pieces that they were split into.
    SkewSplits,
}

/// The accumulators that count files in a plan. One that occurs twice is one scan in two places.
#[must_use]
pub fn file_metrics(line: &[u8]) -> Vec<(u64, FileMetric)> {
    const NAMES: [(&[u8], FileMetric); 6] = [
        (b"\"name\":\"number of files read\",\"accumulatorId\":", FileMetric::FilesRead),
        (b"\"name\":\"size of files read\",\"accumulatorId\":", FileMetric::BytesRead),
        (b"\"name\":\"number of written files\",\"accumulatorId\":", FileMetric::FilesWritten),
        (b"\"name\":\"written output\",\"accumulatorId\":", FileMetric::BytesWritten),
        (b"\"name\":\"number of skewed partitions\",\"accumulatorId\":", FileMetric::SkewedPartitions),
        (b"\"name\":\"number of skewed partition splits\",\"accumulatorId\":", FileMetric::SkewSplits),
    ];
    let mut found = Vec::new();
    for (name, metric) in NAMES {
        for at in memmem::find_iter(line, name) {
            let digits = &line[at + name.len()..];
            let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
            let id = std::str::from_utf8(&digits[..end]).ok().and_then(|digits| digits.parse().ok());
            found.extend(id.map(|id| (id, metric)));
        }
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_counters_are_found_once_each() {
        let metric = br#"{"name":"number of files read","accumulatorId":115,"metricType":"sum"}"#;
        let line = [&metric[..], b",", metric, br#"{"name":"written output","accumulatorId":2}"#].concat();
        assert_eq!(file_metrics(&line), [(2, FileMetric::BytesWritten), (115, FileMetric::FilesRead)]);
        assert_eq!(file_metrics(br#""name":"written output","accumulatorId":"#), []);
    }

    #[test]
    fn signs_of_an_adaptive_plan_are_found() {
        let line = br#"{"sparkPlanInfo":{"nodeName":"AdaptiveSparkPlan","simpleString":"AdaptiveSparkPlan isFinalPlan=true",
            "children":[{"simpleString":"SortMergeJoin(skew=true) [k#1]"},{"simpleString":"AQEShuffleRead coalesced and skewed"}]}}"#;
        let signs = PlanSigns::of(line);
        assert!(signs.adaptive && signs.is_final && signs.coalesced && signs.skew_split && signs.sort_merge_join);
        assert!(!signs.local_read && !signs.gpu && !signs.photon && !signs.broadcast_join);
        assert_eq!(PlanSigns::of(b"{}"), PlanSigns::default());
    }
}
