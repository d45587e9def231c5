// SPDX-License-Identifier: MIT
#include "cli/hexinput.h"

#include <algorithm>

namespace Halyard::Cli {
namespace {

int digitValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool isSeparator(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ':'; }

} // namespace

bool looksLikeHex(QByteArrayView first)
{
    qsizetype digits = 0;
    bool comment = false;
    for (const char c : first) {
        if (c == '#' || comment) {
            comment = c != '\n';
        } else if (digitValue(c) >= 0 || c == 'x') {
            ++digits;
        } else if (!isSeparator(c)) {
            return false;
        }
    }
    return digits >= 2;
}

Result<QByteArray> HexInput::feed(QByteArrayView text)
{
    QByteArray bytes;
    bytes.reserve(text.size() / 2);
    for (const char c : text) {
        ++m_column;
        if (c == '\n') {
            if (m_high >= 0)
                return refuse(QStringLiteral("a byte with one digit"));
            ++m_line;
            m_column = 0;
            m_comment = false;
        } else if (m_comment) {
            continue;
        } else if (const int value = digitValue(c); value >= 0) {
            if (m_high < 0) {
                m_high = value;
            } else {
                bytes += char(m_high * 16 + value);
                m_high = -1;
            }
        } else if (c == 'x' && m_high == 0) {
            m_high = -1; // "0x" in front of a byte
        } else if (m_high >= 0) {
            return refuse(QStringLiteral("a byte with one digit"));
        } else if (c == '#') {
            m_comment = true;
        } else if (!isSeparator(c)) {
            return refuse(QStringLiteral("no hexadecimal digit"));
        }
    }
    return bytes;
}

Result<void> HexInput::finish() const
{
    if (m_high >= 0)
        return refuse(QStringLiteral("a byte with one digit"));
    return {};
}

tl::unexpected<Error> HexInput::refuse(const QString &what) const
{
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        QStringLiteral("%1 in line %2, column %3").arg(what).arg(m_line).arg(m_column));
}

} // namespace Halyard::Cli
