#include "viz/model/explanation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "scenarios/kit/fact_words.hpp"
#include "scenarios/kit/fault.hpp"

namespace splitscope::viz {
namespace {

using base::EventKind;
using trace::CodeSet;

constexpr std::size_t ReasonsMax = 100;

std::string code_words(CodeSet set, std::uint64_t code) {
  const std::string_view words = scenarios::FactWords{}.text_of(set, code);
  return words.empty() ? fmt::format("reason {}", code) : std::string(words);
}

// What the sentences need of a fact.
struct Teller {
  const RunModel& model;
  const base::TraceEvent& fact;

  std::string self() const {
    const MemberStrip* strip = model.member(fact.node);
    return strip == nullptr ? trace::node_text(fact.node) : strip->name;
  }
  std::string other() const { return model.name_at(fact.arguments[0]); }
  std::string code(CodeSet set, std::size_t argument) const {
    return code_words(set, fact.arguments[argument]);
  }
  std::string duration(std::size_t argument) const {
    return base::to_text(base::Duration{static_cast<std::int64_t>(fact.arguments[argument])});
  }
  std::string fault() const {
    for (const FaultSpan& span : model.faults) {
      if (span.index == fact.arguments[0]) return span.label;
    }
    return fmt::format("fault {}", fact.arguments[0]);
  }
};

std::string process_sentence(const Teller& tell) {
  switch (tell.fact.kind) {
    case EventKind::RunStarted:
      return fmt::format("the run starts with seed {}", tell.fact.arguments[0]);
    case EventKind::FaultApplied:
      return "fault: " + tell.fault();
    case EventKind::FaultHealed:
      return "healed: " + tell.fault();
    case EventKind::ProcessStarted:
      return tell.self() + "'s process starts";
    case EventKind::ProcessExited:
      return tell.self() + "'s process ends";
    case EventKind::ProcessPaused:
      return tell.self() + " is paused";
    case EventKind::ProcessResumed:
      return tell.self() + " is resumed";
    case EventKind::HostPoweredOff:
      return tell.self() + "'s host loses power";
    case EventKind::HostPoweredOn:
      return tell.self() + "'s host has power";
    case EventKind::ConnectionOpened:
      return fmt::format("{} is connected with {}", tell.self(), tell.other());
    case EventKind::ConnectionFailed:
      return fmt::format("{} cannot connect to {}: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::CloseReason, 1));
    case EventKind::ConnectionClosed:
      return fmt::format("{}'s connection with {} ends: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::CloseReason, 1));
    default:
      return {};
  }
}

std::string list_sentence(const Teller& tell) {
  switch (tell.fact.kind) {
    case EventKind::MemberStarting:
      return tell.self() + " looks for a cluster";
    case EventKind::MemberJoined:
      return fmt::format("{} is in the cluster of {}", tell.self(), tell.other());
    case EventKind::MemberStarted:
      return tell.self() + "'s start-up is complete";
    case EventKind::JoinFailed:
      return fmt::format("{} gives up joining: {}", tell.self(),
                         tell.code(CodeSet::JoinFailure, 0));
    case EventKind::ViewChanged:
      return fmt::format("{} has view {} of {} members, master {}", tell.self(),
                         tell.fact.arguments[0], tell.fact.arguments[1],
                         tell.model.name_at(tell.fact.arguments[3]));
    case EventKind::MemberAdded:
      return fmt::format("{} takes {} into its list", tell.self(), tell.other());
    case EventKind::MemberRemoved:
      return fmt::format("{} drops {} from its list: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::RemovalReason, 3));
    case EventKind::ListPublished:
      return fmt::format("{} publishes view {} to {} members", tell.self(), tell.fact.arguments[0],
                         tell.fact.arguments[1]);
    case EventKind::AddressBlacklisted:
      return fmt::format("{} asks {} no more", tell.self(), tell.other());
    case EventKind::JoinRequestRefused:
      return fmt::format("{} refuses {}: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::JoinRefusal, 1));
    default:
      return {};
  }
}

std::string suspicion_sentence(const Teller& tell) {
  switch (tell.fact.kind) {
    case EventKind::HeartbeatMissed:
      return fmt::format("{} has not heard {} for {}", tell.self(), tell.other(), tell.duration(1));
    case EventKind::MemberSuspected:
      return fmt::format("{} suspects {}: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::SuspicionReason, 3));
    case EventKind::SuspicionCleared:
      return fmt::format("{} no longer suspects {}", tell.self(), tell.other());
    case EventKind::MasterChanged:
      return fmt::format("{} takes {} for the master", tell.self(), tell.other());
    case EventKind::MastershipClaimed:
      return fmt::format("{} claims the mastership and asks {} members", tell.self(),
                         tell.fact.arguments[1]);
    case EventKind::MastershipVote:
      return fmt::format("{} votes {} on {} as master", tell.self(),
                         tell.fact.arguments[1] == 1 ? "yes" : "no", tell.other());
    case EventKind::MastershipWon:
      return fmt::format("{} is the master, with view {}", tell.self(), tell.fact.arguments[0]);
    case EventKind::ExplicitSuspicion:
      return fmt::format("{} is told by {} to drop it", tell.self(), tell.other());
    case EventKind::SplitBrainChecked:
      return fmt::format("{} compares its cluster with {}'s: {}", tell.self(), tell.other(),
                         tell.code(CodeSet::MergeDecision, 1));
    case EventKind::MergeStarted:
      return fmt::format("{} gives its cluster up to join {}", tell.self(), tell.other());
    case EventKind::MergeFinished:
      return fmt::format("{} {} the cluster of {}", tell.self(),
                         tell.fact.arguments[1] == 1 ? "has merged into" : "could not merge into",
                         tell.other());
    default:
      return {};
  }
}

// What a member does on the way from one fact to the next that matters.
bool is_detail(EventKind kind) {
  return kind == EventKind::MemberAdded || kind == EventKind::ConnectionOpened ||
         kind == EventKind::AddressLearned;
}

// Faults that are over once they have happened.
bool is_act(std::uint64_t kind) {
  using scenarios::FaultKind;
  switch (static_cast<FaultKind>(kind)) {
    case FaultKind::Kill:
    case FaultKind::Stop:
    case FaultKind::Start:
    case FaultKind::Restart:
    case FaultKind::Resume:
    case FaultKind::PowerOff:
    case FaultKind::PowerOn:
    case FaultKind::Reboot:
    case FaultKind::ChangeAddress:
    case FaultKind::ClockStep:
    case FaultKind::CloudTerminate:
      return true;
    default:
      return false;
  }
}

// The fault was in force, or was done, at some moment of that time.
bool falls_into(const FaultSpan& fault, const Window& silence) {
  if (fault.begin > silence.end) return false;
  if (fault.end.has_value()) return *fault.end >= silence.begin;
  return !is_act(fault.kind) || fault.begin >= silence.begin;
}

// The latest first.
void add_faults(const RunModel& model, const base::TraceEvent& missed, std::vector<Reason>& chain) {
  const base::Duration length{static_cast<std::int64_t>(missed.arguments[1])};
  const Window silence{missed.time - std::max(base::Duration::zero(), length), missed.time};
  for (auto fault = model.faults.rbegin(); fault != model.faults.rend(); ++fault) {
    if (!falls_into(*fault, silence) || chain.size() >= ReasonsMax) continue;
    std::string sentence = "fault: " + fault->label;
    if (fault->end.has_value() && *fault->end <= missed.time) {
      sentence += ", healed at " + base::to_text(*fault->end);
    }
    chain.push_back({fault->begin, fault->fact, std::move(sentence)});
  }
}

// A member that looks for a cluster does so because its process was started: it booted meanwhile.
const base::TraceEvent* start_of(const RunModel& model, const base::TraceEvent& starting) {
  const auto is_it = [&starting](const base::TraceEvent& fact) {
    return fact.kind == EventKind::ProcessStarted && fact.node == starting.node &&
           fact.incarnation == starting.incarnation;
  };
  const auto found = std::find_if(model.facts.begin(), model.facts.end(), is_it);
  const bool is_earlier = found != model.facts.end() && found->sequence < starting.sequence;
  return is_earlier ? &*found : nullptr;
}

const base::TraceEvent* cause_of(const RunModel& model, const base::TraceEvent& fact) {
  // A file may say that a later fact led to it.
  if (fact.cause != 0) return fact.cause < fact.sequence ? model.find(fact.cause) : nullptr;
  return fact.kind == EventKind::MemberStarting ? start_of(model, fact) : nullptr;
}

}  // namespace

std::string sentence_of(const RunModel& model, const base::TraceEvent& fact) {
  const Teller tell{model, fact};
  for (std::string sentence :
       {process_sentence(tell), list_sentence(tell), suspicion_sentence(tell)}) {
    if (!sentence.empty()) return sentence;
  }
  const scenarios::FactWords words;
  const std::string line = trace::to_line(fact, &words);
  return line.substr(line.find(' ') + 1);
}

std::vector<Reason> explain(const RunModel& model, std::uint64_t sequence) {
  std::vector<Reason> chain;
  const base::TraceEvent* fact = model.find(sequence);
  while (fact != nullptr && chain.size() < ReasonsMax) {
    if (chain.empty() || !is_detail(fact->kind)) {
      chain.push_back({fact->time, fact->sequence, sentence_of(model, *fact)});
    }
    if (fact->kind == EventKind::HeartbeatMissed) {
      add_faults(model, *fact, chain);
      break;
    }
    fact = cause_of(model, *fact);
  }
  return chain;
}

std::uint64_t last_change(const RunModel& model, base::NodeId node, base::Instant at) {
  const MemberStrip* strip = model.member(node);
  return strip == nullptr ? 0 : span_at(*strip, at).fact;
}

}  // namespace splitscope::viz
