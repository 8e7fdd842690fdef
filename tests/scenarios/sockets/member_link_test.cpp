#include "scenarios/sockets/member_link.hpp"

#include <filesystem>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>

namespace splitscope::scenarios {
namespace {

// A member's end, played by hand.
class PlayedMember {
 public:
  PlayedMember() {
    std::string name = (std::filesystem::temp_directory_path() / "link-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = lab::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 1) == 0);
  }
  ~PlayedMember() { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "s").string(); }
  void accept() {
    socket_ = lab::FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  void say(std::string_view text) const {
    REQUIRE(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }
  void hang_up() { socket_.reset(); }

 private:
  std::filesystem::path folder_;
  lab::FileDescriptor listener_;
  lab::FileDescriptor socket_;
};

}  // namespace

TEST_CASE("link: answers belong to their requests, whatever the stream says between",
          "[scenarios][sockets]") {
  PlayedMember member;
  MemberLink link;
  CHECK_FALSE(link.connect(member.path() + "-nobody"));
  REQUIRE(link.connect(member.path()));
  member.accept();
  CHECK(link.ask({"rule", 7}, "{}"));
  CHECK(link.ask({"clock", 0}, "{}"));
  CHECK(link.unanswered() == 2);
  member.say("{\"fact\":{}}\n{\"ok\":true}\n{\"state\":{}}\n{\"message\":{}}\n{\"ok\"");
  auto lines = link.read();
  REQUIRE(lines.size() == 4);
  CHECK_FALSE(lines[3].is_answer);
  CHECK_FALSE(lines[0].is_answer);
  CHECK(lines[1].is_answer);
  CHECK(lines[1].asked.command == "rule");
  CHECK(lines[1].asked.id == 7);
  CHECK_FALSE(lines[2].is_answer);
  member.say(":false}\n");
  lines = link.read();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].asked.command == "clock");
  CHECK(link.unanswered() == 0);
}

TEST_CASE("link: it closes when the member does, and refuses what a deaf member would not read",
          "[scenarios][sockets]") {
  PlayedMember member;
  MemberLink link;
  REQUIRE(link.connect(member.path()));
  member.accept();
  const std::string request(60'000, ' ');
  bool taken = true;
  for (int i = 0; i < 100 && taken; ++i) taken = link.ask({"status", 0}, request);
  CHECK_FALSE(taken);
  CHECK(link.has_outbox());
  member.hang_up();
  link.read();
  CHECK_FALSE(link.is_open());
}

}  // namespace splitscope::scenarios
