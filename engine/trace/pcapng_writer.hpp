// Writes captured frames as pcapng (draft-ietf-opsawg-pcapng), which Wireshark and tshark read: one
// interface a host, times in nanoseconds, and a comment on packets that have something to tell.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/trace/bytes.hpp"

namespace splitscope::trace {

struct CaptureOptions {
  std::string application = "splitscope";
  std::string comment;     // on the whole file, for example the command that replays the run
  base::WallTime start{};  // what the wall clock shows at the start of the run
};

struct CaptureInterface {
  std::string name;  // as Wireshark lists it: "n1"
  std::string description;
  base::Ipv4 address;  // 0.0.0.0: not told
};

enum class Direction : std::uint8_t { Unknown = 0, Inbound = 1, Outbound = 2 };

struct CapturedPacket {
  std::uint32_t interface = 0;  // as add_interface() answered
  base::Instant time;
  Direction direction = Direction::Unknown;
  std::span<const std::byte> frame;  // from the Ethernet header on
  std::string_view comment;          // for example "dropped by fault 2"; empty for none
};

class PcapngWriter {
 public:
  static constexpr std::uint32_t InterfaceCountMax = 65'536;
  static constexpr std::size_t FrameBytesMax = 262'144;
  // Longer texts are cut.
  static constexpr std::size_t TextBytesMax = 4'096;

  // Writes the section header. `out` must be binary and outlive the writer.
  PcapngWriter(std::ostream& out, const CaptureOptions& options);

  // Before the first packet of that interface. Preconditions: at most InterfaceCountMax times.
  std::uint32_t add_interface(const CaptureInterface& interface);

  // In order of time. Preconditions: the interface exists, the frame is within FrameBytesMax.
  void write(const CapturedPacket& packet);

  // The number of packets; or why they could not all be written.
  base::Result<std::uint64_t> finish();

 private:
  void begin_block(std::uint32_t type);
  void end_block();
  void option(std::uint16_t code, std::span<const std::byte> value);
  void text_option(std::uint16_t code, std::string_view text);
  void end_options();
  void pad();

  std::ostream* out_;
  base::WallTime start_;
  std::uint32_t interface_count_ = 0;
  std::uint64_t packet_count_ = 0;
  Bytes block_;
};

}  // namespace splitscope::trace
