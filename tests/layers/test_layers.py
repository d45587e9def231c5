#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A check that cannot fail is none: each rule of layers.py, sources.py, limits.py and protocols.py meets a tree that breaks it."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
import layers   # noqa: E402
import limits   # noqa: E402
import protocols  # noqa: E402
import sources  # noqa: E402

SPDX = "// SPDX-License-Identifier: MIT\n"
GOOD = {
    "src/wire/bytes.h": SPDX + '#include <span>\n#include <tl/expected.hpp>\n// a QByteArray would be wrong here\n',
    "src/wire/crc.cpp": SPDX + '#include <libdeflate.h>\n#include "wire/bytes.h"\nauto x = "QString"; int y = 1\'024;\n',
    "src/protocol/engine.h": SPDX + '#include "wire/bytes.h"\n',
    "src/transport/tcp.h": SPDX + '#include <QTcpSocket>\n#include "wire/bytes.h"\n',
    "src/transport/tcp_p.h": SPDX,
    "src/transport/tcp.cpp": SPDX + '#include <sys/socket.h>\n#include "transport/tcp_p.h"\n',
    "src/endpoint/server.h": SPDX + '#include "transport/tcp.h"\n#include "protocol/engine.h"\n',
    "src/cli/main.cpp": SPDX + '#include "endpoint/server.h"\n',
    "inspector/capture/store.h": SPDX + '#include "endpoint/server.h"\n',
    "inspector/models/table.h": SPDX + '#include "capture/store.h"\n#include <QAbstractItemModel>\n',
    "examples/echo/main.cpp": SPDX + '#include <halyard/endpoint/server.h>\n',
}


class Tree(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        for path, content in GOOD.items():
            self.write(path, content)

    def tearDown(self):
        self.directory.cleanup()

    def write(self, path, content):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


class Layers(Tree):
    def breach(self, path, content, expected):
        self.write(path, SPDX + content)
        found = list(layers.breaches(self.root))
        self.assertEqual(len(found), 1, found)
        self.assertIn(f"{path}:2: ", found[0])
        self.assertIn(expected, found[0])

    def test_a_good_tree_is_clean(self):
        self.assertEqual(list(layers.breaches(self.root)), [])

    def test_an_empty_tree_is_no_success(self):
        self.assertNotEqual(list(layers.breaches(self.root / "nothing")), [])

    def test_wire_includes_protocol(self):
        self.breach("src/wire/bad.h", '#include "protocol/engine.h"\n', "arrows point inward")

    def test_the_other_spelling_of_an_include(self):
        self.breach("src/wire/bad.h", '#include <halyard/protocol/engine.h>\n', "arrows point inward")

    def test_a_relative_include(self):
        self.breach("src/wire/bad.h", '#include "../protocol/engine.h"\n', "arrows point inward")

    def test_protocol_includes_transport(self):
        self.breach("src/protocol/bad.h", '#include "transport/tcp.h"\n', "src/protocol must not include")

    def test_protocol_includes_crypto(self):
        self.write("src/crypto/pin.h", SPDX)
        self.breach("src/protocol/bad.h", '#include "crypto/pin.h"\n', "src/protocol must not include")

    def test_transport_includes_endpoint(self):
        self.breach("src/transport/bad.cpp", '#include "endpoint/server.h"\n', "src/transport must not include")

    def test_endpoint_includes_the_command_line(self):
        self.write("src/cli/print.h", SPDX)
        self.breach("src/endpoint/bad.cpp", '#include "cli/print.h"\n', "src/endpoint must not include")

    def test_the_library_includes_the_inspector(self):
        self.breach("src/endpoint/bad.cpp", '#include "capture/store.h"\n', "src/endpoint must not include")

    def test_capture_includes_models(self):
        self.breach("inspector/capture/bad.h", '#include "models/table.h"\n', "arrows point inward")

    def test_decode_includes_views(self):
        self.write("inspector/views/hex.h", SPDX)
        self.breach("inspector/decode/bad.h", '#include "views/hex.h"\n', "arrows point inward")

    def test_models_includes_the_application(self):
        self.write("inspector/app/window.h", SPDX)
        self.breach("inspector/models/bad.h", '#include "app/window.h"\n', "arrows point inward")

    def test_an_example_includes_the_inspector(self):
        self.breach("examples/echo/bad.cpp", '#include "capture/store.h"\n', "the library alone")

    def test_the_library_includes_tests(self):
        self.write("tests/support/clock.h", SPDX)
        self.breach("src/wire/bad.h", '#include "tests/support/clock.h"\n', "must not include tests")

    def test_a_public_header_includes_a_private_one(self):
        self.breach("src/transport/bad.h", '#include "transport/tcp_p.h"\n', "private")

    def test_qt_by_include(self):
        for folder in layers.INNER:
            with self.subTest(folder):
                self.breach(f"src/{folder}/bad.h", "#include <QByteArray>\n", "must not use <QByteArray>")
                (self.root / f"src/{folder}/bad.h").unlink()

    def test_qt_by_module_include(self):
        self.breach("src/wire/bad.h", "#include <QtCore/qglobal.h>\n", "must not use")

    def test_qt_by_macro(self):
        self.breach("src/wire/bad.h", "struct A { Q_GADGET };\n", "Q_GADGET")

    def test_qt_by_type(self):
        self.breach("src/crypto/bad.cpp", "void take(const QString &);\n", "QString")

    def test_qt_by_integer(self):
        self.breach("src/protocol/bad.cpp", "quint32 size = 0;\n", "quint32")

    def test_a_foreign_header_in_the_inner_ring(self):
        self.breach("src/protocol/bad.cpp", "#include <sys/socket.h>\n", "<sys/socket.h>")

    def test_openssl_outside_crypto(self):
        self.breach("src/protocol/bad.cpp", "#include <openssl/evp.h>\n", "<openssl/evp.h>")

    def test_a_clock(self):
        self.breach("src/protocol/bad.cpp", "auto t = std::chrono::steady_clock::now();\n", "steady_clock::now")

    def test_randomness(self):
        self.breach("src/crypto/bad.cpp", "std::random_device d;\n", "random_device")

    def test_a_thread(self):
        self.breach("src/protocol/bad.cpp", "std::thread t;\n", "std::thread")

    def test_output(self):
        self.breach("src/wire/bad.cpp", "std::cerr << 1;\n", "std::cerr")

    def test_line_numbers_survive_comments(self):
        self.write("src/wire/bad.cpp", SPDX + '/* one\ntwo */ auto r = R"x(\n)x"; // QString\nQString s;\n')
        self.assertEqual([line.split(": ")[0] for line in layers.breaches(self.root)], ["src/wire/bad.cpp:5"])


class Sources(Tree):
    def found(self):
        return list(sources.breaches(self.root, sorted(
            path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())))

    def test_a_good_tree_is_clean(self):
        self.assertEqual(self.found(), [])

    def test_no_file_is_no_success(self):
        self.assertNotEqual(list(sources.breaches(self.root, [])), [])

    def test_a_file_without_licence(self):
        for path in ("src/wire/bad.cpp", "cmake/bad.sh", "tests/bad.py", "src/wire/CMakeLists.txt", "tests/x/main.rs"):
            with self.subTest(path):
                self.write(path, "one\ntwo\n")
                self.assertEqual(self.found(), [f"{path}: no SPDX line at its beginning"])
                (self.root / path).unlink()

    def test_the_licence_may_follow_the_interpreter(self):
        self.write("cmake/good.sh", "#!/usr/bin/env bash\n# SPDX-License-Identifier: MIT\n")
        self.assertEqual(self.found(), [])

    def test_a_long_file(self):
        self.write("src/wire/long.cpp", SPDX + "int x;\n" * 400)
        self.assertEqual(self.found(), ["src/wire/long.cpp: 401 lines, split it (400 at most)"])

    def test_an_include_that_stands_twice(self):
        self.write("src/wire/twice.cpp", SPDX + '#include <span>\n#include <array>\n#include <span>\n')
        self.assertEqual(self.found(), ["src/wire/twice.cpp:4: includes <span> twice"])

    def test_open_ends(self):
        for text in ("// TO" "DO: later", "// FIX" "ME", "#if " "0", 'QSK' 'IP("no");', "GTEST_SK" "IP();"):
            with self.subTest(text):
                self.write("src/wire/open.cpp", SPDX + text + "\n")
                self.assertEqual(len(self.found()), 1, self.found())
                self.assertIn("src/wire/open.cpp:2: ", self.found()[0])


class Limits(unittest.TestCase):
    code = {f"engine.limit{number}": number for number in range(30)}

    def found(self, **changes):
        return list(limits.differences(self.code, {**self.code, **changes}))

    def test_a_true_document_is_clean(self):
        self.assertEqual(self.found(), [])

    def test_another_default(self):
        self.assertEqual(self.found(**{"engine.limit7": 8}), ["engine.limit7 is 7, docs/limits.md says 8"])

    def test_a_limit_of_the_past(self):
        self.assertEqual(self.found(**{"engine.old": 1}), ["engine.old stands in docs/limits.md, but in no header"])

    def test_a_limit_that_nobody_described(self):
        document = {name: value for name, value in self.code.items() if name != "engine.limit3"}
        self.assertEqual(list(limits.differences(self.code, document)),
                         ["engine.limit3 = 3 is missing in docs/limits.md"])

    def test_headers_that_are_not_understood(self):
        self.assertEqual(list(limits.differences({}, {})), ["only 0 limits found in the headers"])


class Protocols(unittest.TestCase):
    guide = """
| `src/wire/NAME` | what is in it |
| --- | --- |
| `framing` | where a frame ends (odd's is `LengthFraming`) |
| `layout` | parts |
| `codec` | values |
| `naming`, `exchange` | words |

| `src/protocol/NAME` | what is in it |
| --- | --- |
| `session` | both |
| `clientsession`, `serversession` | each |
| `factory`, `conventions` | the rest |
"""
    wire = {"framing", "layout", "codec", "naming", "exchange"}
    protocol = {"session", "clientsession", "serversession", "factory", "conventions"}

    def found(self, **wire):
        tree = {"src/wire": {"even": self.wire, "odd": self.wire - {"framing"}, **wire},
                "src/protocol": {name: self.protocol for name in ("even", "odd", *wire)}}
        return list(protocols.differences(protocols.listed(self.guide), tree))

    def test_what_is_listed_is_there(self):
        self.assertEqual(self.found(), [])
        self.assertEqual(self.found(even=self.wire | {"headernotes"}), [], "more may be there")

    def test_what_is_missing_is_named(self):
        self.assertEqual(self.found(even=self.wire - {"codec"}),
                         ["src/wire/even has no codec.h; docs/adding-a-protocol.md says otherwise"])

    def test_an_exception_is_one(self):
        self.assertEqual(self.found(odd=self.wire),
                         ["src/wire/odd has a framing.h; docs/adding-a-protocol.md says otherwise"])

    def test_each_has_both_folders(self):
        tree = {"src/wire": {"even": self.wire}, "src/protocol": {}}
        self.assertEqual(list(protocols.differences(protocols.listed(self.guide), tree)),
                         ["not every protocol has a folder in each of src/protocol, src/wire"])

    def test_a_guide_without_tables_is_noticed(self):
        self.assertEqual(list(protocols.differences(protocols.listed("nothing"), {"src/wire": {}})),
                         ["the guide lists no files"])


if __name__ == "__main__":
    unittest.main()
