// SPDX-License-Identifier: MIT
// Without Qt: two engines of our own protocol talk in memory; a third meets a peer that never ends its line.
#include <algorithm>
#include <iostream>
#include <string>

#include "linefactory.h"

using namespace Halyard::Wire;

namespace {

void expect(bool condition, const char *what)
{
    if (condition)
        return;
    std::cerr << "failed: " << what << '\n';
    std::exit(1);
}

void put(Engine &engine, ByteView bytes)
{
    while (!bytes.empty()) {
        const MutableBytes space = engine.inputSpace(bytes.size());
        if (space.empty())
            return;
        std::ranges::copy(bytes.first(space.size()), space.begin());
        engine.received(space.size(), {});
        bytes = bytes.subspan(space.size());
    }
}

void carry(Engine &from, Engine &to)
{
    while (const auto output = from.output()) {
        const Bytes bytes = toBytes(*output);
        from.written(bytes.size(), {});
        put(to, bytes);
    }
}

template <class Wanted>
std::optional<Wanted> next(Engine &engine)
{
    while (auto event = engine.nextEvent({})) {
        if (auto *wanted = std::get_if<Wanted>(&*event))
            return *wanted;
    }
    return std::nullopt;
}

void aRequestIsAnswered(const ProtocolFactory &factory)
{
    const auto client = factory.makeEngine({.role = Role::Client});
    const auto server = factory.makeEngine({.role = Role::Server});
    client->start({});
    server->start({});
    expect(next<Ready>(*client).has_value() && next<Ready>(*server).has_value(), "both are ready");

    MessageView request;
    request.kind = MessageKind::Request;
    request.id = 7;
    request.route = "shout";
    request.payload = asBytes("ahoy");
    expect(client->send(request, {}).has_value(), "the request is sent");
    carry(*client, *server);

    const auto asked = next<MessageReceived>(*server);
    expect(
        asked && asked->message.route == "shout" && asText(asked->message.payload) == "ahoy", "it arrives");
    MessageView reply;
    reply.kind = MessageKind::Reply;
    reply.id = asked->message.id;
    reply.payload = asBytes("AHOY");
    expect(server->send(reply, {}).has_value(), "the reply is sent");
    carry(*server, *client);

    const auto answered = next<MessageReceived>(*client);
    expect(answered && answered->message.id == 7 && asText(answered->message.payload) == "AHOY",
        "it is answered");
    request.payload = asBytes("two\nlines");
    expect(!client->send(request, {}).has_value(), "what does not fit the protocol is refused");
}

void anEndlessLineIsRefused(const ProtocolFactory &factory)
{
    EngineSetup setup {.role = Role::Server};
    setup.limits.maxFrameBytesIn = 100;
    const auto server = factory.makeEngine(setup);
    server->start({});
    put(*server, asBytes(std::string(200, 'x')));
    const auto closed = next<Closed>(*server);
    expect(closed && closed->error.code == ErrorCode::PayloadTooLarge, "an endless line is an error");
}

void linesAreExplained(const ProtocolFactory &factory)
{
    const auto dissector = factory.makeDissector();
    dissector->feed(Direction::ClientToServer, asBytes("? 7 shout ahoy\nnonsense\n. 0 lo"), {});
    dissector->finish(Direction::ClientToServer, {});
    const auto line = dissector->next();
    expect(
        line && line->summary == "line ? shout" && line->severity() == Severity::None, "a line is explained");
    const Field &payload = line->root.fields.at(3);
    expect(payload.value == "ahoy" && payload.offset == 10 && payload.length == 4, "and each of its words");
    const MessageFacts &facts = line->message;
    expect(
        facts.route == "shout" && facts.call == 7 && facts.part == CallPart::Opens, "what it asks is told");
    expect(asText(line->payload()) == "ahoy", "and with what");
    const auto nonsense = dissector->next();
    expect(nonsense && nonsense->severity() == Severity::Error, "nonsense is marked");
    const auto rest = dissector->next();
    expect(rest && !rest->complete && rest->root.fields.at(2).value == "lo", "a line without an end, too");
}

} // namespace

int main()
{
    ProtocolRegistry registry = ProtocolRegistry::standard();
    registry.add(lineProtocol());
    const auto factory = registry.make("line", {});
    expect(factory.has_value(), "the registry knows our protocol");
    expect(!registry.make("line", {{"colour", "red"}}).has_value(), "it has no options");
    aRequestIsAnswered(**factory);
    anEndlessLineIsRefused(**factory);
    linesAreExplained(**factory);
    std::cout << "spoken without Qt: line\n";
}
