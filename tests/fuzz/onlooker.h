// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>

#include "fuzzing.h"
#include "protocol/engine.h"
#include "protocol/protocolfactory.h"
#include "wire/dissection.h"

namespace Halyard::Wire::Fuzz {

/// Sees one side: what it seals, and the secrets that it exports.
class Eye final : public EngineObserver
{
public:
    void observed(Passage passage, Layer layer, ByteView bytes, Now /*now*/) override
    {
        if (passage == Passage::Out && layer == Layer::OpenedBody)
            sealed.insert(toBytes(bytes));
    }
    [[nodiscard]] bool wantsSecrets() const override { return true; }
    void secretsExported(Bytes exported, Now /*now*/) override { secrets = std::move(exported); }

    std::set<Bytes> sealed;
    std::optional<Bytes> secrets;
};

/// A dissector behind both ends of the line, with the secrets of whoever has some first. It shows each byte
/// once, and nothing opens that nobody has sealed.
class Onlooker
{
public:
    Onlooker(const ProtocolFactory &factory, std::shared_ptr<const SecurityProvider> securities)
        : m_dissector(factory.makeDissector())
    {
        m_dissector->useSecurities(std::move(securities));
    }

    Eye client;
    Eye server;

    /// What has just arrived.
    void see(Direction direction, ByteView bytes, Now now)
    {
        for (const Eye *eye : {&server, &client}) {
            if (!m_hasKey && eye->secrets) {
                require(m_dissector->unlock(*eye->secrets).has_value(), "exported secrets open nothing");
                m_hasKey = true;
            }
        }
        m_fed[std::size_t(direction)] += bytes.size();
        m_dissector->feed(direction, bytes, now);
        drain();
    }
    void finish(Now now)
    {
        for (const Direction direction : {Direction::ClientToServer, Direction::ServerToClient}) {
            m_dissector->finish(direction, now);
            drain();
            require(m_shown[std::size_t(direction)] == m_fed[std::size_t(direction)],
                "bytes without a dissection");
        }
    }
    [[nodiscard]] bool hasKey() const { return m_hasKey; }
    [[nodiscard]] bool hasSeenErrors() const { return m_hasSeenErrors; }
    [[nodiscard]] std::size_t openedCount() const { return m_opened; }

private:
    void drain()
    {
        while (const auto dissection = m_dissector->next()) {
            std::uint64_t &shown = m_shown[std::size_t(dissection->direction)];
            require(dissection->streamOffset == shown, "a gap in the stream");
            shown += dissection->bytes.size();
            checkField(dissection->root, 0, dissection->bytes.size());
            m_hasSeenErrors = m_hasSeenErrors || dissection->severity() == Severity::Error;
        }
    }
    void checkField(const Field &field, std::size_t first, std::size_t end)
    {
        require(field.offset >= first && field.offset + field.length <= end, "a field leaves its parent");
        if (field.layer) {
            require(m_hasKey, "something opens without a key");
            require(client.sealed.contains(*field.layer) || server.sealed.contains(*field.layer),
                "nobody has sealed that");
            ++m_opened;
        }
        const std::size_t inner = field.layer ? 0 : field.offset;
        const std::size_t innerEnd = field.layer ? field.layer->size() : field.offset + field.length;
        for (const Field &child : field.fields)
            checkField(child, inner, innerEnd);
    }

    const std::unique_ptr<Dissector> m_dissector;
    std::array<std::uint64_t, 2> m_fed {};
    std::array<std::uint64_t, 2> m_shown {};
    std::size_t m_opened = 0;
    bool m_hasKey = false;
    bool m_hasSeenErrors = false;
};

} // namespace Halyard::Wire::Fuzz
