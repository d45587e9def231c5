// SPDX-License-Identifier: MIT
//! The crate's easy layer: JSON values, correlated by their order alone.

use std::net::TcpListener;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{json, Value};
use vstp::{VstpClient, VstpError, VstpServer};

use crate::lines::{event, print, Input};
use crate::Failure;

/// How often another free port is tried; somebody else may take one before the crate binds it.
const PORT_ATTEMPTS: u32 = 20;
const OPERATION_TIMEOUT: Duration = Duration::from_secs(60);

/// The easy server cannot tell its port, so one that is free is chosen here.
async fn bind() -> Result<(VstpServer, String), Failure> {
    let mut last = String::new();
    for _ in 0..PORT_ATTEMPTS {
        let address = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| Failure::Listen(error.to_string()))?
            .to_string();
        match VstpServer::bind_tcp(address.clone()).await {
            Ok(server) => return Ok((server, address)),
            Err(error) => last = error.to_string(),
        }
    }
    Err(Failure::Listen(last))
}

/// Answers each JSON value with itself; `{"refuse": …}` makes the handler fail, which the crate answers with
/// nothing at all.
pub async fn serve() -> Result<(), Failure> {
    let (server, address) = bind().await?;
    print(&format!("listening {address}"))?;
    let mut input = Input::new();
    let serving = server.serve(|value: Value| async move {
        if let Err(failure) = event(&json!({ "event": "json", "value": value })) {
            std::process::exit(i32::from(failure.status()));
        }
        if value.get("refuse").is_some() {
            return Err(VstpError::ServerError("refused".into()));
        }
        Ok(value)
    });
    tokio::select! {
        outcome = serving => outcome.map_err(|error| Failure::Listen(error.to_string())),
        line = input.line() => line.map(|_| ()),
    }
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Command {
    Connect { to: String },
    Send { value: Value },
    SendWithAck { value: Value },
    Receive,
}

pub async fn client() -> Result<(), Failure> {
    let mut input = Input::new();
    let mut client: Option<VstpClient> = None;
    while let Some(command) = input.command::<Command>().await? {
        let outcome = match (command, &client) {
            (Command::Connect { to }, _) => match VstpClient::connect_tcp(to).await {
                Ok(mut connected) => {
                    connected.set_timeout(OPERATION_TIMEOUT);
                    client = Some(connected);
                    Ok(json!({ "event": "connected" }))
                }
                Err(error) => Err(error),
            },
            (_, None) => return Err(Failure::Input("not connected".into())),
            (Command::Send { value }, Some(client)) => client.send(value).await.map(|()| json!({ "event": "sent" })),
            (Command::SendWithAck { value }, Some(client)) => {
                client.send_with_ack(value).await.map(|()| json!({ "event": "acknowledged" }))
            }
            (Command::Receive, Some(client)) => {
                client.receive::<Value>().await.map(|value| json!({ "event": "json", "value": value }))
            }
        };
        match outcome {
            Ok(line) => event(&line)?,
            Err(error) => event(&json!({ "event": "failed", "error": error.to_string() }))?,
        }
    }
    Ok(())
}
