// SPDX-License-Identifier: MIT
#include <cmath>

#include <QDateTime>
#include <QUrl>
#include <QUuid>

#include "endpoint/serialization/enumtype_p.h"
#include "endpoint/serialization/typedreader_p.h"

// Values without parts, and members that may hold anything.
namespace Halyard {

template <class I>
bool TypedReader::readInteger(void *target)
{
    if (!expect(ValueSource::Kind::Integer, "an integer"))
        return false;
    const auto value = m_source.takeInteger().narrowed<I>();
    if (!value)
        return refuse(QStringLiteral("expected an integer from %1 to %2")
                          .arg(qint64(std::numeric_limits<I>::min()))
                          .arg(quint64(std::numeric_limits<I>::max())));
    *static_cast<I *>(target) = *value;
    return true;
}

template <class F>
bool TypedReader::readFloat(void *target)
{
    double value = 0;
    if (m_source.kind() == ValueSource::Kind::Integer) {
        const auto integer = m_source.takeInteger();
        constexpr auto mostExact = quint64(1) << std::numeric_limits<F>::digits;
        if (integer.magnitude > mostExact)
            return refuse(QStringLiteral("expected a number, found an integer that it cannot hold exactly"));
        value = integer.negative ? -double(integer.magnitude) : double(integer.magnitude);
    } else if (expect(ValueSource::Kind::Number, "a number")) {
        value = m_source.takeNumber();
    } else {
        return false;
    }
    if (std::isfinite(value) && std::abs(value) > double(std::numeric_limits<F>::max()))
        return refuse(QStringLiteral("the number is too large for a float"));
    *static_cast<F *>(target) = F(value);
    return true;
}

bool TypedReader::readScalar(QMetaType type, void *target)
{
    switch (type.id()) {
    case QMetaType::Bool:
        if (!expect(ValueSource::Kind::Boolean, "a boolean"))
            return false;
        *static_cast<bool *>(target) = m_source.takeBoolean();
        return true;
    case QMetaType::Char:
        return readInteger<char>(target);
    case QMetaType::SChar:
        return readInteger<signed char>(target);
    case QMetaType::UChar:
        return readInteger<unsigned char>(target);
    case QMetaType::Short:
        return readInteger<short>(target);
    case QMetaType::UShort:
        return readInteger<unsigned short>(target);
    case QMetaType::Int:
        return readInteger<int>(target);
    case QMetaType::UInt:
        return readInteger<unsigned int>(target);
    case QMetaType::Long:
        return readInteger<long>(target);
    case QMetaType::ULong:
        return readInteger<unsigned long>(target);
    case QMetaType::LongLong:
        return readInteger<qlonglong>(target);
    case QMetaType::ULongLong:
        return readInteger<qulonglong>(target);
    case QMetaType::Float:
        return readFloat<float>(target);
    case QMetaType::Double:
        return readFloat<double>(target);
    case QMetaType::QString:
        return readText(*static_cast<QString *>(target), "a string");
    case QMetaType::QByteArray:
        return readBytes(*static_cast<QByteArray *>(target));
    case QMetaType::QDateTime:
        return readDateTime(target);
    case QMetaType::QUrl:
        return readUrl(target);
    default:
        return readUuid(target);
    }
}

bool TypedReader::readText(QString &target, const char *expected)
{
    if (!expect(ValueSource::Kind::Text, expected))
        return false;
    auto text = m_source.takeText();
    if (!text)
        return broken();
    target = std::move(*text);
    return true;
}

bool TypedReader::readBytes(QByteArray &target)
{
    if (m_source.isTextual()) {
        QString text;
        if (!readText(text, "bytes as base64url"))
            return false;
        auto decoded = QByteArray::fromBase64Encoding(
            text.toLatin1(), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            return refuse(QStringLiteral("expected bytes as base64url"));
        target = std::move(*decoded);
        return true;
    }
    if (!expect(ValueSource::Kind::Bytes, "bytes"))
        return false;
    auto bytes = m_source.takeBytes();
    if (!bytes)
        return broken();
    target = std::move(*bytes);
    return true;
}

bool TypedReader::readDateTime(void *target)
{
    auto &dateTime = *static_cast<QDateTime *>(target);
    if (m_source.tag() == ValueSource::Tag::DateTime && m_source.kind() != ValueSource::Kind::Text) {
        double seconds = 0;
        if (!readFloat<double>(&seconds))
            return false;
        const double milliseconds = std::round(seconds * 1'000);
        if (!(std::abs(milliseconds) < 8.64e15)) // 100 million days, as in other languages
            return refuse(QStringLiteral("expected a date and time"));
        dateTime = QDateTime::fromMSecsSinceEpoch(qint64(milliseconds), Qt::UTC);
        return true;
    }
    QString text;
    if (!readText(text, "a date and time"))
        return false;
    dateTime = QDateTime::fromString(text, Qt::ISODateWithMs);
    return dateTime.isValid() || refuse(QStringLiteral("expected a date and time as in ISO 8601"));
}

bool TypedReader::readUrl(void *target)
{
    QString text;
    if (!readText(text, "a URL"))
        return false;
    auto &url = *static_cast<QUrl *>(target);
    url = QUrl(text, QUrl::StrictMode);
    return url.isValid() || text.isEmpty() || refuse(QStringLiteral("expected a URL"));
}

bool TypedReader::readUuid(void *target)
{
    auto &uuid = *static_cast<QUuid *>(target);
    if (m_source.kind() == ValueSource::Kind::Bytes) {
        QByteArray bytes;
        if (!readBytes(bytes))
            return false;
        if (bytes.size() != 16)
            return refuse(QStringLiteral("expected the 16 bytes of a UUID"));
        uuid = QUuid::fromRfc4122(bytes);
        return true;
    }
    QString text;
    if (!readText(text, "a UUID"))
        return false;
    uuid = QUuid::fromString(text);
    constexpr QLatin1String nil("00000000-0000-0000-0000-000000000000");
    return !uuid.isNull() || text == nil || refuse(QStringLiteral("expected a UUID"));
}

bool TypedReader::readEnum(QMetaType type, void *target)
{
    const auto names = enumOf(type);
    if (!names.isValid())
        return unsupported(type);
    const auto expected = QByteArray(names.isFlag() ? "names of " : "a name of ") + names.enumName();
    QString text;
    if (!readText(text, expected.constData()))
        return false;
    const auto key = text.toUtf8();
    bool ok = true;
    const bool noFlags = names.isFlag() && key.isEmpty();
    const int number = noFlags ? 0
        : names.isFlag()       ? names.keysToValue(key.constData(), &ok)
                               : names.keyToValue(key.constData(), &ok);
    if (!ok)
        return refuse(QStringLiteral("expected %1").arg(QLatin1String(expected)));
    storeEnum(type, target, number);
    return true;
}

// From here on the format's own types decide what becomes of a value.

bool TypedReader::readAny(QVariant &target)
{
    switch (m_source.kind()) {
    case ValueSource::Kind::Null:
        m_source.takeNull();
        target = QVariant::fromValue(nullptr);
        return true;
    case ValueSource::Kind::Boolean:
        target = m_source.takeBoolean();
        return true;
    case ValueSource::Kind::Integer:
        return m_source.tag() == ValueSource::Tag::DateTime ? readAnyText(target) : readAnyInteger(target);
    case ValueSource::Kind::Number:
        if (m_source.tag() == ValueSource::Tag::DateTime)
            return readAnyText(target);
        target = m_source.takeNumber();
        return true;
    case ValueSource::Kind::Text:
    case ValueSource::Kind::Bytes:
        return readAnyText(target);
    case ValueSource::Kind::List:
        return readAnyList(target);
    case ValueSource::Kind::Map:
        return readAnyMap(target);
    default:
        return mismatch("a value");
    }
}

bool TypedReader::readAnyInteger(QVariant &target)
{
    const auto value = m_source.takeInteger();
    if (const auto fits = value.narrowed<qlonglong>())
        target = QVariant(*fits);
    else if (const auto large = value.narrowed<qulonglong>())
        target = QVariant(*large);
    else
        return refuse(QStringLiteral("the integer has more than 64 bits"));
    return true;
}

bool TypedReader::readAnyText(QVariant &target)
{
    QMetaType type;
    switch (m_source.tag()) {
    case ValueSource::Tag::DateTime:
        type = QMetaType::fromType<QDateTime>();
        break;
    case ValueSource::Tag::Url:
        type = QMetaType::fromType<QUrl>();
        break;
    case ValueSource::Tag::Uuid:
        type = QMetaType::fromType<QUuid>();
        break;
    default:
        type = m_source.kind() == ValueSource::Kind::Bytes ? QMetaType::fromType<QByteArray>()
                                                           : QMetaType::fromType<QString>();
    }
    target = QVariant(type);
    return readScalar(type, target.data());
}

bool TypedReader::readAnyList(QVariant &target)
{
    QVariantList list;
    const bool done = readList(QMetaType::fromType<QVariantList>(), &list);
    target = list;
    return done;
}

bool TypedReader::readAnyMap(QVariant &target)
{
    QVariantMap map;
    const bool done = readMap(QMetaType::fromType<QVariantMap>(), &map);
    target = map;
    return done;
}

} // namespace Halyard
