// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/serialization/valuesink_p.h"

namespace Halyard {

/// Compact JSON, as text without a document in between.
class JsonSink final : public ValueSink
{
public:
    void null() override;
    void boolean(bool value) override;
    [[nodiscard]] bool integer(WideInteger value) override;
    [[nodiscard]] bool number(double value) override;
    [[nodiscard]] bool number(float value) override;
    void text(const QString &value) override;
    void bytes(const QByteArray &value) override;
    void dateTime(const QDateTime &value) override;
    void url(const QUrl &value) override;
    void uuid(const QUuid &value) override;
    void beginList(qsizetype size) override;
    void beginMap(qsizetype size) override;
    void key(QByteArrayView key) override;
    void endList() override;
    void endMap() override;
    [[nodiscard]] QByteArray take() override;

private:
    void separate();
    void quoted(QByteArrayView utf8);

    QByteArray m_json;
    bool m_first = true; // no comma before the next value
};

} // namespace Halyard
