// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

namespace Halyard::Inspector {

/// What has been seen so far, for suggesting values.
struct FilterVocabulary {
    QStringList types;
    QStringList routes;
    QStringList protocols;
    QStringList treeFields; ///< names of fields of the tree
};

/// What may stand at the cursor.
struct FilterCompletion {
    qsizetype from = 0; ///< the characters that a candidate replaces
    qsizetype length = 0;
    QStringList candidates; ///< those that begin with what is there already, at most MaxCandidates

    static constexpr qsizetype MaxCandidates = 100;
};

[[nodiscard]] FilterCompletion completeFilter(
    const QString &text, qsizetype cursor, const FilterVocabulary &vocabulary);

} // namespace Halyard::Inspector
