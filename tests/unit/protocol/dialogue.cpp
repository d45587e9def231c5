// SPDX-License-Identifier: MIT
#include "dialogue.h"

#include <algorithm>
#include <stdexcept>

#include <gtest/gtest.h>

namespace Halyard::Wire::Test {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::chrono::microseconds duration(std::string_view text)
{
    const double value = std::stod(std::string(text));
    if (text.ends_with("us"))
        return std::chrono::microseconds(static_cast<long>(value));
    if (text.ends_with("ms"))
        return std::chrono::microseconds(static_cast<long>(value * 1e3));
    return std::chrono::microseconds(static_cast<long>(value * 1e6));
}

ErrorCode codeNamed(std::string_view name)
{
    for (std::uint16_t code = 1; code < 1000; ++code) {
        if (errorName(static_cast<ErrorCode>(code)) == name)
            return static_cast<ErrorCode>(code);
    }
    throw std::invalid_argument("no error: " + std::string(name));
}

std::unique_ptr<Engine> makeEngine(
    const ProtocolFactory &factory, Role role, const EngineLimits &limits, const Filters &filters)
{
    EngineSetup setup;
    setup.role = role;
    setup.limits = limits;
    setup.filters = filters;
    return factory.makeEngine(setup);
}

Notation vstpNotation(Vstp::Profile profile)
{
    return {[profile](std::string_view text) { return frameBytes(text, profile); },
        [profile](ByteView &bytes) { return takeFrame(bytes, profile); }};
}

} // namespace

Dialogue::Dialogue(std::unique_ptr<Engine> engine, Vstp::Profile profile)
    : Dialogue(std::move(engine), vstpNotation(profile))
{ }

Dialogue::Dialogue(std::unique_ptr<Engine> engine, Notation notation)
    : m_engine(std::move(engine))
    , m_notation(std::move(notation))
    , m_now {TimePoint(std::chrono::hours(1)), {}}
{
    m_engine->start(m_now);
    pump();
}

Dialogue::Dialogue(Role role, const OptionValues &options, const EngineLimits &limits, const Filters &filters)
    : m_factory(ProtocolRegistry::standard().make("vstp", options).value())
    , m_engine(makeEngine(*m_factory, role, limits, filters))
    , m_notation(vstpNotation(
          options.contains("profile") && options.at("profile") == "S" ? Vstp::Profile::S : Vstp::Profile::R))
    , m_now {TimePoint(std::chrono::hours(1)), {}}
{
    m_engine->start(m_now);
    pump();
}

Dialogue::~Dialogue() = default;

void Dialogue::run(std::string_view script)
{
    while (!script.empty()) {
        const std::size_t end = std::min(script.find('\n'), script.size());
        const std::string_view line = trimmed(script.substr(0, end));
        script.remove_prefix(std::min(end + 1, script.size()));
        if (line.empty() || line.starts_with('#'))
            continue;
        SCOPED_TRACE(std::string(line));
        step(line);
    }
    SCOPED_TRACE("end of script");
    expectNothingLeft();
}

void Dialogue::step(std::string_view line)
{
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view verb = line.substr(0, space);
    const std::string_view rest = trimmed(line.substr(space));
    if (verb == ">")
        return expectSaid(rest);
    if (verb == ">>") {
        EXPECT_EQ(toHex(m_said), toHex(fromHex(rest)));
        m_said.clear();
        return;
    }
    if (verb == "!")
        return expectEvent(rest);
    expectNothingLeft();
    act(verb, rest);
    pump();
}

void Dialogue::act(std::string_view verb, std::string_view rest)
{
    if (verb == "<")
        hear(m_notation.bytesOf(rest));
    else if (verb == "<<")
        hear(fromHex(rest));
    else if (verb == "send")
        sendMessage(rest);
    else if (verb == "handoff")
        handOff(rest);
    else if (verb == "frame")
        EXPECT_TRUE(m_engine->sendFrame(asBytes(rest), m_now));
    else if (verb == "end")
        m_engine->inputEnded(m_now);
    else if (verb == "close")
        m_engine->close(m_now);
    else if (verb == "fail")
        m_engine->fail(
            {codeNamed(rest), rest.starts_with("Connection") ? ErrorOrigin::Transport : ErrorOrigin::Local,
                "test"},
            m_now);
    else if (verb == "pause" || verb == "resume")
        m_engine->inputPaused(verb == "pause", m_now);
    else if (verb == "provide")
        m_engine->provide(
            rest.empty() ? std::nullopt : std::optional(Credentials {"alice", toBytes(asBytes(rest))}),
            m_now);
    else if (verb == "hold" || verb == "release")
        m_holdOutput = verb == "hold";
    else if (verb == "+")
        pass(duration(rest));
    else
        throw std::invalid_argument("no such step: " + std::string(verb));
}

void Dialogue::hear(ByteView bytes)
{
    while (!bytes.empty()) {
        const MutableBytes space = m_engine->inputSpace(std::min(bytes.size(), m_cut));
        if (space.empty()) {
            EXPECT_TRUE(m_engine->deadline() || m_closed) << "input is refused by an engine that is alive";
            return;
        }
        std::copy_n(bytes.begin(), space.size(), space.begin());
        m_engine->received(space.size(), m_now);
        bytes = bytes.subspan(space.size());
        pump();
    }
}

void Dialogue::sendMessage(std::string_view rest)
{
    const std::size_t colon = rest.find(": ");
    const bool fails = colon != std::string_view::npos && rest.find(' ') > colon;
    const OwnedMessage message(fails ? rest.substr(colon + 2) : rest);
    const auto sent = m_engine->send(message.view(), m_now);
    if (!fails) {
        EXPECT_TRUE(sent.has_value()) << (sent ? "" : sent.error().detail);
        return;
    }
    EXPECT_FALSE(sent.has_value());
    if (!sent) {
        EXPECT_EQ(errorName(sent.error().code), rest.substr(0, colon)) << sent.error().detail;
    }
}

void Dialogue::handOff(std::string_view message)
{
    if (!message.empty())
        sendMessage(message);
    const auto done = m_engine->handOff(m_now);
    EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().detail);
}

void Dialogue::pass(std::chrono::microseconds time)
{
    const TimePoint target = m_now.steady + time;
    for (;;) {
        const auto due = m_engine->deadline();
        if (!due || *due > target)
            break;
        m_now.steady = std::max(m_now.steady, *due);
        m_engine->expired(m_now);
        pump();
        const auto next = m_engine->deadline();
        if (next && *next <= m_now.steady) {
            ADD_FAILURE() << "a deadline that does not move";
            break;
        }
    }
    m_now.steady = target;
}

void Dialogue::pump()
{
    for (;;) {
        takeOutput();
        const auto event = m_engine->nextEvent(m_now);
        if (!event) {
            takeOutput();
            const auto last = m_engine->nextEvent(m_now); // Closed may have waited for the output
            if (!last)
                return;
            m_events.push_back(describe(*last));
            m_closed = m_closed || std::holds_alternative<Closed>(*last);
            continue;
        }
        EXPECT_FALSE(m_closed) << "an event after Closed: " << describe(*event);
        m_closed = m_closed || std::holds_alternative<Closed>(*event);
        if (!std::holds_alternative<Progress>(*event))
            m_events.push_back(describe(*event));
    }
}

void Dialogue::takeOutput()
{
    if (m_holdOutput)
        return;
    const auto output = m_engine->output();
    if (!output)
        return;
    m_said.insert(m_said.end(), output->begin(), output->end());
    m_saidBytes.insert(m_saidBytes.end(), output->begin(), output->end());
    m_engine->written(output->size(), m_now);
}

void Dialogue::expectNothingLeft()
{
    for (const std::string &event : m_events)
        ADD_FAILURE() << "not named: ! " << event;
    m_events.clear();
    ByteView rest = m_said;
    while (!rest.empty())
        ADD_FAILURE() << "not named: > " << m_notation.take(rest);
    m_said.clear();
}

void Dialogue::expectSaid(std::string_view frame)
{
    ByteView rest = m_said;
    if (rest.empty()) {
        ADD_FAILURE() << "nothing was said";
        return;
    }
    const std::string said = m_notation.take(rest);
    if (frame.ends_with('*'))
        EXPECT_TRUE(said.starts_with(frame.substr(0, frame.size() - 1))) << said << " instead of " << frame;
    else
        EXPECT_EQ(said, frame);
    m_said.erase(m_said.begin(), m_said.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

void Dialogue::expectEvent(std::string_view event)
{
    if (m_events.empty()) {
        ADD_FAILURE() << "nothing happened";
        return;
    }
    EXPECT_EQ(m_events.front(), event);
    m_events.pop_front();
}

} // namespace Halyard::Wire::Test
