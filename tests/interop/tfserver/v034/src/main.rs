// SPDX-License-Identifier: MIT
#[path = "../../shared/credentials.rs"]
mod credentials;
#[path = "../../shared/driver.rs"]
mod driver;
#[path = "../../shared/endpoint.rs"]
mod endpoint;
#[path = "../../shared/kind.rs"]
mod kind;
#[path = "../../shared/lines.rs"]
mod lines;
#[path = "../../shared/processors.rs"]
mod processors;
#[path = "../../shared/stream.rs"]
mod stream;
#[path = "../../shared/tls.rs"]
mod tls;
#[path = "../../shared/value.rs"]
mod value;
#[path = "../../shared/generation3.rs"]
mod version;

use tfserver::structures::s_type::StructureType;

/// What a processor is given of a body on its way out.
type Outgoing = Vec<u8>;

fn main() {
    driver::main();
}
