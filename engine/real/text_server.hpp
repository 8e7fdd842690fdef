// Serves one text over HTTP, made anew for each request: metrics for Prometheus. Hides Boost.Beast.
#pragma once

#include <memory>
#include <string>

#include "engine/base/endpoint.hpp"
#include "engine/real/loop.hpp"

namespace splitscope::real {

class TextSource {
 public:
  // As an event of the loop.
  virtual std::string text() = 0;

 protected:
  ~TextSource() = default;
};

class TextServer final {
  struct Key {};  // only open() has one

 public:
  static constexpr std::size_t ClientCountMax = 16;
  static constexpr base::Duration RequestTimeout = std::chrono::seconds{5};

  // Answers GET of `path` (for example "/metrics"), 404 to the rest. Error: the port is in use.
  // References outlive the server.
  static base::Result<std::unique_ptr<TextServer>> open(Loop& loop, base::Endpoint local,
                                                        std::string path, TextSource& source);
  TextServer(Key key, Loop& loop, std::string path, TextSource& source);
  ~TextServer();
  TextServer(const TextServer&) = delete;
  TextServer& operator=(const TextServer&) = delete;

  // The port that the kernel chose, if 0 was asked for.
  base::Endpoint local() const;

 private:
  class State;
  class Session;
  // Shared with Asio's pending operations.
  std::shared_ptr<State> state_;
};

}  // namespace splitscope::real
