#include "engine/real/signal_watch.hpp"

#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace splitscope::real {

class SignalWatch::State final : public std::enable_shared_from_this<State> {
 public:
  State(Loop& loop, base::Callback callback, base::Callback on_hangup)
      : on_signal(callback),
        loop_(loop),
        on_hangup_(on_hangup),
        signals_(loop.context(), SIGTERM, SIGINT) {
    boost::system::error_code ignored;
    if (on_hangup_) signals_.add(SIGHUP, ignored);
  }

  void wait() {
    signals_.async_wait([self = shared_from_this()](boost::system::error_code error, int number) {
      if (error || !self->on_signal) return;
      self->loop_.begin_event();
      number == SIGHUP ? self->on_hangup_() : self->on_signal();
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
  base::Callback on_hangup_;
  boost::asio::signal_set signals_;
};

SignalWatch::SignalWatch(Loop& loop, base::Callback on_signal, base::Callback on_hangup)
    : state_(std::make_shared<State>(loop, on_signal, on_hangup)) {
  state_->wait();
}

SignalWatch::~SignalWatch() {
  state_->cancel();
}

}  // namespace splitscope::real
