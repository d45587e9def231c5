// SPDX-License-Identifier: MIT
//! Versions 0.4 of the crate.

use std::net::SocketAddr;
use std::sync::Arc;

use tfserver::client::{ClientConnect, ClientMode, ClientRequest, DataRequest, HandlerInfo};
use tfserver::codec::codec_trait::TfCodec;
use tfserver::rkyv;
use tfserver::server::handler::{AcceptFn, Route, ServeFuture};
use tfserver::server::server_router::TfServerRouter;
use tfserver::tokio_util::bytes::{Bytes, BytesMut};
use tokio::sync::oneshot;

use crate::credentials::{client_codec, server_codec};
use crate::driver::{Call, Seal, Setting, Target};
use crate::kind::Kind;
use crate::processors;
use crate::stream;
use crate::value;
use crate::StructureType;

type Handoff<C> = Option<oneshot::Sender<(AcceptFn<(), C>, Arc<()>)>>;

fn echo<C: TfCodec>(
    _: Arc<()>,
    _: SocketAddr,
    handoff: Handoff<C>,
    _: Box<dyn StructureType>,
    data: BytesMut,
) -> ServeFuture<(), C> {
    Box::pin(async move { (Ok(data.freeze()), handoff) })
}

fn fail<C: TfCodec>(
    _: Arc<()>,
    _: SocketAddr,
    handoff: Handoff<C>,
    _: Box<dyn StructureType>,
    data: BytesMut,
) -> ServeFuture<(), C> {
    Box::pin(async move { (Err(Bytes::from([b"refused: ", &data[..]].concat())), handoff) })
}

fn hand_off<C: TfCodec>(
    _: Arc<()>,
    _: SocketAddr,
    handoff: Handoff<C>,
    _: Box<dyn StructureType>,
    _: BytesMut,
) -> ServeFuture<(), C> {
    Box::pin(async move {
        if let Some(channel) = handoff {
            let _ = channel.send((|_, _, (frames, _)| Box::pin(stream::echo_until_quit(frames)), Arc::new(())));
        }
        (Ok(Bytes::from_static(b"switched")), None)
    })
}

fn panicking<C: TfCodec>(
    _: Arc<()>,
    _: SocketAddr,
    _: Handoff<C>,
    _: Box<dyn StructureType>,
    _: BytesMut,
) -> ServeFuture<(), C> {
    Box::pin(async move { panic!("as a handler may") })
}

async fn start<C: TfCodec + 'static>(address: String, codec: C, setting: Setting) -> bool {
    let mut router = TfServerRouter::new(Box::new(Kind(0)));
    let route = |serve| Arc::new(Route { state: Arc::new(()), serve });
    router.add_route(route(echo::<C>), "echo".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(fail::<C>), "fail".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(echo::<C>), "typed".into(), vec![Box::new(Kind(7))]);
    router.add_route(route(hand_off::<C>), "handoff".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(panicking::<C>), "panic".into(), vec![Box::new(Kind(0))]);
    router.commit_routes();
    let Setting { tls, processors } = setting;
    match new_server!(address, Arc::new(router), processors::holder(&processors), codec, tls).await {
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
    let mode = crate::tcp(trusted);
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
    let req = DataRequest { handler_info, data: Bytes::from(call.data), s_type: Box::new(Kind(call.kind)) };
    client.dispatch_request(ClientRequest { req, consumer }).await.ok()?;
    answer.await.ok().map(|bytes| bytes.to_vec())
}

pub fn value_bytes() -> Vec<u8> {
    rkyv::to_bytes::<rkyv::rancor::Error>(&value::sample()).expect("a structure").to_vec()
}

pub fn is_value(bytes: &[u8]) -> bool {
    rkyv::from_bytes::<value::Sample, rkyv::rancor::Error>(bytes).is_ok_and(|value| value == value::sample())
}
