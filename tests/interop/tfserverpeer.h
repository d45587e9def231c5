// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QTest>

#include "endpoint/error.h"
#include "rustpeer.h"
#include "wire/tfserver/codec.h"

namespace Halyard {

/// One published version of the crate, and what it speaks.
struct TfServerVersion {
    const char *number;
    const char *encryption;
    Wire::TfServer::Generation generation;

    [[nodiscard]] QString program() const
    {
        return QStringLiteral(HALYARD_INTEROP_TFSERVER) + QString::fromLatin1(number);
    }
    /// What a client of ours has to be told of it.
    [[nodiscard]] QString options() const
    {
        return QStringLiteral("?generation=%1&encryption=%2")
            .arg(int(generation))
            .arg(QLatin1String(encryption));
    }
    /// What the crate makes of an error.
    [[nodiscard]] QByteArray error(
        Wire::TfServer::ServerError::Kind kind, std::optional<std::string_view> detail = {}) const
    {
        const auto bytes = Wire::TfServer::write(generation, Wire::TfServer::ServerError {kind, detail});
        return {Wire::asText(bytes).data(), qsizetype(bytes.size())};
    }
};

inline constexpr std::array TfServerVersions {
    TfServerVersion {"034", "E1", Wire::TfServer::Generation::G3},
    TfServerVersion {"044", "E1", Wire::TfServer::Generation::G4},
    TfServerVersion {"045", "E2", Wire::TfServer::Generation::G4},
};

/// A client of the crate connects; sealed where there is a user.
inline void connectTo(RustPeer &peer, int connection, quint16 port, const QString &user = {},
    const QString &password = {}, const QString &trustedCertificate = {})
{
    QJsonObject command {{"connect", QStringLiteral("127.0.0.1:%1").arg(port)}, {"connection", connection},
        {"server", "room"}};
    if (!user.isEmpty()) {
        command["user"] = user;
        command["password"] = password;
    }
    if (!trustedCertificate.isEmpty())
        command["trust"] = trustedCertificate;
    peer.tell(command);
}

inline void call(
    RustPeer &peer, int connection, const QJsonValue &route, const QByteArray &data, int type = 0)
{
    peer.tell({{"connection", connection}, {"call", route}, {"type", type},
        {"data", QString::fromLatin1(data.toHex())}});
}

/// What an event says that an answer is; "LOST" where there is none.
inline QByteArray answerIn(const QJsonObject &event)
{
    return event["event"].toString() == QLatin1String("answer")
        ? QByteArray::fromHex(event["data"].toString().toLatin1())
        : QByteArray("LOST");
}

inline QByteArray answer(RustPeer &peer) { return answerIn(peer.next()); }

/// Every kind of request and answer that the peer's handlers have, on its connection 1.
inline void sayEverything(RustPeer &client, const TfServerVersion &crate)
{
    call(client, 1, QStringLiteral("echo"), "hello");
    QCOMPARE(answer(client), "hello");
    call(client, 1, 0, "by number");
    QCOMPARE(answer(client), "by number");
    call(client, 1, QStringLiteral("typed"), "seven", 7);
    QCOMPARE(answer(client), "seven");
    call(client, 1, QStringLiteral("fail"), "no");
    QCOMPARE(answer(client), crate.error(Wire::TfServer::ServerError::Kind::InternalError, "refused: no"));
    call(client, 1, QStringLiteral("nobody"), "x");
    QCOMPARE(answer(client), "LOST");
    const QByteArray large(1'000'000, 'x');
    call(client, 1, QStringLiteral("echo"), large);
    QVERIFY(answer(client) == large);
}

/// A row for each version, in clear and sealed.
inline void addTfServerRows(bool clearToo = true)
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("sealed");
    for (int at = 0; at < int(TfServerVersions.size()); ++at) {
        const char *number = TfServerVersions.at(std::size_t(at)).number;
        if (clearToo)
            QTest::addRow("%s clear", number) << at << false;
        QTest::addRow("%s sealed", number) << at << true;
    }
}

} // namespace Halyard
