#include "engine/real/real_resolver.hpp"

#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace splitscope::real {

using boost::asio::ip::tcp;
using boost::system::error_code;
using env::ResolveOutcome;

class RealResolver::Queries final : public std::enable_shared_from_this<Queries> {
 public:
  explicit Queries(EventGate& gate) : gate_(gate), resolver_(gate.loop().context()) {}

  void ask(std::string_view name, env::ResolveHandler& handler) {
    const std::uint64_t query = next_++;
    const bool is_full = pending_.size() >= PendingCountMax;
    pending_.emplace(query, Query{std::string(name), &handler});
    if (const auto literal = base::parse_ipv4(name); literal.has_value()) {
      return answer_later(query, ResolveOutcome::Found, {*literal});
    }
    if (is_full) return answer_later(query, ResolveOutcome::Failed, {});
    resolver_.async_resolve(tcp::v4(), std::string(name), "",
                            [self = shared_from_this(), query](
                                error_code error, const tcp::resolver::results_type& results) {
                              self->on_results(query, error, results);
                            });
  }
  void forget(const env::ResolveHandler* handler) {
    std::erase_if(pending_, [handler](const auto& entry) {
      return handler == nullptr || entry.second.handler == handler;
    });
    if (pending_.empty()) resolver_.cancel();
  }

 private:
  struct Query {
    std::string name;
    env::ResolveHandler* handler;
  };

  void answer_later(std::uint64_t query, ResolveOutcome outcome,
                    std::vector<base::Ipv4> addresses) {
    boost::asio::post(gate_.loop().context(), [self = shared_from_this(), query, outcome,
                                               addresses = std::move(addresses)] {
      self->answer(query, outcome, addresses);
    });
  }
  void on_results(std::uint64_t query, error_code error,
                  const tcp::resolver::results_type& results) {
    std::vector<base::Ipv4> addresses;
    if (!error) {
      for (const auto& entry : results) {
        addresses.push_back({entry.endpoint().address().to_v4().to_uint()});
      }
    }
    const bool is_unknown = error == boost::asio::error::host_not_found ||
                            error == boost::asio::error::no_data || (!error && addresses.empty());
    const ResolveOutcome outcome = is_unknown ? ResolveOutcome::NotFound
                                   : error    ? ResolveOutcome::Failed
                                              : ResolveOutcome::Found;
    answer(query, outcome, addresses);
  }
  void answer(std::uint64_t query, ResolveOutcome outcome,
              const std::vector<base::Ipv4>& addresses) {
    const auto found = pending_.find(query);
    if (found == pending_.end()) return;  // forgotten; the gate may be gone too
    const Query asked = std::move(found->second);
    pending_.erase(found);
    if (gate_.enter()) asked.handler->on_resolved(asked.name, outcome, addresses);
  }

  EventGate& gate_;
  tcp::resolver resolver_;
  std::map<std::uint64_t, Query> pending_;
  std::uint64_t next_ = 1;
};

RealResolver::RealResolver(EventGate& gate) : queries_(std::make_shared<Queries>(gate)) {}

RealResolver::~RealResolver() {
  forget_all();
}

void RealResolver::resolve(std::string_view name, env::ResolveHandler& handler) {
  queries_->ask(name, handler);
}

void RealResolver::forget(env::ResolveHandler& handler) {
  queries_->forget(&handler);
}

void RealResolver::forget_all() {
  queries_->forget(nullptr);
}

}  // namespace splitscope::real
