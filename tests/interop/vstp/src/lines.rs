// SPDX-License-Identifier: MIT
//! Lines in, lines out.

use std::io::Write;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Stdin};

use crate::Failure;

/// Standard input, line by line, without a limit: it comes from the test that started us.
pub struct Input {
    reader: BufReader<Stdin>,
}

impl Input {
    pub fn new() -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, tokio::io::stdin()) }
    }

    /// The next line that is not blank, or nothing at the end.
    pub async fn line(&mut self) -> Result<Option<String>, Failure> {
        loop {
            let mut line = String::new();
            let count = self.reader.read_line(&mut line).await;
            match count {
                Ok(0) => return Ok(None),
                Ok(_) if line.trim().is_empty() => {}
                Ok(_) => return Ok(Some(line.trim().to_owned())),
                Err(error) => return Err(Failure::Input(format!("standard input: {error}"))),
            }
        }
    }

    pub async fn command<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Failure> {
        match self.line().await? {
            None => Ok(None),
            Some(line) => parse(&line).map(Some),
        }
    }
}

pub fn parse<T: DeserializeOwned>(line: &str) -> Result<T, Failure> {
    serde_json::from_str(line).map_err(|error| {
        let start: String = line.chars().take(120).collect();
        Failure::Input(format!("{error}, in: {start}"))
    })
}

/// One line out, at once: the test waits for it.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Output(format!("standard output: {error}")))
}

pub fn event(value: &Value) -> Result<(), Failure> {
    print(&value.to_string())
}
