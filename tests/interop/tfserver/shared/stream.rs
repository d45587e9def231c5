// SPDX-License-Identifier: MIT
//! Frames as such, in the crate's own codec: what a server does with a stream that it has handed off, and what
//! a client could do, had the crate one that knows of it.

use tfserver::codec::codec_trait::TfCodec;
use tfserver::futures_util::{SinkExt, StreamExt};
use tfserver::structures::transport::Transport;
use tfserver::tokio_util::bytes::Bytes;
use tfserver::tokio_util::codec::Framed;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Sends every body back, until one of them is `quit`.
pub async fn echo_until_quit<C: TfCodec>(mut frames: Framed<Transport, C>) {
    while let Some(Ok(body)) = frames.next().await {
        if &body[..] == b"quit" || frames.send(body.freeze()).await.is_err() {
            break;
        }
    }
}

pub async fn dial<C: TfCodec>(address: String, mut codec: C) -> Option<Framed<Transport, C>> {
    let socket = TcpStream::connect(address).await.ok()?;
    socket.set_nodelay(true).ok()?;
    let mut transport = Transport::plain(socket);
    codec.initial_setup(&mut transport).await.then(|| Framed::new(transport, codec))
}

/// Sends what comes, tells what it hears, until either side has no more.
pub async fn pass<C: TfCodec>(
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
