// SPDX-License-Identifier: MIT
#include "endpoint/bytepair_p.h"

#include <array>

#include <QPointer>

#include "endpoint/deadlinequeue_p.h"

namespace Halyard {

BytePair::BytePair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
    const ProxyOptions &options, QObject *parent)
    : ProxyPair(std::move(client), std::move(server), options, parent)
    , m_tap(options.tap)
{
    m_tap.setRole(Wire::Role::Server);
}

ProxyConnection BytePair::state() const
{
    ProxyConnection state = ProxyPair::state();
    state.conversation = m_tap.conversation();
    return state;
}

void BytePair::start()
{
    // Both at once: a client that is slow with its handshake does not make the server wait, and the reverse.
    open(m_client);
    open(m_server);
}

void BytePair::sideOpened(Side & /*side*/)
{
    if (!m_client.open || !m_server.open)
        return;
    m_tap.opened(m_client.transport->info(), presentTime(), m_server.transport->info());
    const QPointer<BytePair> alive(this);
    Q_EMIT opened();
    if (!alive)
        return;
    move(m_client, m_server);
    move(m_server, m_client);
}

void BytePair::move(Side &from, Side &to)
{
    if (!from.open || !to.open || from.endPassedOn || from.closed)
        return;
    std::array<std::byte, 65'536> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read() writes it
    while (to.transport->bytesToWrite() < m_options.maxPendingBytes) {
        const qsizetype count = to.closed ? 0 : from.transport->read(buffer);
        if (count <= 0) {
            if (from.inputEnded) {
                m_tap.ended(from.outOf, presentTime());
                passEndOn(from, to);
            }
            break;
        }
        heard();
        const auto bytes = Wire::ByteView(buffer).first(std::size_t(count));
        m_tap.bytes(from.outOf, bytes, presentTime());
        to.transport->write(bytes);
    }
    // Nothing is read that the other side does not take; that side's bytesWritten() brings us back.
    setPaused(from, to.transport->bytesToWrite() >= m_options.maxPendingBytes);
}

void BytePair::allClosed() { m_tap.closed(error(), presentTime(), m_client.transport->info()); }

} // namespace Halyard
