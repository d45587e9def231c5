// SPDX-License-Identifier: MIT
//! The crate's TLS, with a certificate that the test has made.

use tfserver::tokio_rustls::rustls::pki_types::pem::PemObject;
use tfserver::tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tfserver::tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

fn certificate(file: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file).expect("a certificate")
}

pub fn server(files: &(String, String)) -> ServerConfig {
    let key = PrivateKeyDer::from_pem_file(&files.1).expect("a key");
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate(&files.0)], key)
        .expect("a certificate and its key")
}

pub fn client(trusted: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(trusted)).expect("a certificate to trust");
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}
