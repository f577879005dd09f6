//! Too much to learn from at once: pools job by job, and jobs by a part of their curves.

use std::collections::BTreeMap;

use super::configuration::Configuration;
use super::space::Space;

/// Points beyond which a pool is learnt job by job, and a job on a part of its curves.
pub const MOST_POINTS: usize = 600;

/// A pool as one part, or job by job when it is large.
pub fn parts(all: Vec<Configuration>) -> Vec<Vec<Configuration>> {
    if all.len() <= MOST_POINTS {
        return vec![all];
    }
    let mut jobs: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
    for configuration in all {
        jobs.entry(configuration.like.job_id()).or_default().push(configuration);
    }
    jobs.into_values().collect()
}

/// Every so manieth curve, so that at most so many points are left.
pub fn thin(configurations: Vec<Configuration>, most: usize) -> Vec<Configuration> {
    if configurations.len() <= most {
        return configurations;
    }
    let (_, points, _) = Space::of(&configurations, &[]);
    let mut curves: Vec<usize> = points.iter().map(|point| point.curve).collect();
    curves.sort_unstable();
    curves.dedup();
    let stride = configurations.len().div_ceil(most);
    let kept = |curve: usize| curves.binary_search(&curve).is_ok_and(|rank| rank % stride == 0);
    let mut thinned: Vec<Configuration> =
        configurations.iter().zip(&points).filter(|(_, point)| kept(point.curve)).map(|(one, _)| one.clone()).collect();
    if thinned.is_empty() || thinned.len() > most {
        // Few curves of many counts each: then every so manieth count.
        thinned = configurations.into_iter().step_by(stride).collect();
    }
    thinned
}
