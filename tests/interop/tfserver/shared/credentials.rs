// SPDX-License-Identifier: MIT
//! The crate asks these who may come in, and who we are.

use std::sync::Arc;

use tfserver::async_trait::async_trait;
use tfserver::codec::spake2_encrypted::{ClientCredentialProvider, ServerCredentialProvider, Spake2Encrypted};
use tfserver::tokio_util::codec::LengthDelimitedCodec;

use crate::driver::Seal;

struct Known(Seal);

#[async_trait]
impl ServerCredentialProvider for Known {
    async fn get_client_password(&self, identity: &str) -> Option<Vec<u8>> {
        (identity == self.0.user).then(|| self.0.password.clone().into_bytes())
    }
}

#[async_trait]
impl ClientCredentialProvider for Known {
    async fn get_client_credentials(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((self.0.user.clone().into_bytes(), self.0.password.clone().into_bytes()))
    }
}

pub fn server_codec(seal: Seal) -> Spake2Encrypted {
    let name = seal.server.clone();
    Spake2Encrypted::create_server(Arc::new(Known(seal)), name, LengthDelimitedCodec::new())
}

pub fn client_codec(seal: Seal) -> Spake2Encrypted {
    let name = seal.server.clone();
    Spake2Encrypted::create_client(Arc::new(Known(seal)), name, LengthDelimitedCodec::new())
}
