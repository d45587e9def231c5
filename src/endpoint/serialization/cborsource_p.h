// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QCborStreamReader>

#include "endpoint/serialization/valuesource_p.h"

namespace Halyard {

/// CBOR (RFC 8949) straight from the bytes: a QCborArray would take 23 bytes for each byte of input.
class CborSource final : public ValueSource
{
public:
    explicit CborSource(QByteArrayView bytes);

    [[nodiscard]] Kind kind() override;
    [[nodiscard]] Tag tag() const override { return m_tag; }
    [[nodiscard]] bool isTextual() const override { return false; }
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
    [[nodiscard]] bool atEnd() override;
    [[nodiscard]] QString brokenness() override;

private:
    void readTags();
    void advance();

    QCborStreamReader m_reader;
    qsizetype m_size;
    Tag m_tag = Tag::None;
    bool m_tooManyTags = false;
    bool m_tooDeep = false;
};

} // namespace Halyard
