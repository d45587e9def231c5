// SPDX-License-Identifier: MIT
// Structures of ours as Rust programs write and read them, with the versions of bincode and rkyv that the
// published crates depend on.
#include "cratestructure.h"
#include "endpoint/structserializer.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

class tst_InteropValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void bothWays_data();
    static void bothWays();
};

void tst_InteropValues::bothWays_data()
{
    QTest::addColumn<int>("version");
    for (int at = 0; at < int(TfServerVersions.size()); ++at)
        QTest::addRow("%s", TfServerVersions.at(std::size_t(at)).number) << at;
}

void tst_InteropValues::bothWays()
{
    QFETCH(int, version);
    const TfServerVersion crate = TfServerVersions.at(std::size_t(version));
    const bool isBincode = crate.generation == Wire::TfServer::Generation::G3;
    const StructSerializer<CrateStructure> serializer(isBincode ? StructFormat::Bincode : StructFormat::Rkyv);
    RustPeer peer(crate.program(), {u"values"_s});
    const auto theirs = QByteArray::fromHex(peer.next(u"value"_s)["data"].toString().toLatin1());
    const auto read = serializer.read(theirs);
    QVERIFY2(read, read ? "" : qPrintable(read.error().toString()));
    QVERIFY(*read == CrateStructure::sample());
    const QByteArray ours = *serializer.write(CrateStructure::sample());
    QCOMPARE(ours.toHex(), theirs.toHex());
    const auto isTheirs = [&](const QByteArray &bytes) {
        peer.tell({{"check", QString::fromLatin1(bytes.toHex())}});
        return peer.next(u"checked"_s)["same"].toBool();
    };
    QVERIFY(isTheirs(ours));
    CrateStructure other = CrateStructure::sample();
    other.entries.last().number = 3;
    QVERIFY(!isTheirs(*serializer.write(other)));
    QCOMPARE(peer.finish(), 0);
}

QTEST_GUILESS_MAIN(tst_InteropValues)
#include "tst_interop_values.moc"
