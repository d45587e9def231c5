// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vectors.h"
#include "wire/hexdump.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire::Test {

/// A message against what a row of network-protocol.json says of it.
inline void expectFields(const Npro::Message &message, const nlohmann::json &fields)
{
    using namespace Npro;
    static const std::map<std::string, std::string> names {{"Init", "SecureHandshakeInit"},
        {"Response", "SecureHandshakeResponse"}, {"Confirm", "SecureHandshakeConfirm"}};
    const std::string kind = fields["message"];
    const auto full = names.find(kind);
    EXPECT_EQ(messageName(message), full == names.end() ? kind : full->second);
    const auto expectHex = [&](const char *name, ByteView bytes) {
        EXPECT_EQ(toHex(bytes), fields[name].get<std::string>()) << name;
    };
    if (const auto *init = std::get_if<HandshakeInit>(&message)) {
        expectHex("pub_key", init->publicKey);
        EXPECT_EQ(init->timestamp, fields["timestamp_ms"].get<std::uint64_t>());
        expectHex("nonce", init->nonce);
    } else if (const auto *response = std::get_if<HandshakeResponse>(&message)) {
        expectHex("pub_key", response->publicKey);
        expectHex("nonce", response->nonce);
        expectHex("nonce_verification", response->verification);
    } else if (const auto *confirm = std::get_if<HandshakeConfirm>(&message)) {
        expectHex("nonce_verification", confirm->verification);
    } else if (const auto *echo = std::get_if<Echo>(&message)) {
        EXPECT_EQ(echo->text, fields["text"].get<std::string>());
    } else if (const auto *custom = std::get_if<Custom>(&message)) {
        EXPECT_EQ(custom->command, fields["command"].get<std::string>());
        expectHex("payload", custom->payload);
    }
}

} // namespace Halyard::Wire::Test
