// SPDX-License-Identifier: MIT
#include "cli/commandline.h"

#include <iostream>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <QStringList>

#include "cli/bashcompletion.h"
#include "cli/console.h"
#include "cli/manpage.h"

namespace Halyard::Cli {
namespace {

constexpr auto Footer
    = R"(Addresses are [protocol+]transport://[user[:password]@]host[:port][/path][?option=value&...], for instance
tls://localhost:6969 or vstp+tcp://[::1]:7000?peer=easy. The protocol is vstp where none is named, the port
6969 where none is named for connecting. Options of tls: pin=sha256:HEX accepts
exactly that certificate, insecure=1 any. For those of a protocol see halyard protocols.

Results go to standard output, all else to standard error. The exit status is 0 when all is done, 1 when the
peer answered with an error, 2 for wrong usage, 3 without a connection or handshake, 4 when the protocol was
broken, 5 when something did not come in time. SIGINT and SIGTERM end a command cleanly, with 0.)";

/// What was wrong, without arguments that nobody expected: each may be an address or a user with a password.
QString complaintOf(const CLI::App &app, const CLI::ParseError &error)
{
    if (error.get_exit_code() != int(CLI::ExitCodes::ExtrasError))
        return QString::fromStdString(error.what());
    const std::vector<std::string> unexpected = app.remaining(true);
    const std::string first = unexpected.empty() ? std::string() : unexpected.front();
    if (app.get_subcommands().empty() && !first.starts_with('-')
        && first.find_first_of(":@") == std::string::npos)
        return QStringLiteral("there is no command %1").arg(QString::fromStdString(first));
    QStringList options;
    qsizetype others = 0;
    for (const std::string &argument : unexpected) {
        if (argument.starts_with('-'))
            options += QString::fromStdString(argument.substr(0, argument.find('=')));
        else
            ++others;
    }
    if (others > 0)
        options += QStringLiteral("%1 argument(s) more than there should be").arg(others);
    return QStringLiteral("not expected: %1").arg(options.join(QStringLiteral(", ")));
}

} // namespace

CommandLine::CommandLine()
    : m_app(std::make_unique<CLI::App>("Typed messages over any socket, from the shell", "halyard"))
    , m_commands(allCommands())
{
    m_app->require_subcommand(0, 1);
    m_app->get_formatter()->column_width(32);
    m_app->footer(Footer);
    declareCommon();
    for (const auto &command : m_commands)
        command->declare(*m_app);
}

CommandLine::~CommandLine() = default;

void CommandLine::declareCommon()
{
    m_app->set_version_flag("--version", "halyard " HALYARD_VERSION, "Show the version and exit");
    // For the build and for packagers, not for people: no group, no help.
    m_app->add_option("--completion", m_completion)->check(CLI::IsMember({"bash"}))->group("");
    m_app->add_flag("--man", m_man)->group("");
}

Command *CommandLine::parse(int argc, const char *const *argv, ExitStatus &status)
{
    status = ExitStatus::Done;
    try {
        m_app->parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == 0) { // help and version were asked for
            m_app->exit(error, std::cout, std::cerr);
            return nullptr;
        }
        const auto chosen = m_app->get_subcommands();
        const auto command
            = chosen.empty() ? m_app->get_name() : m_app->get_name() + ' ' + chosen.front()->get_name();
        complain(complaintOf(*m_app, error));
        announce(QStringLiteral("Try: %1 --help").arg(QString::fromStdString(command)));
        status = ExitStatus::Usage;
        return nullptr;
    }
    if (!m_completion.empty()) {
        print(bashCompletion(*m_app));
        return nullptr;
    }
    if (m_man) {
        print(manPage(*m_app, HALYARD_VERSION));
        return nullptr;
    }
    for (const auto &command : m_commands) {
        if (command->isChosen())
            return command.get();
    }
    std::cerr << m_app->help();
    status = ExitStatus::Usage;
    return nullptr;
}

} // namespace Halyard::Cli
