// SPDX-License-Identifier: MIT
//! The crate's TLS, with a certificate that the test has made.

use std::sync::Arc;

use tfserver::tokio_rustls::rustls::pki_types::pem::PemObject;
use tfserver::tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tfserver::tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tfserver::tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

fn certificate(file: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file).expect("a certificate")
}

/// Nobody looks whether the key is that of the certificate: who shows a stranger's has another one.
pub fn server(files: &(String, String)) -> ServerConfig {
    let key = PrivateKeyDer::from_pem_file(&files.1).expect("a key");
    let builder = ServerConfig::builder();
    let key = builder.crypto_provider().key_provider.load_private_key(key).expect("a key of a known kind");
    let shown = SingleCertAndKey::from(CertifiedKey::new(vec![certificate(&files.0)], key));
    builder.with_no_client_auth().with_cert_resolver(Arc::new(shown))
}

pub fn client(trusted: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(trusted)).expect("a certificate to trust");
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}
