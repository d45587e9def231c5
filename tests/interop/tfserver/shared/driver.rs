// SPDX-License-Identifier: MIT
//! The published crate the-fourth-server as a peer for Halyard's tests. One program, driven line by line: JSON
//! commands come in on standard input, JSON events leave on standard output, and the end of standard input
//! ends it. What differs between the crate's versions is in the module `version` of each package.
//!
//!   serve [--tls CERT KEY] [--processors LETTERS] [USER PASSWORD SERVER]
//!       a server; sealed where a user is named. Routes: 0 `echo`, of type 0; 1 `fail`, which answers with the
//!       error `refused: ` and the payload; 2 `typed`, of type 7; 3 `handoff`, of type 0, which answers `switched`
//!       and sends every frame behind it back until one is `quit`; 4 `panic`, of type 0
//!   values
//!       a structure in the crate's own format, {"event": "value", "data": hex}; then for each {"check": hex} whether
//!       it is that structure, {"event": "checked", "same": bool}
//!   client
//!       clients: {"connect": "host:port", "connection": n, "user", "password", "server", "trust": file, "processors"} or
//!       {"connection": n, "call": name or number, "type", "data": hex}; frames as such in the crate's codec:
//!       {"stream": "host:port", "connection": n, …} and then {"connection": n, "frame": hex}

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{json, Value};
use tokio::sync::mpsc;

use crate::lines::{from_hex, print, to_hex, Input};
use crate::{endpoint, stream, version};

/// Another checkout's program is not this one's, though cargo may keep both in one place.
const _: Option<&str> = option_env!("HALYARD_CHECKOUT");

/// Whom to be, or whom to let in.
#[derive(Clone)]
pub struct Seal {
    pub user: String,
    pub password: String,
    pub server: String,
}

/// How a server is made.
#[derive(Clone)]
pub struct Setting {
    pub tls: Option<(String, String)>,
    pub processors: String,
}

pub enum Target {
    Name(String),
    Number(u64),
}

pub struct Call {
    pub target: Target,
    pub kind: u8,
    pub data: Vec<u8>,
}

async fn serve(arguments: &[String]) {
    let (tls, arguments) = match arguments {
        [option, certificate, key, others @ ..] if option == "--tls" => {
            (Some((certificate.clone(), key.clone())), others)
        }
        _ => (None, arguments),
    };
    let (processors, arguments) = match arguments {
        [option, letters, others @ ..] if option == "--processors" => (letters.clone(), others),
        _ => (String::new(), arguments),
    };
    let setting = Setting { tls, processors };
    let seal = match arguments {
        [] => None,
        [user, password, server] => {
            Some(Seal { user: user.clone(), password: password.clone(), server: server.clone() })
        }
        _ => panic!("serve [--tls CERT KEY] [--processors LETTERS] [USER PASSWORD SERVER]"),
    };
    // The crate does not tell which port the system chose: so one is chosen first, and another one if it is gone.
    loop {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
        if endpoint::serve(format!("127.0.0.1:{port}"), seal.clone(), setting.clone()).await {
            print(&format!("listening 127.0.0.1:{port}"));
            break;
        }
    }
    let mut input = Input::new();
    while input.command().await.is_some() {}
}

fn seal_of(command: &Value) -> Option<Seal> {
    let text = |key: &str| command[key].as_str().unwrap_or_default().to_owned();
    (!text("user").is_empty()).then(|| Seal { user: text("user"), password: text("password"), server: text("server") })
}

fn tell(event: &str, number: u64) {
    print(&json!({"event": event, "connection": number}).to_string());
}

/// One connection: calls in their order, each answered before the next one leaves, as the crate does it.
async fn connection(number: u64, command: Value, mut calls: mpsc::UnboundedReceiver<Call>) {
    let address = command["connect"].as_str().unwrap_or_default().to_owned();
    let trusted = command["trust"].as_str();
    let processors = command["processors"].as_str().unwrap_or_default();
    let Some(client) = endpoint::connect(address, seal_of(&command), trusted, processors).await else {
        return tell("refused", number);
    };
    tell("connected", number);
    while let Some(call) = calls.recv().await {
        let answer = tokio::time::timeout(Duration::from_secs(20), endpoint::call(&client, call)).await;
        let event = match answer.ok().flatten() {
            Some(bytes) => json!({"event": "answer", "connection": number, "data": to_hex(&bytes)}),
            None => json!({"event": "lost", "connection": number}),
        };
        print(&event.to_string());
    }
}

/// Frames as such, both ways.
async fn stream(number: u64, command: Value, frames: mpsc::UnboundedReceiver<Vec<u8>>) {
    let address = command["stream"].as_str().unwrap_or_default().to_owned();
    let heard = move |body: &[u8]| {
        print(&json!({"event": "frame", "connection": number, "data": to_hex(body)}).to_string());
    };
    let connected = || tell("connected", number);
    stream::converse(address, seal_of(&command), connected, frames, heard).await;
    tell("ended", number);
}

async fn client() {
    let mut input = Input::new();
    let mut connections = HashMap::new();
    let mut streams = HashMap::new();
    while let Some(command) = input.command().await {
        let number = command["connection"].as_u64().expect("a connection");
        if command.get("connect").is_some() {
            let (calls, receiver) = mpsc::unbounded_channel();
            connections.insert(number, calls);
            tokio::spawn(connection(number, command, receiver));
            continue;
        }
        if command.get("stream").is_some() {
            let (frames, receiver) = mpsc::unbounded_channel();
            streams.insert(number, frames);
            tokio::spawn(stream(number, command, receiver));
            continue;
        }
        if let Some(frame) = command["frame"].as_str() {
            let _ = streams[&number].send(from_hex(frame));
            continue;
        }
        let target = match &command["call"] {
            Value::String(name) => Target::Name(name.clone()),
            number => Target::Number(number.as_u64().expect("a name or a number")),
        };
        let kind = command["type"].as_u64().unwrap_or(0) as u8;
        let data = from_hex(command["data"].as_str().unwrap_or_default());
        let _ = connections[&number].send(Call { target, kind, data });
    }
}

async fn values() {
    print(&json!({"event": "value", "data": to_hex(&version::value_bytes())}).to_string());
    let mut input = Input::new();
    while let Some(command) = input.command().await {
        let bytes = from_hex(command["check"].as_str().unwrap_or_default());
        print(&json!({"event": "checked", "same": version::is_value(&bytes)}).to_string());
    }
}

pub fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        match arguments.first().map(String::as_str) {
            Some("serve") => serve(&arguments[1..]).await,
            Some("client") => client().await,
            Some("values") => values().await,
            _ => panic!("serve, client or values"),
        }
    });
    // A thread may still be waiting for standard input: not our business any more.
    runtime.shutdown_background();
}
