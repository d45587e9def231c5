// SPDX-License-Identifier: MIT
#include "sharedfolder.h"

#include <QFileInfo>

SharedFolder::SharedFolder(const QString &path)
{
    const QFileInfo folder(path);
    if (!folder.isDir())
        return;
    m_root = folder.canonicalFilePath();
    if (!m_root.endsWith(u'/'))
        m_root += u'/';
}

std::optional<QString> SharedFolder::find(const QString &name) const
{
    if (m_root.isEmpty() || name.isEmpty() || name.contains(QChar::Null))
        return std::nullopt;
    // The canonical path has no links and no ".." left, so its beginning tells where the file really is.
    const QFileInfo file(QFileInfo(m_root + name).canonicalFilePath());
    if (!file.filePath().startsWith(m_root) || !file.isFile())
        return std::nullopt;
    return file.filePath();
}
