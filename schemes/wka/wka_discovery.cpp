#include "schemes/wka/wka_discovery.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::Instant;
using base::Ipv4;
using base::Result;

Result<WkaOptions> make_wka_options(const ClusterConfig& config, const Settings& settings) {
  const std::uint32_t try_count = config.port_auto_increment ? settings.tcp_join_port_try_count : 1;
  auto entries = parse_entries(config.wka.members, {config.port, try_count});
  if (!entries) return std::unexpected(std::move(entries.error()));
  const Behaviour& behaviour = settings.behaviour;
  return WkaOptions{.entries = std::move(*entries),
                    .retention = settings.address_retention,
                    .keeps_joined_addresses = behaviour.keeps_joined_addresses,
                    .keeps_checking_addresses = behaviour.keeps_checking_addresses,
                    .wso2_listener_learns = behaviour.wso2_listener_learns};
}

WkaDiscovery::WkaDiscovery(env::Environment environment, WkaOptions options)
    : environment_(environment),
      options_(std::move(options)),
      timer_(environment.timers, base::Callback::to<&WkaDiscovery::on_timer>(*this)),
      candidates_({}, 0) {
  for (const AddressEntry& entry : options_.entries) {
    if (!entry.is_name()) continue;
    const bool is_known = std::any_of(names_.begin(), names_.end(), [&entry](const Name& name) {
      return name.text == entry.name;
    });
    if (!is_known) names_.push_back({.text = entry.name, .addresses = {}});
  }
}

WkaDiscovery::~WkaDiscovery() {
  environment_.resolver.forget(*this);
}

void WkaDiscovery::start(Endpoint self, CandidateHandler& handler) {
  SPLITSCOPE_ASSERT(handler_ == nullptr);
  handler_ = &handler;
  self_ = self;
  std::vector<Ipv4> own(environment_.transport.local_addresses().begin(),
                        environment_.transport.local_addresses().end());
  own.push_back(self.address);
  candidates_ = CandidateList(own, self.port);
  rebuild();
}

void WkaDiscovery::enter(State next) {
  SPLITSCOPE_ASSERT(next != state_);
  SPLITSCOPE_ASSERT(state_ != State::Idle || next == State::Resolving || next == State::Answering);
  state_ = next;
}

void WkaDiscovery::refresh() {
  SPLITSCOPE_ASSERT(handler_ != nullptr);
  if (state_ != State::Idle) return;
  if (names_.empty()) {
    enter(State::Answering);
    timer_.arm_after(base::Duration::zero());
    return;
  }
  enter(State::Resolving);
  pending_count_ = names_.size();
  for (Name& name : names_) {
    name.is_pending = true;
    environment_.resolver.resolve(name.text, *this);
  }
}

void WkaDiscovery::on_resolved(std::string_view text, env::ResolveOutcome outcome,
                               std::span<const Ipv4> addresses) {
  if (state_ != State::Resolving) return;
  for (Name& name : names_) {
    if (name.text != text || !name.is_pending) continue;
    name.is_pending = false;
    --pending_count_;
    name.addresses.clear();
    if (outcome != env::ResolveOutcome::Found) continue;
    const auto kept = addresses.first(std::min(addresses.size(), AddressesPerNameMax));
    name.addresses.assign(kept.begin(), kept.end());
  }
  if (pending_count_ > 0) return;
  enter(State::Answering);
  on_timer();
}

void WkaDiscovery::on_timer() {
  const Instant now = environment_.clock.now();
  std::erase_if(learned_, [now](const Learned& learned) { return learned.kept_until <= now; });
  rebuild();
  enter(State::Idle);
  handler_->on_candidates(candidates());
}

void WkaDiscovery::rebuild() {
  candidates_.clear();
  for (const AddressEntry& entry : options_.entries) {
    if (!entry.is_name()) {
      candidates_.add(entry, entry.addresses);
      continue;
    }
    for (const Name& name : names_) {
      if (name.text == entry.name) candidates_.add(entry, name.addresses);
    }
  }
  for (const Learned& learned : learned_) candidates_.add(learned.endpoint);
}

// RunStart: not kept.
Instant WkaDiscovery::keep_until(Endpoint member, LearnedFrom from) const {
  if (options_.wso2_listener_learns) {
    const bool differs = member.address != self_.address && member.port != self_.port;
    if (from == LearnedFrom::JoinedLater) return base::EndOfTime;
    if (from == LearnedFrom::FoundAtJoin && differs) return base::EndOfTime;
  }
  const bool is_kept = from == LearnedFrom::SplitBrainCheck ? options_.keeps_checking_addresses
                                                            : options_.keeps_joined_addresses;
  return is_kept ? environment_.clock.now() + options_.retention : base::RunStart;
}

void WkaDiscovery::learn(Endpoint member, LearnedFrom from) {
  const Instant kept_until = keep_until(member, from);
  if (kept_until <= environment_.clock.now() || candidates_.is_own(member)) return;
  const auto found =
      std::find_if(learned_.begin(), learned_.end(),
                   [&member](const Learned& learned) { return learned.endpoint == member; });
  if (found != learned_.end()) {
    found->kept_until = std::max(found->kept_until, kept_until);
    return;
  }
  if (learned_.size() == LearnedCountMax) {
    learned_.erase(learned_.begin());
    rebuild();
  }
  learned_.push_back({member, kept_until});
  const bool is_news = candidates_.add(member);
  if (is_news) environment_.events.emit(base::EventKind::AddressLearned, {pack(member), 0, 0, 0});
}

void WkaDiscovery::forget(Endpoint member) {
  const auto erased = std::erase_if(
      learned_, [&member](const Learned& learned) { return learned.endpoint == member; });
  if (erased > 0) rebuild();
}

}  // namespace splitscope::schemes
