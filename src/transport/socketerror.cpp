// SPDX-License-Identifier: MIT
#include "transport/socketerror_p.h"

#include <cerrno>
#include <system_error>

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

Error socketError(QAbstractSocket::SocketError error, const QString &text)
{
    ErrorCode code = ErrorCode::TransportFailed;
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        code = ErrorCode::ConnectionRefused;
        break;
    case QAbstractSocket::HostNotFoundError:
        code = ErrorCode::HostNotFound;
        break;
    case QAbstractSocket::SocketTimeoutError:
        code = ErrorCode::ConnectTimedOut;
        break;
    case QAbstractSocket::RemoteHostClosedError:
        code = ErrorCode::ConnectionLost;
        break;
    default:
        break;
    }
    return {code, ErrorOrigin::Transport, text.toStdString()};
}

Error systemError(const char *what, int number)
{
    ErrorCode code = ErrorCode::TransportFailed;
    switch (number) {
    case ECONNREFUSED:
        code = ErrorCode::ConnectionRefused;
        break;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case ETIMEDOUT: // the kernel gave up sending: the peer is gone
        code = ErrorCode::ConnectionLost;
        break;
    case EADDRINUSE:
        code = ErrorCode::AddressInUse;
        break;
    case EADDRNOTAVAIL:
    case EACCES: // a privileged port
        code = ErrorCode::AddressNotAvailable;
        break;
    default:
        break;
    }
    return {code, ErrorOrigin::Transport, std::string(what) + ": " + std::generic_category().message(number)};
}

} // namespace Halyard
