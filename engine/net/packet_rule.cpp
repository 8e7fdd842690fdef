#include "engine/net/packet_rule.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::net {

bool PacketMatch::matches_addresses(base::Ipv4 source, base::Ipv4 destination) const {
  if (!apart.is_empty() && !apart.separates(source, destination)) return false;
  if (from.contains(source) && to.contains(destination)) return true;
  return both_ways && to.contains(source) && from.contains(destination);
}

Verdict PacketRule::on_packet(const PacketView& packet, base::Instant now, base::Prng& random) {
  if (!match.matches(packet)) return {};
  ++effect.matched;
  switch (action) {
    case Action::Cut:
      ++effect.dropped;
      return {Verdict::Kind::Drop};
    case Action::Lose:
      if (!random.chance(probability)) return {};
      ++effect.dropped;
      return {Verdict::Kind::Drop};
    case Action::LoseBurst:
      is_bad = random.chance(is_bad ? recovery : probability) != is_bad;
      if (!is_bad) return {};
      ++effect.dropped;
      return {Verdict::Kind::Drop};
    case Action::Delay: {
      ++effect.delayed;
      return {Verdict::Kind::Deliver, delay + base::Duration{random.between(0, jitter.count())}};
    }
    case Action::Duplicate:
      if (!random.chance(probability)) return {};
      ++effect.duplicated;
      return {Verdict::Kind::Duplicate, base::Duration{random.between(0, delay.count())}};
    case Action::Reorder:
      if (!random.chance(probability)) return {};
      ++effect.delayed;
      return {Verdict::Kind::Deliver, base::Duration{random.between(1, delay.count())}};
    case Action::Throttle: {
      const base::Instant start = std::max(now, busy_until);
      if (start - now > queue_max) {
        ++effect.dropped;
        return {Verdict::Kind::Drop};
      }
      const std::uint64_t rate = std::max<std::uint64_t>(bits_per_second, 1);
      busy_until = start + base::Duration{static_cast<std::int64_t>(
                               std::uint64_t{packet.wire_bytes} * 8 * 1'000'000'000 / rate)};
      ++effect.delayed;
      return {Verdict::Kind::Deliver, busy_until - now};
    }
    case Action::Reject:
      ++effect.rejected;
      return {Verdict::Kind::Reject, {}, reject};
    case Action::Hold:
      ++effect.delayed;
      return {Verdict::Kind::Hold};
  }
  return {};
}

RuleId RuleChain::install(PacketRule rule) {
  SPLITSCOPE_ASSERT(rules_.size() < RulesMax);
  const RuleId id{static_cast<std::uint32_t>(removed_.size())};
  removed_.emplace_back();
  rules_.push_back({id, std::move(rule)});
  return id;
}

void RuleChain::remove(RuleId id) {
  const auto found = std::find_if(rules_.begin(), rules_.end(),
                                  [id](const Entry& entry) { return entry.id == id; });
  if (found == rules_.end()) return;
  removed_[id.value] = found->rule.effect;
  rules_.erase(found);
}

bool RuleChain::is_installed(RuleId id) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [id](const Entry& entry) { return entry.id == id; });
}

RuleEffect RuleChain::effect(RuleId id) const {
  for (const Entry& entry : rules_) {
    if (entry.id == id) return entry.rule.effect;
  }
  return id.value < removed_.size() ? removed_[id.value] : RuleEffect{};
}

bool RuleChain::any_matches(const PacketView& packet) const {
  return std::ranges::any_of(
      rules_, [&packet](const Entry& entry) { return entry.rule.match.matches(packet); });
}

RuleChain::Outcome RuleChain::judge(const PacketView& packet, base::Instant now,
                                    base::Prng& random) {
  Outcome outcome;
  for (Entry& entry : rules_) {
    const Verdict verdict = entry.rule.on_packet(packet, now, random);
    switch (verdict.kind) {
      case Verdict::Kind::Pass:
        break;
      case Verdict::Kind::Deliver:
        outcome.delay += verdict.delay;
        break;
      case Verdict::Kind::Duplicate:
        if (outcome.copies < CopiesMax) outcome.copy_delays[outcome.copies++] = verdict.delay;
        break;
      case Verdict::Kind::Reject:
      case Verdict::Kind::Hold:
      case Verdict::Kind::Drop:
        outcome.kind = verdict.kind;
        outcome.reject = verdict.reject;
        outcome.decided_by = entry.id;
        outcome.copies = 0;
        return outcome;
    }
  }
  return outcome;
}

}  // namespace splitscope::net
