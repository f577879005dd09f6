//! Listing the ranges side by side.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::{io, thread};

use jiff::Timestamp;

use super::{KeptListing, KeyRange};
use crate::aws::{CallError, ObjectPage, ObjectQuestion, Reads};
use crate::cli::progress::Progress;

/// Most requests under way at once; S3 takes thousands a second, a small listing is not worth more.
const AT_ONCE: usize = 8;
/// Most ranges: a few for each that works, so that an uneven cut does not leave one alone with the rest.
const RANGES: usize = 32;
/// Levels that are looked through for folders to cut at.
const LEVELS: usize = 8;

/// What is to be listed.
#[derive(Debug)]
pub struct Walk<'a> {
    /// The way to AWS.
    pub reads: &'a dyn Reads,
    /// The bucket.
    pub bucket: &'a str,
    /// Beginning of the keys.
    pub prefix: &'a str,
    /// `s3://…` as the user wrote it.
    pub url: &'a str,
    /// Most requests, those of an earlier run that is gone on with among them.
    pub most_requests: u64,
    /// Now.
    pub now: Timestamp,
}

/// A whole listing.
#[derive(Debug)]
pub struct Listing {
    /// On disk.
    pub kept: KeptListing,
    /// Requests of this run.
    pub requests: u64,
    /// Requests of earlier runs that it went on with.
    pub requests_before: u64,
}

/// Why a listing is not whole. What came is kept in every case.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// More requests than are allowed.
    #[error("{objects} objects came with {requests} requests, and there are more")]
    Limit {
        /// Requests, all runs together.
        requests: u64,
        /// Objects that came.
        objects: u64,
    },
    /// The state folder cannot be used.
    #[error("the listing cannot be kept: {0}")]
    Io(#[from] io::Error),
}

impl Walk<'_> {
    /// Lists what is missing in the folder of state.
    ///
    /// # Errors
    /// A call failed, or there are more pages than allowed; the next run goes on.
    pub fn run(&self, folder: &Path, again: bool, progress: &Progress) -> Result<Listing, WalkError> {
        let known = KeptListing::open(folder, self.url, self.now).filter(|_| again);
        let (kept, mut requests_before) = match known {
            Some(kept) => {
                let requests = kept.plan_requests();
                (kept, requests)
            }
            None => {
                let (boundaries, requests) = self.boundaries()?;
                let ranges = KeyRange::cut(&boundaries, RANGES);
                (KeptListing::begin(folder, self.url, self.now, requests, ranges)?, 0)
            }
        };
        let planned = if requests_before == 0 { kept.plan_requests() } else { 0 };
        let mut open = Vec::new();
        let mut objects = 0;
        for (index, range) in kept.ranges().iter().enumerate() {
            let listed = kept.listed(index)?;
            requests_before += listed.requests;
            objects += listed.objects;
            if !listed.complete {
                open.push((index, range, listed.last_key));
            }
        }
        let shared = Shared {
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            requests: AtomicU64::new(requests_before + planned),
            objects: AtomicU64::new(objects),
            failure: Mutex::new(None),
        };
        let work = || {
            while !shared.stop.load(Ordering::Relaxed) {
                let Some((index, range, last_key)) = open.get(shared.next.fetch_add(1, Ordering::Relaxed)) else {
                    return;
                };
                if let Err(error) = self.range(&kept, (*index, range), last_key.clone(), &shared, progress) {
                    shared.stop.store(true, Ordering::Relaxed);
                    if let Ok(mut failure) = shared.failure.lock() {
                        failure.get_or_insert(error);
                    }
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(open.len()) {
                scope.spawn(work);
            }
        });
        progress.finish();
        if let Some(error) = shared.failure.into_inner().ok().flatten() {
            return Err(error);
        }
        let requests = shared.requests.into_inner() - requests_before;
        Ok(Listing { kept, requests, requests_before })
    }

    /// All pages of a range that are not there yet.
    fn range(
        &self,
        kept: &KeptListing,
        (index, range): (usize, &KeyRange),
        last_key: Option<String>,
        shared: &Shared,
        progress: &Progress,
    ) -> Result<(), WalkError> {
        // A token is of one listing only; the last key lets any later one go on.
        let mut question = self.question(last_key.or_else(|| range.start_after()), false);
        let mut seen = BTreeSet::new();
        loop {
            if shared.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.allow(shared)?;
            let page = self.reads.objects(&question)?;
            let past = page.objects.last().is_some_and(|object| range.is_past(&object.key));
            let objects: Vec<_> = page.objects.iter().filter(|object| range.has(&object.key)).cloned().collect();
            let next = self.next_token(&page, &mut seen)?.filter(|_| !past);
            kept.add(index, &objects, next.is_none())?;
            shared.objects.fetch_add(objects.len() as u64, Ordering::Relaxed);
            progress.begin(&format!("{} objects", shared.objects.load(Ordering::Relaxed)));
            let Some(token) = next else {
                progress.done();
                return Ok(());
            };
            question.token = Some(token);
        }
    }

    fn allow(&self, shared: &Shared) -> Result<(), WalkError> {
        let before = shared.requests.fetch_add(1, Ordering::Relaxed);
        if before < self.most_requests {
            return Ok(());
        }
        shared.requests.fetch_sub(1, Ordering::Relaxed);
        Err(WalkError::Limit { requests: before, objects: shared.objects.load(Ordering::Relaxed) })
    }

    fn question(&self, after: Option<String>, folders: bool) -> ObjectQuestion {
        ObjectQuestion { bucket: self.bucket.to_owned(), prefix: self.prefix.to_owned(), after, folders, token: None }
    }

    fn next_token(&self, page: &ObjectPage, seen: &mut BTreeSet<String>) -> Result<Option<String>, CallError> {
        let Some(token) = &page.next else { return Ok(None) };
        if seen.insert(token.clone()) {
            return Ok(Some(token.clone()));
        }
        Err(CallError::token_loop("s3:ListBucket", &page.region, seen.len() + 1))
    }

    /// Folders to cut at, from the first level that has more than one; the first page of each level is enough, as ranges
    /// need not be even.
    fn boundaries(&self) -> Result<(Vec<String>, u64), WalkError> {
        let mut requests = 0;
        let mut question = self.question(None, true);
        for _ in 0..LEVELS {
            if requests == self.most_requests {
                return Err(WalkError::Limit { requests, objects: 0 });
            }
            requests += 1;
            let page = self.reads.objects(&question)?;
            match page.folders.as_slice() {
                [only] if page.next.is_none() => question.prefix.clone_from(only),
                folders => return Ok((folders.to_vec(), requests)),
            }
        }
        Ok((Vec::new(), requests))
    }
}

struct Shared {
    next: AtomicUsize,
    stop: AtomicBool,
    requests: AtomicU64,
    objects: AtomicU64,
    failure: Mutex<Option<WalkError>>,
}
