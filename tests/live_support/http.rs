//! As much HTTP as the SDK speaks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::{Fault, State, answers};

/// A request.
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
    pub fn scope(&self, index: usize) -> &str {
        let credential = self.header("authorization").split("Credential=").nth(1).unwrap_or("");
        credential.split(['/', ',']).nth(index).unwrap_or("")
    }
}

pub fn serve(stream: TcpStream, state: &State) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        if !answer(&request, &mut stream, state) {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let method = line.split_whitespace().next()?.to_owned();
    let target = line.split_whitespace().nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((target.as_str(), ""));
    Some(Request {
        method,
        path: path.to_owned(),
        query: form(query),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// `a=b&c=d`, with percent signs undone.
pub fn form(text: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (undone(name), undone(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn undone(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let hex = std::str::from_utf8(&bytes[at + 1..at + 3]).expect("hexadecimal");
                out.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
                at += 3;
            }
            b'+' => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

/// Writes an answer; `false` when the connection is over.
fn answer(request: &Request, stream: &mut TcpStream, state: &State) -> bool {
    state.enter();
    let call = answers::name(request);
    let fault = state.fault_of(&call);
    let delay = *state.delay.lock().expect("not poisoned");
    thread::sleep(delay);
    // From here on the client may ask again.
    state.leave();
    let answer = match fault {
        Some(Fault::Hangup) => return false,
        Some(Fault::Slow) => {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 100000\r\n\r\n{",
            );
            thread::sleep(Duration::from_secs(20));
            return false;
        }
        Some(fault) => answers::faulty(request, &call, fault, state),
        None => answers::answer(request, &call, state),
    };
    let length = answer.body.len();
    let head = format!(
        "HTTP/1.1 {} X\r\ncontent-type: {}\r\ncontent-length: {length}\r\nx-amzn-requestid: req-{call}\r\n\r\n",
        answer.status, answer.content_type
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(answer.body.as_bytes())).is_ok()
}
