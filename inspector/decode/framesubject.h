// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QHash>

#include "capture/framestore.h"
#include "decode/filterexpression.h"

namespace Halyard::Inspector {

/// What all frames that a filter is asked about have in common: copied once per run, cheap because shared.
struct FilterScope {
    struct Conversation {
        QString protocol;
        QString transport;
        QString peer;
        std::shared_ptr<const Wire::ProtocolFactory> factory;
    };

    explicit FilterScope(const FrameStore &store);

    QStringList types;
    QStringList routes;
    qint64 start = 0; ///< time of the first frame
    QHash<quint32, Conversation> conversations;
    QHash<RowNumber, FrameRemark> remarks;
};

/// One frame before a filter. Refers to everything it is given.
class FrameSubject final : public FilterSubject
{
public:
    /// `partnerTime` 0: none. `record` may be nullptr where the filter needs none.
    FrameSubject(const FilterScope &scope, RowNumber row, const FrameFacts &facts, qint64 partnerTime,
        const FrameRecord *record = nullptr);

    [[nodiscard]] std::optional<double> number(FilterFieldId field) const override;
    [[nodiscard]] QString text(FilterFieldId field) const override;
    [[nodiscard]] int choice(FilterFieldId field) const override;
    [[nodiscard]] bool flag(FilterFieldId field) const override;
    [[nodiscard]] QByteArray bytes(FilterFieldId field) const override;
    [[nodiscard]] QStringList treeValues(const QString &name) const override;

private:
    const Wire::Dissection &dissection() const;

    const FilterScope &m_scope;
    const RowNumber m_row;
    const FrameFacts &m_facts;
    const qint64 m_partnerTime;
    const FrameRecord *const m_record;
    mutable std::unique_ptr<Wire::Dissection> m_dissection; ///< made when it is first asked for
};

} // namespace Halyard::Inspector
