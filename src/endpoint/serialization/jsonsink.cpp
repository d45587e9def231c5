// SPDX-License-Identifier: MIT
#include "endpoint/serialization/jsonsink_p.h"

#include <cmath>
#include <limits>
#include <utility>

#include <QLocale>

namespace Halyard {

void JsonSink::separate()
{
    if (!std::exchange(m_first, false))
        m_json += ',';
}

void JsonSink::quoted(QByteArrayView utf8)
{
    m_json += '"';
    for (const char c : utf8) {
        if (c == '"' || c == '\\') {
            m_json += '\\';
            m_json += c;
        } else if (quint8(c) < 0x20) {
            m_json += "\\u00";
            m_json += QByteArrayView(&c, 1).toByteArray().toHex();
        } else {
            m_json += c;
        }
    }
    m_json += '"';
}

void JsonSink::null()
{
    separate();
    m_json += "null";
}

void JsonSink::boolean(bool value)
{
    separate();
    m_json += value ? "true" : "false";
}

bool JsonSink::integer(WideInteger value)
{
    // Larger ones come back as floating point nearly everywhere, which is to say wrong.
    const auto narrow = value.narrowed<qint64>();
    if (!narrow)
        return false;
    separate();
    m_json += QByteArray::number(*narrow);
    return true;
}

bool JsonSink::number(double value)
{
    if (!std::isfinite(value))
        return false;
    separate();
    m_json += QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
    return true;
}

bool JsonSink::number(float value) { return number(double(value)); }

void JsonSink::text(const QString &value)
{
    separate();
    quoted(value.toUtf8());
}

void JsonSink::bytes(const QByteArray &value)
{
    separate();
    quoted(value.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

void JsonSink::dateTime(const QDateTime &value) { text(value.toUTC().toString(Qt::ISODateWithMs)); }

void JsonSink::url(const QUrl &value) { text(value.toString(QUrl::FullyEncoded)); }

void JsonSink::uuid(const QUuid &value) { text(value.toString(QUuid::WithoutBraces)); }

void JsonSink::beginList(qsizetype)
{
    separate();
    m_json += '[';
    m_first = true;
}

void JsonSink::beginMap(qsizetype)
{
    separate();
    m_json += '{';
    m_first = true;
}

void JsonSink::key(QByteArrayView key)
{
    separate();
    quoted(key);
    m_json += ':';
    m_first = true; // its value has no comma in front
}

void JsonSink::endList()
{
    m_json += ']';
    m_first = false;
}

void JsonSink::endMap()
{
    m_json += '}';
    m_first = false;
}

QByteArray JsonSink::take() { return std::exchange(m_json, {}); }

} // namespace Halyard
