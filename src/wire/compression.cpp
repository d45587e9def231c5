// SPDX-License-Identifier: MIT
#include "wire/compression.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include <lz4.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

namespace {

constexpr std::size_t Lz4Front = 4;
constexpr int ZstdLevel = 1; // what the crate uses, whatever its settings say
constexpr std::size_t ZstdStep = 65'536;

tl::unexpected<Error> bomb(std::uint64_t plain, std::size_t compressed)
{
    return failure(ErrorCode::DecompressionBomb, ErrorOrigin::Peer,
        std::to_string(plain) + " bytes or more out of " + std::to_string(compressed));
}

bool isTooMuch(std::uint64_t plain, std::size_t compressed, const DecompressionLimits &limits)
{
    return plain > limits.maxBytes
        || (limits.maxRatio > 0 && plain > std::uint64_t(limits.maxRatio) * compressed);
}

const char *chars(ByteView bytes) noexcept { return asText(bytes).data(); }
char *writableChars(MutableBytes bytes) noexcept { return reinterpret_cast<char *>(bytes.data()); }

Result<Bytes> compressLz4(ByteView plain)
{
    if (plain.size() > LZ4_MAX_INPUT_SIZE) {
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            std::to_string(plain.size()) + " bytes for one LZ4 block");
    }
    const int size = int(plain.size());
    Bytes out(Lz4Front + std::size_t(LZ4_compressBound(size)));
    ByteWriter(out).writeU32Le(std::uint32_t(plain.size()));
    const MutableBytes block = MutableBytes(out).subspan(Lz4Front);
    const int written = LZ4_compress_default(chars(plain), writableChars(block), size, int(block.size()));
    out.resize(Lz4Front + std::size_t(std::max(written, 0)));
    return out;
}

Result<Bytes> decompressLz4(ByteView compressed, const DecompressionLimits &limits)
{
    const auto claimed = ByteReader(compressed).readU32Le();
    if (!claimed || compressed.size() == Lz4Front)
        return malformed("an LZ4 payload of " + std::to_string(compressed.size()) + " bytes");
    if (isTooMuch(*claimed, compressed.size(), limits))
        return bomb(*claimed, compressed.size());
    const ByteView block = compressed.subspan(Lz4Front);
    if (block.size() > std::size_t(std::numeric_limits<int>::max()))
        return malformed("an LZ4 block of " + std::to_string(block.size()) + " bytes");
    Bytes out(*claimed);
    const int size
        = LZ4_decompress_safe(chars(block), writableChars(out), int(block.size()), int(out.size()));
    if (size < 0 || std::size_t(size) != out.size())
        return malformed(
            "an LZ4 block that does not give the " + std::to_string(*claimed) + " bytes it claims");
    return out;
}

Result<Bytes> compressZstd(ByteView plain)
{
    Bytes out(ZSTD_compressBound(plain.size()));
    const std::size_t written = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), ZstdLevel);
    if (ZSTD_isError(written) != 0)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local, ZSTD_getErrorName(written));
    out.resize(written);
    return out;
}

/// The memory that a frame may ask for by its header alone: not more than may come out of it, but what every
/// decoder has to have (RFC 8878, section 3.1.1.1.2).
int windowLog(const DecompressionLimits &limits)
{
    constexpr int usual = 23;
    constexpr int largest = 27; // zstd's own limit for streams
    int window = usual;
    while (window < largest && (std::size_t(1) << unsigned(window)) < limits.maxBytes)
        ++window;
    return window;
}

struct FreeStream {
    void operator()(ZSTD_DStream *stream) const noexcept { ZSTD_freeDStream(stream); }
};

Result<Bytes> decompressZstd(ByteView compressed, const DecompressionLimits &limits)
{
    if (compressed.empty())
        return malformed("an empty Zstd payload");
    const std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, windowLog(limits));
    Bytes out;
    ZSTD_inBuffer in {compressed.data(), compressed.size(), 0};
    std::size_t left = 1; // zero: between two frames
    while (in.pos < in.size || left > 0) {
        const std::size_t had = out.size();
        out.resize(had + ZstdStep);
        ZSTD_outBuffer room {out.data() + had, ZstdStep, 0};
        const std::size_t before = in.pos;
        left = ZSTD_decompressStream(stream.get(), &room, &in);
        out.resize(had + room.pos);
        if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge)
            return bomb(limits.maxBytes, compressed.size());
        if (ZSTD_isError(left) != 0)
            return malformed(std::string("Zstd: ") + ZSTD_getErrorName(left));
        if (isTooMuch(out.size(), compressed.size(), limits))
            return bomb(out.size(), compressed.size());
        if (left > 0 && in.pos == before && room.pos == 0)
            return malformed("a Zstd frame that ends too early");
    }
    return out;
}

} // namespace

Result<Bytes> compress(Compression kind, ByteView plain)
{
    return kind == Compression::Lz4 ? compressLz4(plain) : compressZstd(plain);
}

Result<Bytes> decompress(Compression kind, ByteView compressed, const DecompressionLimits &limits)
{
    return kind == Compression::Lz4 ? decompressLz4(compressed, limits) : decompressZstd(compressed, limits);
}

} // namespace Halyard::Wire
