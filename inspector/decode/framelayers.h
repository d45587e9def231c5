// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <QByteArray>
#include <QString>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// A stretch of bytes to look at by itself: raw, the frame, a body that was opened, the payload.
struct FrameLayer {
    QString name;
    QString about; ///< a sentence for people
    QByteArray bytes;
    int owner = 0;         ///< index of the layer in whose offsets fields count; itself unless it is a window
    std::size_t begin = 0; ///< of a window, in the owner's bytes
};

/// Bytes of one layer.
struct ByteRange {
    int layer = 0;
    std::size_t offset = 0;
    std::size_t length = 0;
    friend bool operator==(const ByteRange &, const ByteRange &) = default;
};

/// A frame that is completely explained: its tree in flat form, payload unfolded, and its layers. A value.
class ExplainedFrame
{
public:
    static constexpr int NoNode = -1;

    struct Node {
        const Wire::Field *field = nullptr;
        int parent = NoNode;
        int row = 0;             ///< among the parent's children
        int layer = 0;           ///< in which its offset counts
        int firstChild = NoNode; ///< children follow each other in `children`
        int childCount = 0;
    };

    ExplainedFrame() = default;
    explicit ExplainedFrame(Wire::Dissection dissection);

    [[nodiscard]] bool isEmpty() const noexcept { return m_nodes.empty(); }
    [[nodiscard]] const Wire::Dissection &dissection() const noexcept { return *m_dissection; }
    /// Nodes by number; 0 is the root.
    [[nodiscard]] const std::vector<Node> &nodes() const noexcept { return m_nodes; }
    [[nodiscard]] const std::vector<FrameLayer> &layers() const noexcept { return m_layers; }

    /// The bytes of a node; length 0 where it has none.
    [[nodiscard]] ByteRange rangeOf(int node) const;
    /// The same bytes seen in another layer: a window of this one, or the one it is a window of. Nothing if
    /// they are not in it.
    [[nodiscard]] std::optional<ByteRange> inLayer(const ByteRange &range, int layer) const;
    /// The deepest node that covers all of the range; NoNode if none does.
    [[nodiscard]] int innermostNode(const ByteRange &range) const;
    /// The first node with this field name, upper and lower case alike.
    [[nodiscard]] int findNode(std::string_view name) const;
    /// The first node with the application's own bytes; NoNode without such.
    [[nodiscard]] int payloadNode() const;
    /// The bytes of the node's field.
    [[nodiscard]] QByteArray bytesOf(int node) const;

private:
    void flatten();
    int addLayer(const QString &name, const QString &about, const Wire::Bytes &bytes);
    void addFrameWindow();
    void addPayloadWindow();

    std::shared_ptr<Wire::Dissection> m_dissection; ///< shared by copies; nodes point into it
    std::vector<Node> m_nodes;
    std::vector<FrameLayer> m_layers;
};

} // namespace Halyard::Inspector
