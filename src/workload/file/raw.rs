//! The keys of the workload file, as written. The doc comments here become the descriptions of the JSON Schema.

use super::numbers::{Count, Discount, Dollars, Number, OwnPrice};
use super::reader::{At, FromNode, Reader, ShortOr, Table, join, mapping, refuse_unknown, section};
use super::tree::Node;
use super::values::{Fraction, Growth, Size, SizeOrShare, Time, Word};
use crate::workload::{Archetype, Compression, Format, Kubernetes, Orchestration, SkewPlace};

section! {
    /// A workload of shapecast: what a big-data job reads, does, owes and may use.
    WorkloadFile {
        /// The job's name, as its owners call it. Required.
        #[schemars(required)]
        name: String,
        /// The AWS region that the data is in, for example `us-east-1` (the default).
        region: String,
        /// What one run reads. Required.
        #[schemars(required)]
        input: InputSection,
        /// What one run writes; inferred from the kind of job when absent.
        output: OutputSection,
        /// How often the job runs: `cron(0 2 * * ? *)`, `0 2 * * *`, `rate(1 hour)`, `hourly`, `daily`, `weekly`,
        /// `monthly`, `30 per month`, `on demand`, `continuous`; or a mapping. Required.
        #[schemars(required)]
        cadence: ShortOr<String, CadenceSection>,
        /// Longest acceptable time from trigger to result; for an event stream, from event to reaction. None when absent.
        deadline: Time,
        /// What one run does: the kind of work, or a mapping with details. Required.
        #[schemars(required)]
        job: ShortOr<Word<Archetype>, JobSection>,
        /// What it may run on; everything when absent.
        constraints: ConstraintsSection,
        /// What triggers and supervises the run, where that costs money.
        orchestration: Word<Orchestration>,
        /// The network that it runs in.
        network: NetworkSection,
        /// Your own price conditions.
        discounts: DiscountsSection,
        /// Runs that already happened; they calibrate the rates.
        observed_runs: Vec<At<ObservedRunSection>>,
        /// What it runs on today, to compare with.
        today: TodaySection,
        /// What your account knows of Spot: its own losses, and where drivers run.
        spot: SpotSection,
        /// Free labels for totals and cost-allocation tags.
        tags: Table<String>,
        /// Where figures came from that nobody declared, by key path: `input.volume: measured from …`. Written by
        /// `shapecast profile`.
        origins: Table<String>,
    }
}

section! {
    /// What one run reads.
    InputSection {
        /// Bytes as stored (compressed), per run. Required, unless the files have a histogram.
        volume: Size,
        /// The file format. Required.
        #[schemars(required)]
        format: Word<Format>,
        /// The compression of the files; what writers of the format use when absent.
        compression: Word<Compression>,
        /// How many files, or a mapping with their sizes; one per 128 MB when absent.
        files: ShortOr<Count, FilesSection>,
        /// Share of the stored bytes that the job really reads (column pruning, partition filters); all when absent.
        read_share: Fraction,
        /// Growth of the volume per month; none when absent.
        growth: Growth,
    }
}

section! {
    /// How the input is spread over files.
    FilesSection {
        /// How many files.
        count: Count,
        /// Half of the files are smaller than this.
        median_size: Size,
        /// Counted classes of sizes; replaces `count` and `median_size`.
        histogram: Vec<At<FileClassSection>>,
    }
}

section! {
    /// Files of about one size.
    FileClassSection {
        /// Size of each file, as stored. Required.
        #[schemars(required)]
        size: Size,
        /// How many there are. Required.
        #[schemars(required)]
        count: Count,
    }
}

section! {
    /// What one run writes.
    OutputSection {
        /// Bytes as stored, or a share of the bytes that are read.
        volume: SizeOrShare,
        /// How many files; one per 256 MiB when absent.
        files: Count,
    }
}

section! {
    /// How often the job runs.
    CadenceSection {
        /// A schedule as in the short form.
        schedule: String,
        /// Mean number of runs in a month of 730 hours, 100,000 at most.
        runs_per_month: Number,
        /// Whether times and sizes of runs can be known in advance.
        predictable: bool,
    }
}

section! {
    /// What one run does.
    JobSection {
        /// The kind of work. Required.
        #[schemars(required)]
        archetype: Word<Archetype>,
        /// Bytes written to shuffle by the whole run, or a share of the bytes that are read.
        shuffle: SizeOrShare,
        /// Passes over the cached data, or queries in a session.
        iterations: Count,
        /// Uneven keys.
        skew: SkewSection,
        /// In-memory size over stored size of the data that a task holds.
        memory_expansion: Number,
        /// `spark.sql.shuffle.partitions`; shapecast chooses it when absent.
        shuffle_partitions: Count,
        /// Whether adaptive query execution is on.
        adaptive: bool,
        /// Container batch only, and demanded there: time that one item (file) takes on one vCPU.
        item_time: Time,
        /// Container batch only, and demanded there: the size of one container.
        container: ContainerSection,
        /// Stages written out; the archetype gives them when absent.
        stages: Vec<At<StageSection>>,
    }
}

section! {
    /// Uneven keys.
    SkewSection {
        /// Share of the shuffled rows that carries the most frequent key. Required.
        #[schemars(required)]
        hot_key_share: Fraction,
        /// Where the hot key hurts: adaptive execution can split it in a join only.
        r#in: Word<SkewPlace>,
    }
}

section! {
    /// The size of one container.
    ContainerSection {
        /// vCPU, for example 1 or 0.5. Required.
        #[schemars(required)]
        vcpu: Number,
        /// Memory. Required.
        #[schemars(required)]
        memory: Size,
    }
}

section! {
    /// One stage of the job.
    StageSection {
        /// Its name; parents refer to it. Required.
        #[schemars(required)]
        name: String,
        /// Number of tasks; Spark's splits when absent.
        tasks: Count,
        /// CPU time of the whole stage on reference cores. Required.
        #[schemars(required)]
        cpu: Time,
        /// Bytes read from S3 by the whole stage; none when absent.
        input: Size,
        /// Bytes read from shuffle by the whole stage; none when absent.
        shuffle_read: Size,
        /// Bytes written to shuffle by the whole stage; none when absent.
        shuffle_write: Size,
        /// Bytes written to S3 by the whole stage; none when absent.
        output: Size,
        /// Largest task over the median task; 1 (even) when absent.
        max_over_median: Number,
        /// Names of the stages that must be done before.
        parents: Vec<At<String>>,
    }
}

section! {
    /// What the job may run on.
    ConstraintsSection {
        /// Engines allowed and denied.
        engines: EnginesSection,
        /// Only these instance types (`m7g.2xlarge`) or families (`m7g`).
        instance_types: Vec<At<String>>,
        /// Whether arm64 is fine for the job's code and libraries.
        graviton: bool,
        /// Whether Spot and Flex capacity may be used.
        spot: bool,
        /// The job needs its own JAR files.
        custom_jar: bool,
        /// The job needs its own container image or AMI.
        custom_image: bool,
        /// How the organisation stands to Kubernetes.
        kubernetes: Word<Kubernetes>,
        /// Row, column or cell permissions by Lake Formation must hold.
        lake_formation: bool,
        /// Longest acceptable wait between trigger and first work.
        max_start_wait: Time,
        /// Most dollars a month.
        budget: Dollars,
        /// Demanded probability of meeting the deadline; 95 % when absent.
        deadline_probability: Fraction,
        /// vCPU quota of the account that the run may fill.
        max_vcpu: Count,
    }
}

section! {
    /// Engines by id, for example `emr-serverless`.
    EnginesSection {
        /// Only these.
        allow: Vec<At<String>>,
        /// Never these.
        deny: Vec<At<String>>,
    }
}

section! {
    /// The network that the run uses.
    NetworkSection {
        /// Whether S3 traffic goes through a NAT gateway (no gateway endpoint): then every byte is billed.
        s3_through_nat: bool,
        /// Whether nodes have public IPv4 addresses.
        public_ipv4: bool,
        /// Number of interface endpoints × availability zones that exist for this job alone; none when absent.
        interface_endpoints: Count,
        /// Pipelines that share the MWAA environment or EKS cluster, this one included.
        shared_by_pipelines: Count,
    }
}

section! {
    /// Your own price conditions.
    DiscountsSection {
        /// Enterprise discount on everything.
        enterprise: Discount,
        /// Discounts by service (`ec2`, `emr`, `glue`, …), applied before the enterprise one.
        by_service: Table<Discount>,
        /// Your own unit prices by meter id (see `shapecast prices show`); they win over the price book.
        unit_prices: Table<OwnPrice>,
        /// Whether account-wide free allowances may be used up by this job; not when absent.
        free_allowances: bool,
    }
}

section! {
    /// A run that already happened.
    ObservedRunSection {
        /// Instance or worker type, for example `r5.4xlarge` or `G.1X`. Required.
        #[schemars(required)]
        instance_type: String,
        /// How many of them worked, without the primary. Required.
        #[schemars(required)]
        count: Count,
        /// How long the work took, without start-up. Required.
        #[schemars(required)]
        duration: Time,
        /// Bytes read in that run, when it differs from the workload's volume.
        volume: Size,
    }
}

section! {
    /// What your account knows of Spot.
    SpotSection {
        /// Whether node labels keep the driver off Spot nodes; yes when absent, as in the specs that shapecast writes.
        node_labels: bool,
        /// Your own losses, one entry for each instance type (and zone).
        history: Vec<At<SpotHistorySection>>,
    }
}

section! {
    /// What the Spot nodes of one instance type showed.
    SpotHistorySection {
        /// Instance type, for example `r6g.4xlarge`. Required.
        #[schemars(required)]
        instance_type: String,
        /// Availability zone; all zones together when absent.
        zone: String,
        /// Nodes that EC2 took back. Required.
        #[schemars(required)]
        losses: Count,
        /// How often it did: nodes that went within three minutes are one event.
        events: Count,
        /// Hours that these nodes ran, all nodes together. Required.
        #[schemars(required)]
        node_hours: Number,
        /// Where the count is from, for example `emr:j-1ABC`; shown by `explain`.
        source: String,
        /// The day up to which was counted, for example 2026-11-20.
        as_of: String,
    }
}

section! {
    /// What the job runs on today.
    TodaySection {
        /// One EC2 instance that does the whole job.
        single_instance: String,
        /// A standing EMR cluster.
        standing_cluster: StandingClusterSection,
        /// An on-premises cluster.
        on_premises: OnPremisesSection,
    }
}

section! {
    /// A cluster that never stops.
    StandingClusterSection {
        /// Worker instance type. Required.
        #[schemars(required)]
        instance_type: String,
        /// Number of workers. Required.
        #[schemars(required)]
        count: Count,
        /// Share of the cluster's cost that this job carries. Required.
        #[schemars(required)]
        cost_share: Fraction,
    }
}

section! {
    /// Your own data centre.
    OnPremisesSection {
        /// Yearly cost of the whole cluster: depreciation, power, people, licences. Required.
        #[schemars(required)]
        yearly_cost: Dollars,
        /// Cores of the whole cluster. Required.
        #[schemars(required)]
        cores: Count,
        /// Share of the cluster that this job carries. Required.
        #[schemars(required)]
        cost_share: Fraction,
        /// Share of the cores in use on average. Required.
        #[schemars(required)]
        utilisation: Fraction,
    }
}
