// SPDX-License-Identifier: MIT
#include "protocol/vstp/session.h"

#include <algorithm>
#include <array>
#include <string>

#include "protocol/vstp/framewriter.h"
#include "wire/bytereader.h"
#include "wire/bytewriter.h"
#include "wire/vstp/layout.h"
#include "wire/vstp/naming.h"

namespace Halyard::Wire::Vstp {

namespace {

// Numbers of a heartbeat are sent as eight bytes, big endian.
constexpr std::size_t PingBytes = 8;
// What is kept for headers that have to be gathered.
constexpr std::size_t KeptScratchBytes = 1'024;

bool listContains(std::string_view list, std::string_view name)
{
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (list.substr(0, comma) == name)
            return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace

VstpSession::VstpSession(Profile profile, Peer peer, const EngineLimits &limits)
    : m_limits(limits)
    , m_profile(profile)
    , m_peer(peer)
    , m_heartbeat(limits.heartbeatInterval, limits.heartbeatSilentPeriods)
{ }

VstpSession::~VstpSession() = default;

Result<void> VstpSession::start(FrameSink &sink, Now now)
{
    if (m_peer == Peer::Halyard)
        return greet(sink, now);
    decide(m_peer == Peer::Easy ? State::Easy : State::Raw, now);
    return {};
}

void VstpSession::decide(State state, Now now)
{
    m_state = state;
    if (state == State::Halyard)
        m_heartbeat.start(now);
}

bool VstpSession::namesConventions(const FrameView &greeting)
{
    return parseDecimal(greeting.headers.find(HeaderVersion).value_or("")).value_or(0) > 0;
}

Result<std::optional<Event>> VstpSession::received(ByteView body, FrameSink &sink, Now now)
{
    if (m_scratch.capacity() > KeptScratchBytes)
        Bytes().swap(m_scratch);
    const auto parsed = parseBody(body, m_profile, m_limits.maxHeaders);
    if (!parsed)
        return tl::unexpected(parsed.error());
    const FrameView &frame = *parsed;
    m_peerSpoke = true;
    if (auto done = acknowledge(frame, sink); !done)
        return tl::unexpected(std::move(done.error()));
    if (m_state == State::Deciding) {
        if (auto done = decideBy(frame, now); !done)
            return tl::unexpected(std::move(done.error()));
    }
    switch (frame.type) {
    case FrameType::Hello:
        if (m_state == State::Easy)
            return std::nullopt;
        if (auto done = hello(frame, sink); !done)
            return tl::unexpected(std::move(done.error()));
        return std::nullopt;
    case FrameType::Welcome:
        return std::nullopt; // has decided what it could
    case FrameType::Data:
        return data(frame, sink);
    case FrameType::Ping:
        ping(frame, sink);
        return std::nullopt;
    case FrameType::Pong:
        pong(frame, now);
        return std::nullopt;
    case FrameType::Bye:
        peerFinished();
        return PeerFinished {};
    case FrameType::Ack:
        return std::nullopt; // nothing of ours asks for one on a stream
    case FrameType::Err:
        return err(frame);
    }
    return failure(ErrorCode::UnknownFrameType, ErrorOrigin::Peer, "a frame type without a meaning");
}

Result<void> VstpSession::acknowledge(const FrameView &frame, FrameSink &sink)
{
    if ((frame.flags & ReqAck) == 0 || frame.type == FrameType::Ack)
        return {};
    ConventionBlock headers(headerLayout(m_profile));
    // Profile S could carry a longer one; nobody who waits for an ACK sends it.
    if (const auto id = frame.headers.find("msg-id"); id && id->size() <= 255)
        headers.put("msg-id", *id);
    return writeFrame(sink, m_profile, {FrameType::Ack, &headers, {}, {}}, m_limits.maxHeaders);
}

void VstpSession::readFeatures(const FrameView &greeting)
{
    const std::string_view features = greeting.headers.find(HeaderFeatures).value_or("");
    m_streams = listContains(features, FeatureStream);
    m_cancel = listContains(features, FeatureCancel);
}

Result<void> VstpSession::writeGreeting(FrameType type, bool withConventions, FrameSink &sink)
{
    ConventionBlock headers(headerLayout(m_profile));
    if (withConventions) {
        headers.put(HeaderVersion, ConventionsVersion);
        headers.put(HeaderFeatures, std::string(FeatureStream) + "," + std::string(FeatureCancel));
    }
    return writeFrame(sink, m_profile, {type, &headers, {}, {}}, m_limits.maxHeaders);
}

void VstpSession::ping(const FrameView &frame, FrameSink &sink)
{
    if (m_state == State::Easy)
        return;
    // A PING too large for our own limit stays without an answer; the connection is none the worse for it.
    static_cast<void>(writeFrame(
        sink, m_profile, {FrameType::Pong, nullptr, frame.headers, frame.payload}, m_limits.maxHeaders));
}

void VstpSession::pong(const FrameView &frame, Now now)
{
    if (m_state != State::Halyard || frame.payload.size() != PingBytes)
        return;
    m_heartbeat.answered(ByteReader(frame.payload).readU64Be().value_or(0), now);
}

Result<std::optional<Event>> VstpSession::data(const FrameView &frame, FrameSink &sink)
{
    if (m_state != State::Halyard) {
        const Conventions plain = readRoute(frame.headers, m_scratch);
        return MessageReceived {{MessageKind::Event, 0, plain.route, plain.remaining, frame.payload, 0}};
    }
    const auto conventions = readConventions(frame.headers, Carrier::Data, m_scratch);
    if (!conventions)
        return tl::unexpected(conventions.error());
    if (conventions->re != 0)
        return answer(*conventions, frame.payload);
    if (conventions->id != 0)
        return request(*conventions, frame.payload, sink);
    return MessageReceived {
        {MessageKind::Event, 0, conventions->route, conventions->remaining, frame.payload, 0}};
}

Result<std::optional<Event>> VstpSession::answer(const Conventions &conventions, ByteView payload)
{
    OpenRequests::Entry *const call = m_calls.find(conventions.re);
    if (!call)
        return std::nullopt; // late, after a cancel or a time-out
    MessageKind kind = MessageKind::Item;
    if (conventions.end) {
        kind = call->hasItems ? MessageKind::End : MessageKind::Reply;
        m_calls.remove(conventions.re);
    } else {
        call->hasItems = true;
    }
    return MessageReceived {{kind, conventions.re, {}, conventions.remaining, payload, 0}};
}

Result<std::optional<Event>> VstpSession::request(
    const Conventions &conventions, ByteView payload, FrameSink &sink)
{
    const std::uint64_t id = conventions.id;
    if (conventions.cancel) {
        if (!m_requests.remove(id))
            return std::nullopt; // answered meanwhile
        return MessageReceived {{MessageKind::Cancel, id, {}, conventions.remaining, {}, 0}};
    }
    if (m_requests.find(id))
        return failure(ErrorCode::UnexpectedFrame, ErrorOrigin::Peer,
            "request " + std::to_string(id) + " while one of that id is open");
    if (m_requests.count() >= m_limits.maxOpenRequests) {
        const MessageView refusal {MessageKind::Error, id, {}, {}, asBytes("too many open requests"),
            static_cast<std::uint16_t>(ErrorCode::CallRefused)};
        if (auto sent = writeErr(refusal, sink); !sent)
            return tl::unexpected(std::move(sent.error()));
        return std::nullopt;
    }
    m_requests.insert(id);
    return MessageReceived {{MessageKind::Request, id, conventions.route, conventions.remaining, payload, 0}};
}

Result<std::optional<Event>> VstpSession::err(const FrameView &frame)
{
    if (m_state == State::Halyard) {
        const auto conventions = readConventions(frame.headers, Carrier::Err, m_scratch);
        if (!conventions)
            return tl::unexpected(conventions.error());
        const std::uint64_t re = conventions->re;
        if (re != 0 && !m_calls.remove(re))
            return std::nullopt;
        return MessageReceived {
            {MessageKind::Error, re, {}, conventions->remaining, frame.payload, conventions->code}};
    }
    const std::uint16_t code = parseCode(frame.headers.find(HeaderCode).value_or(""));
    return MessageReceived {{MessageKind::Error, 0, {}, frame.headers, frame.payload, code}};
}

void VstpSession::heardFrom(Now now) { m_heartbeat.heardFrom(now); }

Result<void> VstpSession::inputEnded(FrameSink &, Now)
{
    peerFinished();
    return {};
}

void VstpSession::peerFinished()
{
    m_peerFinished = true;
    m_heartbeat.stop(); // it may wait for our answers as long as it likes, and has nothing to say meanwhile
}

void VstpSession::inputPaused(bool paused, Now now) { m_heartbeat.paused(paused, now); }

void VstpSession::close(FrameSink &sink, Now)
{
    // Nothing to a peer that has closed itself, or to an easy one, which would answer it.
    if (m_peerFinished || m_state == State::Easy)
        return;
    static_cast<void>(writeFrame(sink, m_profile, {FrameType::Bye, nullptr, {}, {}}, m_limits.maxHeaders));
}

void VstpSession::fail(const Error &error, FrameSink &sink, Now)
{
    const bool isVstp = m_peerSpoke || error.code != ErrorCode::BadMagic;
    if (m_state == State::Easy || m_peerFailed || !isVstp || error.origin == ErrorOrigin::Transport
        || error.code == ErrorCode::ClosedBeforeReady)
        return;
    const MessageView last {
        MessageKind::Error, 0, {}, {}, asBytes(error.detail), static_cast<std::uint16_t>(error.code)};
    static_cast<void>(writeErr(last, sink));
}

Capabilities VstpSession::capabilities() const
{
    Capabilities result;
    result.routes = result.headers = result.events = true;
    result.negotiated = m_state == State::Easy ? "vstp, easy peer" : NegotiatedPlain;
    if (m_state != State::Halyard)
        return result;
    result.requests = true;
    result.streams = m_streams;
    result.cancel = m_cancel;
    result.heartbeat = m_heartbeat.isOn();
    std::vector<std::string_view> features;
    if (m_streams)
        features.push_back(FeatureStream);
    if (m_cancel)
        features.push_back(FeatureCancel);
    result.negotiated = negotiatedText(ConventionsVersion, features);
    return result;
}

std::optional<std::chrono::microseconds> VstpSession::roundTripTime() const
{
    return m_heartbeat.roundTripTime();
}

std::size_t VstpSession::heldBytes() const
{
    return m_calls.heldBytes() + m_requests.heldBytes() + m_scratch.capacity();
}

std::optional<TimePoint> VstpSession::deadline() const { return m_heartbeat.deadline(); }

Result<void> VstpSession::expired(FrameSink &sink, Now now)
{
    const auto due = m_heartbeat.expired(now);
    if (!due)
        return tl::unexpected(due.error());
    if (!*due || sink.pendingBytes() > 0)
        return {}; // the peer hears from us as soon as it reads; another PING would only add to that
    std::array<std::byte, PingBytes> payload {};
    ByteWriter(payload).writeU64Be(m_heartbeat.pingSent(now));
    return writeFrame(sink, m_profile, {FrameType::Ping, nullptr, {}, payload}, m_limits.maxHeaders);
}

} // namespace Halyard::Wire::Vstp
