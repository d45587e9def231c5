// SPDX-License-Identifier: MIT
#include "capture/framemeter.h"

#include <algorithm>

namespace Halyard::Inspector {

FrameMeter::FrameMeter(const Wire::Framing *framing, std::size_t maxFrameBytes)
    : m_framing(framing)
    , m_maxFrameBytes(maxFrameBytes)
{ }

void FrameMeter::advance(Wire::ByteView bytes, std::vector<std::size_t> &begins)
{
    std::size_t at = 0;
    while (m_framing && at < bytes.size()) {
        if (m_rest > 0) {
            const std::size_t step = std::min(m_rest, bytes.size() - at);
            m_rest -= step;
            at += step;
            continue;
        }
        if (m_header.empty())
            begins.push_back(at);
        const std::size_t kept = m_header.size();
        const auto window = bytes.subspan(at, std::min(MaxHeaderBytes - kept, bytes.size() - at));
        m_header.insert(m_header.end(), window.begin(), window.end());
        const auto extent = m_framing->measure(m_header, m_maxFrameBytes);
        const bool endless = extent && !*extent && m_header.size() == MaxHeaderBytes;
        if (!extent || endless || (*extent && (*extent)->total() <= kept)) {
            m_framing = nullptr;
            return;
        }
        if (!*extent)
            return; // all of `bytes` is in m_header
        m_rest = (*extent)->total() - kept;
        m_header.clear();
    }
}

} // namespace Halyard::Inspector
