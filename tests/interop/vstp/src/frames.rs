// SPDX-License-Identifier: MIT
//! Frames as JSON. Keys, values and payloads are hex; a large payload is named by its size and a hash on the
//! way out, by its size and the seed of its pattern on the way in.

use serde::Deserialize;
use serde_json::{json, Value};
use vstp::{Flags, Frame, FrameType, Header};

/// Payloads up to this size are printed in full.
const PRINTED_PAYLOAD_BYTES: usize = 1 << 17;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameText {
    /// The code of the type on the wire.
    #[serde(rename = "type")]
    typ: u8,
    #[serde(default)]
    flags: u8,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    payload: String,
    pattern: Option<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    size: usize,
    seed: u64,
}

impl FrameText {
    pub fn frame(&self) -> Result<Frame, String> {
        let typ = FrameType::from_u8(self.typ).ok_or_else(|| format!("no frame type {}", self.typ))?;
        let mut frame = Frame::new(typ);
        frame.flags = Flags::from_bits(self.flags).ok_or_else(|| format!("no flags {}", self.flags))?;
        for (key, value) in &self.headers {
            frame.headers.push(Header::new(from_hex(key)?, from_hex(value)?));
        }
        frame.payload = match &self.pattern {
            Some(pattern) => pattern_bytes(pattern.size, pattern.seed),
            None => from_hex(&self.payload)?,
        };
        Ok(frame)
    }
}

pub fn to_json(frame: &Frame) -> Value {
    let headers: Vec<Value> =
        frame.headers.iter().map(|header| json!([to_hex(&header.key), to_hex(&header.value)])).collect();
    let mut value = json!({
        "type": frame.typ as u8,
        "flags": frame.flags.bits(),
        "headers": headers,
        "size": frame.payload.len(),
        "hash": format!("{:016x}", hash(&frame.payload)),
    });
    if frame.payload.len() <= PRINTED_PAYLOAD_BYTES {
        value["payload"] = Value::String(to_hex(&frame.payload));
    }
    value
}

/// FNV-1a, 64 bits: tells payloads apart, and is a few lines on the other side too.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The low bytes of a linear congruential sequence: no period that a lost block could hide in.
fn pattern_bytes(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    (0..size)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

pub fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err("hex with an odd number of digits".into());
    }
    digits.chunks_exact(2).map(|pair| Ok(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}

fn nibble(digit: u8) -> Result<u8, String> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
        .ok_or_else(|| format!("no hex digit: byte {digit}"))
}
