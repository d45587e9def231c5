// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

/// What chatters and their room say to each other:
///   request "join"      Joining -> Presence, or NameTaken, NameRefused
///   event   "say"       Saying, to the room
///   event   "said"      Said, from the room to all who have joined, the speaker among them
///   event   "presence"  Presence, whenever somebody comes or goes
namespace Chat {

inline constexpr quint16 NameTaken = 1001;
inline constexpr quint16 NameRefused = 1002;
inline constexpr int MaxNameLength = 32;    ///< characters
inline constexpr int MaxTextLength = 4'096; ///< characters; the rest is cut off

/// What a peer wrote, without what could disturb others: control and direction characters become spaces.
[[nodiscard]] inline QString harmless(QString text)
{
    for (QChar &character : text) {
        if (!character.isPrint() && !character.isSurrogate())
            character = u' ';
    }
    return text.simplified();
}

} // namespace Chat

struct Joining {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
public:
    QString name;
};

struct Presence {
    Q_GADGET
    Q_PROPERTY(QStringList names MEMBER names)
public:
    QStringList names; ///< sorted
};

struct Saying {
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)
public:
    QString text;
};

struct Said {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString text MEMBER text)
public:
    QString name;
    QString text;
};
