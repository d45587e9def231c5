// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QTest>

/// Chooses the event dispatcher that a test runs on; before the application is made. `name`: "glib" or "unix"
/// (Qt's), "epoll" (ours).
bool useDispatcher(const QByteArray &name);

/// A main() whose first argument names the dispatcher, the others are Qt Test's.
#define HALYARD_TEST_WITH_DISPATCHER(Test)                                                                   \
    int main(int argc, char **argv)                                                                          \
    {                                                                                                        \
        if (argc < 2 || !useDispatcher(argv[1]))                                                             \
            return 2;                                                                                        \
        argv[1] = argv[0];                                                                                   \
        int count = argc - 1;                                                                                \
        const QCoreApplication application(count, argv + 1);                                                 \
        Test test;                                                                                           \
        return QTest::qExec(&test, count, argv + 1);                                                         \
    }
