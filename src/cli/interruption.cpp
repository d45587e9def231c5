// SPDX-License-Identifier: MIT
#include "cli/interruption.h"

#include <csignal>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include <QSocketNotifier>

namespace Halyard::Cli {
namespace {

// A signal handler has no other way to its object, and may do little more than write().
volatile std::sig_atomic_t interruptedDescriptor = -1;

void onSignal(int number)
{
    std::signal(number, SIG_DFL);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(interruptedDescriptor, &one, sizeof one);
}

} // namespace

Interruption::Interruption(QObject *parent)
    : QObject(parent)
    , m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    Q_ASSERT(interruptedDescriptor == -1);
    interruptedDescriptor = m_descriptor;
    auto *notifier = new QSocketNotifier(m_descriptor, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, &Interruption::read);
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Interruption::~Interruption()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    interruptedDescriptor = -1;
    ::close(m_descriptor);
}

void Interruption::read()
{
    std::uint64_t count = 0;
    if (::read(m_descriptor, &count, sizeof count) == ssize_t(sizeof count))
        Q_EMIT requested();
}

} // namespace Halyard::Cli
