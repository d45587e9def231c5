// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <optional>

#include <QByteArray>
#include <QString>

namespace Halyard {

/// An integer of either sign, wider than any C++ integer: ±`magnitude`.
struct WideInteger {
    bool negative = false;
    quint64 magnitude = 0;

    template <class I>
    [[nodiscard]] std::optional<I> narrowed() const noexcept
    {
        constexpr auto most = quint64(std::numeric_limits<I>::max());
        if (!negative)
            return magnitude <= most ? std::optional(I(magnitude)) : std::nullopt;
        if (magnitude == 0)
            return I(0);
        if constexpr (std::numeric_limits<I>::is_signed) {
            if (magnitude - 1 <= most)
                return I(-qint64(magnitude - 1) - 1);
        }
        return std::nullopt;
    }
};

/// Values in document order, pulled one after the other; one implementation for each format. Nothing is
/// converted: kind() says what is there, and only the take function of that kind may be called.
class ValueSource
{
public:
    enum class Kind : quint8 {
        Nothing, ///< the bytes end here or are broken: brokenness()
        Null,
        Boolean,
        Integer,
        Number,
        Text,
        Bytes,
        List,
        Map,
        Other, ///< what the format has beside these
    };
    enum class Tag : quint8 { None, DateTime, Url, Uuid, Other };

    ValueSource() = default;
    virtual ~ValueSource();
    Q_DISABLE_COPY_MOVE(ValueSource)

    [[nodiscard]] virtual Kind kind() = 0;
    /// Of the value at hand.
    [[nodiscard]] virtual Tag tag() const = 0;
    /// Whether bytes and date-times appear as text, as they must in JSON.
    [[nodiscard]] virtual bool isTextual() const = 0;

    [[nodiscard]] virtual bool takeBoolean() = 0;
    [[nodiscard]] virtual WideInteger takeInteger() = 0;
    [[nodiscard]] virtual double takeNumber() = 0;
    virtual void takeNull() = 0;
    /// Nothing where the bytes turn out to be broken.
    [[nodiscard]] virtual std::optional<QString> takeText() = 0;
    [[nodiscard]] virtual std::optional<QByteArray> takeBytes() = 0;

    /// Number of entries of the list or map at hand, where the format tells.
    [[nodiscard]] virtual std::optional<quint64> announced() const = 0;
    [[nodiscard]] virtual bool enter() = 0;
    [[nodiscard]] virtual bool hasNext() = 0;
    /// The key of the next entry of the map that was entered; nothing where it is no text, or broken.
    [[nodiscard]] virtual std::optional<QString> takeKey() = 0;
    [[nodiscard]] virtual bool leave() = 0;
    /// False where the value at hand is broken, or nested deeper than `depth`.
    [[nodiscard]] virtual bool skip(int depth) = 0;
    /// Whether bytes are left behind the one value that a document is.
    [[nodiscard]] virtual bool atEnd() = 0;
    /// Why the bytes are no document of this format; empty while they are.
    [[nodiscard]] virtual QString brokenness() = 0;
};

} // namespace Halyard
