// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QMetaType>

namespace Halyard {

/// A std::optional seen from the outside, as QSequentialIterable is a list seen from the outside: what lets a
/// Serializer reach into optional members of a gadget, of which it knows only the QMetaType.
struct OptionalReader {
    QMetaType type;
    const void *value = nullptr; ///< nullptr while the optional is empty; lives as long as it is unchanged
};

struct OptionalWriter {
    QMetaType type;
    void *optional = nullptr;
    void (*assign)(void *optional, const void *value) = nullptr; ///< nullptr as value empties it
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::OptionalReader)
Q_DECLARE_METATYPE(Halyard::OptionalWriter)

/// Makes every std::optional<T> of a gadget or another declared T a metatype that can be looked into, just as
/// Qt does for QList<T>. Include this (or serializer.h) where a gadget with optional members is defined.
template <class T>
struct QMetaTypeId<std::optional<T>> {
    enum { Defined = QMetaTypeId2<T>::Defined };
    static int qt_metatype_id()
    {
        Q_CONSTINIT static QBasicAtomicInt known = Q_BASIC_ATOMIC_INITIALIZER(0);
        if (const int id = known.loadAcquire())
            return id;
        using Optional = std::optional<T>;
        const QByteArray name = QByteArray("std::optional<") + QMetaType::fromType<T>().name() + '>';
        const int id = qRegisterNormalizedMetaType<Optional>(QMetaObject::normalizedType(name.constData()));
        const auto type = QMetaType::fromType<T>();
        if (!QMetaType::hasRegisteredConverterFunction<Optional, Halyard::OptionalReader>()) {
            QMetaType::registerConverter<Optional, Halyard::OptionalReader>([type](const Optional &optional) {
                return Halyard::OptionalReader {type, optional ? &*optional : nullptr};
            });
        }
        if (!QMetaType::hasRegisteredMutableViewFunction<Optional, Halyard::OptionalWriter>()) {
            QMetaType::registerMutableView<Optional, Halyard::OptionalWriter>([type](Optional &optional) {
                return Halyard::OptionalWriter {type, &optional, [](void *into, const void *value) {
                                                    if (value)
                                                        *static_cast<Optional *>(into)
                                                            = *static_cast<const T *>(value);
                                                    else
                                                        static_cast<Optional *>(into)->reset();
                                                }};
            });
        }
        known.storeRelease(id);
        return id;
    }
};
