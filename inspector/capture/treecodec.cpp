// SPDX-License-Identifier: MIT
#include "capture/treecodec.h"

#include <algorithm>
#include <cstring>

namespace Halyard::Inspector {

using Wire::Dissection;
using Wire::Field;

namespace {

constexpr int MaxDepth = 128;

class Writer
{
public:
    void number(quint64 value)
    {
        for (; value >= 0x80; value >>= 7)
            m_out.append(char(quint8(value) | 0x80));
        m_out.append(char(value));
    }
    void bytes(const void *data, std::size_t size)
    {
        number(size);
        m_out.append(static_cast<const char *>(data), qsizetype(size));
    }
    void text(const std::string &value) { bytes(value.data(), value.size()); }
    void field(const Field &value)
    {
        text(value.name);
        text(value.value);
        number(value.offset);
        number(value.length);
        number(quint64(value.severity));
        number(quint64(value.role));
        text(value.note);
        number(value.layer ? 1 : 0);
        if (value.layer)
            bytes(value.layer->data(), value.layer->size());
        number(value.fields.size());
        for (const Field &inner : value.fields)
            field(inner);
    }
    void message(const Wire::MessageFacts &facts)
    {
        text(facts.type);
        text(facts.route);
        number(facts.headers.size());
        for (const auto &[name, value] : facts.headers) {
            text(name);
            text(value);
        }
        number(facts.call);
        number(quint64(facts.part));
        number((facts.isApplications ? 1 : 0) + (facts.goesOn ? 2 : 0));
    }
    QByteArray take() { return std::move(m_out); }

private:
    QByteArray m_out;
};

/// Once something does not fit, everything else comes out empty and isValid() is false.
class Reader
{
public:
    explicit Reader(const QByteArray &bytes)
        : m_in(bytes)
    { }
    [[nodiscard]] bool isValid() const { return m_valid; }
    quint64 number()
    {
        quint64 value = 0;
        for (int shift = 0; m_valid && shift < 64; shift += 7) {
            if (m_at == m_in.size())
                break;
            const auto byte = quint8(m_in[m_at++]);
            value |= quint64(byte & 0x7F) << shift;
            if (!(byte & 0x80))
                return value;
        }
        m_valid = false;
        return 0;
    }
    QByteArrayView bytes()
    {
        const quint64 size = number();
        if (size > quint64(m_in.size() - m_at)) {
            m_valid = false;
            return {};
        }
        const auto view = QByteArrayView(m_in).sliced(m_at, qsizetype(size));
        m_at += view.size();
        return view;
    }
    std::string text()
    {
        const auto view = bytes();
        return {view.data(), std::size_t(view.size())};
    }
    Wire::MessageFacts message()
    {
        Wire::MessageFacts facts;
        facts.type = text();
        facts.route = text();
        const quint64 count = number();
        for (quint64 i = 0; m_valid && i < count; ++i) {
            std::string name = text();
            facts.headers.emplace_back(std::move(name), text());
        }
        facts.call = number();
        facts.part = Wire::CallPart(std::min<quint64>(number(), quint64(Wire::CallPart::Cancels)));
        const quint64 flags = number();
        facts.isApplications = (flags & 1) != 0;
        facts.goesOn = (flags & 2) != 0;
        return facts;
    }
    Field field(int depth)
    {
        Field value;
        value.name = text();
        value.value = text();
        value.offset = number();
        value.length = number();
        value.severity = Wire::Severity(std::min<quint64>(number(), quint64(Wire::Severity::Error)));
        value.role = number() == quint64(Wire::FieldRole::Payload) ? Wire::FieldRole::Payload
                                                                   : Wire::FieldRole::Plain;
        value.note = text();
        if (number() == 1) {
            const auto layer = std::as_bytes(std::span(bytes()));
            value.layer.emplace(layer.begin(), layer.end());
        }
        const quint64 count = number();
        if (depth == MaxDepth && count > 0)
            m_valid = false;
        for (quint64 i = 0; m_valid && i < count; ++i)
            value.fields.push_back(field(depth + 1));
        return value;
    }

private:
    const QByteArray &m_in;
    qsizetype m_at = 0;
    bool m_valid = true;
};

bool hasLayer(const Field &field)
{
    return field.layer || std::any_of(field.fields.begin(), field.fields.end(), hasLayer);
}

} // namespace

bool needsStoredTree(const Dissection &dissection)
{
    return !dissection.complete || dissection.severity() == Wire::Severity::Error
        || hasLayer(dissection.root);
}

QByteArray storedTree(const Dissection &dissection)
{
    Writer writer;
    writer.text(dissection.protocol);
    writer.number(quint64(dissection.direction));
    writer.number(dissection.streamOffset);
    writer.number(dissection.complete ? 1 : 0);
    writer.text(dissection.summary);
    writer.message(dissection.message);
    for (const std::size_t size :
        {dissection.extent.header, dissection.extent.body, dissection.extent.trailer})
        writer.number(size);
    writer.field(dissection.root);
    return writer.take();
}

std::optional<Dissection> dissectionFrom(const QByteArray &stored, const QByteArray &frame)
{
    Reader reader(stored);
    Dissection dissection;
    dissection.protocol = reader.text();
    dissection.direction = Wire::Direction(reader.number() & 1);
    dissection.streamOffset = reader.number();
    dissection.complete = reader.number() == 1;
    dissection.summary = reader.text();
    dissection.message = reader.message();
    for (std::size_t *size : {&dissection.extent.header, &dissection.extent.body, &dissection.extent.trailer})
        *size = reader.number();
    dissection.root = reader.field(0);
    if (!reader.isValid())
        return std::nullopt;
    dissection.bytes.resize(std::size_t(frame.size()));
    std::memcpy(dissection.bytes.data(), frame.constData(), dissection.bytes.size());
    return dissection;
}

} // namespace Halyard::Inspector
