// SPDX-License-Identifier: MIT
#include <csignal>

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QStyleFactory>
#include <QTextStream>

#include "app/mainwindow.h"
#include "app/report.h"

using namespace Halyard::Inspector;

namespace {

/// So that a script that starts us knows where to connect to.
void tellWhereWeListen(const EndpointState &state)
{
    if (state.active && !state.clientAddress.isEmpty())
        QTextStream(stdout) << "listening " << state.clientAddress << '\n';
}

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
    parser.addOption({QStringLiteral("theme"), QCoreApplication::translate("main", "Colours: light or dark."),
        QStringLiteral("name")});
    parser.addOption({QStringLiteral("picture"),
        QCoreApplication::translate("main",
            "Once frames have come and no more do: print them, save a picture of the window, and quit."),
        QStringLiteral("file")});
    parser.addOption({QStringLiteral("frames"),
        QCoreApplication::translate("main", "How many frames --picture waits for at least."),
        QStringLiteral("n"), QStringLiteral("1")});
    parser.addPositionalArgument(QStringLiteral("address"),
        QCoreApplication::translate(
            "main", "Where to connect to, e.g. tls://localhost:6969, or a pcapng file."),
        QStringLiteral("[address...]"));
    parser.process(application);

    // A spool file that may not grow any more is an error to be told, not the end of the program.
    std::signal(SIGXFSZ, SIG_IGN);
    MainWindow window;
    QObject::connect(window.workspace()->sessions(), &Sessions::stateChanged, &window, tellWhereWeListen);
    if (parser.isSet(QStringLiteral("theme")))
        window.applyTheme(
            parser.value(QStringLiteral("theme")) == u"dark" ? ColourTheme::Dark : ColourTheme::Light);
    if (!startFrom(parser, window)) {
        QTextStream(stderr) << QCoreApplication::translate(
            "main", "--proxy needs two addresses: where to listen, and where to forward to.")
                            << '\n';
        return 2;
    }
    window.show();
    if (parser.isSet(QStringLiteral("picture"))) {
        const auto *report = new Report(&window, parser.value(QStringLiteral("picture")),
            parser.value(QStringLiteral("frames")).toUInt());
        QObject::connect(report, &Report::finished, &application, &QApplication::exit, Qt::QueuedConnection);
    }
    return QApplication::exec();
}
