// SPDX-License-Identifier: MIT
#pragma once

#include <QMetaType>
#include <QString>

#include "endpoint/enums.h"
#include "wire/error.h"
#include "wire/export.h"

class QDebug;

namespace Halyard {

/// An error as applications see it: a value, false when there is none. The detail is English and for logs
/// (the offending value and where it was; never keys or payload); what users read is made from the code.
class HALYARD_EXPORT Error
{
    Q_GADGET
    Q_PROPERTY(Halyard::ErrorCode code READ code CONSTANT)
    Q_PROPERTY(Halyard::ErrorOrigin origin READ origin CONSTANT)
    Q_PROPERTY(quint16 number READ number CONSTANT)
    Q_PROPERTY(QString detail READ detail CONSTANT)
public:
    Error() noexcept = default;
    Error(ErrorCode code, ErrorOrigin origin, const QString &detail = {})
        : m_detail(detail)
        , m_code(code)
        , m_origin(origin)
    { }
    /// Not explicit: what the inner ring returns passes on as it is.
    Error(const Wire::Error &error); // NOLINT(google-explicit-constructor)

    /// An error of the application's own. `number` ≥ 1000; lower ones become HandlerFailed, because they
    /// would claim that Halyard itself had failed.
    [[nodiscard]] static Error application(quint16 number, const QString &detail = {});

    /// From 1000 on a value without a name: ask isApplication() and number().
    [[nodiscard]] ErrorCode code() const noexcept { return m_code; }
    [[nodiscard]] ErrorOrigin origin() const noexcept { return m_origin; }
    [[nodiscard]] QString detail() const { return m_detail; }
    /// The code as it travels on the wire.
    [[nodiscard]] quint16 number() const noexcept { return quint16(m_code); }
    /// Whether the number belongs to the application (≥ 1000).
    [[nodiscard]] bool isApplication() const noexcept { return m_code >= ErrorCode::FirstOfApplication; }
    /// The code's name, e.g. "CrcMismatch"; "Application" from 1000 on, "Unknown" for numbers without one.
    [[nodiscard]] QLatin1String name() const noexcept;
    /// One line for logs: `CrcMismatch: expected …`, `Application 1007: …`.
    [[nodiscard]] QString toString() const;
    [[nodiscard]] Wire::Error toWire() const;

    explicit operator bool() const noexcept { return m_code != ErrorCode::None; }
    friend bool operator==(const Error &, const Error &) noexcept = default;
    friend HALYARD_EXPORT QDebug operator<<(QDebug debug, const Error &error);

private:
    QString m_detail;
    ErrorCode m_code = ErrorCode::None;
    ErrorOrigin m_origin = ErrorOrigin::Local;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::Error)
