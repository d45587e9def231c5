// SPDX-License-Identifier: MIT
//! A task for each connection: prints what arrives, does what the test says, answers what it was told to answer.

use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};
use vstp::{Flags, Frame, FrameType, VstpError};

use crate::frames::{from_hex, to_json, FrameText};
use crate::lines::event;
use crate::link::Link;
use crate::Failure;

/// What is answered without being told for each frame. The crate has no policy of its own here.
#[derive(Clone, Copy, Default)]
pub struct Policy {
    pub echo: bool,
    pub ack: bool,
    pub pong: bool,
    pub welcome: bool,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// Frames, encoded by the crate.
    Send { frames: Vec<FrameText> },
    /// Raw bytes; `piece` of them with each write.
    Write {
        hex: String,
        #[serde(default)]
        piece: usize,
    },
    /// Frames encoded by the crate, the bytes written piece by piece.
    Drip { frames: Vec<FrameText>, piece: usize },
    /// BYE where the crate does that, and the end of our direction.
    Finish,
    /// Stops or resumes reading.
    Read { on: bool },
    /// Closes the socket.
    Drop,
    /// Closes it with a reset.
    Reset,
}

/// Starts the task; dropping the sender closes the connection.
pub fn start(id: u64, link: Link, policy: Policy) -> UnboundedSender<Action> {
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        let outcome = run(id, link, policy, receiver).await;
        if let Err(failure) = outcome {
            // Without its input or output the program has no purpose.
            eprintln!("{}", failure.text());
            std::process::exit(i32::from(failure.status()));
        }
    });
    sender
}

async fn run(id: u64, mut link: Link, policy: Policy, mut actions: UnboundedReceiver<Action>) -> Result<(), Failure> {
    let mut reading = true;
    loop {
        tokio::select! {
            biased;
            action = actions.recv() => match action {
                None | Some(Action::Drop) => return event(&json!({ "event": "dropped", "connection": id })),
                Some(Action::Reset) => {
                    report(id, "armed", link.arm_reset())?;
                    return event(&json!({ "event": "dropped", "connection": id }));
                }
                Some(Action::Read { on }) => reading = on,
                Some(action) => perform(id, &mut link, action).await?,
            },
            received = link.recv(), if reading => match received {
                Ok(Some(frame)) => {
                    event(&json!({ "event": "frame", "connection": id, "frame": to_json(&frame) }))?;
                    if let Err(error) = answer(&mut link, policy, frame).await {
                        report(id, "answered", Err(error))?;
                    }
                }
                Ok(None) => {
                    reading = false;
                    event(&json!({ "event": "ended", "connection": id }))?;
                }
                Err(error) => {
                    reading = false;
                    event(&json!({ "event": "broken", "connection": id, "error": error.to_string() }))?;
                }
            },
        }
    }
}

async fn perform(id: u64, link: &mut Link, action: Action) -> Result<(), Failure> {
    match action {
        Action::Send { frames } => {
            let frames = encodable(&frames)?;
            report(id, "sent", link.send(frames).await)
        }
        Action::Write { hex, piece } => {
            let bytes = from_hex(&hex).map_err(Failure::Input)?;
            report(id, "sent", link.write(&bytes, piece).await)
        }
        Action::Drip { frames, piece } => {
            let mut bytes = Vec::new();
            for frame in encodable(&frames)? {
                match vstp::encode_frame(&frame) {
                    Ok(encoded) => bytes.extend_from_slice(&encoded),
                    Err(error) => return report(id, "sent", Err(error)),
                }
            }
            report(id, "sent", link.write(&bytes, piece).await)
        }
        Action::Finish => report(id, "finished", link.finish().await),
        Action::Read { .. } | Action::Drop | Action::Reset => Ok(()),
    }
}

fn encodable(frames: &[FrameText]) -> Result<Vec<Frame>, Failure> {
    frames.iter().map(|text| text.frame().map_err(Failure::Input)).collect()
}

/// The ACK goes first, as vstp's easy client requires it.
async fn answer(link: &mut Link, policy: Policy, frame: Frame) -> Result<(), VstpError> {
    if policy.ack && frame.flags.contains(Flags::REQ_ACK) && frame.typ != FrameType::Ack {
        let mut ack = Frame::new(FrameType::Ack);
        if let Some(id) = frame.get_header("msg-id") {
            ack = ack.with_header("msg-id", id);
        }
        link.send(vec![ack]).await?;
    }
    if policy.welcome && frame.typ == FrameType::Hello {
        return link.send(vec![Frame::new(FrameType::Welcome)]).await;
    }
    if policy.pong && frame.typ == FrameType::Ping {
        let mut pong = frame;
        pong.typ = FrameType::Pong;
        return link.send(vec![pong]).await;
    }
    if policy.echo && !matches!(frame.typ, FrameType::Hello | FrameType::Bye | FrameType::Ping) {
        return link.send(vec![frame]).await;
    }
    Ok(())
}

fn report(id: u64, done: &str, outcome: Result<(), VstpError>) -> Result<(), Failure> {
    match outcome {
        Ok(()) => event(&json!({ "event": done, "connection": id })),
        Err(error) => event(&json!({ "event": "failed", "connection": id, "error": error.to_string() })),
    }
}
