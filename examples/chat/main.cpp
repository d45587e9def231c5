// SPDX-License-Identifier: MIT
// chat [URL [NAME]]: a window to a chat-server.
#include <QApplication>

#include "chatwindow.h"

int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    ChatWindow window(arguments.value(1, QStringLiteral("tcp://localhost:6969")), arguments.value(2));
    window.show();
    return QApplication::exec();
}
