// A runner's end of one member's control socket (docs/node.md): requests out, lines in. Never
// blocks.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lab/file_descriptor.hpp"

namespace splitscope::scenarios {

class MemberLink {
 public:
  static constexpr std::size_t LineBytesMax = std::size_t{16} << 20;
  static constexpr std::size_t OutboxBytesMax = std::size_t{1} << 20;

  // What a request was for, so that its answer is understood.
  struct Asked {
    std::string command;
    std::uint64_t id = 0;  // of a rule
  };
  struct Line {
    std::string text;
    bool is_answer = false;
    Asked asked;  // of an answer
  };

  // False while nobody listens at the path.
  bool connect(const std::string& path);
  bool is_open() const { return socket_.is_open(); }
  int descriptor() const { return socket_.get(); }
  // Wants to be told when it can be written to.
  bool has_outbox() const { return !outbox_.empty(); }
  // False if the member does not read its socket, or is gone.
  bool ask(const Asked& asked, std::string_view request);
  void flush();
  // The lines that have come. Closes when the member has, or has sent nonsense.
  std::vector<Line> read();
  // Requests that were not answered yet.
  std::size_t unanswered() const { return asked_.size(); }

 private:
  void take_lines(std::vector<Line>& lines);

  lab::FileDescriptor socket_;
  std::string inbox_;
  std::string outbox_;
  std::deque<Asked> asked_;
};

}  // namespace splitscope::scenarios
