#include "engine/real/signal_watch.hpp"

#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace splitscope::real {

class SignalWatch::State final : public std::enable_shared_from_this<State> {
 public:
  State(Loop& loop, base::Callback callback)
      : on_signal(callback), loop_(loop), signals_(loop.context(), SIGTERM, SIGINT) {}

  void wait() {
    signals_.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
      if (error || !self->on_signal) return;
      self->loop_.begin_event();
      self->on_signal();
      self->wait();
    });
  }
  void cancel() {
    on_signal = {};
    boost::system::error_code ignored;
    signals_.cancel(ignored);
  }
  base::Callback on_signal;  // empty once the watch is gone

 private:
  Loop& loop_;
  boost::asio::signal_set signals_;
};

SignalWatch::SignalWatch(Loop& loop, base::Callback on_signal)
    : state_(std::make_shared<State>(loop, on_signal)) {
  state_->wait();
}

SignalWatch::~SignalWatch() {
  state_->cancel();
}

}  // namespace splitscope::real
