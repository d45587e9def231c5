// SPDX-License-Identifier: MIT
#include "capture/conversationdecoder.h"

#include "capture/rawdissector.h"
#include "crypto/securities.h"

namespace Halyard::Inspector {

using Wire::Direction;

namespace {

/// A protocol is recognised within its client's first bytes; what the server says meanwhile waits, too.
constexpr qsizetype MaxWaitingBytes = 64 * 1024;
constexpr qsizetype RecognitionBytes = 64;
constexpr std::size_t MaxRemarks = 4'096;

Wire::Now at(std::chrono::system_clock::time_point time)
{
    // Only the wall clock is of interest to who looks at a capture.
    return {Wire::TimePoint(std::chrono::duration_cast<Wire::TimePoint::duration>(time.time_since_epoch())),
        time};
}

Wire::ByteView viewOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

ConversationDecoder::ConversationDecoder(const ConversationInfo &info,
    std::shared_ptr<const Wire::ProtocolFactory> protocol, const Wire::ProtocolRegistry &registry)
    : m_info(info)
    , m_protocol(std::move(protocol))
    , m_registry(registry)
{
    if (m_protocol)
        restart();
}

void ConversationDecoder::setInfo(const ConversationInfo &info)
{
    // What was found out here stays where whoever tells does not know it.
    const ConversationInfo known = std::exchange(m_info, info);
    if (m_info.protocol.isEmpty())
        m_info.protocol = known.protocol;
    if (m_info.negotiated.isEmpty())
        m_info.negotiated = known.negotiated;
    if (!m_info.roundTripMicroseconds)
        m_info.roundTripMicroseconds = known.roundTripMicroseconds;
}

void ConversationDecoder::restart()
{
    if (m_protocol)
        m_dissector = m_protocol->makeDissector();
    else
        m_dissector = std::make_unique<RawDissector>();
    m_fed[0] = m_fed[1] = 0;
    useSecrets();
}

void ConversationDecoder::unlock(const SessionSecrets &secrets)
{
    m_secrets = secrets;
    useSecrets();
}

void ConversationDecoder::useSecrets()
{
    if (!m_dissector || m_secrets.isEmpty())
        return;
    m_dissector->useSecurities(std::make_shared<Wire::Securities>());
    // Where a stream as a whole is sealed, its dissector has nothing to open: records are shown as such.
    static_cast<void>(m_dissector->unlock(m_secrets.view()));
}

void ConversationDecoder::recognise()
{
    QByteArray first;
    for (const CapturedBytes &bytes : m_waiting) {
        if (bytes.direction == Direction::ClientToServer && first.size() < RecognitionBytes)
            first += bytes.bytes.left(RecognitionBytes - first.size());
    }
    bool undecided = first.size() < RecognitionBytes && m_waitingBytes < MaxWaitingBytes;
    if (!first.isEmpty()) {
        bool anyMore = false;
        for (const auto &description : m_registry.all()) {
            auto factory = description.make({});
            if (!factory)
                continue;
            const auto answer = (*factory)->recognise(viewOf(first));
            anyMore |= answer == Wire::Recognition::More;
            if (answer == Wire::Recognition::Yes) {
                m_protocol = *factory;
                m_info.protocol = QString::fromStdString(description.name);
                undecided = anyMore = false;
                break;
            }
        }
        undecided &= anyMore;
    }
    if (undecided)
        return;
    restart();
    while (!m_waiting.empty()) {
        const CapturedBytes bytes = std::move(m_waiting.front());
        m_waiting.pop_front();
        give(bytes);
    }
    m_waitingBytes = 0;
}

void ConversationDecoder::feed(const CapturedBytes &bytes)
{
    if (!m_dissector) {
        m_waiting.push_back(bytes);
        m_waitingBytes += bytes.bytes.size();
        recognise();
        return;
    }
    give(bytes);
}

void ConversationDecoder::give(const CapturedBytes &bytes)
{
    if (bytes.gapBefore && m_latest.wall.time_since_epoch().count() != 0) {
        finishBoth();
        restart();
    }
    const auto side = std::size_t(bytes.direction);
    if ((!bytes.comment.isEmpty() || bytes.marked) && m_remarks[side].size() < MaxRemarks)
        m_remarks[side].push_back({m_fed[side], bytes.comment, bytes.marked});
    m_fed[side] += std::uint64_t(bytes.bytes.size());
    m_latest = at(bytes.time);
    m_dissector->feed(bytes.direction, viewOf(bytes.bytes), m_latest);
    deliver();
}

void ConversationDecoder::finish(Direction direction, std::chrono::system_clock::time_point time)
{
    if (!m_dissector) {
        m_waitingBytes = MaxWaitingBytes; // nothing more will tell
        recognise();
    }
    m_dissector->finish(direction, at(time));
    deliver();
}

void ConversationDecoder::finishBoth()
{
    finish(Direction::ClientToServer, m_latest.wall);
    finish(Direction::ServerToClient, m_latest.wall);
}

void ConversationDecoder::settle()
{
    if (!m_dissector)
        return; // the protocol is still being found out
    m_dissector->settle(m_latest);
    deliver();
}

bool ConversationDecoder::takeNews() { return std::exchange(m_hasNews, false); }

/// One who takes part in the conversation knows better.
void ConversationDecoder::learn()
{
    if (m_info.viewpoint != Viewpoint::Between && m_info.viewpoint != Viewpoint::File)
        return;
    const Wire::ConversationTraits &traits = m_dissector->traits();
    const auto roundTrip = traits.roundTrip ? std::optional<qint64>(traits.roundTrip->count()) : std::nullopt;
    const QUtf8StringView negotiated(traits.negotiated.data(), qsizetype(traits.negotiated.size()));
    if (!traits.negotiated.empty() && QAnyStringView::compare(negotiated, m_info.negotiated) != 0) {
        m_info.negotiated = negotiated.toString();
        m_hasNews = true;
    }
    if (roundTrip && roundTrip != m_info.roundTripMicroseconds) {
        m_info.roundTripMicroseconds = roundTrip;
        m_hasNews = true;
    }
}

void ConversationDecoder::deliver()
{
    while (auto dissection = m_dissector->next()) {
        auto &remarks = m_remarks[std::size_t(dissection->direction)];
        DecodedFrame frame;
        const auto end = dissection->streamOffset + dissection->bytes.size();
        while (!remarks.empty() && remarks.front().offset < end) {
            if (remarks.front().offset >= dissection->streamOffset) {
                if (!frame.comment.isEmpty() && !remarks.front().comment.isEmpty())
                    frame.comment += u'\n';
                frame.comment += remarks.front().comment;
                frame.marked |= remarks.front().marked;
            }
            remarks.pop_front();
        }
        frame.dissection = std::move(*dissection);
        frame.followsConversation = m_dissector->followsConversation();
        m_sink(frame);
    }
    learn();
}

} // namespace Halyard::Inspector
