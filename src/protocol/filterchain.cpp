// SPDX-License-Identifier: MIT
#include "protocol/filterchain.h"

#include <algorithm>
#include <string>

namespace Halyard::Wire {

namespace {

// Scratch space up to this size is kept, so that small bodies need no allocation.
constexpr std::size_t KeptBytes = 1'024;

void releaseLarge(Bytes &scratch)
{
    if (scratch.capacity() > KeptBytes)
        Bytes().swap(scratch);
}

} // namespace

FilterChain::FilterChain(const Filters &filters, FrameSink &behind, std::size_t maxBodyBytes)
    : m_behind(behind)
    , m_maxBodyBytes(maxBodyBytes)
    , m_order(filters.order)
{
    m_filters.reserve(filters.factories.size());
    for (const FilterFactory &make : filters.factories)
        m_filters.push_back(make());
}

FilterChain::~FilterChain() = default;

Result<MutableBytes> FilterChain::begin(std::size_t bytes)
{
    if (bytes > m_maxBodyBytes)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a body of " + std::to_string(bytes) + " bytes, limit " + std::to_string(m_maxBodyBytes));
    m_outgoing.resize(bytes);
    return MutableBytes(m_outgoing);
}

Result<void> FilterChain::commit()
{
    if (auto done = filterOutgoing(m_outgoing); !done)
        return done;
    const auto space = m_behind.begin(m_outgoing.size());
    if (!space)
        return tl::unexpected(space.error());
    copyBytes(m_outgoing, space->data());
    releaseLarge(m_outgoing);
    return m_behind.commit();
}

Result<void> FilterChain::filterOutgoing(Bytes &body)
{
    for (const auto &filter : m_filters) {
        if (auto done = filter->outgoing(body); !done)
            return done;
    }
    return {};
}

Result<void> FilterChain::writeTogether(std::span<const ByteView> bodies)
{
    std::vector<Bytes> filtered;
    filtered.reserve(bodies.size());
    for (const ByteView body : bodies) {
        if (auto fits = checkSize(body.size()); !fits)
            return fits;
        if (auto done = filterOutgoing(filtered.emplace_back(toBytes(body))); !done)
            return done;
    }
    const std::vector<ByteView> views(filtered.begin(), filtered.end());
    return m_behind.writeTogether(views);
}

Result<ByteView> FilterChain::incoming(ByteView body)
{
    m_incoming.assign(body.begin(), body.end());
    for (std::size_t at = 0; at < m_filters.size(); ++at) {
        const std::size_t which = m_order == FilterOrder::Listed ? at : m_filters.size() - 1 - at;
        if (auto done = m_filters[which]->incoming(m_incoming); !done)
            return tl::unexpected(std::move(done.error()));
        if (m_incoming.size() > m_maxBodyBytes)
            return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
                "a filter made " + std::to_string(m_incoming.size()) + " bytes, limit "
                    + std::to_string(m_maxBodyBytes));
    }
    return ByteView(m_incoming);
}

void FilterChain::release() { releaseLarge(m_incoming); }

std::size_t FilterChain::heldBytes() const noexcept { return m_incoming.capacity() + m_outgoing.capacity(); }

} // namespace Halyard::Wire
