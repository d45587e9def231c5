// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include "endpoint/serialization/valuesource_p.h"
#include "endpoint/serializer.h"

namespace Halyard {

/// JSON through QJsonDocument, after a look at the text has shown that it stays within the limits: the
/// document would take twenty times the memory of "[0,0,0,…".
class JsonSource final : public ValueSource
{
public:
    JsonSource(QByteArrayView text, SerializerLimits limits);

    [[nodiscard]] Kind kind() override;
    [[nodiscard]] Tag tag() const override { return Tag::None; }
    [[nodiscard]] bool isTextual() const override { return true; }
    [[nodiscard]] bool takeBoolean() override;
    [[nodiscard]] WideInteger takeInteger() override;
    [[nodiscard]] double takeNumber() override;
    void takeNull() override;
    [[nodiscard]] std::optional<QString> takeText() override;
    [[nodiscard]] std::optional<QByteArray> takeBytes() override;
    [[nodiscard]] std::optional<quint64> announced() const override;
    [[nodiscard]] bool enter() override;
    [[nodiscard]] bool hasNext() override;
    [[nodiscard]] std::optional<QString> takeKey() override;
    [[nodiscard]] bool leave() override;
    [[nodiscard]] bool skip(int depth) override;
    [[nodiscard]] bool atEnd() override { return true; } // QJsonDocument sees to that
    [[nodiscard]] QString brokenness() override { return m_brokenness; }

private:
    struct Container {
        QJsonArray list;
        QJsonObject map;
        bool isMap = false;
        qsizetype next = 0;

        [[nodiscard]] qsizetype size() const { return isMap ? map.size() : list.size(); }
    };

    void checkLimits(QByteArrayView text, SerializerLimits limits);
    void advance();
    void load();

    std::vector<Container> m_containers;
    QJsonValue m_current;
    QString m_brokenness;
    bool m_consumed = false;
    bool m_atKey = false; // of the value that m_current already is
};

} // namespace Halyard
