// SPDX-License-Identifier: MIT
#include "endpoint/serialization/jsonsource_p.h"

#include <QJsonDocument>

namespace Halyard {

JsonSource::JsonSource(QByteArrayView text, SerializerLimits limits)
{
    checkLimits(text, limits);
    if (!m_brokenness.isEmpty())
        return;
    // A document is a list or an object for QJsonDocument; a single value of ours may be anything.
    const QByteArray wrapped = '[' + QByteArray::fromRawData(text.data(), text.size()) + ']';
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(wrapped, &error);
    if (error.error != QJsonParseError::NoError)
        m_brokenness = QStringLiteral("%1, at byte %2").arg(error.errorString()).arg(error.offset - 1);
    else if (document.array().size() != 1)
        m_brokenness = QStringLiteral("%1 values where one was expected").arg(document.array().size());
    else
        m_current = document.array().first();
}

void JsonSource::checkLimits(QByteArrayView text, SerializerLimits limits)
{
    // Members of objects count twice here, as key and as value, and ignored ones too: gadgets have few.
    const qint64 most = 2 * qint64(limits.maxElements) + 4'096;
    qint64 elements = 0;
    int depth = 0;
    bool inString = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (inString) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                inString = false;
            continue;
        }
        switch (c) {
        case '"':
            inString = true;
            break;
        case '[':
        case '{':
            ++elements;
            if (++depth > limits.maxDepth)
                m_brokenness
                    = QStringLiteral("nested deeper than %1, at byte %2").arg(limits.maxDepth).arg(at);
            break;
        case ']':
        case '}':
            --depth;
            break;
        case ',':
            if (++elements > most)
                m_brokenness
                    = QStringLiteral("more than %1 elements, at byte %2").arg(limits.maxElements).arg(at);
            break;
        default:
            break;
        }
        // "1][2" would be taken for one value in the brackets put around it.
        if (depth < 0)
            m_brokenness = QStringLiteral("unbalanced bracket, at byte %1").arg(at);
        if (!m_brokenness.isEmpty())
            return;
    }
}

ValueSource::Kind JsonSource::kind()
{
    if (!m_brokenness.isEmpty() || m_consumed)
        return Kind::Nothing;
    if (m_atKey)
        return Kind::Text;
    switch (m_current.type()) {
    case QJsonValue::Null:
        return Kind::Null;
    case QJsonValue::Bool:
        return Kind::Boolean;
    case QJsonValue::Double:
        // Whole numbers are kept as integers, "1.0" and "1e3" among them: JSON has but one kind of number.
        return m_current.toVariant().typeId() == QMetaType::LongLong ? Kind::Integer : Kind::Number;
    case QJsonValue::String:
        return Kind::Text;
    case QJsonValue::Array:
        return Kind::List;
    case QJsonValue::Object:
        return Kind::Map;
    case QJsonValue::Undefined:
        break;
    }
    return Kind::Nothing;
}

void JsonSource::load()
{
    m_consumed = m_containers.empty() || m_containers.back().next >= m_containers.back().size();
    if (m_consumed)
        return;
    const auto &container = m_containers.back();
    m_atKey = container.isMap;
    m_current = container.isMap ? (container.map.constBegin() + container.next).value()
                                : container.list.at(container.next);
}

void JsonSource::advance()
{
    if (!m_containers.empty())
        ++m_containers.back().next;
    load();
}

bool JsonSource::takeBoolean()
{
    const bool value = m_current.toBool();
    advance();
    return value;
}

WideInteger JsonSource::takeInteger()
{
    const auto value = m_current.toInteger();
    advance();
    // The smallest integer has no positive counterpart of its own type.
    return {value < 0, value < 0 ? quint64(-(value + 1)) + 1 : quint64(value)};
}

double JsonSource::takeNumber()
{
    const auto value = m_current.toDouble();
    advance();
    return value;
}

void JsonSource::takeNull() { advance(); }

std::optional<QString> JsonSource::takeText()
{
    auto text = m_current.toString();
    advance();
    return text;
}

std::optional<QByteArray> JsonSource::takeBytes()
{
    return std::nullopt; // kind() never says Bytes
}

std::optional<quint64> JsonSource::announced() const
{
    return quint64(m_current.isArray() ? m_current.toArray().size() : m_current.toObject().size());
}

bool JsonSource::enter()
{
    Container container;
    container.isMap = m_current.isObject();
    if (container.isMap)
        container.map = m_current.toObject();
    else
        container.list = m_current.toArray();
    m_containers.push_back(std::move(container));
    load();
    return true;
}

bool JsonSource::hasNext() { return !m_consumed; }

std::optional<QString> JsonSource::takeKey()
{
    m_atKey = false;
    const auto &container = m_containers.back();
    return (container.map.constBegin() + container.next).key();
}

bool JsonSource::leave()
{
    m_containers.pop_back();
    advance();
    return true;
}

bool JsonSource::skip(int)
{
    advance();
    return true;
}

} // namespace Halyard
