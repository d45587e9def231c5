// SPDX-License-Identifier: MIT
// echo-client URL TEXT...: sends each text as a request and prints what comes back, in the order of the
// texts.
#include <cstdio>

#include <QCoreApplication>

#include "endpoint/client.h"

using namespace Halyard;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList texts = QCoreApplication::arguments().mid(2);
    if (texts.isEmpty()) {
        std::fprintf(stderr, "usage: echo-client URL TEXT...\n");
        return 2;
    }
    ClientOptions options;
    options.reconnect.enabled = false; // one try: a person waits
    Client client(options);
    QStringList answers(texts.size());
    qsizetype missing = texts.size();
    Error failure;
    const auto fail = [&](const Error &error) {
        failure = error;
        client.close();
    };
    QObject::connect(&client, &Client::errorOccurred, &client, [&](const Error &error) { failure = error; });
    QObject::connect(&client, &Client::closed, &client, [] { QCoreApplication::quit(); });
    QObject::connect(&client, &Client::opened, &client, [&] {
        // All are on their way at once; ids bring each answer back to its question.
        for (qsizetype at = 0; at < texts.size(); ++at) {
            Call *call = client.call(QStringLiteral("echo"), texts.at(at).toUtf8());
            QObject::connect(call, &Call::failed, &client, fail);
            QObject::connect(call, &Call::finished, &client, [&, at](const Reply &reply) {
                answers[at] = QString::fromUtf8(reply.payload());
                if (--missing == 0)
                    client.close();
            });
        }
    });
    if (const auto started = client.open(QUrl(QCoreApplication::arguments().at(1))); !started)
        failure = started.error();
    else
        QCoreApplication::exec();

    if (failure) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(failure.toString()));
        return 1;
    }
    std::printf("%s\n", qUtf8Printable(answers.join(u'\n')));
    return 0;
}
