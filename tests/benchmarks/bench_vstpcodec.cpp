// SPDX-License-Identifier: MIT
// What one frame costs in the inner ring. Each row works through a buffer of many frames, as a turn of a
// connection does; `of_yardstick` says how its bytes per second compare with one memcpy and one CRC-32 of the
// same frames, which is what no codec of this format can go below.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include <benchmark/benchmark.h>

#include "wire/checksum.h"
#include "wire/vstp/codec.h"
#include "wire/vstp/dissector.h"
#include "wire/vstp/framing.h"

namespace {

using namespace Halyard::Wire;

constexpr std::size_t Limit = 8'388'608;
constexpr std::size_t MaxHeaders = 256;

/// Frames of one size, back to back: plain ones, or with the headers of a request.
struct Stream {
    Bytes bytes;
    std::size_t frames = 0;
    std::size_t frameBytes = 0;
    HeaderBlock headers {HeaderLayout::Short};
    Bytes payload;
};

Stream makeStream(std::size_t payloadBytes, bool request)
{
    Stream stream;
    stream.payload = Bytes(payloadBytes, std::byte {0x5a});
    if (request && (!stream.headers.append("route", "echo") || !stream.headers.append("id", 1'000'000U)))
        return {};
    const auto frame = Vstp::encodeFrame(
        {Vstp::FrameType::Data, 0, stream.headers.view(), stream.payload}, Vstp::Profile::R);
    if (!frame)
        return {};
    stream.frameBytes = frame->size();
    stream.frames = std::clamp<std::size_t>(256 * 1024 / stream.frameBytes, 1, 1024);
    for (std::size_t i = 0; i < stream.frames; ++i)
        stream.bytes.insert(stream.bytes.end(), frame->begin(), frame->end());
    return stream;
}

/// Seconds per pass of a memcpy and a CRC-32 for each frame of the stream.
double yardstick(const Stream &stream)
{
    using Clock = std::chrono::steady_clock;
    Bytes copy(stream.frameBytes);
    std::chrono::duration<double> best = std::chrono::hours(1);
    for (int attempt = 0; attempt < 50; ++attempt) {
        const auto begin = Clock::now();
        for (std::size_t at = 0; at < stream.bytes.size(); at += stream.frameBytes) {
            std::memcpy(copy.data(), stream.bytes.data() + at, stream.frameBytes);
            benchmark::DoNotOptimize(crc32(copy));
        }
        best = std::min<std::chrono::duration<double>>(best, Clock::now() - begin);
    }
    return best.count();
}

/// Counts bytes and frames, and compares with the yardstick. A row whose passes did not all see every frame
/// fails.
void finish(benchmark::State &state, const Stream &stream, std::size_t framesSeen, double seconds)
{
    const auto passes = std::size_t(state.iterations());
    if (framesSeen != passes * stream.frames || framesSeen == 0)
        return state.SkipWithError("frames were lost");
    state.SetBytesProcessed(std::int64_t(passes * stream.bytes.size()));
    state.SetItemsProcessed(std::int64_t(framesSeen));
    state.counters["of_yardstick"] = yardstick(stream) * double(passes) / seconds;
}

/// Times `pass`, which returns the frames it has worked through.
template <class Pass>
void measure(benchmark::State &state, const Stream &stream, Pass pass)
{
    std::size_t seen = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (auto iteration : state) {
        static_cast<void>(iteration);
        seen += pass();
    }
    finish(
        state, stream, seen, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

void decode(benchmark::State &state)
{
    const Stream stream = makeStream(std::size_t(state.range(0)), state.range(1) != 0);
    const Vstp::VstpFraming vstp;
    const Framing &framing = vstp; // as an engine sees it
    measure(state, stream, [&] {
        std::size_t frames = 0;
        for (ByteView rest = stream.bytes; !rest.empty();) {
            const auto extent = framing.measure(rest, Limit);
            if (!extent || !*extent || !framing.check(rest.first((*extent)->total()), **extent))
                return frames;
            const auto frame = Vstp::parseBody(
                rest.subspan((*extent)->header, (*extent)->body), Vstp::Profile::R, MaxHeaders);
            if (!frame)
                return frames;
            benchmark::DoNotOptimize(frame->payload.data());
            rest = rest.subspan((*extent)->total());
            ++frames;
        }
        return frames;
    });
}

void encode(benchmark::State &state)
{
    const Stream stream = makeStream(std::size_t(state.range(0)), state.range(1) != 0);
    const Vstp::VstpFraming vstp;
    const Framing &framing = vstp;
    const ByteView block = stream.headers.view().bytes();
    Bytes output(stream.bytes.size());
    measure(state, stream, [&] {
        const Extent most = framing.maxOverhead();
        const std::size_t size = Vstp::bodySize(block.size(), stream.payload.size());
        std::size_t frames = 0;
        for (MutableBytes rest = output; !rest.empty(); ++frames) {
            const MutableBytes body = rest.subspan(most.header, size);
            Vstp::writeBodyPrefix(body, Vstp::FrameType::Data, 0, block.size(), stream.payload.size());
            copyBytes(stream.payload, copyBytes(block, body.data() + Vstp::BodyPrefixBytes));
            const Extent extent = framing.extentFor(body);
            framing.wrap(rest.first(extent.total()), extent);
            rest = rest.subspan(extent.total());
        }
        benchmark::ClobberMemory();
        return frames;
    });
    if (output != stream.bytes)
        state.SkipWithError("the frames are wrong");
}

void dissect(benchmark::State &state)
{
    const Stream stream = makeStream(std::size_t(state.range(0)), state.range(1) != 0);
    measure(state, stream, [&] {
        Vstp::VstpDissector dissector;
        dissector.feed(Direction::ClientToServer, stream.bytes, {});
        std::size_t frames = 0;
        while (const auto dissection = dissector.next())
            frames += dissection->complete && dissection->severity() != Severity::Error ? 1 : 0;
        return frames;
    });
}

void frameSizes(benchmark::internal::Benchmark *benchmark)
{
    benchmark->ArgNames({"payload", "request"});
    for (const std::int64_t request : {0, 1}) {
        for (const std::int64_t payload : {0, 64, 1'024, 65'536, 1'048'576})
            benchmark->Args({payload, request});
    }
}

BENCHMARK(decode)->Apply(frameSizes);
BENCHMARK(encode)->Apply(frameSizes);
BENCHMARK(dissect)->Apply(frameSizes);

} // namespace

BENCHMARK_MAIN();
