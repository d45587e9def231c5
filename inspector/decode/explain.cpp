// SPDX-License-Identifier: MIT
#include "decode/explain.h"

#include <chrono>

#include "capture/rawdissector.h"
#include "capture/treecodec.h"

namespace Halyard::Inspector {

Wire::Dissection explain(
    const FrameFacts &facts, const FrameRecord &record, const Wire::ProtocolFactory *protocol)
{
    const Wire::Now time {{},
        std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::nanoseconds(facts.time)))};
    if (!record.tree.isEmpty()) {
        if (auto stored = dissectionFrom(record.tree, record.frame)) {
            stored->time = time;
            return std::move(*stored);
        }
    }
    const auto bytes = std::as_bytes(std::span(record.frame.constData(), std::size_t(record.frame.size())));
    std::unique_ptr<Wire::Dissector> dissector;
    if (protocol)
        dissector = protocol->makeDissector();
    if (dissector) {
        dissector->feed(facts.direction, bytes, time);
        dissector->finish(facts.direction, time);
        if (auto found = dissector->next(); found && found->bytes.size() == bytes.size())
            return std::move(*found);
    }
    RawDissector raw;
    raw.feed(facts.direction, bytes, time);
    auto unexplained = raw.next();
    return unexplained ? std::move(*unexplained) : Wire::Dissection();
}

} // namespace Halyard::Inspector
