// SPDX-License-Identifier: MIT
//! Traffic processors that do not commute, each a letter: `r` turns a body round, `x` changes every byte by its
//! place. Both are their own inverses. What a body is outgoing differs between the generations.

use std::marker::PhantomData;

use tfserver::async_trait::async_trait;
use tfserver::codec::codec_trait::TfCodec;
use tfserver::structures::traffic_proc::{TrafficProcess, TrafficProcessorHolder};
use tfserver::structures::transport::Transport;
use tfserver::tokio_util::bytes::BytesMut;
use tfserver::tokio_util::codec::Framed;

use crate::Outgoing;

struct Processor<C> {
    letter: char,
    codec: PhantomData<fn() -> C>,
}

impl<C> Processor<C> {
    fn process(&self, body: &mut [u8]) {
        match self.letter {
            'r' => body.reverse(),
            'x' => body.iter_mut().enumerate().for_each(|(place, byte)| *byte ^= place as u8 ^ 0x55),
            other => panic!("no processor {other}"),
        }
    }
}

#[async_trait]
impl<C: TfCodec + 'static> TrafficProcess for Processor<C> {
    type Codec = C;

    async fn initial_connect(&mut self, _: &mut Transport) -> bool {
        true
    }

    async fn initial_framed_connect(&mut self, _: &mut Framed<Transport, C>) -> bool {
        true
    }

    async fn post_process_traffic(&mut self, data: Outgoing) -> Outgoing {
        let mut body = data.to_vec();
        self.process(&mut body);
        body.into()
    }

    async fn pre_process_traffic(&mut self, mut data: BytesMut) -> BytesMut {
        self.process(&mut data);
        data
    }

    fn clone(&self) -> Box<dyn TrafficProcess<Codec = C>> {
        Box::new(Self { letter: self.letter, codec: PhantomData })
    }
}

/// A processor for each letter, in their order; nothing where there are none.
pub fn holder<C: TfCodec + 'static>(letters: &str) -> Option<TrafficProcessorHolder<C>> {
    let mut holder = TrafficProcessorHolder::new();
    for letter in letters.chars() {
        holder.register_processor(Box::new(Processor { letter, codec: PhantomData }));
    }
    (!letters.is_empty()).then_some(holder)
}
