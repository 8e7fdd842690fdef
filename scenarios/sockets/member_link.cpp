#include "scenarios/sockets/member_link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/un.h>

namespace splitscope::scenarios {
namespace {

constexpr std::array<std::string_view, 3> StreamBegins{"{\"fact\"", "{\"state\"", "{\"message\""};

}  // namespace

bool MemberLink::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  lab::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  socket_ = std::move(socket);
  inbox_.clear();
  outbox_.clear();
  asked_.clear();
  return true;
}

bool MemberLink::ask(const Asked& asked, std::string_view request) {
  if (!is_open() || outbox_.size() + request.size() > OutboxBytesMax) return false;
  asked_.push_back(asked);
  outbox_.append(request);
  outbox_.push_back('\n');
  flush();
  return is_open();
}

void MemberLink::flush() {
  while (is_open() && !outbox_.empty()) {
    const ssize_t sent = ::send(socket_.get(), outbox_.data(), outbox_.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      outbox_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      if (errno != EAGAIN) socket_.reset();
      return;
    }
  }
}

std::vector<MemberLink::Line> MemberLink::read() {
  std::vector<Line> lines;
  std::array<char, 65'536> bytes{};
  while (is_open()) {
    const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (size > 0) {
      inbox_.append(bytes.data(), static_cast<std::size_t>(size));
      take_lines(lines);
      if (inbox_.size() > LineBytesMax) socket_.reset();
    } else if (size == 0 || (errno != EINTR && errno != EAGAIN)) {
      socket_.reset();
    } else if (errno == EAGAIN) {
      break;
    }
  }
  return lines;
}

void MemberLink::take_lines(std::vector<Line>& lines) {
  std::size_t begin = 0;
  for (std::size_t end = inbox_.find('\n'); end != std::string::npos;
       begin = end + 1, end = inbox_.find('\n', begin)) {
    Line line;
    line.text = inbox_.substr(begin, end - begin);
    // What the stream tells begins with its kind; all else answers the oldest request.
    line.is_answer = std::ranges::none_of(
        StreamBegins, [&line](std::string_view kind) { return line.text.starts_with(kind); });
    if (line.is_answer && !asked_.empty()) {
      line.asked = asked_.front();
      asked_.pop_front();
    }
    lines.push_back(std::move(line));
  }
  inbox_.erase(0, begin);
}

}  // namespace splitscope::scenarios
