// SPDX-License-Identifier: MIT
//! Version 0.3 of the crate.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::Arc;

use tfserver::async_trait::async_trait;
use tfserver::codec::codec_trait::TfCodec;
use tfserver::server::handler::Handler;
use tfserver::server::server_router::TfServerRouter;
use tfserver::structures::s_type::BINCODE_CFG;
use tfserver::structures::traffic_proc::TrafficProcessorHolder;
use tfserver::structures::transport::Transport;
use tfserver::tokio_util::bytes::BytesMut;
use tfserver::tokio_util::codec::Framed;
use tokio::sync::{oneshot, RwLock};

use crate::kind::Kind;
use crate::{stream, value, StructureType};

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Echo,
    Failure,
    HandOff,
    Panic,
}

struct Answering<C> {
    answer: Answer,
    codec: PhantomData<C>,
}

fn answering<C>(answer: Answer) -> Arc<RwLock<Answering<C>>> {
    Arc::new(RwLock::new(Answering { answer, codec: PhantomData }))
}

#[async_trait]
impl<C: TfCodec> Handler for Answering<C> {
    type Codec = C;

    async fn serve_route(
        &mut self,
        client: (SocketAddr, &mut Option<oneshot::Sender<Arc<RwLock<dyn Handler<Codec = C>>>>>),
        _: Box<dyn StructureType>,
        data: BytesMut,
    ) -> Result<Vec<u8>, Vec<u8>> {
        match self.answer {
            Answer::Echo => Ok(data.to_vec()),
            Answer::Failure => Err([b"refused: ", &data[..]].concat()),
            Answer::HandOff => {
                if let Some(channel) = client.1.take() {
                    let _ = channel.send(answering::<C>(Answer::HandOff));
                }
                Ok(b"switched".to_vec())
            }
            Answer::Panic => panic!("as a handler may"),
        }
    }

    async fn accept_stream(&mut self, _: SocketAddr, stream: (Framed<Transport, C>, TrafficProcessorHolder<C>)) {
        stream::echo_until_quit(stream.0).await;
    }
}

pub fn router<C: TfCodec + 'static>() -> TfServerRouter<C> {
    let mut router = TfServerRouter::new(Box::new(Kind(0)));
    router.add_route(answering::<C>(Answer::Echo), "echo".into(), vec![Box::new(Kind(0))]);
    router.add_route(answering::<C>(Answer::Failure), "fail".into(), vec![Box::new(Kind(0))]);
    router.add_route(answering::<C>(Answer::Echo), "typed".into(), vec![Box::new(Kind(7))]);
    router.add_route(answering::<C>(Answer::HandOff), "handoff".into(), vec![Box::new(Kind(0))]);
    router.add_route(answering::<C>(Answer::Panic), "panic".into(), vec![Box::new(Kind(0))]);
    router.commit_routes();
    router
}

pub fn value_bytes() -> Vec<u8> {
    tfserver::bincode::serde::encode_to_vec(value::sample(), BINCODE_CFG).expect("a structure")
}

pub fn is_value(bytes: &[u8]) -> bool {
    tfserver::bincode::serde::decode_from_slice::<value::Sample, _>(bytes, BINCODE_CFG)
        .is_ok_and(|(value, read)| read == bytes.len() && value == value::sample())
}
