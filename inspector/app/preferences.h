// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>

#include "capture/observedsession.h"
#include "models/frametablemodel.h"

namespace Halyard::Inspector {

enum class ColourTheme : quint8 { System, Light, Dark };

/// What is remembered from one start to the next: layout, looks, endpoints. Never a password.
class Preferences
{
public:
    static constexpr qsizetype MaxRecent = 8;

    /// `fileName` empty: the user's own settings.
    explicit Preferences(const QString &fileName = {});

    [[nodiscard]] QByteArray layout(const QString &part) const;
    void setLayout(const QString &part, const QByteArray &layout);
    /// Something of the layout that is either so or not.
    [[nodiscard]] bool layoutFlag(const QString &part, bool otherwise) const;
    void setLayoutFlag(const QString &part, bool set);
    [[nodiscard]] ColourTheme theme() const;
    void setTheme(ColourTheme theme);
    [[nodiscard]] TimeDisplay timeDisplay() const;
    void setTimeDisplay(TimeDisplay display);

    /// The latest first, as texts that parseRecent() reads.
    [[nodiscard]] QStringList recent() const;
    void addRecent(const EndpointRequest &request);
    [[nodiscard]] static QString recentText(const EndpointRequest &request);
    [[nodiscard]] static EndpointRequest parseRecent(const QString &text);
    /// The address without its password, whatever else may be wrong with it.
    [[nodiscard]] static QString withoutPassword(const QString &address);

private:
    mutable QSettings m_settings;
};

} // namespace Halyard::Inspector
