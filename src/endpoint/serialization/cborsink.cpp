// SPDX-License-Identifier: MIT
#include "endpoint/serialization/cborsink_p.h"

#include <utility>

namespace Halyard {

ValueSink::~ValueSink() = default;

CborSink::CborSink()
    : m_writer(&m_bytes)
{ }

void CborSink::null() { m_writer.appendNull(); }

void CborSink::boolean(bool value) { m_writer.append(value); }

bool CborSink::integer(WideInteger value)
{
    if (value.negative)
        m_writer.append(QCborNegativeInteger(value.magnitude));
    else
        m_writer.append(value.magnitude);
    return true;
}

bool CborSink::number(double value)
{
    m_writer.append(value);
    return true;
}

bool CborSink::number(float value)
{
    m_writer.append(value);
    return true;
}

void CborSink::text(const QString &value) { m_writer.append(QStringView(value)); }

void CborSink::bytes(const QByteArray &value) { m_writer.append(value); }

void CborSink::dateTime(const QDateTime &value)
{
    m_writer.append(QCborKnownTags::DateTimeString);
    text(value.toUTC().toString(Qt::ISODateWithMs));
}

void CborSink::url(const QUrl &value)
{
    m_writer.append(QCborKnownTags::Url);
    text(value.toString(QUrl::FullyEncoded));
}

void CborSink::uuid(const QUuid &value)
{
    m_writer.append(QCborKnownTags::Uuid);
    bytes(value.toRfc4122());
}

void CborSink::beginList(qsizetype size) { m_writer.startArray(quint64(size)); }

void CborSink::beginMap(qsizetype size) { m_writer.startMap(quint64(size)); }

void CborSink::key(QByteArrayView key) { m_writer.appendTextString(key.data(), key.size()); }

void CborSink::endList() { m_writer.endArray(); }

void CborSink::endMap() { m_writer.endMap(); }

QByteArray CborSink::take() { return std::exchange(m_bytes, {}); }

} // namespace Halyard
