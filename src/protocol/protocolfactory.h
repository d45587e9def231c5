// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/engine.h"
#include "protocol/filter.h"
#include "protocol/limits.h"
#include "protocol/routenames.h"
#include "protocol/spareblocks.h"
#include "wire/bytes.h"
#include "wire/dissection.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framing.h"
#include "wire/recognition.h"
#include "wire/securityprovider.h"

namespace Halyard::Wire {

/// What one new connection needs.
struct EngineSetup {
    Role role = Role::Client;
    EngineLimits limits;
    Filters filters;
    /// Fills the span with random bytes; what seals or shuffles needs it.
    std::function<void(MutableBytes)> random;
    /// Of the thread that the connection lives in; nullptr for none.
    std::shared_ptr<SpareBlocks> spares;
    /// For sessions whose wire has numbers for routes.
    RouteSource routes;
    /// Makes what seals frames; nullptr where there is nothing of the kind.
    std::shared_ptr<const SecurityProvider> securities;
    /// There is a user to be (client), or there are users to tell apart (server): CredentialsNeeded will be
    /// answered, and a protocol that authenticates has to. Without, such a protocol is spoken in clear.
    bool authenticates = false;
    /// Without a session: plain bodies pass as soon as the handshakes are done, as after Engine::handOff().
    /// For who carries them on without knowing what they say.
    bool onlyFrames = false;
};

/// One protocol with its options, for one endpoint; makes an engine for each connection. Engines keep a
/// reference to what connections share, so the factory outlives them.
class HALYARD_EXPORT ProtocolFactory
{
public:
    ProtocolFactory() = default;
    ProtocolFactory(const ProtocolFactory &) = delete;
    ProtocolFactory &operator=(const ProtocolFactory &) = delete;
    virtual ~ProtocolFactory();

    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Whether a connection that begins with these bytes (of the client) is this protocol; More while too few
    /// are there. Decides within 64 bytes.
    [[nodiscard]] virtual Recognition recognise(ByteView first) const = 0;
    /// Whether the client's first bytes come before anything of the server. If not, this protocol cannot
    /// share a port: each side would wait for the other.
    [[nodiscard]] virtual bool clientSpeaksFirst() const { return true; }
    /// Whether clients may ask for all of these routes, the handlers of a server that is about to listen;
    /// `authenticates` as in EngineSetup. Fails with InvalidArgument, naming the route and why.
    [[nodiscard]] virtual Result<void> canServe(const RouteNames &routes, bool authenticates) const;
    /// Whether a datagram may open a conversation with a new peer.
    [[nodiscard]] virtual bool acceptsPeer(ByteView datagram) const;
    [[nodiscard]] virtual std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const = 0;
    /// The largest frame of either direction, with all overhead, where nobody has set another limit.
    [[nodiscard]] virtual std::size_t defaultMaxFrameBytes() const { return EngineLimits().maxFrameBytesIn; }
    /// These limits, with the protocol's own for frames where nobody has set others.
    [[nodiscard]] EngineLimits limitsFor(EngineLimits asked) const;
    /// For dissectors and proxies; lives as long as the factory. Nullptr where the protocol has no framing of
    /// its own.
    [[nodiscard]] virtual const Framing *framing() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Dissector> makeDissector() const = 0;
};

/// One option of a protocol as users spell it in URLs and on the command line.
struct OptionDescription {
    std::string name;
    /// "halyard|raw|easy": one of these, which the registry sees to; "NAME": whatever the protocol takes.
    std::string values;
    std::string defaultValue;
    std::string text;   ///< one line for people
    bool seals = false; ///< says how frames are sealed: a proxy that is told it seals them anew
};

using OptionValues = std::map<std::string, std::string, std::less<>>;

/// A protocol as the registry knows it.
struct ProtocolDescription {
    std::string name;
    std::string summary; ///< one line for people
    std::vector<OptionDescription> options;
    Capabilities capabilities;  ///< the most that a connection can do
    bool authenticates = false; ///< has a handshake that takes a user's name and password, where wanted
    std::size_t defaultMaxFrameBytes = 8'388'608;
    /// Gets options that exist only, with values that are listed where there is a list. Fails with
    /// InvalidArgument for others that cannot be, naming option and value.
    std::function<Result<std::shared_ptr<const ProtocolFactory>>(const OptionValues &)> make;
};

/// The protocols an endpoint can choose from: a value that options carry, no global state.
class HALYARD_EXPORT ProtocolRegistry
{
public:
    /// With the protocols that Halyard brings.
    [[nodiscard]] static ProtocolRegistry standard();

    /// Replaces one of the same name.
    void add(ProtocolDescription description);
    [[nodiscard]] const ProtocolDescription *find(std::string_view name) const;
    /// Fails with UnknownProtocol; with InvalidArgument for an option that does not exist or a value that is
    /// not in its list; or as the description's make() does.
    [[nodiscard]] Result<std::shared_ptr<const ProtocolFactory>> make(
        std::string_view name, const OptionValues &options) const;
    [[nodiscard]] const std::vector<ProtocolDescription> &all() const noexcept { return m_descriptions; }

private:
    std::vector<ProtocolDescription> m_descriptions;
};

} // namespace Halyard::Wire
