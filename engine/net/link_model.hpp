// What a link does to the packets that cross it when nothing is wrong with them: delay, loss,
// duplication, reordering, bandwidth. Pure; integers only.
#pragma once

#include <cstdint>

#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"

namespace splitscope::net {

inline constexpr std::uint32_t EthernetHeader = 14;

// How a delay is spread between its least and its greatest value. The shapes are tables of
// quantiles, so that every compiler draws the same.
enum class DelayShape : std::uint8_t {
  Uniform,
  Normal,     // a bell around the middle, cut off at three standard deviations
  HeavyTail,  // half of it in the first hundredth, one in a hundred in the last two fifths
};

// The part, in 65536ths, of the range that a uniform 16-bit `draw` stands for.
std::uint32_t delay_quantile(DelayShape shape, std::uint16_t draw);

// Delay and loss of every packet between two hosts of a subnet. Plain fields are the fast path;
// what comes after `loss` costs only those links that have it.
struct LinkModel {
  base::Duration delay_min = std::chrono::microseconds{100};
  base::Duration delay_max = std::chrono::microseconds{500};
  base::Probability loss = base::Probability::never();  // of each packet, independently

  DelayShape shape = DelayShape::Uniform;
  base::Duration jitter{};  // up to this on top, uniform
  // Gilbert-Elliott: a packet may turn the link bad (`burst_enter`) or good again (`burst_leave`);
  // a bad link loses with `burst_loss`.
  base::Probability burst_enter = base::Probability::never();
  base::Probability burst_leave = base::Probability::always();
  base::Probability burst_loss = base::Probability::always();
  base::Probability duplicate = base::Probability::never();
  base::Probability reorder = base::Probability::never();
  base::Duration reorder_by = std::chrono::milliseconds{1};  // at most, added to those reordered
  std::uint64_t bits_per_second = 0;                         // 0 = no limit
  std::uint32_t queue_bytes = 256 * 1024;                    // waiting for the bandwidth
  std::uint32_t mtu = 1500;  // larger datagrams travel in fragments, larger segments not at all

  // Whether the three plain fields are all there is.
  bool is_plain() const;
  // Whether a packet's fate depends on those before it.
  bool has_state() const { return bits_per_second != 0 || burst_enter != base::Probability{}; }
  friend bool operator==(const LinkModel&, const LinkModel&) = default;
};

// A link model that knows whether it is plain.
struct Link {
  Link() = default;
  explicit Link(const LinkModel& of) : model(of), is_plain(of.is_plain()) {}
  LinkModel model;
  bool is_plain = true;
};

// One packet over a plain link.
struct PlainCrossing {
  bool is_lost = false;
  base::Duration delay{};
};
inline PlainCrossing cross_plain(const LinkModel& link, base::Prng& random) {
  const base::Duration delay{random.between(link.delay_min.count(), link.delay_max.count())};
  const bool is_lost = link.loss != base::Probability::never() && random.chance(link.loss);
  return {is_lost, delay};
}

// What one direction between two hosts remembers.
struct LinkState {
  bool is_bad = false;
  base::Instant busy_until{};
};

struct Crossing {
  bool passes = true;
  bool too_big = false;  // does not fit and must not be fragmented
  bool has_copy = false;
  base::Duration delay{};
  base::Duration copy_delay{};  // after the original
};

struct CrossingPacket {
  std::uint32_t wire_bytes = 0;  // of the whole frame
  bool may_fragment = true;
};

// One packet over a link that is not plain.
Crossing cross(const LinkModel& link, LinkState& state, const CrossingPacket& packet,
               base::Instant now, base::Prng& random);

// The delay alone.
base::Duration draw_delay(const LinkModel& link, base::Prng& random);

}  // namespace splitscope::net
