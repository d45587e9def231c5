// SPDX-License-Identifier: MIT
//! The whole of a peer of generation 4, whichever version of the crate its package names.

macro_rules! new_server {
    ($address:expr, $router:expr, $processors:expr, $codec:expr, $tls:expr) => {
        tfserver::server::server::TfServer::new(
            $address,
            $router,
            $processors,
            $codec,
            $tls.as_ref().map(crate::tls::server),
            tfserver::server::server::ServerMode::Tcp,
        )
    };
}

mod credentials;
mod driver;
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

fn tcp(trusted: Option<&str>) -> tfserver::client::ClientMode {
    tfserver::client::ClientMode::Tcp { client_config: trusted.map(tls::client) }
}

fn main() {
    driver::main();
}
