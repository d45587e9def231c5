// SPDX-License-Identifier: MIT
//! Lines of JSON in, lines of JSON out, and bytes as hexadecimal text in them.

use std::io::Write;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Stdin};

pub struct Input {
    reader: BufReader<Stdin>,
}

impl Input {
    pub fn new() -> Self {
        Self { reader: BufReader::new(tokio::io::stdin()) }
    }

    /// The next command, or nothing at the end.
    pub async fn command(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.reader.read_line(&mut line).await {
            Ok(count) if count > 0 => Some(serde_json::from_str(&line).expect("a line of JSON")),
            _ => None,
        }
    }
}

/// One line out, at once: the test waits for it.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).expect("somebody who reads");
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}
