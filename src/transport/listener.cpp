// SPDX-License-Identifier: MIT
#include "transport/listener.h"

#include "transport/transportoptions.h"

namespace Halyard {

Listener::Listener(QObject *parent)
    : QObject(parent)
{ }
Listener::~Listener() = default;

Wire::Result<void> Listener::setTls(const TlsOptions &)
{
    return Wire::failure(
        Wire::ErrorCode::InvalidArgument, Wire::ErrorOrigin::Local, "this listener speaks no TLS");
}

} // namespace Halyard
