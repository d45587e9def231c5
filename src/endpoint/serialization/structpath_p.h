// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <QString>

#include "endpoint/error.h"

namespace Halyard {

/// Where in a structure one is, and what was wrong there.
class StructPath
{
public:
    void enter(const char *member) { m_steps.push_back({member, 0}); }
    void enterList() { m_steps.push_back({nullptr, 0}); }
    void setIndex(qsizetype index) { m_steps.back().index = index; }
    void leave() { m_steps.pop_back(); }

    /// Always false, for whoever returns it.
    bool refuse(const QString &why)
    {
        m_why = why;
        for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
            const bool isLast = step == m_steps.rbegin();
            const QString name
                = step->member ? QString::fromLatin1(step->member) : QStringLiteral("[%1]").arg(step->index);
            m_where = isLast                           ? name
                : m_where.startsWith(QLatin1Char('[')) ? name + m_where
                                                       : name + QLatin1Char('.') + m_where;
        }
        return false;
    }
    [[nodiscard]] Error error(ErrorCode code, ErrorOrigin origin) const
    {
        return Error(code, origin, m_where.isEmpty() ? m_why : m_where + QStringLiteral(": ") + m_why);
    }

private:
    struct Step {
        const char *member = nullptr; ///< or an entry of a list
        qsizetype index = 0;
    };

    std::vector<Step> m_steps;
    QString m_where;
    QString m_why;
};

} // namespace Halyard
