// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QObject>
#include <QStringList>

#include "endpoint/optionalmetatype.h"

/// The structure that the Rust programs of the interop tests write and read, in our words: every kind of
/// field that a StructSerializer knows.

struct CrateNumbers {
    Q_GADGET
    Q_PROPERTY(quint8 a MEMBER a)
    Q_PROPERTY(qint16 b MEMBER b)
    Q_PROPERTY(quint32 c MEMBER c)
    Q_PROPERTY(qint64 d MEMBER d)
    Q_PROPERTY(bool e MEMBER e)
    Q_PROPERTY(float f MEMBER f)
    Q_PROPERTY(double g MEMBER g)
    Q_PROPERTY(char32_t h MEMBER h)
public:
    quint8 a = 0;
    qint16 b = 0;
    quint32 c = 0;
    qint64 d = 0;
    bool e = false;
    float f = 0;
    double g = 0;
    char32_t h = 0;
    friend bool operator==(const CrateNumbers &, const CrateNumbers &) = default;
};

struct CrateEntry {
    Q_GADGET
    Q_PROPERTY(quint32 number MEMBER number)
    Q_PROPERTY(QString text MEMBER text)
public:
    quint32 number = 0;
    QString text;
    friend bool operator==(const CrateEntry &, const CrateEntry &) = default;
};

struct CrateStructure {
    Q_GADGET
    Q_PROPERTY(CrateNumbers numbers MEMBER numbers)
    Q_PROPERTY(QString brief MEMBER brief)
    Q_PROPERTY(QString longer MEMBER longer)
    Q_PROPERTY(QByteArray bytes MEMBER bytes)
    Q_PROPERTY(std::optional<quint16> some MEMBER some)
    Q_PROPERTY(std::optional<QString> none MEMBER none)
    Q_PROPERTY(std::optional<QString> someText MEMBER someText)
    Q_PROPERTY(QStringList texts MEMBER texts)
    Q_PROPERTY(QList<CrateEntry> entries MEMBER entries)
    Q_PROPERTY(QByteArray empty MEMBER empty)
public:
    CrateNumbers numbers;
    QString brief;
    QString longer;
    QByteArray bytes;
    std::optional<quint16> some;
    std::optional<QString> none;
    std::optional<QString> someText;
    QStringList texts;
    QList<CrateEntry> entries;
    QByteArray empty;
    friend bool operator==(const CrateStructure &, const CrateStructure &) = default;

    /// Texts in their place and elsewhere, optionals with and without a value, entries that hold texts.
    [[nodiscard]] static CrateStructure sample()
    {
        CrateStructure value;
        value.numbers = {7, -2, 3'000'000'000U, -5, true, 1.5F, 2.25, U'ž'};
        value.brief = QStringLiteral("short");
        value.longer = QStringLiteral("longer than eight");
        value.bytes = QByteArray("\x01\x02\x03", 3);
        value.some = quint16(9);
        value.someText = QStringLiteral("optional and long");
        value.texts = {QStringLiteral("a"), QStringLiteral("a text of more than eight")};
        value.entries = {{1, QStringLiteral("the first element")}, {2, QStringLiteral("x")}};
        return value;
    }
};
