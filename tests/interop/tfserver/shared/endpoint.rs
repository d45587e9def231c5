// SPDX-License-Identifier: MIT
//! Servers and clients of the crate, sealed or in clear: the same in all of its versions, but for the routes.

use std::sync::Arc;

use tfserver::client::{ClientConnect, ClientMode, ClientRequest, DataRequest, HandlerInfo};
use tfserver::codec::codec_trait::TfCodec;
use tfserver::server::server::{ServerMode, TfServer};
use tokio::sync::oneshot;

use crate::credentials::{client_codec, server_codec};
use crate::driver::{Call, Seal, Setting, Target};
use crate::kind::Kind;
use crate::{processors, stream, tls, version};

async fn start<C: TfCodec + 'static>(address: String, codec: C, setting: Setting) -> bool {
    let router = Arc::new(version::router::<C>());
    let hooks = processors::holder(&setting.processors);
    let config = setting.tls.as_ref().map(tls::server);
    match TfServer::new(address, router, hooks, codec, config, ServerMode::Tcp).await {
        Ok(mut server) => {
            server.start().await;
            // Its listener lives in the task; this is only the handle that could stop it.
            std::mem::forget(server);
            true
        }
        Err(_) => false,
    }
}

pub async fn serve(address: String, seal: Option<Seal>, setting: Setting) -> bool {
    match seal {
        Some(seal) => start(address, server_codec(seal), setting).await,
        None => start(address, stream::clear_codec(), setting).await,
    }
}

pub async fn connect(
    address: String,
    seal: Option<Seal>,
    trusted: Option<&str>,
    processors: &str,
) -> Option<ClientConnect> {
    let mode = ClientMode::Tcp { client_config: trusted.map(tls::client) };
    match seal {
        Some(seal) => dial(address, client_codec(seal), mode, processors).await,
        None => dial(address, stream::clear_codec(), mode, processors).await,
    }
}

async fn dial<C: TfCodec + 'static>(
    address: String,
    codec: C,
    mode: ClientMode,
    processors: &str,
) -> Option<ClientConnect> {
    ClientConnect::new("localhost".into(), address, processors::holder(processors), codec, mode, 1024).await.ok()
}

pub async fn call(client: &ClientConnect, call: Call) -> Option<Vec<u8>> {
    let (consumer, answer) = oneshot::channel();
    let handler_info = match call.target {
        Target::Name(name) => HandlerInfo::new_named(name),
        Target::Number(number) => HandlerInfo::new_id(number),
    };
    let req = DataRequest { handler_info, data: call.data.into(), s_type: Box::new(Kind(call.kind)) };
    client.dispatch_request(ClientRequest { req, consumer }).await.ok()?;
    answer.await.ok().map(|bytes| bytes.to_vec())
}
