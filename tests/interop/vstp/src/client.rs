// SPDX-License-Identifier: MIT
//! Any number of clients, each on the crate's TCP client or on a raw socket.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use vstp::VstpTcpClient;

use crate::connection::{start, Action, Policy};
use crate::lines::{event, Input};
use crate::link::Link;
use crate::serve::forward;
use crate::Failure;

#[derive(Deserialize)]
#[serde(untagged)]
enum Command {
    Connect {
        connect: String,
        connection: u64,
        #[serde(default)]
        raw: bool,
    },
    Act {
        connection: u64,
        #[serde(flatten)]
        action: Action,
    },
}

pub async fn run() -> Result<(), Failure> {
    let mut input = Input::new();
    let mut connections: HashMap<u64, UnboundedSender<Action>> = HashMap::new();
    while let Some(command) = input.command::<Command>().await? {
        match command {
            Command::Connect { connect, connection, raw } => match open(&connect, raw).await {
                Ok(link) => {
                    event(&json!({ "event": "connected", "connection": connection }))?;
                    connections.insert(connection, start(connection, link, Policy::default()));
                }
                Err(error) => event(&json!({ "event": "failed", "connection": connection, "error": error }))?,
            },
            Command::Act { connection, action } => forward(&mut connections, connection, action)?,
        }
    }
    Ok(())
}

async fn open(address: &str, raw: bool) -> Result<Link, String> {
    if raw {
        let socket = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        Link::raw(socket).map_err(|error| error.to_string())
    } else {
        VstpTcpClient::connect(address).await.map(Link::Connected).map_err(|error| error.to_string())
    }
}
