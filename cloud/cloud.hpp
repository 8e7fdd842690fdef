// A simulated account of a cloud: EC2, ECS, metadata and roles. Sans-I/O: a call in, an answer out;
// time comes with the call, chance from the seed. Start reading at answer().
#pragma once

#include <map>
#include <string>

#include "cloud/authority.hpp"
#include "cloud/cloud_fault.hpp"
#include "cloud/ec2_api.hpp"
#include "cloud/inventory.hpp"
#include "cloud/metadata.hpp"
#include "cloud/throttle.hpp"

namespace splitscope::cloud {

struct CloudOptions {
  std::string region = "us-east-1";
  LifeTimes times;
  // Listings come in another order each time, as AWS gives no promise of one.
  bool shuffles_listings = true;
};

// What was asked so far.
struct CallCount {
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
  std::uint64_t failed = 0;  // refused, lost, or answered with an error, throttled ones included
};

class Cloud {
 public:
  Cloud(CloudOptions options, std::uint64_t seed);
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  Inventory& inventory() { return inventory_; }
  Authority& authority() { return authority_; }
  const CloudOptions& options() const { return options_; }

  std::optional<FaultNumber> add_fault(CloudFault fault);
  void remove_fault(FaultNumber number);
  std::uint64_t touched(FaultNumber number) const { return faults_.touched(number); }

  Answer answer(const Call& call);

  // By action; metadata calls under "metadata".
  const std::map<std::string, CallCount, std::less<>>& counts() const { return counts_; }
  // All later draws come from `seed`.
  void reseed(std::uint64_t seed);

 private:
  // A call of the EC2 or ECS API, taken apart.
  struct ApiCall {
    const Call& call;
    std::string_view service;
    std::string action;
    Ec2Parameters parameters;
    std::string id;
  };

  Answer answer_metadata(const Call& call, bool is_task);
  Answer answer_api(const ApiCall& api);
  // Lost, failed or throttled before it is looked at; none: it goes on.
  std::optional<Answer> strike(const ApiCall& api);
  std::optional<env::HttpResponse> refuse(const ApiCall& api);
  env::HttpResponse serve(const ApiCall& api);
  env::HttpResponse serve_instances(const ApiCall& api);
  env::HttpResponse serve_interfaces(const ApiCall& api);
  env::HttpResponse serve_task_list(const ApiCall& api);
  env::HttpResponse unknown_action(const ApiCall& api) const;
  env::HttpResponse error(const ApiCall& api, std::uint16_t status, std::string_view code,
                          std::string_view message) const;
  ListingChange change_of(const ApiCall& api);
  void note_change(const ApiCall& api, const ListingResult& result);
  Lateness lateness(const ApiCall& api, std::optional<FaultNumber>& fault) const;
  base::Duration slowness(const Call& call, std::string_view action);
  std::string next_id();

  CloudOptions options_;
  std::uint64_t seed_;
  Inventory inventory_;
  Authority authority_;
  Metadata metadata_;
  Throttle throttle_;
  CloudFaults faults_;
  base::Prng random_;
  std::map<std::string, CallCount, std::less<>> counts_;
};

}  // namespace splitscope::cloud
