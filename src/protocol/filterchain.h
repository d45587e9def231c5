// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "protocol/filter.h"
#include "protocol/framesink.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// The filters of one connection, and the sink that a session writes to where there are any: it hands what
/// the filters made on to the sink behind it, which checks the size and seals.
class HALYARD_EXPORT FilterChain final : public FrameSink
{
public:
    /// `maxBodyBytes` bounds what the filters make of an incoming body. `behind` outlives the chain.
    FilterChain(const Filters &filters, FrameSink &behind, std::size_t maxBodyBytes);
    ~FilterChain() override;

    [[nodiscard]] bool isEmpty() const noexcept { return m_filters.empty(); }
    [[nodiscard]] Result<MutableBytes> begin(std::size_t bytes) override;
    [[nodiscard]] Result<void> commit() override;
    [[nodiscard]] Result<void> checkSize(std::size_t bytes) const override
    {
        return m_behind.checkSize(bytes);
    }
    /// The filters see all of them before the first one leaves.
    [[nodiscard]] Result<void> writeTogether(std::span<const ByteView> bodies) override;
    [[nodiscard]] std::size_t pendingBytes() const override { return m_behind.pendingBytes(); }
    /// What the filters make of a body; valid until the next incoming() or release().
    [[nodiscard]] Result<ByteView> incoming(ByteView body);
    /// Nobody uses the latest incoming body any more.
    void release();
    [[nodiscard]] std::size_t heldBytes() const noexcept;

private:
    [[nodiscard]] Result<void> filterOutgoing(Bytes &body);

    std::vector<std::unique_ptr<Filter>> m_filters;
    FrameSink &m_behind;
    const std::size_t m_maxBodyBytes;
    const FilterOrder m_order;
    Bytes m_incoming;
    Bytes m_outgoing;
};

} // namespace Halyard::Wire
