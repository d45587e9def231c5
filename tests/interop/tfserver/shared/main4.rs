// SPDX-License-Identifier: MIT
//! The whole of a peer of generation 4, whichever version of the crate its package names.

mod credentials;
mod driver;
mod endpoint;
mod kind;
mod lines;
mod processors;
mod stream;
mod tls;
mod value;
#[path = "generation4.rs"]
mod version;

use tfserver::structures::s_type::StructureType;

/// What a processor is given of a body on its way out.
type Outgoing = tfserver::tokio_util::bytes::Bytes;

fn main() {
    driver::main();
}
