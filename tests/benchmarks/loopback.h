// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <utility>

#include <unistd.h>

namespace Halyard::Bench {

/// Owns a file descriptor.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) noexcept
        : m_fd(fd)
    { }
    Descriptor(Descriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    { }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    [[nodiscard]] int get() const noexcept { return m_fd; }
    [[nodiscard]] bool isValid() const noexcept { return m_fd >= 0; }

private:
    int m_fd = -1;
};

/// A listening, non-blocking socket on 127.0.0.1; invalid on failure. `port` 0 lets the kernel choose.
[[nodiscard]] Descriptor listenOnLoopback(std::uint16_t port);
[[nodiscard]] std::uint16_t localPort(const Descriptor &socket);
/// Starts connecting; non-blocking, TCP_NODELAY.
[[nodiscard]] Descriptor connectToLoopback(std::uint16_t port);
/// Closing will reset the connection, so that thousands of them leave no TIME_WAIT behind for the next run.
void resetOnClose(const Descriptor &socket);
void setNoDelay(int fd);
/// Raises the soft limit of open files to the hard one.
void raiseDescriptorLimit();

} // namespace Halyard::Bench
