// SPDX-License-Identifier: MIT
//! The crate's encoder and decoder without sockets.

use bytes::BytesMut;
use serde_json::json;
use vstp::{encode_frame, try_decode_frame};

use crate::frames::{from_hex, to_hex, to_json, FrameText};
use crate::lines::{event, Input};
use crate::Failure;

/// What the crate's own codec uses on TCP.
const DEFAULT_LIMIT: usize = 8 * 1024 * 1024;

pub async fn encode() -> Result<(), Failure> {
    let mut input = Input::new();
    while let Some(text) = input.command::<FrameText>().await? {
        let frame = text.frame().map_err(Failure::Input)?;
        match encode_frame(&frame) {
            Ok(bytes) => event(&json!({ "hex": to_hex(&bytes) }))?,
            Err(error) => event(&json!({ "error": error.to_string() }))?,
        }
    }
    Ok(())
}

/// All frames of a line, then whether more bytes are awaited or an error ended it, and what was left over.
pub async fn decode(options: &[String]) -> Result<(), Failure> {
    let limit = match options {
        [] => DEFAULT_LIMIT,
        [name, number] if name == "--limit" => {
            number.parse().map_err(|_| Failure::Usage(format!("no number of bytes: {number}")))?
        }
        _ => return Err(Failure::Usage("decode [--limit BYTES]".into())),
    };
    let mut input = Input::new();
    while let Some(line) = input.line().await? {
        let mut buffer = BytesMut::from(&from_hex(&line).map_err(Failure::Input)?[..]);
        let mut frames = Vec::new();
        let error = loop {
            match try_decode_frame(&mut buffer, limit) {
                Ok(Some(frame)) => frames.push(to_json(&frame)),
                Ok(None) => break String::new(),
                Err(error) => break error.to_string(),
            }
        };
        event(&json!({ "frames": frames, "error": error, "left": buffer.len() }))?;
    }
    Ok(())
}
