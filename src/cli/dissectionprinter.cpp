// SPDX-License-Identifier: MIT
#include "cli/dissectionprinter.h"

#include <algorithm>

#include "cli/console.h"
#include "wire/dissectionjson.h"
#include "wire/dissectiontext.h"

namespace Halyard::Cli {

void DissectionPrinter::printAll(Wire::Dissector &dissector, quint64 conversation)
{
    const auto prefix = conversation == 0 ? QByteArray() : '[' + QByteArray::number(conversation) + "] ";
    while (const auto dissection = dissector.next()) {
        m_worst = std::max(m_worst, dissection->severity());
        if (m_style.json)
            printLine(QByteArray::fromStdString(Wire::toJson(*dissection, conversation)));
        else
            print(prefix + QByteArray::fromStdString(Wire::toText(*dissection, {m_style.dump})));
    }
}

} // namespace Halyard::Cli
