// SPDX-License-Identifier: MIT
#include "wire/dissection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace Halyard::Wire {

namespace {

Severity worst(const Field &field)
{
    Severity severity = field.severity;
    for (const Field &child : field.fields)
        severity = std::max(severity, worst(child));
    return severity;
}

struct Found {
    const Field *field = nullptr;
    ByteView layer; ///< in which its offset counts
};

Found findPayload(const Field &field, ByteView layer)
{
    if (field.role == FieldRole::Payload)
        return {&field, layer};
    const ByteView inner = field.layer ? ByteView(*field.layer) : layer;
    for (const Field &child : field.fields) {
        if (const Found found = findPayload(child, inner); found.field)
            return found;
    }
    return {};
}

} // namespace

Severity Dissection::severity() const { return worst(root); }

ByteView Dissection::payload() const
{
    const auto [field, layer] = findPayload(root, bytes);
    if (!field)
        return {};
    if (field->layer)
        return *field->layer;
    const std::size_t offset = std::min(field->offset, layer.size());
    return layer.subspan(offset, std::min(field->length, layer.size() - offset));
}

std::string_view severityName(Severity severity) noexcept
{
    constexpr std::array<std::string_view, 4> names {"none", "note", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
}

std::string_view directionName(Direction direction) noexcept
{
    return direction == Direction::ClientToServer ? "c2s" : "s2c";
}

Field fieldOf(std::string name, std::string value, std::size_t offset, std::size_t length)
{
    Field field;
    field.name = std::move(name);
    field.value = std::move(value);
    field.offset = offset;
    field.length = length;
    return field;
}

Dissector::~Dissector() = default;

// By value because those that override it keep it. NOLINTNEXTLINE(performance-unnecessary-value-param)
void Dissector::useSecurities(std::shared_ptr<const SecurityProvider> /*securities*/) { }

Result<void> Dissector::unlock(ByteView)
{
    return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "this protocol seals nothing");
}

void Dissector::settle(Now) { }

bool Dissector::followsConversation() const { return false; }

const ConversationTraits &Dissector::traits() const
{
    static const ConversationTraits none;
    return none;
}

} // namespace Halyard::Wire
