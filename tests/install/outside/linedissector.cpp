// SPDX-License-Identifier: MIT
#include "linedissector.h"

#include <halyard/wire/escape.h>

#include "linelayout.h"

using namespace Halyard::Wire;

namespace {

constexpr std::size_t MaxLineBytes = 1'024;

DissectorLimits lineLimits()
{
    DissectorLimits limits;
    limits.maxFrameBytes = MaxLineBytes;
    return limits;
}

/// For who knows nothing of lines.
MessageFacts factsOf(const Line &line, const MessageView &message)
{
    MessageFacts facts;
    facts.type = line.kind;
    facts.route = message.route;
    facts.call = message.id;
    if (message.kind != MessageKind::Event)
        facts.part = message.kind == MessageKind::Request ? CallPart::Opens : CallPart::Ends;
    facts.isApplications = true;
    return facts;
}

} // namespace

LineDissector::LineDissector()
    : StreamDissector("line", m_framing, lineLimits())
{ }

void LineDissector::explainFrame(Dissection &dissection, bool isTruncated)
{
    const ByteView bytes = dissection.bytes;
    const Line line = Line::read(isTruncated ? bytes : bytes.first(bytes.size() - 1));
    const auto add = [&](const char *name, std::string_view word) {
        Field field;
        field.name = name;
        field.value = escapeText(word);
        field.offset = static_cast<std::size_t>(word.data() - asText(bytes).data());
        field.length = word.size();
        dissection.root.fields.push_back(std::move(field));
    };
    add("kind", line.kind);
    add("id", line.id);
    add("route", line.route);
    add("payload", line.payload);
    dissection.root.fields.back().role = FieldRole::Payload;
    dissection.summary = "line " + escapeText(line.kind) + ' ' + escapeText(line.route);
    if (isTruncated)
        markFailed(dissection.root, {ErrorCode::FrameTruncated, ErrorOrigin::Peer, "the line has no end"});
    else if (const auto message = line.message())
        dissection.message = factsOf(line, *message);
    else
        markFailed(dissection.root, message.error());
}

void LineDissector::explainGarbage(Dissection &dissection, const Error &error)
{
    dissection.summary = countOf(dissection.bytes.size(), "byte") + " of a line that is too long";
    markFailed(dissection.root, error);
}
