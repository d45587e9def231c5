// SPDX-License-Identifier: MIT
#include "wire/guestname.h"

namespace Halyard::Wire {

std::string_view guestName(ByteView bytes)
{
    const std::string_view text = asText(bytes);
    if (bytes.size() >= 2 && bytes[1] == std::byte {3}) {
        if (bytes[0] == std::byte {0x16} && bytes.size() > 5 && bytes[5] == std::byte {1})
            return "a TLS ClientHello: the peer wants TLS where this side is plain";
        if (bytes[0] == std::byte {0x16})
            return "a TLS handshake";
        if (bytes[0] == std::byte {0x15})
            return "a TLS alert";
        if (bytes[0] == std::byte {0x17})
            return "a TLS record";
    }
    for (const std::string_view method :
        {"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH "}) {
        if (text.starts_with(method))
            return "an HTTP request";
    }
    if (text.starts_with("HTTP/"))
        return "an HTTP response";
    if (text.starts_with("PRI * HTTP/2"))
        return "the preface of HTTP/2";
    if (text.starts_with("SSH-"))
        return "an SSH greeting";
    return {};
}

} // namespace Halyard::Wire
