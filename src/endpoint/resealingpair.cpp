// SPDX-License-Identifier: MIT
#include "endpoint/resealingpair_p.h"

#include <utility>

#include <QPointer>

#include "endpoint/credentials_p.h"
#include "endpoint/endpointparts_p.h"

namespace Halyard {

namespace {

constexpr std::size_t ReadPiece = 65'536;

} // namespace

ResealingPair::ResealingPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
    const ProxyOptions &options, std::shared_ptr<Resealing> common, QObject *parent)
    : ProxyPair(std::move(client), std::move(server), options, parent)
    , Entry(&common->deadlines)
    , m_common(std::move(common))
    , m_relay(makeEngine(m_common->client, m_common->spares), makeEngine(m_common->server, m_common->spares),
          std::size_t(options.maxPendingBytes))
    , m_clientPart {Relay::Side::Client, Wire::Role::Server, m_client}
    , m_serverPart {Relay::Side::Server, Wire::Role::Client, m_server}
{ }

ResealingPair::~ResealingPair() { m_common->unfinishedInput.remove(this); }

void ResealingPair::failSoon(const Error &error)
{
    fail(error);
    QMetaObject::invokeMethod(this, &ProxyPair::abort, Qt::QueuedConnection);
}

ProxyConnection ResealingPair::state() const
{
    ProxyConnection state = ProxyPair::state();
    state.conversation = m_clientPart.tap.conversation();
    state.onwardConversation = m_serverPart.tap.conversation();
    return state;
}

ResealingPair::Part &ResealingPair::partOf(Relay::Side side)
{
    return side == Relay::Side::Client ? m_clientPart : m_serverPart;
}

void ResealingPair::start()
{
    m_common->unfinishedInput.add(this);
    begin(m_clientPart);
}

void ResealingPair::begin(Part &part)
{
    part.tap = TapFeed(m_options.tap);
    part.tap.setRole(part.ours);
    if (part.tap.wantsObservation())
        m_relay.setObserver(part.name, &part.tap);
    open(part.side);
}

void ResealingPair::sideOpened(Side &side)
{
    const Wire::Now now = presentTime();
    Part &part = partOf(side);
    part.tap.opened(side.transport->info(), now);
    m_relay.start(part.name, now);
    turn(now);
}

void ResealingPair::move(Side & /*from*/, Side & /*to*/) { turn(presentTime()); }

bool ResealingPair::isDrained(const Side &from) const
{
    return m_relay.hasFailed()
        || m_relay.hasEnded(&from == &m_client ? Relay::Side::Client : Relay::Side::Server);
}

void ResealingPair::deadlinePassed(Wire::Now now)
{
    m_relay.expired(now);
    turn(now);
}

void ResealingPair::turn(Wire::Now now)
{
    for (bool moved = true; moved;) {
        takeEvents(now);
        moved = write(m_clientPart, now);
        moved = write(m_serverPart, now) || moved;
        moved = read(m_clientPart, now) || moved;
        moved = read(m_serverPart, now) || moved;
    }
    for (Part *part : {&m_clientPart, &m_serverPart})
        setPaused(part->side, m_relay.isHeldBack(part->name));
    arm(m_relay.deadline());
    const auto held = qsizetype(m_relay.heldBytes());
    if (const auto [victim, error] = m_common->unfinishedInput.setHeld(this, held); victim)
        victim->failSoon(error);
    tellOthers();
}

bool ResealingPair::read(Part &part, Wire::Now now)
{
    if (!part.side.open || part.endTold)
        return false;
    const Wire::MutableBytes space = m_relay.inputSpace(part.name, ReadPiece);
    if (space.empty())
        return false;
    const qsizetype count = part.side.transport->read(space);
    if (count > 0) {
        heard();
        part.tap.arrived(part.side.outOf, space.first(std::size_t(count)), now);
        m_relay.received(part.name, std::size_t(count), now);
        takeEvents(now);
        part.tap.release();
    } else if (part.side.inputEnded) {
        part.endTold = true;
        part.tap.ended(part.side.outOf, now);
        m_relay.inputEnded(part.name, now);
    } else {
        return false;
    }
    return true;
}

bool ResealingPair::write(Part &part, Wire::Now now)
{
    const Wire::ByteView output = m_relay.output(part.name);
    if (!output.empty()) {
        part.tap.bytes(&part == &m_clientPart ? m_server.outOf : m_client.outOf, output, now);
        part.side.transport->write(output); // ignored where it is closed already
        m_relay.written(part.name, output.size(), now);
    }
    m_relay.setUnsent(part.name, std::size_t(part.side.transport->bytesToWrite()));
    return !output.empty();
}

void ResealingPair::takeEvents(Wire::Now now)
{
    while (auto event = m_relay.nextEvent(now))
        take(std::move(*event), now);
}

void ResealingPair::take(Relay::Event &&event, Wire::Now now)
{
    if (const auto *readySide = std::get_if<Relay::Ready>(&event)) {
        ready(readySide->side);
    } else if (auto *needed = std::get_if<Relay::CredentialsNeeded>(&event)) {
        if (needed->side == Relay::Side::Client)
            m_toLookUp = std::move(needed->identity);
        else
            m_relay.provide(needed->side, m_common->credentials, now);
    } else if (const auto *ended = std::get_if<Relay::Ended>(&event)) {
        Part &to = partOf(ended->side == Relay::Side::Client ? Relay::Side::Server : Relay::Side::Client);
        (void)write(to, now); // its last bytes go before its end
        passEndOn(partOf(ended->side).side, to.side);
    } else if (const auto *failure = std::get_if<Relay::Failed>(&event)) {
        failed(*failure);
        for (Part *part : {&m_clientPart, &m_serverPart})
            (void)write(*part, now);
        closeBoth();
    }
}

void ResealingPair::ready(Relay::Side side)
{
    if (side == Relay::Side::Client)
        begin(m_serverPart);
    else
        m_newlyOpen = true;
}

void ResealingPair::failed(const Relay::Failed &failed)
{
    fail(failed.error);
    if (failed.side == Relay::Side::Client && failed.error.code == Wire::ErrorCode::AuthenticationFailed) {
        m_common->guesses.failed(
            m_user, m_client.transport->info().peerAddress, m_common->guessLimits, presentTime().steady);
    }
}

/// What runs code of others comes last: it may delete all of this.
void ResealingPair::tellOthers()
{
    const QPointer<ResealingPair> alive(this);
    if (std::exchange(m_newlyOpen, false))
        Q_EMIT opened();
    if (alive && m_toLookUp)
        lookUp(*std::exchange(m_toLookUp, std::nullopt));
}

void ResealingPair::lookUp(const std::string &user)
{
    const Wire::Now now = presentTime();
    const auto provide = [this](std::optional<Wire::Credentials> found) {
        m_relay.provide(Relay::Side::Client, std::move(found), presentTime());
        turn(presentTime());
    };
    m_user = QString::fromStdString(user);
    const QHostAddress address = m_client.transport->info().peerAddress;
    if (!m_common->users || !m_common->guesses.mayTry(m_user, address, m_common->guessLimits, now.steady))
        return provide({}); // goes on as with a wrong password
    lookUpUser(*m_common->users, m_user, this, provide);
}

void ResealingPair::allClosed()
{
    arm(std::nullopt);
    const Wire::Now now = presentTime();
    m_clientPart.tap.closed(error(), now, m_client.transport->info());
    m_serverPart.tap.closed(error(), now, m_server.transport->info());
}

} // namespace Halyard
