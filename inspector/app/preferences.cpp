// SPDX-License-Identifier: MIT
#include "app/preferences.h"

#include <QRegularExpression>

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView ListenPrefix("listen ");
constexpr QLatin1StringView BetweenPrefix("between ");

} // namespace

Preferences::Preferences(const QString &fileName)
    : m_settings(fileName.isEmpty()
            ? QSettings(QSettings::IniFormat, QSettings::UserScope, u"Halyard"_s, u"Inspector"_s).fileName()
            : fileName,
        QSettings::IniFormat)
{ }

QByteArray Preferences::layout(const QString &part) const
{
    return m_settings.value(u"layout/"_s + part).toByteArray();
}

void Preferences::setLayout(const QString &part, const QByteArray &layout)
{
    m_settings.setValue(u"layout/"_s + part, layout);
}

bool Preferences::layoutFlag(const QString &part, bool otherwise) const
{
    return m_settings.value(u"layout/"_s + part, otherwise).toBool();
}

void Preferences::setLayoutFlag(const QString &part, bool set)
{
    m_settings.setValue(u"layout/"_s + part, set);
}

ColourTheme Preferences::theme() const
{
    const QString name = m_settings.value(u"theme"_s).toString();
    return name == u"dark" ? ColourTheme::Dark : name == u"light" ? ColourTheme::Light : ColourTheme::System;
}

void Preferences::setTheme(ColourTheme theme)
{
    m_settings.setValue(u"theme"_s,
        theme == ColourTheme::Dark        ? u"dark"_s
            : theme == ColourTheme::Light ? u"light"_s
                                          : u"system"_s);
}

TimeDisplay Preferences::timeDisplay() const
{
    const int value = m_settings.value(u"time"_s, int(TimeDisplay::SinceStart)).toInt();
    return TimeDisplay(std::clamp(value, 0, int(TimeDisplay::SincePrevious)));
}

void Preferences::setTimeDisplay(TimeDisplay display) { m_settings.setValue(u"time"_s, int(display)); }

QStringList Preferences::recent() const
{
    return m_settings.value(u"recent"_s).toStringList().mid(0, MaxRecent);
}

void Preferences::addRecent(const EndpointRequest &request)
{
    if (request.way == EndpointRequest::Way::Sample)
        return;
    const QString text = recentText(request);
    QStringList all = recent();
    all.removeAll(text);
    all.prepend(text);
    m_settings.setValue(u"recent"_s, all.mid(0, MaxRecent));
}

/// Taken out of the text rather than out of a parsed address: an address that is wrong may hold one, too. One
/// that was not encoded as it should be holds anything, so it ends at the last @ only.
QString Preferences::withoutPassword(const QString &address)
{
    static const QRegularExpression password(
        u"^((?:[^/?#]*//)?+[^/?#@:]*):.*@"_s, QRegularExpression::DotMatchesEverythingOption);
    QString cleaned = address.trimmed();
    return cleaned.replace(password, u"\\1@"_s);
}

QString Preferences::recentText(const EndpointRequest &request)
{
    QString address = withoutPassword(request.address);
    switch (request.way) {
    case EndpointRequest::Way::Listen:
        return ListenPrefix + address;
    case EndpointRequest::Way::Between:
        return BetweenPrefix + address + QString::fromUtf8(" → ") + withoutPassword(request.target);
    default:
        return address;
    }
}

EndpointRequest Preferences::parseRecent(const QString &text)
{
    EndpointRequest request;
    if (text.startsWith(ListenPrefix)) {
        request.way = EndpointRequest::Way::Listen;
        request.address = text.mid(ListenPrefix.size());
    } else if (text.startsWith(BetweenPrefix)) {
        request.way = EndpointRequest::Way::Between;
        const QString both = text.mid(BetweenPrefix.size());
        request.address = both.section(QString::fromUtf8(" → "), 0, 0);
        request.target = both.section(QString::fromUtf8(" → "), 1);
    } else {
        request.address = text;
    }
    return request;
}

} // namespace Halyard::Inspector
