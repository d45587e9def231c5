// SPDX-License-Identifier: MIT
#include "transport/transport.h"

namespace Halyard {

Transport::Transport(QObject *parent)
    : QObject(parent)
{ }
Transport::~Transport() = default;

qint64 Transport::bytesNotTaken() const { return bytesToWrite(); }

} // namespace Halyard
