// SPDX-License-Identifier: MIT
//! Servers on the crate's accept and run APIs.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use vstp::VstpTcpServer;

use crate::connection::{start, Action, Policy};
use crate::frames::to_json;
use crate::lines::{event, print, Input};
use crate::link::Link;
use crate::Failure;

const ANY_LOOPBACK_PORT: &str = "127.0.0.1:0";

#[derive(Deserialize)]
struct Command {
    connection: u64,
    #[serde(flatten)]
    action: Action,
}

enum Acceptor {
    Crate(VstpTcpServer),
    Raw(TcpListener),
}

impl Acceptor {
    async fn bind(raw: bool) -> Result<Self, Failure> {
        let failed = |error: String| Failure::Listen(format!("{ANY_LOOPBACK_PORT}: {error}"));
        if raw {
            let listener = TcpListener::bind(ANY_LOOPBACK_PORT).await.map_err(|error| failed(error.to_string()))?;
            Ok(Acceptor::Raw(listener))
        } else {
            let server = VstpTcpServer::bind(ANY_LOOPBACK_PORT).await.map_err(|error| failed(error.to_string()))?;
            Ok(Acceptor::Crate(server))
        }
    }

    fn address(&self) -> Result<String, Failure> {
        match self {
            Acceptor::Crate(server) => server.local_addr().map_err(|error| Failure::Listen(error.to_string())),
            Acceptor::Raw(listener) => listener.local_addr().map_err(|error| Failure::Listen(error.to_string())),
        }
        .map(|address| address.to_string())
    }

    async fn accept(&self) -> Result<Link, String> {
        match self {
            Acceptor::Crate(server) => server.accept().await.map(Link::Accepted).map_err(|error| error.to_string()),
            Acceptor::Raw(listener) => {
                let (socket, _) = listener.accept().await.map_err(|error| error.to_string())?;
                Link::raw(socket).map_err(|error| error.to_string())
            }
        }
    }
}

pub async fn serve(options: &[String]) -> Result<(), Failure> {
    let mut policy = Policy::default();
    let mut raw = false;
    for option in options {
        match option.as_str() {
            "--raw" => raw = true,
            "--echo" => policy.echo = true,
            "--ack" => policy.ack = true,
            "--pong" => policy.pong = true,
            "--welcome" => policy.welcome = true,
            _ => return Err(Failure::Usage(format!("serve does not know {option}"))),
        }
    }
    let acceptor = Acceptor::bind(raw).await?;
    print(&format!("listening {}", acceptor.address()?))?;
    let mut input = Input::new();
    let mut connections: HashMap<u64, UnboundedSender<Action>> = HashMap::new();
    let mut last = 0_u64;
    let mut commands = tokio::task::JoinSet::new();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    // Reading a line cannot be given up half way, so it has a task of its own.
    commands.spawn(async move {
        loop {
            match input.command::<Command>().await {
                Ok(Some(command)) => {
                    if sender.send(command).is_err() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(failure) => return Err(failure),
            }
        }
    });
    loop {
        tokio::select! {
            accepted = acceptor.accept() => match accepted {
                Ok(link) => {
                    last += 1;
                    event(&json!({ "event": "accepted", "connection": last }))?;
                    connections.insert(last, start(last, link, policy));
                }
                Err(error) => event(&json!({ "event": "failed", "error": error }))?,
            },
            command = receiver.recv() => match command {
                Some(Command { connection, action }) => forward(&mut connections, connection, action)?,
                None => return finished(commands.join_next().await),
            },
        }
    }
}

/// The task that read standard input has ended: at its end, or at a line that it did not understand.
fn finished(outcome: Option<Result<Result<(), Failure>, tokio::task::JoinError>>) -> Result<(), Failure> {
    match outcome {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(Failure::Input(error.to_string())),
        None => Ok(()),
    }
}

/// Hands an action to its connection; one that is gone is an event, not an error.
pub fn forward(
    connections: &mut HashMap<u64, UnboundedSender<Action>>,
    connection: u64,
    action: Action,
) -> Result<(), Failure> {
    let gone = match connections.get(&connection) {
        Some(sender) => sender.send(action).is_err(),
        None => return Err(Failure::Input(format!("no connection {connection}"))),
    };
    if gone {
        event(&json!({ "event": "failed", "connection": connection, "error": "dropped before" }))?;
    }
    Ok(())
}

pub async fn serve_mute() -> Result<(), Failure> {
    let server = VstpTcpServer::bind(ANY_LOOPBACK_PORT).await.map_err(|error| Failure::Listen(error.to_string()))?;
    let address = server.local_addr().map_err(|error| Failure::Listen(error.to_string()))?;
    print(&format!("listening {address}"))?;
    let mut input = Input::new();
    let running = server.run(|session, frame| async move {
        let line = json!({ "event": "frame", "connection": u64::try_from(session).ok(), "frame": to_json(&frame) });
        if let Err(failure) = event(&line) {
            std::process::exit(i32::from(failure.status()));
        }
    });
    tokio::select! {
        outcome = running => outcome.map_err(|error| Failure::Listen(error.to_string())),
        line = input.line() => line.map(|_| ()),
    }
}
