// SPDX-License-Identifier: MIT
// The yardstick: what vstp costs with an epoll loop, buffers and a checksum, and nothing else. Reads up to
// 256 KiB per readable turn, checks each frame, answers DATA with the same headers and payload in a frame of
// its own checksum, and writes once. A request of Halyard's conventions (headers `route` and `id`) gets a
// reply with `re`.
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"
#include "vstpframes.h"

namespace Halyard::Bench {

namespace {

constexpr std::size_t ReadBytesPerTurn = 262'144;
constexpr std::size_t UnsentLimit = 1'048'576; // a peer that does not read is not read from

struct Peer {
    Descriptor socket;
    std::vector<std::byte> unfinished; // the beginning of a frame that has not come completely
    std::vector<std::byte> unsent;
    std::uint32_t interest = EPOLLIN;
};

class BareServer
{
public:
    bool listen(std::uint16_t port)
    {
        m_listener = listenOnLoopback(port);
        m_epoll = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
        epoll_event event {.events = EPOLLIN, .data = {.ptr = nullptr}};
        return m_listener.isValid() && m_epoll.isValid()
            && ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, m_listener.get(), &event) == 0;
    }
    [[nodiscard]] std::uint16_t port() const { return localPort(m_listener); }
    [[noreturn]] void run()
    {
        std::array<epoll_event, 256> events {};
        for (;;) {
            const int count = ::epoll_wait(m_epoll.get(), events.data(), int(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                const epoll_event &event = events[std::size_t(i)];
                if (event.data.ptr == nullptr)
                    acceptAll();
                else
                    serve(static_cast<Peer *>(event.data.ptr), event.events);
            }
        }
    }

private:
    void acceptAll()
    {
        for (;;) {
            const int fd = ::accept4(m_listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0)
                return;
            setNoDelay(fd);
            auto peer = std::make_unique<Peer>();
            peer->socket = Descriptor(fd);
            epoll_event event {.events = EPOLLIN, .data = {.ptr = peer.get()}};
            if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0)
                (void)peer.release(); // epoll's pointer owns it from here on, serve() takes it back
        }
    }

    void serve(Peer *peer, std::uint32_t events)
    {
        bool alive = true;
        if ((events & EPOLLOUT) != 0)
            alive = flush(*peer);
        if (alive && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            alive = readTurn(*peer);
        if (!alive)
            delete peer;
        else
            updateInterest(*peer);
    }

    bool readTurn(Peer &peer)
    {
        // The rest of the last turn goes in front, so that frames are whole and decoded where they were read.
        const std::size_t kept = peer.unfinished.size();
        if (m_input.size() < kept + ReadBytesPerTurn)
            m_input.resize(kept + ReadBytesPerTurn);
        if (kept != 0)
            std::memcpy(m_input.data(), peer.unfinished.data(), kept);
        const ssize_t got = ::read(peer.socket.get(), m_input.data() + kept, ReadBytesPerTurn);
        if (got <= 0)
            return got < 0 && (errno == EAGAIN || errno == EINTR);

        ByteView rest = ByteView(m_input).first(kept + std::size_t(got));
        for (Frame frame;;) {
            const Cut cut = cutFrame(rest, frame);
            if (cut == Cut::Broken)
                return false;
            if (cut == Cut::Incomplete)
                break;
            rest = rest.subspan(frame.size());
            answer(frame);
        }
        peer.unfinished.assign(rest.begin(), rest.end());
        return write(peer);
    }

    void answer(const Frame &frame)
    {
        if (frame.type == Type::Hello) {
            SmallHeaders headers;
            if (findHeader(frame.headers, "halyard"))
                headers.append("halyard", "1");
            appendFrame(m_output, Type::Welcome, headers.view(), {});
        } else if (frame.type == Type::Ping) {
            appendFrame(m_output, Type::Pong, frame.headers, frame.payload);
        } else if (frame.type == Type::Data) {
            const auto route = findHeader(frame.headers, "route");
            const auto id = findHeader(frame.headers, "id");
            if (route && id)
                answerRequest(*route, *id, frame.payload);
            else
                appendFrame(m_output, Type::Data, frame.headers, frame.payload);
        }
    }

    void answerRequest(std::string_view route, std::string_view id, ByteView payload)
    {
        std::uint64_t number = 0;
        const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
        SmallHeaders headers;
        if (parsed.ec != std::errc() || number == 0 || route != "echo") {
            headers.append("code", "405");
            appendFrame(m_output, Type::Err, headers.view(), {});
            return;
        }
        std::array<char, 20> digits {};
        const auto printed = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        headers.append("re", {digits.data(), std::size_t(printed.ptr - digits.data())});
        appendFrame(m_output, Type::Data, headers.view(), payload);
    }

    /// Everything this turn has produced, in one call.
    bool write(Peer &peer)
    {
        ByteView output = m_output.view();
        if (!peer.unsent.empty()) {
            peer.unsent.insert(peer.unsent.end(), output.begin(), output.end());
        } else if (!output.empty()) {
            const ssize_t sent = ::send(peer.socket.get(), output.data(), output.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN)
                return false;
            output = output.subspan(sent < 0 ? 0 : std::size_t(sent));
            peer.unsent.assign(output.begin(), output.end());
        }
        m_output.clear();
        return true;
    }

    static bool flush(Peer &peer)
    {
        const ssize_t sent = ::send(peer.socket.get(), peer.unsent.data(), peer.unsent.size(), MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN;
        peer.unsent.erase(peer.unsent.begin(), peer.unsent.begin() + sent);
        return true;
    }

    void updateInterest(Peer &peer) const
    {
        const std::uint32_t wanted
            = (peer.unsent.empty() ? 0U : EPOLLOUT) | (peer.unsent.size() < UnsentLimit ? EPOLLIN : 0U);
        if (wanted == peer.interest)
            return;
        peer.interest = wanted;
        epoll_event event {.events = wanted, .data = {.ptr = &peer}};
        ::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, peer.socket.get(), &event);
    }

    Descriptor m_listener;
    Descriptor m_epoll;
    std::vector<std::byte> m_input;
    OutputBuffer m_output;
};

} // namespace

} // namespace Halyard::Bench

int main()
{
    Halyard::Bench::raiseDescriptorLimit();
    Halyard::Bench::BareServer server;
    if (!server.listen(0)) {
        std::perror("bareserver: cannot listen");
        return 3;
    }
    std::printf("listening %u\n", unsigned(server.port()));
    std::fflush(stdout);
    server.run();
}
