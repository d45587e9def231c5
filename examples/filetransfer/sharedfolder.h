// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QString>

/// A folder whose files may be fetched, and nothing outside of it: not by "..", not by an absolute path, not
/// through a symbolic link that leads out.
class SharedFolder
{
public:
    explicit SharedFolder(const QString &path);

    [[nodiscard]] bool exists() const { return !m_root.isEmpty(); }
    /// The path of a regular file in here that can be opened by that name; nothing for all else.
    [[nodiscard]] std::optional<QString> find(const QString &name) const;

private:
    QString m_root; // canonical, ends with '/'; empty where there is no such folder
};
