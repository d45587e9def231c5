// SPDX-License-Identifier: MIT
#include "decode/framesubject.h"

#include <cmath>

#include "decode/explain.h"

namespace Halyard::Inspector {

namespace {

constexpr double SecondsPerNanosecond = 1e-9;

void collect(const Wire::Field &field, const QString &name, QStringList &values)
{
    const QUtf8StringView own(field.name.data(), qsizetype(field.name.size()));
    if (QAnyStringView::compare(own, name, Qt::CaseInsensitive) == 0)
        values << QString::fromStdString(field.value);
    for (const Wire::Field &inner : field.fields)
        collect(inner, name, values);
}

} // namespace

FilterScope::FilterScope(const FrameStore &store)
    : types(store.types())
    , routes(store.routes())
    , remarks(store.remarks())
{
    if (store.firstRow() < store.endRow())
        start = store.facts(store.firstRow()).time;
    for (const auto &[number, entry] : store.conversations())
        conversations.insert(
            number, {entry.info.protocol, entry.info.transport, entry.info.peer, entry.protocol});
    for (const auto &[number, protocol] : store.forgottenProtocols())
        conversations.insert(number, {{}, {}, {}, protocol});
}

FrameSubject::FrameSubject(const FilterScope &scope, RowNumber row, const FrameFacts &facts,
    qint64 partnerTime, const FrameRecord *record)
    : m_scope(scope)
    , m_row(row)
    , m_facts(facts)
    , m_partnerTime(partnerTime)
    , m_record(record)
{ }

const Wire::Dissection &FrameSubject::dissection() const
{
    if (!m_dissection) {
        const auto conversation = m_scope.conversations.value(m_facts.conversation);
        m_dissection = std::make_unique<Wire::Dissection>(
            m_record ? explain(m_facts, *m_record, conversation.factory.get()) : Wire::Dissection());
    }
    return *m_dissection;
}

std::optional<double> FrameSubject::number(FilterFieldId field) const
{
    switch (field) {
    case FilterFieldId::Number:
        return double(m_row) + 1;
    case FilterFieldId::Time:
        return double(m_facts.time - m_scope.start) * SecondsPerNanosecond;
    case FilterFieldId::Connection:
        return m_facts.conversation;
    case FilterFieldId::Size:
        return m_facts.size;
    case FilterFieldId::Id:
        return m_facts.kind != FrameKind::Answer && m_facts.call != 0 ? std::optional(double(m_facts.call))
                                                                      : std::nullopt;
    case FilterFieldId::Re:
        return m_facts.kind == FrameKind::Answer ? std::optional(double(m_facts.call)) : std::nullopt;
    case FilterFieldId::Duration:
        if (m_partnerTime == 0)
            return std::nullopt;
        return std::abs(double(m_partnerTime - m_facts.time)) * SecondsPerNanosecond;
    default:
        return std::nullopt;
    }
}

QString FrameSubject::text(FilterFieldId field) const
{
    switch (field) {
    case FilterFieldId::Type:
        return m_scope.types.value(m_facts.type);
    case FilterFieldId::Route:
        return m_scope.routes.value(m_facts.route);
    case FilterFieldId::Protocol:
        return m_scope.conversations.value(m_facts.conversation).protocol;
    case FilterFieldId::Transport:
        return m_scope.conversations.value(m_facts.conversation).transport;
    case FilterFieldId::Peer:
        return m_scope.conversations.value(m_facts.conversation).peer;
    case FilterFieldId::Comment:
        return m_scope.remarks.value(m_row).comment;
    case FilterFieldId::Summary:
        return m_record ? m_record->summary : QString();
    default:
        return {};
    }
}

int FrameSubject::choice(FilterFieldId field) const
{
    switch (field) {
    case FilterFieldId::Direction:
        return m_facts.outgoing ? 1 : 0;
    case FilterFieldId::Severity:
        return int(m_facts.severity);
    case FilterFieldId::Kind:
        return int(m_facts.kind);
    default:
        return 0;
    }
}

bool FrameSubject::flag(FilterFieldId field) const
{
    switch (field) {
    case FilterFieldId::Problem:
        return m_facts.severity >= Wire::Severity::Warning;
    case FilterFieldId::Complete:
        return m_facts.complete;
    case FilterFieldId::Answered:
        return m_facts.partner != NoRow;
    case FilterFieldId::Marked:
        return m_scope.remarks.value(m_row).marked;
    default:
        return false;
    }
}

QByteArray FrameSubject::bytes(FilterFieldId field) const
{
    if (!m_record)
        return {};
    if (field == FilterFieldId::Bytes)
        return m_record->frame;
    const Wire::ByteView payload = dissection().payload();
    return {reinterpret_cast<const char *>(payload.data()), qsizetype(payload.size())};
}

QStringList FrameSubject::treeValues(const QString &name) const
{
    QStringList values;
    collect(dissection().root, name, values);
    return values;
}

} // namespace Halyard::Inspector
