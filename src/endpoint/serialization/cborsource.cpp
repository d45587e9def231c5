// SPDX-License-Identifier: MIT
#include "endpoint/serialization/cborsource_p.h"

#include <algorithm>

#include <QFloat16>

namespace Halyard {
namespace {

ValueSource::Tag tagOf(QCborTag tag)
{
    switch (QCborKnownTags(quint64(tag))) {
    case QCborKnownTags::DateTimeString:
    case QCborKnownTags::UnixTime_t:
        return ValueSource::Tag::DateTime;
    case QCborKnownTags::Url:
        return ValueSource::Tag::Url;
    case QCborKnownTags::Uuid:
        return ValueSource::Tag::Uuid;
    default:
        return ValueSource::Tag::Other;
    }
}

} // namespace

ValueSource::~ValueSource() = default;

CborSource::CborSource(QByteArrayView bytes)
    : m_reader(bytes.data(), bytes.size())
    , m_size(bytes.size())
{
    // "Self-described CBOR" in front of everything says nothing about the value.
    if (m_reader.isTag() && m_reader.toTag() == QCborKnownTags::Signature)
        advance();
    readTags();
}

void CborSource::readTags()
{
    m_tag = Tag::None;
    if (m_reader.isTag()) {
        m_tag = tagOf(m_reader.toTag());
        advance();
    }
    m_tooManyTags = m_reader.isTag(); // none of ours has two
}

void CborSource::advance() { m_reader.next(); }

ValueSource::Kind CborSource::kind()
{
    if (m_reader.lastError() != QCborError::NoError || m_tooManyTags)
        return Kind::Nothing;
    switch (m_reader.type()) {
    case QCborStreamReader::UnsignedInteger:
    case QCborStreamReader::NegativeInteger:
        return Kind::Integer;
    case QCborStreamReader::ByteString:
        return Kind::Bytes;
    case QCborStreamReader::TextString:
        return Kind::Text;
    case QCborStreamReader::Array:
        return Kind::List;
    case QCborStreamReader::Map:
        return Kind::Map;
    case QCborStreamReader::Float16:
    case QCborStreamReader::Float:
    case QCborStreamReader::Double:
        return Kind::Number;
    case QCborStreamReader::SimpleType:
        if (m_reader.isBool())
            return Kind::Boolean;
        return m_reader.isNull() || m_reader.isUndefined() ? Kind::Null : Kind::Other;
    default:
        return Kind::Nothing;
    }
}

bool CborSource::takeBoolean()
{
    const bool value = m_reader.toBool();
    advance();
    readTags();
    return value;
}

WideInteger CborSource::takeInteger()
{
    WideInteger value;
    if (m_reader.isUnsignedInteger()) {
        value.magnitude = m_reader.toUnsignedInteger();
    } else {
        value.negative = true;
        // 2⁶⁴ comes as 0. No integer of ours goes that far, and neither does the next smaller one.
        const auto magnitude = quint64(m_reader.toNegativeInteger());
        value.magnitude = magnitude == 0 ? std::numeric_limits<quint64>::max() : magnitude;
    }
    advance();
    readTags();
    return value;
}

double CborSource::takeNumber()
{
    double value = 0;
    if (m_reader.isFloat16())
        value = double(float(m_reader.toFloat16()));
    else if (m_reader.isFloat())
        value = double(m_reader.toFloat());
    else
        value = m_reader.toDouble();
    advance();
    readTags();
    return value;
}

void CborSource::takeNull()
{
    advance();
    readTags();
}

std::optional<QString> CborSource::takeText()
{
    QString text;
    auto chunk = m_reader.readString();
    for (; chunk.status == QCborStreamReader::Ok; chunk = m_reader.readString())
        text += chunk.data;
    if (chunk.status == QCborStreamReader::Error)
        return std::nullopt;
    readTags();
    return text;
}

std::optional<QByteArray> CborSource::takeBytes()
{
    QByteArray bytes;
    auto chunk = m_reader.readByteArray();
    for (; chunk.status == QCborStreamReader::Ok; chunk = m_reader.readByteArray()) {
        if (bytes.isEmpty())
            bytes = chunk.data;
        else
            bytes += chunk.data;
    }
    if (chunk.status == QCborStreamReader::Error)
        return std::nullopt;
    readTags();
    return bytes;
}

std::optional<quint64> CborSource::announced() const
{
    return m_reader.isLengthKnown() ? std::optional(m_reader.length()) : std::nullopt;
}

bool CborSource::enter()
{
    const bool entered = m_reader.enterContainer();
    readTags();
    return entered;
}

bool CborSource::hasNext() { return m_reader.lastError() == QCborError::NoError && m_reader.hasNext(); }

std::optional<QString> CborSource::takeKey() { return kind() == Kind::Text ? takeText() : std::nullopt; }

bool CborSource::leave()
{
    // leaveContainer() is content with a container that the end of the input has cut off.
    if (m_reader.lastError() != QCborError::NoError || !m_reader.leaveContainer())
        return false;
    readTags();
    return true;
}

bool CborSource::skip(int depth)
{
    while (m_reader.isTag())
        advance();
    if (depth == 0 && m_reader.isContainer())
        m_tooDeep = true;
    if (m_tooDeep || !m_reader.next(std::max(depth, 1) - 1)) // next(0) takes an empty container
        return false;
    readTags();
    return m_reader.lastError() == QCborError::NoError;
}

bool CborSource::atEnd() { return m_reader.currentOffset() == m_size; }

QString CborSource::brokenness()
{
    if (m_tooDeep)
        return QCborError {QCborError::NestingTooDeep}.toString();
    if (m_tooManyTags)
        return QStringLiteral("more than one tag on a value, at byte %1").arg(m_reader.currentOffset());
    if (m_reader.lastError() == QCborError::NoError)
        return {};
    return QStringLiteral("%1, at byte %2")
        .arg(m_reader.lastError().toString())
        .arg(m_reader.currentOffset());
}

} // namespace Halyard
