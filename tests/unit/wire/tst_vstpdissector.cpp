// SPDX-License-Identifier: MIT
// What the dissector says of representative frames, word for word.
#include "dissections.h"
#include "vstpstream.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using Vstp::FrameType;
using Vstp::Profile;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string explained(std::string_view hex, Profile profile = Profile::R)
{
    return textOf(dissect(fromHex(hex), profile));
}

Dissection explainedFrame(FrameType type, std::uint8_t flags, Headers headers, std::string payload = {})
{
    const auto bytes = encode({type, flags, std::move(headers), std::move(payload), {}}, Profile::R);
    auto dissections = dissect(bytes.value());
    EXPECT_EQ(dissections.size(), 1U);
    return std::move(dissections.at(0));
}

const Field *findField(const Field &field, std::string_view name)
{
    if (field.name == name)
        return &field;
    for (const Field &child : field.fields) {
        if (const Field *found = findField(child, name))
            return found;
    }
    return nullptr;
}

/// "severity: note" of the first field with this name.
std::string remark(const Dissection &dissection, std::string_view name)
{
    const Field *field = findField(dissection.root, name);
    if (field == nullptr)
        return "no such field";
    return std::string(severityName(field->severity)) + ": " + field->note;
}

std::string valueOf(const Dissection &dissection, std::string_view name)
{
    const Field *field = findField(dissection.root, name);
    return field != nullptr ? field->value : "no such field";
}

} // namespace

TEST(VstpDissector, aFrameWithAHeader)
{
    EXPECT_EQ(explained("56540103001e00000000040c10636f6e74656e742d747970656170706c69636174696f6e2f6a736f6e22"
                        "686922d2f9e99c"),
        "-> vstp @0  DATA, 4 bytes\n"
        "  0000       2  magic           VT (0x5654)\n"
        "  0002       1  version         1\n"
        "  0003       1  type            DATA (3)\n"
        "  0004       1  flags           none (0x00)\n"
        "  0004       1    REQ_ACK  0\n"
        "  0004       1    CRC      0\n"
        "  0004       1    FRAG     0\n"
        "  0004       1    COMP     0\n"
        "  0005       2  header length   30 (0x1e)\n"
        "  0007       4  payload length  4\n"
        "  000b      30  headers         1 entry\n"
        "  000b      30    content-type  application/json\n"
        "  000b       1      key length    12 (0x0c)\n"
        "  000c       1      value length  16 (0x10)\n"
        "  000d      12      key           content-type\n"
        "  0019      16      value         application/json\n"
        "  0029       4  payload         \"hi\"\n"
        "                  format  JSON\n"
        "  002d       4  checksum        0xd2f9e99c\n");
}

TEST(VstpDissector, aFrameAsJson)
{
    const auto dissections = dissect(fromHex("565401070009000000000006016d73672d6964370f5f068d"));
    ASSERT_EQ(dissections.size(), 1U);
    const auto json = nlohmann::json::parse(toJson(dissections[0]));
    EXPECT_EQ(json["protocol"], "vstp");
    EXPECT_EQ(json["direction"], "c2s");
    EXPECT_EQ(json["complete"], true);
    EXPECT_EQ(json["name"], "frame");
    EXPECT_EQ(json["value"], "ACK msg-id=7");
    EXPECT_EQ(json["length"], 24);
    EXPECT_EQ(json["severity"], "none");
    ASSERT_EQ(json["fields"].size(), 8U);
    const auto &entry = json["fields"][6]["fields"][0];
    EXPECT_EQ(entry["name"], "msg-id");
    EXPECT_EQ(entry["value"], "7");
    EXPECT_EQ(entry["offset"], 11);
    EXPECT_EQ(entry["length"], 9);
    EXPECT_EQ(entry["severity"], "note");
    EXPECT_EQ(entry["note"], "acknowledges the frame with this msg-id");
    EXPECT_EQ(json["fields"][7]["value"], "0x0f5f068d");
}

TEST(VstpDissector, profileSHasItsOwnEntriesAndTrailer)
{
    EXPECT_EQ(explained("5654010302050000000002016b01007668692bef", Profile::S),
        "-> vstp @0  DATA, 2 bytes\n"
        "  0000       2  magic           VT (0x5654)\n"
        "  0002       1  version         1\n"
        "  0003       1  type            DATA (3)\n"
        "  0004       1  flags           CRC (0x02)\n"
        "  0004       1    REQ_ACK  0\n"
        "  0004       1    CRC      1\n"
        "  0004       1    FRAG     0\n"
        "  0004       1    COMP     0\n"
        "  0005       2  header length   5\n"
        "  0007       4  payload length  2\n"
        "  000b       5  headers         1 entry\n"
        "  000b       5    k  v\n"
        "  000b       1      key length    1\n"
        "  000c       1      key           k\n"
        "  000d       2      value length  1\n"
        "  000f       1      value         v\n"
        "  0010       2  payload         hi\n"
        "                  format  text\n"
        "  0012       2  checksum        0xef2b\n");
}

TEST(VstpDissector, aWrongChecksumIsMarkedWhereItIs)
{
    EXPECT_EQ(explained("56540103000000000000026969291147a3"),
        "-> vstp @0  DATA, 2 bytes [CrcMismatch]\n"
        "  0000       2  magic           VT (0x5654)\n"
        "  0002       1  version         1\n"
        "  0003       1  type            DATA (3)\n"
        "  0004       1  flags           none (0x00)\n"
        "  0004       1    REQ_ACK  0\n"
        "  0004       1    CRC      0\n"
        "  0004       1    FRAG     0\n"
        "  0004       1    COMP     0\n"
        "  0005       2  header length   0\n"
        "  0007       4  payload length  2\n"
        "  000b       2  payload         ii\n"
        "                  format  text\n"
        "  000d       4  checksum        0x291147a3  [error: CrcMismatch: the checksum is 0x291147a3; the "
        "bytes "
        "in front of it give 0x300a76e2]\n");
}

TEST(VstpDissector, aFrameCutShortIsShownAsFarAsItGoes)
{
    const auto dissections = dissect(fromHex("56540103000700000000020201616263 0102"));
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_FALSE(dissections[0].complete);
    EXPECT_EQ(textOf(dissections),
        "-> vstp @0  DATA, 18 of 24 bytes [FrameTruncated]  [error: FrameTruncated: the stream ends after 18 "
        "of 24 "
        "bytes]\n"
        "  0000       2  magic           VT (0x5654)\n"
        "  0002       1  version         1\n"
        "  0003       1  type            DATA (3)\n"
        "  0004       1  flags           none (0x00)\n"
        "  0004       1    REQ_ACK  0\n"
        "  0004       1    CRC      0\n"
        "  0004       1    FRAG     0\n"
        "  0004       1    COMP     0\n"
        "  0005       2  header length   7\n"
        "  0007       4  payload length  2\n"
        "  000b       7  headers         1 entry\n"
        "  000b       5    ab                c\n"
        "  000b       1      key length    2\n"
        "  000c       1      value length  1\n"
        "  000d       2      key           ab\n"
        "  000f       1      value         c\n"
        "  0010       2    incomplete entry  0102  [error: BadHeaders: the header at offset 5 leaves its "
        "block of 7 "
        "bytes]\n"
        "  0010       1      key length    1\n"
        "  0011       1      value length  2\n");
}

TEST(VstpDissector, headersCutShortAreNotCalledBad)
{
    const auto dissections = dissect(fromHex("5654010300090000000000 03046162"));
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_EQ(errorOf(dissections[0]), "FrameTruncated");
    EXPECT_EQ(remark(dissections[0], "headers"), "error: FrameTruncated: 4 of 9 bytes are there");
    EXPECT_EQ(remark(dissections[0], "incomplete entry"), "error: FrameTruncated: 4 of 9 bytes are there");
    EXPECT_EQ(remark(dissections[0], "key"), "error: 2 of 3 bytes are there");
    const auto shorter = dissect(fromHex("5654010300090000000000 03"));
    EXPECT_EQ(remark(shorter.at(0), "incomplete entry"), "error: FrameTruncated: 1 bytes of it are there");
    const auto payload = dissect(fromHex("5654010300000000000005 6865"));
    EXPECT_EQ(remark(payload.at(0), "payload"), "error: FrameTruncated: 2 of 5 bytes are there");
    EXPECT_EQ(valueOf(payload.at(0), "payload"), "he");
}

TEST(VstpDissector, entriesThatLeaveTheirBlock)
{
    // M23 of the golden bytes: the value would run into the payload.
    const auto dissections = dissect(fromHex("565401030003000000000401046b5758595a45750430"));
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_EQ(errorOf(dissections[0]), "BadHeaders");
    EXPECT_EQ(remark(dissections[0], "incomplete entry"),
        "error: BadHeaders: the header at offset 0 leaves its block of 3 bytes");
    EXPECT_EQ(valueOf(dissections[0], "key"), "k");
    EXPECT_EQ(findField(dissections[0].root, "value"), nullptr);
    EXPECT_EQ(valueOf(dissections[0], "payload"), "WXYZ");
}

TEST(VstpDissector, tooManyHeadersAreNotTakenApart)
{
    Headers headers;
    for (int i = 0; i < 5; ++i)
        headers.emplace_back("k", std::to_string(i));
    const auto bytes = encode({FrameType::Data, 0, headers, {}, {}}, Profile::R);
    const auto dissections = dissect(bytes.value(), Profile::R, {.maxHeaders = 3});
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_EQ(errorOf(dissections[0]), "TooManyHeaders");
    const Field *rest = findField(dissections[0].root, "further entries");
    ASSERT_NE(rest, nullptr);
    EXPECT_EQ(rest->offset, 11U + 12U);
    EXPECT_EQ(rest->length, 8U);
    EXPECT_EQ(valueOf(dissections[0], "headers"), "3 entries");
}

TEST(VstpDissector, anUnknownTypeIsMarkedAndTheRestShown)
{
    const auto dissections = dissect(fromHex("565401c800000000000000f54bc878"));
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_EQ(dissections[0].summary, "unknown type 200 [UnknownFrameType]");
    EXPECT_EQ(remark(dissections[0], "type"), "error: UnknownFrameType: frame type 200; 1 to 8 exist");
    EXPECT_EQ(valueOf(dissections[0], "type"), "200 (0xc8)");
    EXPECT_EQ(valueOf(dissections[0], "checksum"), "0xf54bc878");
}

TEST(VstpDissector, flagsAreBrokenIntoBits)
{
    const auto all = dissect(fromHex("56540103330000000000004b0c2cd6")).at(0);
    EXPECT_EQ(valueOf(all, "flags"), "REQ_ACK | CRC | FRAG | COMP (0x33)");
    EXPECT_EQ(valueOf(all, "REQ_ACK"), "1");
    EXPECT_EQ(remark(all, "CRC"), "note: changes nothing: the checksum is always there");
    EXPECT_EQ(remark(all, "COMP"), "note: vstp itself defines no compression");
    const auto undefined = dissect(fromHex("565401038109000000000206016d73672d6964316869ff3ad96f")).at(0);
    EXPECT_EQ(valueOf(undefined, "flags"), "REQ_ACK | undefined (0x81)");
    EXPECT_EQ(
        remark(undefined, "bit 7"), "warning: not defined, ignored; published peers then ignore all flags");
}

TEST(VstpDissector, ourConventionsAreExplained)
{
    const auto request = explainedFrame(FrameType::Data, 0, {{"route", "sum"}, {"id", "3"}}, "1 2 3 4 5 6 ");
    EXPECT_EQ(request.summary, "DATA route=sum id=3, 12 bytes");
    EXPECT_EQ(remark(request, "id"), "note: a request: its answers carry re=3");
    EXPECT_EQ(remark(request, "route"), "none: ");
    const auto end = explainedFrame(FrameType::Data, 0, {{"re", "3"}, {"end", "1"}});
    EXPECT_EQ(end.summary, "DATA re=3 end=1, 0 bytes");
    EXPECT_EQ(remark(end, "re"), "note: belongs to the request with id=3");
    EXPECT_EQ(remark(end, "end"), "note: last frame of the answer");
    const auto cancel = explainedFrame(FrameType::Data, 0, {{"id", "3"}, {"cancel", "1"}});
    EXPECT_EQ(remark(cancel, "id"), "note: the request that is cancelled: 3");
    EXPECT_EQ(remark(cancel, "cancel"), "note: the caller wants no more of the answer");

    const auto refusal = explainedFrame(FrameType::Err, 0, {{"code", "405"}});
    EXPECT_EQ(remark(refusal, "type"), "warning: the peer reports an error");
    EXPECT_EQ(refusal.severity(), Severity::Warning);
    EXPECT_EQ(remark(refusal, "code"), "note: NoSuchRoute");
    EXPECT_EQ(remark(explainedFrame(FrameType::Err, 0, {{"code", "1001"}}), "code"),
        "note: a code of the application");
    EXPECT_EQ(remark(explainedFrame(FrameType::Err, 0, {{"code", "busy"}}), "code"),
        "note: text of another implementation");
    EXPECT_EQ(remark(explainedFrame(FrameType::Hello, 0, {{"halyard", "1"}}), "halyard"),
        "note: the version of Halyard's conventions that the sender speaks");
    EXPECT_EQ(remark(explainedFrame(FrameType::Data, 0, {{"id", "0"}}), "id"),
        "note: no decimal number from 1 on: not Halyard's");
    EXPECT_EQ(remark(explainedFrame(FrameType::Data, 0, {{"route", "\xff"}}), "route"),
        "warning: no UTF-8: Halyard peers refuse it");
}

TEST(VstpDissector, whatOurConventionsForbidIsMarked)
{
    const auto warned = [](FrameType type, Headers headers, std::string_view name) {
        return remark(explainedFrame(type, 0, std::move(headers)), name).starts_with("warning: ");
    };
    EXPECT_TRUE(warned(FrameType::Data, {{"id", "1"}, {"re", "2"}}, "id"));
    EXPECT_TRUE(warned(FrameType::Err, {{"id", "1"}}, "id"));
    EXPECT_TRUE(warned(FrameType::Data, {{"end", "1"}}, "end"));
    EXPECT_TRUE(warned(FrameType::Data, {{"cancel", "1"}}, "cancel"));
    // On other frames these names mean nothing.
    EXPECT_EQ(remark(explainedFrame(FrameType::Ping, 0, {{"end", "1"}}), "end"), "none: ");
    EXPECT_EQ(remark(explainedFrame(FrameType::Data, 0, {{"halyard", "1"}}), "halyard"), "none: ");
}

TEST(VstpDissector, thePeersConventionsAreExplained)
{
    const auto slice
        = dissect(fromHex("56540103102400000000020701667261672d6964310a01667261672d696e646578310a01667261"
                          "672d746f74616c324242c76e8742"))
              .at(0);
    EXPECT_EQ(slice.summary, "DATA fragment 2/2 (id 1), 2 bytes");
    EXPECT_EQ(remark(slice, "frag-index"), "note: fragment 2 of 2");
    const auto broken
        = explainedFrame(FrameType::Data, 0, {{"frag-id", "256"}, {"frag-index", "0"}, {"frag-total", "2"}});
    EXPECT_EQ(remark(broken, "frag-id"), "warning: no number from 0 to 255: this is an ordinary frame then");
    EXPECT_EQ(broken.summary, "DATA, 0 bytes");
    const auto lenient
        = explainedFrame(FrameType::Data, 0, {{"frag-id", "+7"}, {"frag-index", "5"}, {"frag-total", "002"}});
    EXPECT_EQ(remark(lenient, "frag-index"), "warning: beyond the last of 2 fragments");
    EXPECT_EQ(remark(explainedFrame(FrameType::Data, 1, {{"msg-id", "7"}}), "msg-id"),
        "note: to be acknowledged by an ACK with this msg-id");
    EXPECT_EQ(remark(explainedFrame(FrameType::Data, 1, {{"msg-id", "18446744073709551616"}}), "msg-id"),
        "warning: no decimal number of 64 bits: nobody acknowledges it");
    EXPECT_EQ(
        remark(explainedFrame(FrameType::Ping, 1, {{"x-auto-probe", "1"}, {"msg-id", "1"}}), "x-auto-probe"),
        "note: a published client tries the transport: wants an ACK and nothing else");
    const auto twice = explainedFrame(FrameType::Data, 0, {{"id", "1"}, {"id", "2"}});
    EXPECT_EQ(twice.root.fields[6].fields[1].note, "repeated: the first one counts");
}

TEST(VstpDissector, payloadsAreGuessed)
{
    const auto format = [](std::string payload, Headers headers = {}) {
        return valueOf(explainedFrame(FrameType::Data, 0, std::move(headers), std::move(payload)), "format");
    };
    EXPECT_EQ(format("hi"), "text");
    EXPECT_EQ(format("{\"a\":1}"), "JSON");
    EXPECT_EQ(format("\x83\x01\x02\x03"), "CBOR");
    EXPECT_EQ(format(std::string("\0\xff", 2)), "binary");
    EXPECT_EQ(format("7"), "text");
    EXPECT_EQ(format("7", {{"content-type", "application/json"}}), "JSON");
    EXPECT_EQ(valueOf(explainedFrame(FrameType::Data, 0, {}, std::string("\0\xff", 2)), "payload"), "00ff");
    EXPECT_EQ(valueOf(explainedFrame(FrameType::Data, 0, {}, "a\nb"), "payload"), "a\\nb");
    EXPECT_EQ(valueOf(explainedFrame(FrameType::Data, 0, {}, std::string(1'000, 'x')), "payload"),
        std::string(256, 'x') + "…");
}

TEST(VstpDissector, controlAndBidiCharactersOfThePeerAreEscaped)
{
    const auto dissection = explainedFrame(FrameType::Data, 0,
        {{"\x1b]0;owned\x07",
             "\xe2\x80\xae"
             "gnp"},
            {"route", "\x1b[2J\n"}},
        "\xe2\x81\xa6x");
    EXPECT_EQ(valueOf(dissection, "\\x1b]0;owned\\x07"), "\\u{202e}gnp");
    EXPECT_EQ(dissection.summary, "DATA route=\\x1b[2J\\n, 4 bytes");
    EXPECT_EQ(valueOf(dissection, "payload"), "\\u{2066}x");
}

TEST(VstpDissector, garbageIsOneField)
{
    EXPECT_EQ(explained("474554202f2048545450"),
        "-> vstp @0  10 bytes of garbage: an HTTP request [BadMagic]\n"
        "  0000      10  garbage  GET / HTTP  [error: BadMagic: a frame begins with 5654 (\"VT\"), this with "
        "47; this "
        "is an HTTP request]\n");
    EXPECT_EQ(explained("5654020100"),
        "-> vstp @0  5 bytes of garbage [BadVersion]\n"
        "  0000       2  magic    VT (0x5654)\n"
        "  0002       1  version  2  [error: BadVersion: version 2; only version 1 exists]\n"
        "  0003       2  garbage  0100  [error: where the next frame begins cannot be known]\n");
}

TEST(VstpDissector, otherProtocolsAreNamed)
{
    const auto summary = [](std::string_view hex) { return dissect(fromHex(hex)).at(0).summary; };
    EXPECT_EQ(summary("1603010200010001fc0303"), "11 bytes of garbage: a TLS ClientHello [BadMagic]");
    EXPECT_EQ(summary("1603030010020000"), "8 bytes of garbage: a TLS handshake [BadMagic]");
    EXPECT_EQ(summary("15030300020228"), "7 bytes of garbage: a TLS alert [BadMagic]");
    const auto text = [](std::string_view bytes) { return dissect(asBytes(bytes)).at(0).summary; };
    EXPECT_EQ(text("HTTP/1.1 400 Bad Request\r\n"), "26 bytes of garbage: an HTTP response [BadMagic]");
    EXPECT_EQ(text("SSH-2.0-x\r\n"), "11 bytes of garbage: an SSH greeting [BadMagic]");
    EXPECT_EQ(text("anything"), "8 bytes of garbage [BadMagic]");
}

TEST(VstpDissector, aFrameTooLargeIsExplainedFromItsStart)
{
    const auto dissections = dissect(fromHex("56540103000000020000006869675d32c6"));
    ASSERT_EQ(dissections.size(), 1U);
    EXPECT_FALSE(dissections[0].complete);
    EXPECT_EQ(dissections[0].summary, "DATA, 33554432 bytes announced [PayloadTooLarge]");
    EXPECT_EQ(remark(dissections[0], "payload length"),
        "error: PayloadTooLarge: a frame of 33554447 bytes is announced; the limit is 8388608; read as "
        "little endian "
        "it were 2");
    EXPECT_EQ(valueOf(dissections[0], "garbage"), "6869675d32c6");
}
