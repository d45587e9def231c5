// SPDX-License-Identifier: MIT
//! The published crate `network-protocol` as a peer for Halyard's tests, one package for each version. JSON
//! commands come in on standard input, JSON events leave on standard output, and the end of standard input ends
//! it. Messages are in the crate's own JSON: "Ping", {"Echo": "text"}, {"Custom": {"command": …, "payload": […]}}.
//!
//!   serve [--handlers] [--timeout MS] [--heartbeat MS] [--backpressure N] [--connections N]
//!                                       the crate's daemon, with its defaults or with handlers of ours:
//!                                       np.reverse, np.upper (answers by an Echo) and np.fail
//!   serve-echo                          the crate's plain server, which sends every packet back
//!   serve-tls CERT KEY                  the crate's TLS daemon: plain messages inside TLS
//!   client                              clients: {"connect": "HOST:PORT", "connection": N}, with "pin": "HEX" over
//!                                       TLS to a server of this certificate, then
//!                                       {"do": "send" | "ask" | "recv" | "drop", "connection": N, "message": …}

use std::collections::HashMap;
use std::io::Write;
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use network_protocol::config::{ClientConfig, ServerConfig};
use network_protocol::error::ProtocolError;
use network_protocol::protocol::message::Message;
use network_protocol::service::client::Client;
use network_protocol::service::tls_client::TlsClient;
use network_protocol::service::{daemon, tls_daemon};
use network_protocol::transport::remote;
use network_protocol::transport::tls::{TlsClientConfig, TlsServerConfig};
use serde_json::{json, Value};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Another checkout's program is not this one's, though cargo may keep both in one place.
const _: Option<&str> = option_env!("HALYARD_CHECKOUT");

type Outcome = Result<(), String>;

fn tell(value: &Value) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}

/// The crate binds by name only: a port that was free a moment ago.
fn free_address() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.to_string())
}

/// Some of its servers tell nobody when they listen.
async fn wait_until_it_listens(address: &str) -> Outcome {
    for _ in 0..1000 {
        if TcpStream::connect(address).await.is_ok() {
            println!("listening {address}");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(format!("nothing listens at {address}"))
}

async fn end_of_input() {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(_)) = lines.next_line().await {}
}

fn number_after(arguments: &[String], name: &str, otherwise: u64) -> u64 {
    let found = arguments.iter().position(|argument| argument == name);
    found.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(otherwise)
}

#[cfg(feature = "handlers")]
async fn serve_handlers(config: ServerConfig) -> Outcome {
    use network_protocol::protocol::dispatcher::Dispatcher;
    use std::sync::Arc;

    let dispatcher = Arc::new(Dispatcher::new());
    let payload_of = |message: &Message| match message {
        Message::Custom { payload, .. } => payload.clone(),
        _ => Vec::new(),
    };
    let failed = |error: ProtocolError| error.to_string();
    dispatcher
        .register("np.reverse", move |message| {
            let payload = payload_of(message).into_iter().rev().collect();
            Ok(Message::Custom { command: "np.reverse".into(), payload })
        })
        .map_err(failed)?;
    dispatcher
        .register("np.upper", move |message| {
            Ok(Message::Echo(String::from_utf8_lossy(&payload_of(message)).to_uppercase()))
        })
        .map_err(failed)?;
    dispatcher.register("np.fail", |_| Err(ProtocolError::Custom("refused".into()))).map_err(failed)?;
    dispatcher.register("PING", |_| Ok(Message::Pong)).map_err(failed)?;
    let address = config.address.clone();
    let mut running = daemon::start_daemon_no_signals(config, dispatcher).await.map_err(failed)?;
    wait_until_it_listens(&address).await?;
    end_of_input().await;
    running.shutdown().await.map_err(failed)
}

#[cfg(not(feature = "handlers"))]
async fn serve_handlers(_config: ServerConfig) -> Outcome {
    Err("this version knows no handlers".into())
}

async fn serve(arguments: &[String]) -> Outcome {
    let address = free_address()?;
    let config = ServerConfig {
        address: address.clone(),
        connection_timeout: Duration::from_millis(number_after(arguments, "--timeout", 600_000)),
        heartbeat_interval: Duration::from_millis(number_after(arguments, "--heartbeat", 15_000)),
        backpressure_limit: number_after(arguments, "--backpressure", 32) as usize,
        max_connections: number_after(arguments, "--connections", 1_000) as usize,
        ..Default::default()
    };
    if arguments.iter().any(|argument| argument == "--handlers") {
        return serve_handlers(config).await;
    }
    let (_keep, shutdown) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(daemon::start_with_config_and_shutdown(config, shutdown));
    wait_until_it_listens(&address).await?;
    end_of_input().await;
    server.abort();
    Ok(())
}

async fn serve_echo() -> Outcome {
    let address = free_address()?;
    let listening = address.clone();
    let server = tokio::spawn(async move { remote::start_server(&listening).await.map_err(|error| error.to_string()) });
    wait_until_it_listens(&address).await?;
    end_of_input().await;
    server.abort();
    Ok(())
}

async fn serve_tls(arguments: &[String]) -> Outcome {
    let [certificate, key] = arguments else {
        return Err("serve-tls CERT KEY".into());
    };
    let address = free_address()?;
    let listening = address.clone();
    let config = TlsServerConfig::new(certificate, key);
    let (_keep, shutdown) = tokio::sync::mpsc::channel(1);
    let server = tokio::spawn(async move {
        tls_daemon::start_with_shutdown(&listening, config, shutdown).await.map_err(|error| error.to_string())
    });
    wait_until_it_listens(&address).await?;
    end_of_input().await;
    server.abort();
    Ok(())
}

/// A client of the crate: of its own sessions, or of its TLS.
enum Caller {
    Session(Client),
    Tls(TlsClient),
}

impl Caller {
    async fn connect(address: &str, pin: Option<&str>) -> Result<Self, ProtocolError> {
        let Some(pin) = pin else {
            let config = ClientConfig { address: address.into(), ..Default::default() };
            return Client::connect_with_config(config).await.map(Self::Session);
        };
        let hash = (0..pin.len()).step_by(2).map(|at| u8::from_str_radix(&pin[at..at + 2], 16).unwrap_or(0)).collect();
        let config = TlsClientConfig::new("localhost").insecure().with_pinned_cert_hash(hash);
        TlsClient::connect(address, config).await.map(Self::Tls)
    }

    async fn send(&mut self, message: Message) -> Result<(), ProtocolError> {
        match self {
            Self::Session(client) => client.send(message).await,
            Self::Tls(client) => client.send(message).await,
        }
    }

    async fn ask(&mut self, message: Message) -> Result<Message, ProtocolError> {
        match self {
            Self::Session(client) => client.send_and_wait(message).await,
            Self::Tls(client) => client.request(message).await,
        }
    }

    async fn recv(&mut self) -> Result<Message, ProtocolError> {
        match self {
            Self::Session(client) => client.recv().await,
            Self::Tls(client) => client.receive().await,
        }
    }
}

async fn act(caller: &mut Caller, command: &Value) -> Result<Option<Message>, String> {
    let message = || serde_json::from_value::<Message>(command["message"].clone()).map_err(|error| error.to_string());
    match command["do"].as_str() {
        Some("send") => caller.send(message()?).await.map(|()| None).map_err(|error| error.to_string()),
        Some("ask") => caller.ask(message()?).await.map(Some).map_err(|error| error.to_string()),
        Some("recv") => caller.recv().await.map(Some).map_err(|error| error.to_string()),
        _ => Err("no such action".into()),
    }
}

/// One connection, made and used in a task of its own: hundreds shake hands at once.
async fn connection(number: u64, command: Value, mut commands: mpsc::UnboundedReceiver<Value>) -> Outcome {
    let address = command["connect"].as_str().unwrap_or_default();
    let mut caller = match Caller::connect(address, command["pin"].as_str()).await {
        Ok(caller) => caller,
        Err(error) => {
            return tell(&json!({"event": "failed", "connection": number, "error": error.to_string()}));
        }
    };
    tell(&json!({"event": "connected", "connection": number}))?;
    while let Some(command) = commands.recv().await {
        if command["do"] == "drop" {
            drop(caller);
            return tell(&json!({"event": "dropped", "connection": number}));
        }
        match act(&mut caller, &command).await {
            Ok(None) => tell(&json!({"event": "sent", "connection": number}))?,
            Ok(Some(message)) => tell(&json!({"event": "message", "connection": number, "message": message}))?,
            Err(error) => tell(&json!({"event": "failed", "connection": number, "error": error}))?,
        }
    }
    Ok(())
}

async fn clients() -> Outcome {
    let mut connections: HashMap<u64, mpsc::UnboundedSender<Value>> = HashMap::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let command: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let number = command["connection"].as_u64().unwrap_or(0);
        if command["connect"].is_string() {
            let (sender, receiver) = mpsc::unbounded_channel();
            connections.insert(number, sender);
            tokio::spawn(connection(number, command, receiver));
            continue;
        }
        let known = connections.get(&number).is_some_and(|sender| sender.send(command).is_ok());
        if !known {
            return Err(format!("no connection {number}"));
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("serve") => serve(&arguments[1..]).await,
        Some("serve-echo") => serve_echo().await,
        Some("serve-tls") => serve_tls(&arguments[1..]).await,
        Some("client") => clients().await,
        _ => {
            Err("serve [--handlers] [--timeout MS] [--heartbeat MS] [--backpressure N] [--connections N] | serve-echo \
                | serve-tls CERT KEY | client"
                .into())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}
