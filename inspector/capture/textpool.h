// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace Halyard::Inspector {

/// Texts that many frames share, each kept once and named by its index. Index 0 is the empty text. Bounded:
/// once it is full, further texts share the last index, whose text is an ellipsis.
class TextPool
{
public:
    explicit TextPool(qsizetype capacity);

    /// The index of the text, which is cut at 255 characters.
    [[nodiscard]] quint32 intern(const QString &text);
    [[nodiscard]] const QStringList &texts() const noexcept { return m_texts; }
    /// Those that came since the last call, in the order of their indexes.
    [[nodiscard]] QStringList takeNew();

private:
    qsizetype m_capacity;
    qsizetype m_taken = 1;
    QStringList m_texts {QString()};
    QHash<QString, quint32> m_index;
};

} // namespace Halyard::Inspector
