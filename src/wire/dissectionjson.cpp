// SPDX-License-Identifier: MIT
#include "wire/dissectionjson.h"

#include <nlohmann/json.hpp>

#include "wire/hexdump.h"

namespace Halyard::Wire {

namespace {

using Json = nlohmann::ordered_json;

void appendField(Json &object, const Field &field)
{
    object["name"] = field.name;
    object["value"] = field.value;
    object["offset"] = field.offset;
    object["length"] = field.length;
    object["severity"] = severityName(field.severity);
    object["note"] = field.note;
    if (field.layer)
        object["bytes"] = toHex(*field.layer);
    Json fields = Json::array();
    for (const Field &child : field.fields) {
        Json member = Json::object();
        appendField(member, child);
        fields.push_back(std::move(member));
    }
    object["fields"] = std::move(fields);
}

} // namespace

std::string toJson(const Dissection &dissection, std::uint64_t conversation)
{
    Json object = Json::object();
    if (conversation != 0)
        object["conversation"] = conversation;
    object["protocol"] = dissection.protocol;
    object["direction"] = directionName(dissection.direction);
    object["complete"] = dissection.complete;
    appendField(object, dissection.root);
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace Halyard::Wire
