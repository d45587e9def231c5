// SPDX-License-Identifier: MIT
//! Frames as such, in the crate's own codec: what a server does with a stream that it has handed off, and what
//! a client could do, had the crate one that knows of it.

use tfserver::codec::codec_trait::TfCodec;
use tfserver::codec::length_delimited::LengthDelimitedCodec;
use tfserver::futures_util::{SinkExt, StreamExt};
use tfserver::structures::transport::Transport;
use tfserver::tokio_util::bytes::Bytes;
use tfserver::tokio_util::codec::Framed;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::credentials::client_codec;
use crate::driver::Seal;

const MAX_BODY: usize = 8 * 1024 * 1024;

/// The crate's framing, unsealed.
pub fn clear_codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::new(MAX_BODY)
}

/// Sends every body back, until one of them is `quit`.
pub async fn echo_until_quit<C: TfCodec>(mut frames: Framed<Transport, C>) {
    while let Some(Ok(body)) = frames.next().await {
        if &body[..] == b"quit" || frames.send(body.freeze()).await.is_err() {
            break;
        }
    }
}

async fn dial<C: TfCodec>(address: String, mut codec: C) -> Option<Framed<Transport, C>> {
    let socket = TcpStream::connect(address).await.ok()?;
    socket.set_nodelay(true).ok()?;
    let mut transport = Transport::plain(socket);
    codec.initial_setup(&mut transport).await.then(|| Framed::new(transport, codec))
}

/// Sends what comes, tells what it hears, until either side has no more.
async fn pass<C: TfCodec>(
    mut frames: Framed<Transport, C>,
    mut outgoing: mpsc::UnboundedReceiver<Vec<u8>>,
    heard: impl Fn(&[u8]),
) {
    loop {
        tokio::select! {
            body = outgoing.recv() => {
                let Some(body) = body else { break };
                if frames.send(Bytes::from(body)).await.is_err() {
                    break;
                }
            }
            body = frames.next() => {
                let Some(Ok(body)) = body else { break };
                heard(&body);
            }
        }
    }
}

async fn dial_and_pass<C: TfCodec>(
    address: String,
    codec: C,
    connected: impl FnOnce(),
    outgoing: mpsc::UnboundedReceiver<Vec<u8>>,
    heard: impl Fn(&[u8]),
) {
    if let Some(frames) = dial(address, codec).await {
        connected();
        pass(frames, outgoing, heard).await;
    }
}

/// All of a conversation in frames: says when it is connected, and returns when it has ended or was refused.
pub async fn converse(
    address: String,
    seal: Option<Seal>,
    connected: impl FnOnce(),
    outgoing: mpsc::UnboundedReceiver<Vec<u8>>,
    heard: impl Fn(&[u8]),
) {
    match seal {
        Some(seal) => dial_and_pass(address, client_codec(seal), connected, outgoing, heard).await,
        None => dial_and_pass(address, clear_codec(), connected, outgoing, heard).await,
    }
}
