// How a node that is in no cluster finds one, and how a master finds other clusters to merge with.
// AddressJoiner asks a list of addresses, MulticastJoiner asks a multicast group; cluster_node
// drives either through this interface. What a joiner knows of its node is JoinerHost.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/env/transport.hpp"
#include "schemes/membership/discovery.hpp"
#include "schemes/membership/messages.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::schemes {

class MessageEncoder;

// The node, as its joiner sees it. All calls return at once; none calls back into the joiner.
class JoinerHost {
 public:
  virtual const Settings& settings() const = 0;
  // Our endpoint: the listen port is bound before start().
  virtual base::Endpoint self() const = 0;
  virtual base::Uuid uuid() const = 0;
  // Makes frames, also for datagrams.
  virtual MessageEncoder& encoder() = 0;
  // Who we are, for WhoIsMaster and JoinRequest.
  virtual JoinMessage join_message() const = 0;
  // Our cluster, for SplitBrainCheck. Meaningful while joined.
  virtual SplitBrainCheck split_brain_message() = 0;

  // In a cluster, its own or another's.
  virtual bool is_joined() const = 0;
  // Joined, and master of the cluster.
  virtual bool is_master() const = 0;
  virtual bool is_member(base::Endpoint endpoint) const = 0;
  // Before joining: the master that we mean to join; none if not known.
  virtual std::optional<base::Endpoint> master_to_join() const = 0;
  virtual void set_master_to_join(std::optional<base::Endpoint> master) = 0;
  // Founds a cluster of one: is_joined() and is_master() hold on return.
  virtual void become_master() = 0;

  // Whether a bound connection to the peer is open.
  virtual bool is_connected(base::Endpoint peer) const = 0;
  // Begins to connect unless a connection is open or under way. True if one is open.
  virtual bool connect(base::Endpoint peer) = 0;
  // Each connects on demand and queues; a failed connection comes as Joiner::on_unreachable.
  virtual void send_who_is_master(base::Endpoint peer) = 0;
  virtual void send_join_request(base::Endpoint master) = 0;
  virtual void send_mastership_claim(base::Endpoint peer, std::uint32_t round) = 0;

  // The discovery cannot work: the node's start has failed. Only before it ever joined.
  virtual void on_discovery_failed() = 0;
  // join() is over; whether it worked is is_joined(). The last thing a joiner does in join().
  virtual void on_join_ended() = 0;

  // For a search: asks the master at `target` what its cluster is and decides. The outcome comes as
  // Joiner::on_merge_checked, within 15 s.
  virtual void check_merge(base::Endpoint target) = 0;
  // The search is over and nothing is to be merged.
  virtual void on_search_ended() = 0;

 protected:
  ~JoinerHost() = default;
};

// What a search learned of one target. See merge_decision.hpp for the rule.
enum class MergeCheck : std::uint8_t { NoAnswer, CannotMerge, RemoteShouldMerge, LocalShouldMerge };

// Every call comes from the event loop.
class Joiner {
 public:
  virtual ~Joiner() = default;
  virtual JoinerKind kind() const = 0;
  // "asking", "claiming", ... for people.
  virtual std::string_view state_name() const = 0;

  // Once, before anything else. `host` outlives the joiner's use.
  virtual void start(JoinerHost& host) = 0;
  // Looks for a cluster until joined, master, or max.join.seconds are over; then on_join_ended().
  // `target`: the cluster that we merge into, tried first. Called again after each merge.
  virtual void join(std::optional<base::Endpoint> target) = 0;
  // Ends join() and search without a word; nothing stays armed. For shutdown.
  virtual void stop() = 0;

  // The node was admitted to a cluster while join() was running.
  virtual void on_joined() = 0;
  // A peer answered who is master; set_master_to_join() was done where the rules say so.
  virtual void on_master_known(base::Endpoint master) = 0;
  // A connection to the peer could not be opened, or broke before we joined.
  virtual void on_unreachable(base::Endpoint peer) = 0;
  // A connection to the peer is open: while not joined, it is no longer blacklisted for a failure.
  virtual void on_connected(base::Endpoint /*peer*/) {}
  // The peer is of another cluster or cannot be joined: not asked again in this join, nor (if
  // permanent) by a search.
  virtual void blacklist(base::Endpoint peer, bool permanent) = 0;
  // A peer asks whether it may be master. Only while we are not joined. See claim_rules.hpp.
  virtual bool vote(base::Endpoint candidate) = 0;
  virtual void on_vote(base::Endpoint voter, std::uint32_t round, bool yes) = 0;

  // We are master: look for other clusters once. Ends in host.on_search_ended(), unless a check
  // came out as LocalShouldMerge, which the node acts on by itself; the joiner then stops
  // searching.
  virtual void search() = 0;
  virtual void on_merge_checked(base::Endpoint target, MergeCheck outcome) = 0;
  // An address that belonged, or may belong, to a member: searched in future where the profile
  // keeps such addresses. Said again when that member leaves.
  virtual void learn(base::Endpoint endpoint, LearnedFrom from) = 0;
};

}  // namespace splitscope::schemes
