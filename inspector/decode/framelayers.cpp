// SPDX-License-Identifier: MIT
#include "decode/framelayers.h"

#include <algorithm>

#include <QCoreApplication>

#include "decode/payloadunfold.h"

namespace Halyard::Inspector {

using Wire::Field;

namespace {

/// Nodes of one frame; dissectors are bounded themselves, this is the last line.
constexpr std::size_t MaxNodes = 100'000;

QString translated(const char *text) { return QCoreApplication::translate("FrameLayer", text); }

QByteArray copyOf(Wire::ByteView bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())};
}

bool sameName(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && qstrnicmp(left.data(), right.data(), left.size()) == 0;
}

/// Whether the dissector itself has explained bytes of the field. Remarks without bytes do not count.
bool isTakenApart(const Field &field)
{
    return std::any_of(
        field.fields.begin(), field.fields.end(), [](const Field &child) { return child.length > 0; });
}

/// Adds what is inside the payload below the payload's field, in the layer the field counts in.
void unfoldInto(Field &field, Wire::ByteView layer)
{
    const Wire::ByteView inner = field.layer ? Wire::ByteView(*field.layer) : layer;
    if (field.role == Wire::FieldRole::Payload && !isTakenApart(field) && field.length > 0
        && field.offset <= layer.size() && field.length <= layer.size() - field.offset) {
        const auto payload = field.layer ? inner : layer.subspan(field.offset, field.length);
        if (auto unfolded = unfoldPayload(payload, field.layer ? 0 : field.offset))
            field.fields.push_back(std::move(*unfolded));
        return;
    }
    for (Field &child : field.fields)
        unfoldInto(child, inner);
}

} // namespace

ExplainedFrame::ExplainedFrame(Wire::Dissection dissection)
    : m_dissection(std::make_shared<Wire::Dissection>(std::move(dissection)))
{
    unfoldInto(m_dissection->root, m_dissection->bytes);
    addLayer(translated(QT_TRANSLATE_NOOP("FrameLayer", "Raw")),
        translated(QT_TRANSLATE_NOOP("FrameLayer", "The whole frame as it was on the wire")),
        m_dissection->bytes);
    addFrameWindow();
    flatten();
    addPayloadWindow();
}

int ExplainedFrame::addLayer(const QString &name, const QString &about, const Wire::Bytes &bytes)
{
    const int index = int(m_layers.size());
    m_layers.push_back({name, about, copyOf(bytes), index, 0});
    return index;
}

/// What the framing carries; where it is sealed, the record.
void ExplainedFrame::addFrameWindow()
{
    const Wire::Extent &extent = m_dissection->extent;
    if (extent.body == 0 || extent.body == extent.total() || extent.total() != m_dissection->bytes.size())
        return;
    m_layers.push_back({translated(QT_TRANSLATE_NOOP("FrameLayer", "Frame")),
        translated(QT_TRANSLATE_NOOP("FrameLayer",
            "The frame without its beginning, length and checksum: of a sealed session, the record")),
        copyOf(Wire::ByteView(m_dissection->bytes).subspan(extent.header, extent.body)), 0, extent.header});
}

/// Breadth first, so that the children of a node stand side by side.
void ExplainedFrame::flatten()
{
    m_nodes.push_back({&m_dissection->root, NoNode, 0, 0, NoNode, 0});
    for (std::size_t at = 0; at < m_nodes.size(); ++at) {
        const Field &field = *m_nodes[at].field;
        int layer = m_nodes[at].layer;
        if (field.layer)
            layer = addLayer(translated(QT_TRANSLATE_NOOP("FrameLayer", "Opened body")),
                translated(QT_TRANSLATE_NOOP("FrameLayer", "What was inside the field “%1”"))
                    .arg(QString::fromStdString(field.name)),
                *field.layer);
        if (field.fields.empty() || m_nodes.size() + field.fields.size() > MaxNodes)
            continue;
        m_nodes[at].firstChild = int(m_nodes.size());
        m_nodes[at].childCount = int(field.fields.size());
        int row = 0;
        for (const Field &child : field.fields)
            m_nodes.push_back({&child, int(at), row++, layer, NoNode, 0});
    }
}

void ExplainedFrame::addPayloadWindow()
{
    const int payload = payloadNode();
    if (payload == NoNode || m_nodes[std::size_t(payload)].field->layer)
        return;
    const ByteRange range = rangeOf(payload);
    if (range.length == 0)
        return;
    m_layers.push_back({translated(QT_TRANSLATE_NOOP("FrameLayer", "Payload")),
        translated(QT_TRANSLATE_NOOP("FrameLayer", "The application's own bytes")), bytesOf(payload),
        range.layer, range.offset});
}

ByteRange ExplainedFrame::rangeOf(int node) const
{
    const Node &at = m_nodes[std::size_t(node)];
    const auto size = std::size_t(m_layers[std::size_t(at.layer)].bytes.size());
    const std::size_t offset = std::min(at.field->offset, size);
    return {at.layer, offset, std::min(at.field->length, size - offset)};
}

std::optional<ByteRange> ExplainedFrame::inLayer(const ByteRange &range, int layer) const
{
    if (range.layer == layer)
        return range;
    const FrameLayer &from = m_layers[std::size_t(range.layer)];
    const FrameLayer &to = m_layers[std::size_t(layer)];
    if (from.owner != to.owner)
        return std::nullopt;
    const std::size_t absolute = range.offset + from.begin;
    if (absolute < to.begin || absolute + range.length > to.begin + std::size_t(to.bytes.size()))
        return std::nullopt;
    return ByteRange {layer, absolute - to.begin, range.length};
}

int ExplainedFrame::innermostNode(const ByteRange &range) const
{
    const FrameLayer &layer = m_layers[std::size_t(range.layer)];
    const auto wanted = inLayer(range, layer.owner);
    if (!wanted)
        return NoNode;
    int found = NoNode;
    std::size_t foundLength = SIZE_MAX;
    for (std::size_t at = 0; at < m_nodes.size(); ++at) {
        const ByteRange covered = rangeOf(int(at));
        if (covered.layer != wanted->layer || covered.length == 0 || covered.offset > wanted->offset
            || covered.offset + covered.length < wanted->offset + wanted->length)
            continue;
        // Of two fields over the same bytes the outer one says more (flags, rather than one of the bits), but
        // what fills its parent completely is the finer description.
        const bool narrower = covered.length < foundLength;
        const bool onlyChild = covered.length == foundLength && m_nodes[at].parent == found
            && m_nodes[std::size_t(found)].childCount == 1;
        if (narrower || onlyChild) {
            found = int(at);
            foundLength = covered.length;
        }
    }
    return found;
}

int ExplainedFrame::findNode(std::string_view name) const
{
    for (std::size_t at = 0; at < m_nodes.size(); ++at) {
        if (sameName(m_nodes[at].field->name, name))
            return int(at);
    }
    return NoNode;
}

int ExplainedFrame::payloadNode() const
{
    const auto found = std::find_if(m_nodes.begin(), m_nodes.end(),
        [](const Node &node) { return node.field->role == Wire::FieldRole::Payload; });
    return found == m_nodes.end() ? NoNode : int(found - m_nodes.begin());
}

QByteArray ExplainedFrame::bytesOf(int node) const
{
    const ByteRange range = rangeOf(node);
    return m_layers[std::size_t(range.layer)].bytes.mid(qsizetype(range.offset), qsizetype(range.length));
}

} // namespace Halyard::Inspector
