// SPDX-License-Identifier: MIT
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QStyleFactory>
#include <QTextStream>

#include "app/mainwindow.h"

using namespace Halyard::Inspector;

namespace {

/// What the command line wants to see; Sample without an address means: nothing yet.
bool startFrom(const QCommandLineParser &parser, MainWindow &window)
{
    const QStringList arguments = parser.positionalArguments();
    EndpointRequest request;
    if (parser.isSet(QStringLiteral("sample"))) {
        request.way = EndpointRequest::Way::Sample;
        window.startEndpoint(request);
    }
    if (parser.isSet(QStringLiteral("proxy"))) {
        if (arguments.size() != 2)
            return false;
        request = {EndpointRequest::Way::Between, arguments[0], arguments[1]};
        window.startEndpoint(request);
        return true;
    }
    const bool listens = parser.isSet(QStringLiteral("listen"));
    for (const QString &argument : arguments) {
        if (!listens && QFileInfo(argument).isFile())
            window.openFile(argument);
        else
            window.startEndpoint(
                {listens ? EndpointRequest::Way::Listen : EndpointRequest::Way::Connect, argument, {}});
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("halyard-inspector"));
    QApplication::setApplicationVersion(QStringLiteral(HALYARD_VERSION));
    QApplication::setApplicationDisplayName(QCoreApplication::translate("main", "Halyard Inspector"));
    QApplication::setOrganizationName(QStringLiteral("Halyard"));
    QApplication::setDesktopFileName(QStringLiteral("org.halyard.Inspector"));
    // The only style whose palettes can be made light and dark everywhere.
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Shows the frames of a connection as they pass."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOption(
        {QStringLiteral("listen"), QCoreApplication::translate("main", "Listen at the address.")});
    parser.addOption({QStringLiteral("proxy"),
        QCoreApplication::translate(
            "main", "Stand between: listen at the first address, forward to the second.")});
    parser.addOption(
        {QStringLiteral("sample"), QCoreApplication::translate("main", "Show the built-in sample.")});
    parser.addPositionalArgument(QStringLiteral("address"),
        QCoreApplication::translate(
            "main", "Where to connect to, e.g. tls://localhost:6969, or a pcapng file."),
        QStringLiteral("[address...]"));
    parser.process(application);

    MainWindow window;
    if (!startFrom(parser, window)) {
        QTextStream(stderr) << QCoreApplication::translate(
            "main", "--proxy needs two addresses: where to listen, and where to forward to.")
                            << '\n';
        return 2;
    }
    window.show();
    return QApplication::exec();
}
