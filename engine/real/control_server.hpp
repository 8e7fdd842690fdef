// A Unix socket on which a process is asked and observed: one request a line, one answer a line,
// and lines that are pushed to those who asked for them. Hides Boost.Asio.
// Invariant: a client's lines go out whole and in order; one that does not read them is cut off, so
// that no line is ever left out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/real/loop.hpp"

namespace splitscope::real {

struct ControlClient {
  std::uint64_t value = 0;
  friend auto operator<=>(const ControlClient&, const ControlClient&) = default;
};

class ControlHandler {
 public:
  // One line, without its end, as an event of the loop. The answer, without a line end, goes back;
  // lines pushed during the call go after it.
  virtual std::string on_request(ControlClient client, std::string_view line) = 0;
  virtual void on_client_gone(ControlClient client) = 0;

 protected:
  ~ControlHandler() = default;
};

class ControlServer final {
  struct Key {};  // only open() has one

 public:
  static constexpr std::size_t ClientCountMax = 16;
  static constexpr std::size_t RequestBytesMax = std::size_t{64} << 10;
  // Not yet read by a client.
  static constexpr std::size_t OutboxBytesMax = std::size_t{16} << 20;

  // Listens at `path`; one that a dead process left there is replaced. Both references outlive the
  // server. Error: somebody listens there, or the path cannot be.
  static base::Result<std::unique_ptr<ControlServer>> open(Loop& loop, const std::string& path,
                                                           ControlHandler& handler);
  ControlServer(Key key, Loop& loop, std::string path, ControlHandler& handler);
  // Closes all and removes the path.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Sends a line, without its end. Ignored for a client that is gone. on_client_gone() is never
  // called from inside.
  void push(ControlClient client, std::string_view line);

 private:
  class Acceptor;
  class Session;
  void wait();
  void on_acceptable();
  void remove(ControlClient client);

  Loop& loop_;
  std::string path_;
  ControlHandler& handler_;
  bool is_bound_ = false;
  std::uint64_t next_client_ = 1;
  // Shared with Asio's pending waits.
  std::shared_ptr<Acceptor> acceptor_;
  std::map<ControlClient, std::shared_ptr<Session>> sessions_;
};

}  // namespace splitscope::real
