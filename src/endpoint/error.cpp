// SPDX-License-Identifier: MIT
#include "endpoint/error.h"

#include <QDebug>

namespace Halyard {

Error::Error(const Wire::Error &error)
    : m_detail(QString::fromUtf8(error.detail.data(), qsizetype(error.detail.size())))
    , m_code(ErrorCode(error.code))
    , m_origin(ErrorOrigin(error.origin))
{ }

Error Error::application(quint16 number, const QString &detail)
{
    const auto code = ErrorCode(number);
    return {
        code >= ErrorCode::FirstOfApplication ? code : ErrorCode::HandlerFailed, ErrorOrigin::Local, detail};
}

QLatin1String Error::name() const noexcept
{
    const auto name = Wire::errorName(Wire::ErrorCode(m_code));
    return {name.data(), qsizetype(name.size())};
}

QString Error::toString() const
{
    QString text = name();
    if (isApplication() || text == QLatin1String("Unknown"))
        text += QLatin1Char(' ') + QString::number(number());
    if (!m_detail.isEmpty())
        text += QLatin1String(": ") + m_detail;
    return text;
}

Wire::Error Error::toWire() const
{
    return {Wire::ErrorCode(m_code), Wire::ErrorOrigin(m_origin), m_detail.toStdString()};
}

QDebug operator<<(QDebug debug, const Error &error)
{
    const QDebugStateSaver saver(debug);
    debug.nospace().noquote() << "Error(" << error.toString() << ", " << error.origin() << ')';
    return debug;
}

} // namespace Halyard
