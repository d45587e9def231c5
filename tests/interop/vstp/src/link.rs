// SPDX-License-Identifier: MIT
//! One connection, by whichever API of the crate carries it.

use futures::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::codec::Framed;
use vstp::tcp::server::VstpTcpConnection;
use vstp::{encode_frame, Frame, VstpError, VstpFrameCodec, VstpTcpClient};

pub enum Link {
    /// From the crate's server.
    Accepted(VstpTcpConnection),
    /// The crate's client.
    Connected(VstpTcpClient),
    /// The crate's codec on a socket of our own: for writes that the crate's own classes never make.
    Raw(Framed<TcpStream, VstpFrameCodec>),
}

impl Link {
    pub fn raw(socket: TcpStream) -> std::io::Result<Self> {
        // Without this, bytes written one by one would leave together.
        socket.set_nodelay(true)?;
        Ok(Link::Raw(Framed::new(socket, VstpFrameCodec::default())))
    }

    /// Nothing at the end of the peer's stream. May be dropped and called again.
    pub async fn recv(&mut self) -> Result<Option<Frame>, VstpError> {
        match self {
            Link::Accepted(connection) => connection.recv().await,
            Link::Connected(client) => client.recv().await,
            Link::Raw(framed) => framed.next().await.transpose(),
        }
    }

    /// The crate's own classes send them one after the other, a raw link with a single write.
    pub async fn send(&mut self, frames: Vec<Frame>) -> Result<(), VstpError> {
        match self {
            Link::Accepted(connection) => {
                for frame in frames {
                    connection.send(frame).await?;
                }
            }
            Link::Connected(client) => {
                for frame in frames {
                    client.send(frame).await?;
                }
            }
            Link::Raw(framed) => {
                let mut all = Vec::new();
                for frame in &frames {
                    all.extend_from_slice(&encode_frame(frame)?);
                }
                framed.get_mut().write_all(&all).await?;
            }
        }
        Ok(())
    }

    /// Bytes as they stand, `piece` of them with each write (0: all at once).
    pub async fn write(&mut self, bytes: &[u8], piece: usize) -> Result<(), VstpError> {
        let socket = self.socket()?;
        let piece = if piece == 0 { bytes.len().max(1) } else { piece };
        for part in bytes.chunks(piece) {
            socket.write_all(part).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// As the crate's client does it: BYE, then the end of our direction. Raw links end it without a word.
    pub async fn finish(&mut self) -> Result<(), VstpError> {
        match self {
            Link::Accepted(_) => Err(VstpError::Protocol("the crate's server cannot half-close".into())),
            Link::Connected(client) => client.close().await,
            Link::Raw(framed) => Ok(framed.get_mut().shutdown().await?),
        }
    }

    /// Dropped after this, the connection ends with a reset.
    pub fn arm_reset(&mut self) -> Result<(), VstpError> {
        Ok(self.socket()?.set_zero_linger()?)
    }

    fn socket(&mut self) -> Result<&mut TcpStream, VstpError> {
        match self {
            Link::Raw(framed) => Ok(framed.get_mut()),
            _ => Err(VstpError::Protocol("only on a raw connection".into())),
        }
    }
}
