// SPDX-License-Identifier: MIT
#include "wire/npro/formats.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "wire/escape.h"

namespace Halyard::Wire::Npro {

namespace {

using Json = nlohmann::ordered_json;

/// The names of a variant's fields, in the order in which MessagePack has them; a single empty one is a value
/// without a name.
std::vector<std::string> fieldNames(std::string_view variant)
{
    if (variant == "SecureHandshakeInit")
        return {"pub_key", "timestamp", "nonce"};
    if (variant == "SecureHandshakeResponse")
        return {"pub_key", "nonce", "nonce_verification"};
    if (variant == "SecureHandshakeConfirm")
        return {"nonce_verification"};
    if (variant == "Echo")
        return {""};
    if (variant == "Custom")
        return {"command", "payload"};
    return {};
}

Json numbers(ByteView bytes)
{
    Json list = Json::array();
    for (const std::byte byte : bytes)
        list.push_back(std::to_integer<unsigned>(byte));
    return list;
}

struct ValuesOf {
    template <class Plain>
    std::vector<Json> operator()(const Plain &) const
    {
        return {};
    }
    std::vector<Json> operator()(const HandshakeInit &init) const
    {
        return {numbers(init.publicKey), init.timestamp, numbers(init.nonce)};
    }
    std::vector<Json> operator()(const HandshakeResponse &response) const
    {
        return {numbers(response.publicKey), numbers(response.nonce), numbers(response.verification)};
    }
    std::vector<Json> operator()(const HandshakeConfirm &confirm) const
    {
        return {numbers(confirm.verification)};
    }
    std::vector<Json> operator()(const Echo &echo) const { return {std::string(echo.text)}; }
    std::vector<Json> operator()(const Custom &custom) const
    {
        return {std::string(custom.command), numbers(custom.payload)};
    }
};

Json treeOf(const Message &message, Format format)
{
    const std::string variant(messageName(message));
    const std::vector<std::string> names = fieldNames(variant);
    const std::vector<Json> values = std::visit(ValuesOf {}, message);
    if (names.empty())
        return variant;
    Json body = format == Format::Json ? Json::object() : Json::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty())
            body = values[i];
        else if (format == Format::Json)
            body[names[i]] = values[i];
        else
            body.push_back(values[i]);
    }
    Json whole = Json::object();
    whole[variant] = std::move(body);
    return whole;
}

/// One field as it was read.
struct Value {
    std::optional<std::string> text;
    std::optional<std::uint64_t> number;
    Bytes bytes; ///< of a list or a `bin`
};

/// Collects a message from the events of a parser, which goes no deeper than it is allowed to.
class Collector final : public nlohmann::json_sax<Json>
{
public:
    std::string variant;
    std::map<std::string, Value> fields;

    bool null() override { return m_depth <= 1; }
    bool boolean(bool) override { return m_depth == 2; }
    bool number_float(double, const std::string &) override { return m_depth == 2; }
    bool number_integer(std::int64_t number) override
    {
        return number >= 0 && number_unsigned(std::uint64_t(number));
    }
    bool number_unsigned(std::uint64_t number) override
    {
        if (m_depth < 2)
            return false;
        if (m_depth == 2) {
            nextField().number = number;
            return true;
        }
        if (number > 255 || m_current == nullptr)
            return false;
        m_current->bytes.push_back(std::byte(number));
        return true;
    }
    bool string(std::string &text) override
    {
        if (m_depth == 0)
            variant = std::move(text);
        else if (m_depth <= 2)
            nextField().text = std::move(text);
        else
            return false;
        return true;
    }
    bool binary(Json::binary_t &bytes) override
    {
        if (m_depth != 2)
            return false;
        nextField().bytes = toBytes(std::as_bytes(std::span(bytes)));
        return true;
    }
    bool start_object(std::size_t) override { return start(false); }
    bool start_array(std::size_t) override { return m_depth > 0 && start(true); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool key(std::string &name) override
    {
        if (m_depth == 2) {
            m_key = std::move(name);
            return true;
        }
        if (m_depth != 1 || !variant.empty())
            return false; // a message has one variant
        variant = std::move(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override
    {
        return false;
    }

private:
    static constexpr int Deepest = 3; // the message, its fields, the bytes of one

    bool start(bool isList)
    {
        if (m_depth == Deepest || (m_depth == 2 && !isList))
            return false;
        if (m_depth == 1 && fieldNames(variant).empty())
            return false;
        if (m_depth == 1)
            m_isPositional = isList;
        if (m_depth == 2)
            m_current = &nextField();
        ++m_depth;
        return true;
    }
    bool end()
    {
        --m_depth;
        m_current = nullptr;
        return true;
    }
    Value &nextField()
    {
        std::string name;
        if (m_depth == 2 && m_isPositional) {
            const auto names = fieldNames(variant);
            name = m_position < names.size() ? names[m_position] : "surplus";
            ++m_position;
        } else if (m_depth == 2) {
            name = m_key;
        }
        return fields[name] = {}; // what nobody knows is overwritten, or never looked at
    }

    int m_depth = 0;
    bool m_isPositional = false;
    std::size_t m_position = 0;
    std::string m_key;
    Value *m_current = nullptr;
};

/// Takes a message's fields out of what was collected; remembers whether all were there.
class Fields
{
public:
    explicit Fields(std::map<std::string, Value> &fields)
        : m_fields(fields)
    { }

    template <std::size_t Size>
    std::array<std::byte, Size> array(const char *name)
    {
        std::array<std::byte, Size> result {};
        const Value *value = find(name);
        if (value && value->bytes.size() == Size)
            std::ranges::copy(value->bytes, result.begin());
        else
            m_good = false;
        return result;
    }
    std::uint64_t number(const char *name)
    {
        const Value *value = find(name);
        m_good = m_good && value && value->number;
        return m_good ? *value->number : 0;
    }
    std::string_view text(const char *name)
    {
        const Value *value = find(name);
        m_good = m_good && value && value->text;
        return m_good ? std::string_view(*value->text) : std::string_view();
    }
    ByteView bytes(const char *name)
    {
        const Value *value = find(name);
        m_good = m_good && value && !value->text && !value->number;
        return m_good ? ByteView(value->bytes) : ByteView();
    }
    [[nodiscard]] bool isGood() const { return m_good; }

private:
    const Value *find(const char *name)
    {
        const auto found = m_fields.find(name);
        m_good = m_good && found != m_fields.end();
        return found == m_fields.end() ? nullptr : &found->second;
    }

    std::map<std::string, Value> &m_fields;
    bool m_good = true;
};

Result<Bytes> inBincode(Collector &read)
{
    Fields fields(read.fields);
    Message message = Unknown {}; // what every other name is, too
    if (read.variant == "Ping")
        message = Ping {};
    else if (read.variant == "Pong")
        message = Pong {};
    else if (read.variant == "Disconnect")
        message = Disconnect {};
    else if (read.variant == "SecureHandshakeInit")
        message = HandshakeInit {
            fields.array<32>("pub_key"), fields.number("timestamp"), fields.array<16>("nonce")};
    else if (read.variant == "SecureHandshakeResponse")
        message = HandshakeResponse {
            fields.array<32>("pub_key"), fields.array<16>("nonce"), fields.array<32>("nonce_verification")};
    else if (read.variant == "SecureHandshakeConfirm")
        message = HandshakeConfirm {fields.array<32>("nonce_verification")};
    else if (read.variant == "Echo")
        message = Echo {fields.text("")};
    else if (read.variant == "Custom")
        message = Custom {fields.text("command"), fields.bytes("payload")};
    const bool isBare = fieldNames(read.variant).empty();
    if (read.variant.empty() || !fields.isGood() || (isBare && !read.fields.empty()))
        return malformed("the fields are not those of a " + escapeText(read.variant, 64));
    return writeMessage(message);
}

} // namespace

Result<Bytes> writeFormatted(const Message &message, Format format)
{
    auto bincode = encodeMessage(message); // which also checks texts
    if (!bincode)
        return tl::unexpected(std::move(bincode.error()));
    Bytes out {static_cast<std::byte>(format)};
    const auto append = [&out](ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
    if (format == Format::Bincode) {
        append(bincode->front);
        append(bincode->rest);
    } else if (format == Format::Json) {
        append(asBytes(treeOf(message, format).dump()));
    } else {
        const std::vector<std::uint8_t> packed = Json::to_msgpack(treeOf(message, format));
        append(std::as_bytes(std::span(packed)));
    }
    return out;
}

Result<Bytes> readFormatted(ByteView formatted)
{
    const auto format = formatted.empty() ? Format {} : static_cast<Format>(formatted.front());
    if (format != Format::Bincode && format != Format::Json && format != Format::MessagePack)
        return malformed(formatted.empty() ? "no byte of a format" : "a format that does not exist");
    const ByteView body = formatted.subspan(1);
    if (format == Format::Bincode)
        return parseMessage(body).map([](const Message &message) { return writeMessage(message); });
    Collector collector;
    const std::string_view text = asText(body);
    const bool isJson = format == Format::Json;
    if (!Json::sax_parse(text.begin(), text.end(), &collector,
            isJson ? Json::input_format_t::json : Json::input_format_t::msgpack, isJson))
        return malformed(isJson ? "no message in JSON" : "no message in MessagePack");
    for (const auto &[name, value] : collector.fields) {
        if (value.text && !isUtf8(*value.text))
            return malformed("text that is no UTF-8");
    }
    return inBincode(collector);
}

} // namespace Halyard::Wire::Npro
