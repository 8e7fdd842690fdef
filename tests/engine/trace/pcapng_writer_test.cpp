// Block by block, and, where tshark is installed, as Wireshark sees the file.
#include "engine/trace/pcapng_writer.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "engine/trace/frame_builder.hpp"
#include "tests/support/skip.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using namespace std::chrono_literals;

namespace {

const base::Endpoint Client{base::ipv4(10, 0, 0, 1), 40'000};
const base::Endpoint Server{base::ipv4(10, 0, 0, 2), 5701};
const base::Endpoint Group{base::ipv4(224, 2, 2, 3), 54327};

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// Writes a connection with everything that the builders make.
class Conversation {
 public:
  explicit Conversation(std::ostream& out)
      : writer_(out, {.comment = "splitscope run wka.lua --seed 7",
                      .start = base::WallTime{1'700'000'000s}}) {
    writer_.add_interface({"n1", "member n1", Client.address});
    writer_.add_interface({"n2", "member n2", Server.address});
  }

  void run() {
    arp();
    handshake();
    exchange();
    datagrams();
    REQUIRE(writer_.finish().has_value());
  }

 private:
  void put(std::span<const std::byte> frame, std::string_view comment = "") {
    time_ += 1'000'001ns;
    writer_.write({0, time_, Direction::Outbound, frame, comment});
  }
  TcpSegment from_client(std::uint8_t flags) {
    return {.source = Client,
            .destination = Server,
            .sequence = client_,
            .acknowledgement = server_,
            .flags = flags,
            .window = 502};
  }
  TcpSegment from_server(std::uint8_t flags) {
    return {.source = Server,
            .destination = Client,
            .sequence = server_,
            .acknowledgement = client_,
            .flags = flags,
            .window = 502};
  }

  void arp() {
    put(builder_.arp({.sender = Client.address, .target = Server.address}));
    put(builder_.arp({true, Server.address, Client.address}));
  }
  void handshake() {
    TcpSegment syn = from_client(0x02);
    syn.acknowledgement = 0;
    syn.syn_options = TcpSynOptions{};
    put(builder_.tcp(syn), "dropped by fault 2");
    put(builder_.tcp(syn));
    ++client_;
    TcpSegment accept = from_server(0x12);
    accept.syn_options = TcpSynOptions{};
    put(builder_.tcp(accept));
    ++server_;
    put(builder_.tcp(from_client(0x10)));
  }
  void exchange() {
    const std::vector<std::byte> data(1'001, std::byte{0x42});
    TcpSegment segment = from_client(0x18);
    segment.payload = data;
    put(builder_.tcp(segment));
    client_ += 1'001;
    put(builder_.tcp(from_server(0x10)));
    put(builder_.tcp(from_client(0x11)));
    ++client_;
    put(builder_.tcp(from_server(0x14)));
  }
  void datagrams() {
    const std::vector<std::byte> data(33, std::byte{0x07});
    const auto lost = builder_.udp({.source = Client, .destination = Group, .payload = data});
    const Bytes copy(lost.begin(), lost.end());
    put(lost);
    put(builder_.udp({.source = Client, .destination = Server}));
    put(builder_.icmp(IcmpUnreachable{
        .source = Server.address, .destination = Client.address, .code = 3, .frame = copy}));
    put(builder_.icmp(
        IcmpTimeExceeded{.source = Server.address, .destination = Client.address, .frame = copy}));
  }

  PcapngWriter writer_;
  FrameBuilder builder_;
  base::Instant time_;
  std::uint32_t client_ = 1'000;
  std::uint32_t server_ = 9'000;
};

std::string output_of(const std::string& command) {
  std::string output;
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4'096];
  for (;;) {
    const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe);
    if (count == 0) break;
    output.append(buffer, count);
  }
  CHECK(pclose(pipe) == 0);
  return output;
}

bool has_tshark() {
  return std::system("command -v tshark >/dev/null 2>&1") == 0;
}

}  // namespace

TEST_CASE("pcapng: section, interface and packet as the format has them", "[engine][trace]") {
  std::ostringstream out;
  PcapngWriter writer(out, {.application = "abc"});
  CHECK(hex(out.str()) ==
        "0a0d0d0a"
        "28000000"
        "4d3c2b1a"
        "0100"
        "0000"
        "ffffffffffffffff"
        "0400"
        "0300"
        "61626300"
        "0000"
        "0000"
        "28000000");
  out.str("");
  CHECK(writer.add_interface({"n1", "", base::ipv4(10, 0, 0, 1)}) == 0);
  CHECK(hex(out.str()) ==
        "01000000"
        "40000000"
        "0100"
        "0000"
        "00000400"
        "0200"
        "0200"
        "6e310000"
        "0400"
        "0800"
        "0a000001"
        "ffffffff"
        "0600"
        "0600"
        "02000a0000010000"
        "0900"
        "0100"
        "09000000"
        "0000"
        "0000"
        "40000000");
  CHECK(writer.add_interface({"n2", "", {}}) == 1);
  out.str("");
  const std::vector<std::byte> frame(5, std::byte{0xee});
  writer.write({1, base::RunStart + 4'294'967'298ns, Direction::Inbound, frame, "hi"});
  CHECK(hex(out.str()) ==
        "06000000"
        "3c000000"
        "01000000"
        "01000000"
        "02000000"
        "05000000"
        "05000000"
        "eeeeeeeeee000000"
        "0100"
        "0200"
        "68690000"
        "0200"
        "0400"
        "01000000"
        "0000"
        "0000"
        "3c000000");
  out.str("");
  writer.write({1, base::RunStart, Direction::Unknown, frame, ""});
  CHECK(hex(out.str()).size() == 2 * 40);
  CHECK(writer.finish().value() == 2);
}

TEST_CASE("pcapng: a comment that is too long is cut between characters", "[engine][trace]") {
  std::ostringstream out;
  PcapngWriter writer(out, {});
  writer.add_interface({"n1", "", {}});
  out.str("");
  std::string comment(PcapngWriter::TextBytesMax - 1, 'x');
  comment += "\xc3\xa9";  // one character of two bytes across the limit
  writer.write({0, base::RunStart, Direction::Unknown, {}, comment});
  CHECK(out.str().find("x\xc3") == std::string::npos);
  CHECK(out.str().find("xxx") != std::string::npos);
}

TEST_CASE("pcapng: tshark finds no malformed packet and no bad checksum", "[engine][trace]") {
  if (!has_tshark()) return splitscope::testing::skip("pcapng read by tshark", "tshark");
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / "splitscope_pcapng_test.pcapng";
  {
    std::ofstream out(file, std::ios::binary);
    Conversation(out).run();
  }
  const std::string tshark = fmt::format(
      "tshark -n -r {} -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE "
      "-o udp.check_checksum:TRUE 2>/dev/null ",
      file.string());
  const std::string bad =
      "-Y '_ws.malformed || tcp.checksum.status==0 || ip.checksum.status==0 || "
      "udp.checksum.status==0 || icmp.checksum.status==0 || _ws.unreassembled'";
  CHECK(output_of(tshark + bad) == "");
  const std::string good =
      "-Y 'tcp.checksum.status==1 || udp.checksum.status==1 || icmp.checksum.status==1 || arp' "
      "-T fields -e frame.number";
  const std::string all = output_of(tshark + good);
  CHECK(std::count(all.begin(), all.end(), '\n') == 14);
  CHECK(output_of(tshark + "-Y 'frame.comment == \"dropped by fault 2\"' -T fields "
                           "-e tcp.options.mss_val -e tcp.options.wscale.shift -e frame.time_epoch "
                           "-e frame.interface_name") == "1460\t7\t1700000000.003000003\tn1\n");
  CHECK(output_of(tshark + "-Y tcp.analysis.retransmission -T fields -e frame.number") == "4\n");
  std::filesystem::remove(file);
}
