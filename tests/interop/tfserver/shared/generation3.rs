// SPDX-License-Identifier: MIT
//! Version 0.3 of the crate.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::Arc;

use tfserver::async_trait::async_trait;
use tfserver::client::{ClientConnect, ClientMode, ClientRequest, DataRequest, HandlerInfo};
use tfserver::codec::codec_trait::TfCodec;
use tfserver::codec::length_delimited::LengthDelimitedCodec;
use tfserver::server::handler::Handler;
use tfserver::server::server::{ServerMode, TfServer};
use tfserver::server::server_router::TfServerRouter;
use tfserver::structures::traffic_proc::TrafficProcessorHolder;
use tfserver::structures::transport::Transport;
use tfserver::tokio_util::bytes::BytesMut;
use tfserver::tokio_util::codec::Framed;
use tokio::sync::oneshot;
use tokio::sync::RwLock;

use crate::credentials::{client_codec, server_codec};
use crate::driver::{Call, Seal, Target};
use crate::kind::Kind;
use crate::StructureType;

const MAX_BODY: usize = 8 * 1024 * 1024;

struct Answering<C> {
    fails: bool,
    codec: PhantomData<C>,
}

#[async_trait]
impl<C: TfCodec> Handler for Answering<C> {
    type Codec = C;

    async fn serve_route(
        &mut self,
        _: (SocketAddr, &mut Option<oneshot::Sender<Arc<RwLock<dyn Handler<Codec = C>>>>>),
        _: Box<dyn StructureType>,
        data: BytesMut,
    ) -> Result<Vec<u8>, Vec<u8>> {
        if self.fails {
            Err([b"refused: ", &data[..]].concat())
        } else {
            Ok(data.to_vec())
        }
    }

    async fn accept_stream(&mut self, _: SocketAddr, _: (Framed<Transport, C>, TrafficProcessorHolder<C>)) {}
}

async fn start<C: TfCodec>(address: String, codec: C) -> bool {
    let mut router = TfServerRouter::new(Box::new(Kind(0)));
    let route = |fails| Arc::new(RwLock::new(Answering::<C> { fails, codec: PhantomData }));
    router.add_route(route(false), "echo".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(true), "fail".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(false), "typed".into(), vec![Box::new(Kind(7))]);
    router.commit_routes();
    match TfServer::new(address, Arc::new(router), None, codec, None, ServerMode::Tcp).await {
        Ok(mut server) => {
            server.start().await;
            // Its listener lives in the task; this is only the handle that could stop it.
            std::mem::forget(server);
            true
        }
        Err(_) => false,
    }
}

pub async fn serve(address: String, seal: Option<Seal>) -> bool {
    match seal {
        Some(seal) => start(address, server_codec(seal)).await,
        None => start(address, LengthDelimitedCodec::new(MAX_BODY)).await,
    }
}

pub async fn connect(address: String, seal: Option<Seal>) -> Option<ClientConnect> {
    match seal {
        Some(seal) => dial(address, client_codec(seal)).await,
        None => dial(address, LengthDelimitedCodec::new(MAX_BODY)).await,
    }
}

async fn dial<C: TfCodec>(address: String, codec: C) -> Option<ClientConnect> {
    let mode = ClientMode::Tcp { client_config: None };
    ClientConnect::new(String::new(), address, None, codec, mode, 1024).await.ok()
}

pub async fn call(client: &ClientConnect, call: Call) -> Option<Vec<u8>> {
    let (consumer, answer) = oneshot::channel();
    let handler_info = match call.target {
        Target::Name(name) => HandlerInfo::new_named(name),
        Target::Number(number) => HandlerInfo::new_id(number),
    };
    let req = DataRequest { handler_info, data: call.data, s_type: Box::new(Kind(call.kind)) };
    client.dispatch_request(ClientRequest { req, consumer }).await.ok()?;
    answer.await.ok().map(|bytes| bytes.to_vec())
}
