// The cloud of a simulated run: brings requests of simulated processes to the cloud's model and its
// answers back, and keeps the model's instances and tasks in step with hosts. Hides latency, lost
// answers and time-outs. Invariant: what a dead life asked reaches the model, and nobody gets the
// answer.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.hpp"
#include "engine/sim/process.hpp"
#include "scenarios/kit/cloud_place.hpp"
#include "schemes/aws/aws_options.hpp"

namespace splitscope::scenarios {

class SimCloud;

// The HTTP client of one life of a process.
class CloudHttp final : public env::HttpClient {
 public:
  static constexpr std::size_t RequestsMax = 256;  // under way; further ones fail

  // Both outlive *this. `address`: of the host.
  CloudHttp(SimCloud& cloud, sim::Process& process, base::Ipv4 address);
  ~CloudHttp();
  CloudHttp(const CloudHttp&) = delete;
  CloudHttp& operator=(const CloudHttp&) = delete;

  env::HttpRequestId send(env::HttpRequest request, env::HttpHandler& handler) override;
  void cancel(env::HttpRequestId request) override;

 private:
  friend class SimCloud;
  struct Waiting {
    std::uint64_t id = 0;
    env::HttpHandler* handler = nullptr;
    base::Instant deadline{};
    std::optional<base::Instant> due;  // none: the answer is not known yet
    base::Result<env::HttpResponse> response;
  };
  // The model's answer, which arrives at `at`.
  void take_answer(std::uint64_t id, base::Instant at, cloud::Answer answer);
  void on_timer();
  void arm();

  SimCloud& cloud_;
  base::Ipv4 address_;
  env::Timer timer_;
  std::uint64_t next_id_ = 1;
  std::vector<Waiting> waiting_;
};

class SimCloud final : public sim::EventHandler {
 public:
  // One way, drawn for each request: to metadata on the host, and to an endpoint of the region.
  static constexpr base::Duration MetadataMin = std::chrono::microseconds{200};
  static constexpr base::Duration MetadataMax = std::chrono::milliseconds{1};
  static constexpr base::Duration RegionMin = std::chrono::milliseconds{8};
  static constexpr base::Duration RegionMax = std::chrono::milliseconds{25};

  // `simulation` outlives *this.
  explicit SimCloud(sim::Simulation& simulation);

  cloud::Cloud& model() { return model_; }
  const cloud::Cloud& model() const { return model_; }

  // The host's instance or task runs from now on, if it does not already.
  void begin_host(base::NodeId node, base::Ipv4 address, std::string_view zone,
                  const CloudPlace& place);
  // Terminates the host's instance, or stops its task. False if there is none.
  bool end_host(base::NodeId node);
  // What a process on that host is given.
  schemes::CloudIdentity identity(base::NodeId node, const CloudPlace& place,
                                  bool has_static_keys) const;

  void on_event(const sim::Event& event) override;
  void reseed(std::uint64_t seed);

 private:
  friend class CloudHttp;
  struct Request {
    CloudHttp* client = nullptr;  // none: its life is over
    std::uint64_t id = 0;
    cloud::Call call;
    base::Duration way_back{};
    std::uint32_t cause = 0;
    bool is_used = false;
  };
  // What runs on a host now.
  struct Resident {
    std::uint64_t number = 0;
    bool is_task = false;
  };

  void submit(CloudHttp& client, std::uint64_t id, const env::HttpRequest& request);
  void forget(const CloudHttp& client);

  sim::Simulation& simulation_;
  cloud::Cloud model_;
  base::Prng random_;
  std::vector<Request> requests_;                // slots
  std::map<std::uint32_t, Resident> residents_;  // by node
};

}  // namespace splitscope::scenarios
