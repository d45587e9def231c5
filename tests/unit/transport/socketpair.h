// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <sys/socket.h>
#include <unistd.h>

#include <QtGlobal>

/// Two connected sockets.
struct Sockets {
    Sockets()
    {
        valid = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0;
    }
    ~Sockets()
    {
        for (const int end : ends)
            ::close(end);
    }
    Q_DISABLE_COPY_MOVE(Sockets)
    [[nodiscard]] bool send(char byte) const { return ::write(ends[1], &byte, 1) == 1; }
    [[nodiscard]] char receive() const
    {
        char byte = 0;
        return ::read(ends[0], &byte, 1) == 1 ? byte : '\0';
    }

    std::array<int, 2> ends {-1, -1};
    bool valid = false;
};
