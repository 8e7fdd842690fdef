// The seam's HTTP client: HTTP/1.1, one connection a request. Hides Boost.Beast. TLS is not spoken.
// Invariant: exactly one answer for each request that is not cancelled, from the loop, within its
// timeout.
#pragma once

#include <map>
#include <memory>

#include "engine/env/http_client.hpp"
#include "engine/real/event_gate.hpp"

namespace splitscope::real {

class RealHttpClient final : public env::HttpClient {
 public:
  static constexpr std::uint64_t BodyBytesMax = std::uint64_t{4} << 20;
  static constexpr std::uint32_t HeaderBytesMax = 64 << 10;
  // Under way at once; more are answered with an error.
  static constexpr std::size_t RequestCountMax = 64;

  // `gate` outlives the client.
  explicit RealHttpClient(EventGate& gate) : gate_(gate) {}
  ~RealHttpClient() { cancel_all(); }
  RealHttpClient(const RealHttpClient&) = delete;
  RealHttpClient& operator=(const RealHttpClient&) = delete;

  env::HttpRequestId send(env::HttpRequest request, env::HttpHandler& handler) override;
  void cancel(env::HttpRequestId request) override;
  void cancel_all();

 private:
  class Exchange;
  void on_answer(std::uint64_t id, base::Result<env::HttpResponse> response);

  EventGate& gate_;
  std::uint64_t next_id_ = 1;
  // Shared with Asio's pending operations.
  std::map<std::uint64_t, std::shared_ptr<Exchange>> exchanges_;
};

}  // namespace splitscope::real
