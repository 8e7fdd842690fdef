// The simulated account over HTTP, paced by the machine's clocks: an API and, at addresses of their
// own, the metadata of instances and of tasks. Hides which address stands for which service.
// Invariant: a state that cannot be read changes nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cloud/state_file.hpp"
#include "engine/real/http_server.hpp"

namespace splitscope::cloud {

struct CloudServerOptions {
  base::Endpoint api;
  std::optional<base::Endpoint> instance_metadata;
  std::optional<base::Endpoint> task_metadata;
  // PEM files, for the API alone; empty: without TLS.
  std::string certificate_path;
  std::string key_path;
  std::uint64_t seed = 1;
};

class CloudServer final {
  struct Key {};  // only open() has one

 public:
  // Errors: an address in use, no certificate. `loop` outlives the server.
  static base::Result<std::unique_ptr<CloudServer>> open(real::Loop& loop,
                                                         const CloudServerOptions& options,
                                                         const CloudState& state);
  CloudServer(Key key, real::Loop& loop, const CloudServerOptions& options,
              const CloudState& state);
  ~CloudServer();
  CloudServer(const CloudServer&) = delete;
  CloudServer& operator=(const CloudServer&) = delete;

  // The next state. Region, times and shuffle stay as they were at the start.
  void apply(const CloudState& state);

  base::Endpoint api() const;
  base::Endpoint instance_metadata() const;
  base::Endpoint task_metadata() const;
  const Cloud& model() const { return cloud_; }

 private:
  class Door;
  base::Result<void> open_doors(const CloudServerOptions& options);
  base::WallTime wall() const;

  real::Loop& loop_;
  Cloud cloud_;
  StateKeeper keeper_;
  base::Duration wall_offset_{};  // of the cloud's clock from the machine's
  std::unique_ptr<Door> api_;
  std::unique_ptr<Door> instances_;
  std::unique_ptr<Door> tasks_;
};

}  // namespace splitscope::cloud
