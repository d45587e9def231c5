// SPDX-License-Identifier: MIT
macro_rules! new_server {
    ($address:expr, $router:expr, $codec:expr, $tls:expr) => {{
        assert!($tls.is_none(), "built without the crate's TLS");
        tfserver::server::server::TfServer::new(
            $address,
            $router,
            None,
            $codec,
            tfserver::server::server::ServerMode::Tcp,
        )
    }};
}

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
#[path = "../../shared/value.rs"]
mod value;
#[path = "../../shared/generation4.rs"]
mod version;

use tfserver::structures::s_type::StructureType;

fn tcp(trusted: Option<&str>) -> tfserver::client::ClientMode {
    assert!(trusted.is_none(), "built without the crate's TLS");
    tfserver::client::ClientMode::Tcp
}

fn main() {
    driver::main();
}
