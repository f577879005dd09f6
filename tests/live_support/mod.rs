//! A stand-in for AWS on the loopback: answers every call that shapecast makes, in pages, and fails on request.

mod answers;
mod http;
mod market;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

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
    }

    pub fn leave(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}
