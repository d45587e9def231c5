// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QTest>

#include "models/endpointtablemodel.h"

using namespace Halyard::Inspector;
using namespace Qt::StringLiterals;

class tst_EndpointModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void rows();
};

void tst_EndpointModel::rows()
{
    EndpointTableModel endpoints;
    const QAbstractItemModelTester tester(&endpoints, QAbstractItemModelTester::FailureReportingMode::QtTest);
    EndpointState state;
    state.session = 3;
    state.active = true;
    endpoints.setState(state); // a client: nobody finds it anywhere
    QCOMPARE(endpoints.rowCount(), 0);
    state.request.way = EndpointRequest::Way::Between;
    state.clientAddress = u"tls://localhost:7000?pin=sha256:ab"_s;
    state.target = u"tcp://\u202eelsewhere:1"_s;
    state.pin = u"sha256:ab"_s;
    state.certificate = "PEM";
    endpoints.setState(state);
    state.session = 4;
    state.request.way = EndpointRequest::Way::Listen;
    state.clientAddress = u"tcp://localhost:7001"_s;
    state.pin.clear();
    endpoints.setState(state);
    QCOMPARE(endpoints.rowCount(), 2);
    const auto cell
        = [&](int row, EndpointColumn column) { return endpoints.index(row, int(column)).data().toString(); };
    QCOMPARE(cell(0, EndpointColumn::Address), u"tls://localhost:7000?pin=sha256:ab"_s);
    QCOMPARE(cell(0, EndpointColumn::Target), u"tcp://\\u{202e}elsewhere:1"_s);
    QVERIFY(cell(0, EndpointColumn::Certificate).contains(u"sha256:ab"_s));
    QCOMPARE(cell(1, EndpointColumn::Certificate), u"none"_s);
    QCOMPARE(endpoints.index(0, 0).data(EndpointTableModel::CertificateRole).toByteArray(), "PEM");
    state.clientAddress = u"tcp://localhost:7002"_s;
    endpoints.setState(state);
    QCOMPARE(cell(1, EndpointColumn::Address), state.clientAddress);
    state.session = 3;
    state.active = false;
    endpoints.setState(state);
    QCOMPARE(endpoints.rowCount(), 1);
    QCOMPARE(endpoints.index(0, 0).data(EndpointTableModel::SessionRole).toUInt(), 4u);
}

QTEST_GUILESS_MAIN(tst_EndpointModel)
#include "tst_endpointmodel.moc"
