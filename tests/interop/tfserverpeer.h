// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonValue>
#include <QTest>

#include "endpoint/error.h"
#include "rustpeer.h"
#include "wire/tfserver/packet.h"

namespace Halyard {

/// One published version of the crate, and what it speaks.
struct TfServerVersion {
    const char *number;
    const char *encryption;
    Wire::TfServer::Generation generation;

    [[nodiscard]] QString program() const
    {
        return QStringLiteral(HALYARD_INTEROP_PEER) + QString::fromLatin1(number);
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
