//! A stand-in for AWS on the loopback: answers every call that shapecast makes, in pages, and fails on request.

mod answers;
mod buckets;
mod costs;
mod engines;
mod http;
mod market;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

pub use costs::Paid;
pub use engines::{INVENTORY, KEYS, STARTED};
pub use market::Market;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)]
pub enum Fault {
    /// Slow down.
    Throttle,
    /// A fault of the service.
    Server,
    /// A web page.
    Html,
    /// Half an answer, with the length of half an answer.
    Truncated,
    /// An answer that never ends.
    Slow,
    /// Not allowed.
    Denied,
    /// Credentials are over.
    Expired,
    /// The token of the page before, again and again.
    SameToken,
    /// The connection is closed without an answer.
    Hangup,
}

/// The server.
pub struct Fake {
    address: SocketAddr,
    state: Arc<State>,
}

/// What it knows and what it saw.
pub struct State {
    pub market: Mutex<Market>,
    /// By call: the fault and how often it still happens.
    pub faults: Mutex<BTreeMap<String, (Fault, usize)>>,
    /// Calls seen, by name.
    pub seen: Mutex<BTreeMap<String, usize>>,
    pub connections: AtomicUsize,
    under_way: AtomicUsize,
    pub most_under_way: AtomicUsize,
    pub delay: Mutex<Duration>,
    /// Calls wait until so many are under way, after so many passed; then the gate stays open.
    gate: Mutex<(usize, usize)>,
    moved: Condvar,
    /// What was paid.
    pub bill: Vec<costs::Paid>,
    /// What lies in S3.
    pub buckets: Mutex<buckets::Buckets>,
    /// Keys in a page of S3's.
    pub page: Mutex<usize>,
    /// Queries and jobs that were started.
    pub engines: Mutex<engines::Engines>,
    /// Calls in their order.
    pub log: Mutex<Vec<String>>,
}

impl Fake {
    pub fn start(market: Market) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            market: Mutex::new(market),
            faults: Mutex::default(),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            delay: Mutex::new(Duration::ZERO),
            gate: Mutex::new((0, 0)),
            moved: Condvar::new(),
            bill: costs::bill(),
            buckets: Mutex::new(buckets::lake()),
            page: Mutex::new(1000),
            engines: Mutex::default(),
            log: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let state = Arc::clone(&shared);
                state.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || http::serve(stream, &state));
            }
        });
        Self { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    /// The next `times` calls of this name fail.
    pub fn fail(&self, call: &str, fault: Fault, times: usize) {
        self.state.faults.lock().expect("not poisoned").insert(call.to_owned(), (fault, times));
    }

    /// Holds calls back until so many are under way at once, after some that pass.
    pub fn hold_until(&self, calls: usize, after: usize) {
        *self.state.gate.lock().expect("not poisoned") = (calls, after);
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub fn seen(&self) -> BTreeMap<String, usize> {
        self.state.seen.lock().expect("not poisoned").clone()
    }
}

impl State {
    /// The fault that this call is to have.
    pub fn fault_of(&self, call: &str) -> Option<Fault> {
        *self.seen.lock().expect("not poisoned").entry(call.to_owned()).or_default() += 1;
        self.log.lock().expect("not poisoned").push(call.to_owned());
        let mut faults = self.faults.lock().expect("not poisoned");
        let (fault, left) = faults.get_mut(call)?;
        if *left == 0 {
            return None;
        }
        *left -= 1;
        Some(*fault)
    }

    pub fn enter(&self) {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(now, Ordering::SeqCst);
        let mut gate = self.gate.lock().expect("not poisoned");
        if gate.1 > 0 {
            gate.1 -= 1;
            return;
        }
        while gate.0 > 0 && self.under_way.load(Ordering::SeqCst) < gate.0 {
            // Nobody else comes: whoever counts them afterwards will say so.
            let (kept, waited) = self.moved.wait_timeout(gate, Duration::from_secs(20)).expect("not poisoned");
            gate = kept;
            if waited.timed_out() {
                break;
            }
        }
        gate.0 = 0;
        drop(gate);
        self.moved.notify_all();
    }

    pub fn leave(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}
