// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/vstp/framing.h"

namespace Halyard::Wire::Test {

/// One decoded frame, owned.
struct DecodedFrame {
    Vstp::FrameType type = Vstp::FrameType::Data;
    std::uint8_t flags = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string payload;
    Bytes bytes; ///< the whole frame as it was

    friend bool operator==(const DecodedFrame &, const DecodedFrame &) = default;
};

/// Everything that a stream gave.
struct Decoded {
    std::vector<DecodedFrame> frames;
    ErrorCode error = ErrorCode::None;
    std::size_t rest = 0; ///< bytes of an unfinished frame

    friend bool operator==(const Decoded &, const Decoded &) = default;
};

inline constexpr std::size_t DefaultLimit = 8'388'608;

/// Decodes as an engine does: measure, check, parse; an error ends it.
class StreamDecoder
{
public:
    explicit StreamDecoder(Vstp::Profile profile = Vstp::Profile::R, std::size_t limit = DefaultLimit,
        std::size_t maxHeaders = 256)
        : m_framing(profile)
        , m_limit(limit)
        , m_maxHeaders(maxHeaders)
    { }

    void feed(ByteView bytes)
    {
        m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
        while (m_decoded.error == ErrorCode::None && step()) { }
        m_decoded.rest = m_decoded.error == ErrorCode::None ? m_buffer.size() : 0;
    }
    const Decoded &decoded() const { return m_decoded; }

private:
    bool step()
    {
        const auto extent = m_framing.measure(m_buffer, m_limit);
        if (!extent)
            return fail(extent.error());
        if (!*extent || m_buffer.size() < (*extent)->total())
            return false;
        const ByteView frame = ByteView(m_buffer).first((*extent)->total());
        if (const auto checked = m_framing.check(frame, **extent); !checked)
            return fail(checked.error());
        const auto view = Vstp::parseBody(
            frame.subspan((*extent)->header, (*extent)->body), m_framing.profile(), m_maxHeaders);
        if (!view)
            return fail(view.error());
        DecodedFrame decoded {
            view->type, view->flags, {}, std::string(asText(view->payload)), toBytes(frame)};
        for (const Header &header : view->headers)
            decoded.headers.emplace_back(header.key, header.value);
        m_decoded.frames.push_back(std::move(decoded));
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + std::ptrdiff_t((*extent)->total()));
        return true;
    }

    bool fail(const Error &error)
    {
        m_decoded.error = error.code;
        return false;
    }

    Vstp::VstpFraming m_framing;
    std::size_t m_limit;
    std::size_t m_maxHeaders;
    Bytes m_buffer;
    Decoded m_decoded;
};

inline Decoded decode(
    ByteView bytes, Vstp::Profile profile = Vstp::Profile::R, std::size_t limit = DefaultLimit)
{
    StreamDecoder decoder(profile, limit);
    decoder.feed(bytes);
    return decoder.decoded();
}

/// Encodes what was decoded.
inline Result<Bytes> encode(const DecodedFrame &frame, Vstp::Profile profile)
{
    HeaderBlock headers(profile == Vstp::Profile::R ? HeaderLayout::Short : HeaderLayout::Long);
    for (const auto &[key, value] : frame.headers) {
        if (auto appended = headers.append(key, value); !appended)
            return tl::unexpected(appended.error());
    }
    return Vstp::encodeFrame({frame.type, frame.flags, headers.view(), asBytes(frame.payload)}, profile);
}

} // namespace Halyard::Wire::Test
