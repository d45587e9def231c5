// SPDX-License-Identifier: MIT
//! The published crate `vstp` as a peer for Halyard's tests. One program, driven line by line: JSON commands
//! come in on standard input, JSON events leave on standard output, and the end of standard input ends it.
//!
//! Exit status: 0 done, 2 wrong usage, 3 could not listen, 4 a line of input was not understood, 5 standard
//! output was closed.

mod client;
mod codec;
mod connection;
mod easy;
mod frames;
mod lines;
mod link;
mod serve;

use std::process::ExitCode;

/// Why the program ends early; the number is its exit status.
pub enum Failure {
    Usage(String),
    Listen(String),
    Input(String),
    Output(String),
}

impl Failure {
    fn status(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Listen(_) => 3,
            Failure::Input(_) => 4,
            Failure::Output(_) => 5,
        }
    }

    fn text(&self) -> &str {
        match self {
            Failure::Usage(text) | Failure::Listen(text) | Failure::Input(text) | Failure::Output(text) => text,
        }
    }
}

const USAGE: &str = "halyard-interop-vstp COMMAND
  encode                      frames in JSON to frames in hex, line by line
  decode [--limit BYTES]      bytes in hex to frames in JSON, line by line
  serve [--raw] [--echo] [--ack] [--pong] [--welcome]
                              a server on the crate's accept API (--raw: its codec on a plain socket)
  serve-mute                  a server on the crate's run API, which cannot answer
  serve-easy                  a server on the crate's easy API; echoes JSON
  client                      clients on the crate's TCP API, or raw ones, as the commands say
  client-easy                 a client on the crate's easy API";

async fn run(arguments: Vec<String>) -> Result<(), Failure> {
    let mut arguments = arguments.into_iter();
    let command = arguments.next().ok_or_else(|| Failure::Usage(USAGE.into()))?;
    let options: Vec<String> = arguments.collect();
    if command != "serve" && command != "decode" && !options.is_empty() {
        return Err(Failure::Usage(format!("{command} takes no options")));
    }
    match command.as_str() {
        "encode" => codec::encode().await,
        "decode" => codec::decode(&options).await,
        "serve" => serve::serve(&options).await,
        "serve-mute" => serve::serve_mute().await,
        "serve-easy" => easy::serve().await,
        "client" => client::run().await,
        "client-easy" => easy::client().await,
        _ => Err(Failure::Usage(USAGE.into())),
    }
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(5);
        }
    };
    let outcome = runtime.block_on(run(std::env::args().skip(1).collect()));
    // A thread may still be waiting for standard input: not our business any more.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.text());
            ExitCode::from(failure.status())
        }
    }
}
