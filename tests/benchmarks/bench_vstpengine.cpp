// SPDX-License-Identifier: MIT
// What one message costs in an engine, without sockets and without Qt: bytes in, the message out as an event,
// the same message sent back, bytes out. The same work as one readable turn of a connection.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include <benchmark/benchmark.h>

#include "protocol/vstp/factory.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

namespace {

using namespace Halyard::Wire;

Bytes frameOf(Vstp::FrameType type, const HeaderBlock &headers, ByteView payload)
{
    return Vstp::encodeFrame({type, 0, headers.view(), payload}, Vstp::Profile::R).value_or(Bytes());
}

/// A server's engine that answers what comes: Events with the same Event, requests with a reply.
class Echo
{
public:
    explicit Echo(const Vstp::VstpFactory &factory)
        : m_engine(factory.makeEngine({.role = Role::Server, .limits = {}, .filters = {}, .random = {}}))
    {
        m_engine->start(m_now);
    }

    /// Feeds the bytes as reads of a socket would and returns how many messages were answered.
    std::size_t turn(ByteView bytes)
    {
        std::size_t answered = 0;
        while (!bytes.empty()) {
            const MutableBytes space = m_engine->inputSpace(std::min<std::size_t>(bytes.size(), 65'536));
            if (space.empty())
                return 0;
            std::copy_n(bytes.begin(), space.size(), space.begin());
            bytes = bytes.subspan(space.size());
            m_engine->received(space.size(), m_now);
            answered += pull();
        }
        if (const auto output = m_engine->output()) {
            m_written += output->size();
            m_engine->written(output->size(), m_now);
        }
        return answered;
    }
    [[nodiscard]] std::size_t written() const { return m_written; }

private:
    std::size_t pull()
    {
        std::size_t answered = 0;
        while (const auto event = m_engine->nextEvent(m_now)) {
            const auto *received = std::get_if<MessageReceived>(&*event);
            if (received == nullptr)
                continue;
            // The views end with the next call: so a real application, too, has a copy at this point.
            m_payload.assign(received->message.payload.begin(), received->message.payload.end());
            MessageView answer;
            answer.payload = m_payload;
            if (received->message.kind == MessageKind::Request) {
                answer.kind = MessageKind::Reply;
                answer.id = received->message.id;
            }
            answered += m_engine->send(answer, m_now) ? 1 : 0;
        }
        return answered;
    }

    Now m_now {};
    std::unique_ptr<Engine> m_engine;
    Bytes m_payload;
    std::size_t m_written = 0;
};

/// Arguments: payload bytes, frames per turn, whether they are requests.
void echo(benchmark::State &state)
{
    const Bytes payload(std::size_t(state.range(0)), std::byte {0x5a});
    const auto frames = std::size_t(state.range(1));
    const bool requests = state.range(2) != 0;
    Bytes turn;
    for (std::size_t i = 0; i < frames; ++i) {
        HeaderBlock headers;
        if (requests && (!headers.append("route", "echo") || !headers.append("id", 1'000'000 + i)))
            return state.SkipWithError("no headers");
        const Bytes frame = frameOf(Vstp::FrameType::Data, headers, payload);
        turn.insert(turn.end(), frame.begin(), frame.end());
    }
    const Vstp::VstpFactory factory;
    Echo server(factory);
    HeaderBlock hello;
    if (requests) {
        if (!hello.append("halyard", "1"))
            return state.SkipWithError("no headers");
        server.turn(frameOf(Vstp::FrameType::Hello, hello, {}));
    }
    std::size_t answered = 0;
    for (auto iteration : state) {
        static_cast<void>(iteration);
        answered += server.turn(turn);
    }
    if (answered != std::size_t(state.iterations()) * frames || server.written() < answered * payload.size())
        return state.SkipWithError("messages were not answered");
    state.SetItemsProcessed(std::int64_t(answered));
    state.SetBytesProcessed(std::int64_t(state.iterations()) * std::int64_t(turn.size()));
}

BENCHMARK(echo)
    ->ArgNames({"payload", "frames", "requests"})
    ->ArgsProduct({{64}, {1, 256}, {0, 1}})
    ->Args({65'536, 4, 0})
    ->Args({65'536, 4, 1});

} // namespace

BENCHMARK_MAIN();
