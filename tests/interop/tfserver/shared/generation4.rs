// SPDX-License-Identifier: MIT
//! Versions 0.4 of the crate.

use std::net::SocketAddr;
use std::sync::Arc;

use tfserver::codec::codec_trait::TfCodec;
use tfserver::rkyv;
use tfserver::server::handler::{AcceptFn, Route, ServeFuture};
use tfserver::server::server_router::TfServerRouter;
use tfserver::tokio_util::bytes::{Bytes, BytesMut};
use tokio::sync::oneshot;

use crate::kind::Kind;
use crate::{stream, value, StructureType};

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

pub fn router<C: TfCodec + 'static>() -> TfServerRouter<C, ()> {
    let mut router = TfServerRouter::new(Box::new(Kind(0)));
    let route = |serve| Arc::new(Route { state: Arc::new(()), serve });
    router.add_route(route(echo::<C>), "echo".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(fail::<C>), "fail".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(echo::<C>), "typed".into(), vec![Box::new(Kind(7))]);
    router.add_route(route(hand_off::<C>), "handoff".into(), vec![Box::new(Kind(0))]);
    router.add_route(route(panicking::<C>), "panic".into(), vec![Box::new(Kind(0))]);
    router.commit_routes();
    router
}

pub fn value_bytes() -> Vec<u8> {
    rkyv::to_bytes::<rkyv::rancor::Error>(&value::sample()).expect("a structure").to_vec()
}

pub fn is_value(bytes: &[u8]) -> bool {
    rkyv::from_bytes::<value::Sample, rkyv::rancor::Error>(bytes).is_ok_and(|value| value == value::sample())
}
