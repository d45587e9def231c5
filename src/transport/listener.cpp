// SPDX-License-Identifier: MIT
#include "transport/listener.h"

namespace Halyard {

Listener::Listener(QObject *parent)
    : QObject(parent)
{ }
Listener::~Listener() = default;

} // namespace Halyard
