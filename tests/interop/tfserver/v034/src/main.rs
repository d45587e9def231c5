// SPDX-License-Identifier: MIT
#[path = "../../shared/credentials.rs"]
mod credentials;
#[path = "../../shared/driver.rs"]
mod driver;
#[path = "../../shared/kind.rs"]
mod kind;
#[path = "../../shared/lines.rs"]
mod lines;
#[path = "../../shared/stream.rs"]
mod stream;
#[path = "../../shared/tls.rs"]
mod tls;
#[path = "../../shared/value.rs"]
mod value;
#[path = "../../shared/generation3.rs"]
mod version;

use tfserver::structures::s_type::StructureType;

fn main() {
    driver::main();
}
