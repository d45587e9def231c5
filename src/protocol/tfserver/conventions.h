// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/message.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/tfserver/codec.h"
#include "wire/tfserver/naming.h"

/// How an application's messages become tfserver's and back (docs/wire/tfserver-conventions.md).
namespace Halyard::Wire::TfServer {

/// The structure type that a request's headers name; 0 where they are none. Fails with NotSupportedByProtocol
/// for any other header, and with InvalidArgument for what is no number up to MaxType.
[[nodiscard]] HALYARD_EXPORT Result<std::uint64_t> structureTypeIn(const HeaderBlockView &headers);

/// What an answer that is an error says to the application that asked; a view of it.
[[nodiscard]] HALYARD_EXPORT MessageView fromWire(const ServerError &error, std::uint64_t id);
/// The same as an Error, for what was asked on the application's behalf.
[[nodiscard]] HALYARD_EXPORT Error errorOf(const ServerError &error);
/// The error that an application answers with; a view of it. Of its text 4096 bytes are kept.
[[nodiscard]] HALYARD_EXPORT ServerError toWire(const MessageView &error);

} // namespace Halyard::Wire::TfServer
