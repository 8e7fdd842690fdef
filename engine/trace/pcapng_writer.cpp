#include "engine/trace/pcapng_writer.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "engine/base/assert.hpp"
#include "engine/trace/frame_builder.hpp"

namespace splitscope::trace {
namespace {

constexpr std::uint32_t SectionHeaderBlock = 0x0A0D'0D0A;
constexpr std::uint32_t InterfaceBlock = 1;
constexpr std::uint32_t PacketBlock = 6;
constexpr std::uint32_t ByteOrderMagic = 0x1A2B'3C4D;
constexpr std::uint16_t LinkTypeEthernet = 1;

constexpr std::uint16_t OptionEnd = 0;
constexpr std::uint16_t OptionComment = 1;
constexpr std::uint16_t OptionApplication = 4;
constexpr std::uint16_t OptionInterfaceName = 2;
constexpr std::uint16_t OptionInterfaceDescription = 3;
constexpr std::uint16_t OptionInterfaceIpv4 = 4;
constexpr std::uint16_t OptionInterfaceMac = 6;
constexpr std::uint16_t OptionTimeResolution = 9;
constexpr std::uint16_t OptionPacketFlags = 2;

// As ten to the minus ninth.
constexpr std::byte Nanoseconds{9};

// Cut to the maximum, but not within a character of UTF-8.
std::string_view bounded(std::string_view text) {
  if (text.size() <= PcapngWriter::TextBytesMax) return text;
  std::size_t end = PcapngWriter::TextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

PcapngWriter::PcapngWriter(std::ostream& out, const CaptureOptions& options)
    : out_(&out), start_(options.start) {
  begin_block(SectionHeaderBlock);
  append_little(block_, ByteOrderMagic);
  append_little(block_, std::uint16_t{1});
  append_little(block_, std::uint16_t{0});
  append_little(block_, ~std::uint64_t{0});  // the section's length is not told
  text_option(OptionComment, options.comment);
  text_option(OptionApplication, options.application);
  end_options();
  end_block();
}

std::uint32_t PcapngWriter::add_interface(const CaptureInterface& interface) {
  SPLITSCOPE_ASSERT(interface_count_ < InterfaceCountMax);
  begin_block(InterfaceBlock);
  append_little(block_, LinkTypeEthernet);
  append_little(block_, std::uint16_t{0});
  append_little(block_, static_cast<std::uint32_t>(FrameBytesMax));
  text_option(OptionInterfaceName, interface.name);
  text_option(OptionInterfaceDescription, interface.description);
  if (interface.address != base::Ipv4{}) {
    Bytes value;
    append_big(value, interface.address.value);
    append_big(value, ~std::uint32_t{0});  // the mask: this address alone
    option(OptionInterfaceIpv4, value);
    const Mac mac = mac_of(interface.address);
    option(OptionInterfaceMac, std::as_bytes(std::span(mac)));
  }
  option(OptionTimeResolution, std::array{Nanoseconds});
  end_options();
  end_block();
  return interface_count_++;
}

void PcapngWriter::write(const CapturedPacket& packet) {
  SPLITSCOPE_ASSERT(packet.interface < interface_count_);
  SPLITSCOPE_ASSERT(packet.frame.size() <= FrameBytesMax);
  const auto time = static_cast<std::uint64_t>(
      (start_.time_since_epoch() + packet.time.time_since_epoch()).count());
  begin_block(PacketBlock);
  append_little(block_, packet.interface);
  append_little(block_, static_cast<std::uint32_t>(time >> 32));
  append_little(block_, static_cast<std::uint32_t>(time));
  const auto size = static_cast<std::uint32_t>(packet.frame.size());
  append_little(block_, size);
  append_little(block_, size);
  append(block_, packet.frame);
  pad();
  const bool has_direction = packet.direction != Direction::Unknown;
  text_option(OptionComment, packet.comment);
  if (has_direction) {
    Bytes flags;
    append_little(flags, static_cast<std::uint32_t>(packet.direction));
    option(OptionPacketFlags, flags);
  }
  if (has_direction || !packet.comment.empty()) end_options();
  end_block();
  ++packet_count_;
}

base::Result<std::uint64_t> PcapngWriter::finish() {
  out_->flush();
  if (!*out_) return base::failure("the capture could not be written: the disk may be full");
  return packet_count_;
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_.clear();
  append_little(block_, type);
  append_little(block_, std::uint32_t{0});  // its length, known at its end
}

void PcapngWriter::end_block() {
  const auto size = static_cast<std::uint32_t>(block_.size() + sizeof(std::uint32_t));
  append_little(block_, size);
  std::copy_n(block_.end() - 4, 4, block_.begin() + 4);
  out_->write(reinterpret_cast<const char*>(block_.data()),
              static_cast<std::streamsize>(block_.size()));
}

void PcapngWriter::option(std::uint16_t code, std::span<const std::byte> value) {
  append_little(block_, code);
  append_little(block_, static_cast<std::uint16_t>(value.size()));
  append(block_, value);
  pad();
}

void PcapngWriter::text_option(std::uint16_t code, std::string_view text) {
  if (!text.empty()) option(code, bytes_of(bounded(text)));
}

void PcapngWriter::end_options() {
  option(OptionEnd, {});
}

void PcapngWriter::pad() {
  while (block_.size() % 4 != 0) block_.push_back(std::byte{0});
}

}  // namespace splitscope::trace
