// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QDateTime>
#include <QString>
#include <QUrl>
#include <QUuid>

#include "endpoint/serialization/valuesource_p.h"

namespace Halyard {

/// Where values are written in document order; one implementation for each format. Functions that return
/// bool say whether the format can express the value.
class ValueSink
{
public:
    ValueSink() = default;
    virtual ~ValueSink();
    Q_DISABLE_COPY_MOVE(ValueSink)

    virtual void null() = 0;
    virtual void boolean(bool value) = 0;
    [[nodiscard]] virtual bool integer(WideInteger value) = 0;
    [[nodiscard]] virtual bool number(double value) = 0;
    [[nodiscard]] virtual bool number(float value) = 0;
    virtual void text(const QString &value) = 0;
    virtual void bytes(const QByteArray &value) = 0;
    virtual void dateTime(const QDateTime &value) = 0;
    virtual void url(const QUrl &value) = 0;
    virtual void uuid(const QUuid &value) = 0;

    virtual void beginList(qsizetype size) = 0;
    virtual void beginMap(qsizetype size) = 0;
    /// Before each value of a map; UTF-8.
    virtual void key(QByteArrayView key) = 0;
    virtual void endList() = 0;
    virtual void endMap() = 0;

    [[nodiscard]] virtual QByteArray take() = 0;
};

} // namespace Halyard
