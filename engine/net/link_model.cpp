#include "engine/net/link_model.hpp"

#include <algorithm>
#include <array>

#include "engine/base/wide.hpp"

namespace splitscope::net {
namespace {

// Quantiles at 0, 1/64 ... 1 as 65536ths of the range; straight lines between them.
constexpr std::array<std::uint32_t, 65> NormalQuantiles{
    0,     9594,  12615, 14597, 16115, 17367, 18443, 19396, 20257, 21046, 21778, 22465, 23112,
    23728, 24315, 24880, 25424, 25950, 26461, 26959, 27445, 27920, 28387, 28846, 29297, 29743,
    30184, 30621, 31054, 31485, 31914, 32341, 32768, 33195, 33622, 34051, 34482, 34915, 35352,
    35793, 36239, 36690, 37149, 37616, 38091, 38577, 39075, 39586, 40112, 40656, 41221, 41808,
    42424, 43071, 43758, 44490, 45279, 46140, 47093, 48169, 49421, 50939, 52921, 55942, 65536};
constexpr std::array<std::uint32_t, 65> HeavyTailQuantiles{
    0,    12,   24,   37,   50,   63,   77,   91,   106,  121,  136,   152,   169,
    186,  204,  222,  242,  262,  282,  304,  326,  349,  373,  399,   425,   452,
    481,  511,  543,  576,  611,  648,  687,  728,  772,  818,  867,   919,   975,
    1035, 1099, 1168, 1243, 1323, 1411, 1507, 1613, 1729, 1858, 2003,  2165,  2349,
    2560, 2805, 3093, 3436, 3854, 4377, 5051, 5958, 7257, 9296, 13055, 22938, 65536};

constexpr std::uint32_t DatagramHeaders = EthernetHeader + 20;

base::Duration part_of(base::Duration range, std::uint32_t quantile) {
  const auto product = static_cast<base::Int128>(range.count()) * quantile;
  return base::Duration{static_cast<std::int64_t>(product >> 16)};
}

std::uint32_t fragments_of(const LinkModel& link, std::uint32_t wire_bytes) {
  if (wire_bytes <= link.mtu + EthernetHeader) return 1;
  const std::uint32_t room = std::max<std::uint32_t>((link.mtu - 20) / 8 * 8, 8);
  return (wire_bytes - DatagramHeaders + room - 1) / room;
}

// Whether one frame is lost. Both kinds of loss see every frame.
bool loses(const LinkModel& link, LinkState& state, base::Prng& random) {
  bool lost = false;
  if (link.loss != base::Probability::never()) lost = random.chance(link.loss);
  if (link.burst_enter == base::Probability::never()) return lost;
  const bool turns = random.chance(state.is_bad ? link.burst_leave : link.burst_enter);
  if (turns) state.is_bad = !state.is_bad;
  if (state.is_bad && random.chance(link.burst_loss)) lost = true;
  return lost;
}

}  // namespace

std::uint32_t delay_quantile(DelayShape shape, std::uint16_t draw) {
  if (shape == DelayShape::Uniform) return draw;
  const auto& table = shape == DelayShape::Normal ? NormalQuantiles : HeavyTailQuantiles;
  const std::uint32_t cell = draw >> 10;
  const std::uint32_t within = draw & 0x3ff;
  return table[cell] + (((table[cell + 1] - table[cell]) * within) >> 10);
}

bool LinkModel::is_plain() const {
  LinkModel plain;
  plain.delay_min = delay_min;
  plain.delay_max = delay_max;
  plain.loss = loss;
  return *this == plain;
}

base::Duration draw_delay(const LinkModel& link, base::Prng& random) {
  base::Duration delay{};
  if (link.shape == DelayShape::Uniform) {
    delay = base::Duration{random.between(link.delay_min.count(), link.delay_max.count())};
  } else {
    const auto draw = static_cast<std::uint16_t>(random.next() >> 48);
    delay =
        link.delay_min + part_of(link.delay_max - link.delay_min, delay_quantile(link.shape, draw));
  }
  if (link.jitter > base::Duration::zero()) {
    delay += base::Duration{random.between(0, link.jitter.count())};
  }
  return delay;
}

Crossing cross(const LinkModel& link, LinkState& state, const CrossingPacket& packet,
               base::Instant now, base::Prng& random) {
  Crossing crossing;
  crossing.delay = draw_delay(link, random);
  const std::uint32_t fragments = fragments_of(link, packet.wire_bytes);
  if (fragments > 1 && !packet.may_fragment) {
    crossing.passes = false;
    crossing.too_big = true;
    return crossing;
  }
  for (std::uint32_t i = 0; i < fragments; ++i) {
    if (loses(link, state, random)) crossing.passes = false;  // one lost fragment loses all
  }
  if (link.bits_per_second != 0) {
    const auto time_of = [&link](std::uint64_t bytes) {
      const auto bits = static_cast<base::Uint128>(bytes) * 8 * 1'000'000'000;
      return base::Duration{static_cast<std::int64_t>(bits / link.bits_per_second)};
    };
    const base::Instant start = std::max(now, state.busy_until);
    if (start - now > time_of(link.queue_bytes)) {
      crossing.passes = false;
      return crossing;
    }
    state.busy_until = start + time_of(packet.wire_bytes);
    crossing.delay += state.busy_until - now;
  }
  if (link.reorder != base::Probability::never() && random.chance(link.reorder)) {
    crossing.delay += base::Duration{random.between(0, link.reorder_by.count())};
  }
  if (link.duplicate != base::Probability::never() && random.chance(link.duplicate)) {
    crossing.has_copy = true;
    crossing.copy_delay = draw_delay(link, random);
  }
  return crossing;
}

}  // namespace splitscope::net
