// SPDX-License-Identifier: MIT
#include "capture/textpool.h"

namespace Halyard::Inspector {

namespace {
constexpr qsizetype MaxCharacters = 255;
}

TextPool::TextPool(qsizetype capacity)
    : m_capacity(capacity)
{ }

quint32 TextPool::intern(const QString &text)
{
    if (text.isEmpty())
        return 0;
    const QString kept = text.left(MaxCharacters);
    const auto found = m_index.constFind(kept);
    if (found != m_index.constEnd())
        return *found;
    if (m_texts.size() == m_capacity)
        return quint32(m_capacity - 1);
    const auto index = quint32(m_texts.size());
    if (index + 1 == quint32(m_capacity)) {
        m_texts << QString(QChar(0x2026));
        return index;
    }
    m_texts << kept;
    m_index.insert(kept, index);
    return index;
}

QStringList TextPool::takeNew()
{
    QStringList fresh = m_texts.mid(m_taken);
    m_taken = m_texts.size();
    return fresh;
}

} // namespace Halyard::Inspector
