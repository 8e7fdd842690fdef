// Members as processes: started, asked, terminated and killed as an operator would.
#include <csignal>
#include <memory>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/program_run.hpp"

namespace splitscope::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int PatienceMs = 30'000;

// A client of a node's control socket. Blocks, at most for the patience.
class Control {
 public:
  explicit Control(const fs::path& path) : descriptor_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    // The program may not have got as far as opening it.
    for (int i = 0; i < PatienceMs / 10; ++i) {
      if (connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return;
      poll(nullptr, 0, 10);
    }
    FAIL("no control socket at " << path);
  }
  ~Control() { ::close(descriptor_); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  json::object ask(const std::string& request) {
    const std::string line = request + "\n";
    REQUIRE(::send(descriptor_, line.data(), line.size(), MSG_NOSIGNAL) == std::ssize(line));
    return read_line();
  }
  json::object read_line() {
    for (;;) {
      if (const std::size_t end = text_.find('\n'); end != std::string::npos) {
        const json::object line = json::parse(text_.substr(0, end)).get_object();
        text_.erase(0, end + 1);
        return line;
      }
      pollfd wait{descriptor_, POLLIN, 0};
      REQUIRE(poll(&wait, 1, PatienceMs) == 1);
      char bytes[4096];
      const ssize_t count = recv(descriptor_, bytes, sizeof(bytes), 0);
      REQUIRE(count > 0);
      text_.append(bytes, static_cast<std::size_t>(count));
    }
  }
  // Reads the stream until the member's list has that many members.
  void wait_for_view(std::size_t size) {
    for (;;) {
      const json::object line = read_line();
      const json::value* state = line.if_contains("state");
      if (state != nullptr && state->at("view").as_array().size() == size) return;
    }
  }

 private:
  int descriptor_;
  std::string text_;
};

class Nodes {
 public:
  Nodes() {
    folder_.write("hazelcast.yaml",
                  "hazelcast:\n  cluster-name: processes\n  network:\n"
                  "    port: { port: 15801, auto-increment: false }\n    join:\n"
                  "      multicast: { enabled: false }\n      tcp-ip:\n        enabled: true\n"
                  "        member-list: [ \"127.0.0.1:15801\", \"127.0.0.2:15801\","
                  " \"127.0.0.3:15801\" ]\n");
    for (int i = 1; i <= 3; ++i) start(i);
    for (int i = 1; i <= 3; ++i) {
      controls_.push_back(std::make_unique<Control>(folder_.path() / ("c" + std::to_string(i))));
      CHECK(controls_.back()->ask(R"({"command": "facts"})").at("ok").as_bool());
    }
  }
  StartedProgram& node(std::size_t number) { return *programs_[number - 1]; }
  Control& control(std::size_t number) { return *controls_[number - 1]; }
  const ScratchFolder& folder() const { return folder_; }

 private:
  void start(int number) {
    const std::string text = std::to_string(number);
    programs_.push_back(std::make_unique<StartedProgram>(
        folder_.path(),
        std::vector<std::string>{"node", "--config", "hazelcast.yaml", "--node", text, "--control",
                                 "c" + text, "--trace", "t" + text + ".trace", "--property",
                                 "hazelcast.wait.seconds.before.join=0"}));
  }
  ScratchFolder folder_;
  std::vector<std::unique_ptr<StartedProgram>> programs_;
  std::vector<std::unique_ptr<Control>> controls_;
};

}  // namespace

TEST_CASE("three processes form one view, drop one that is killed, and let one leave",
          "[cli][node]") {
  Nodes nodes;
  for (std::size_t i = 1; i <= 3; ++i) nodes.control(i).wait_for_view(3);
  nodes.node(3).signal(SIGKILL);
  nodes.node(3).wait();
  for (std::size_t i = 1; i <= 2; ++i) nodes.control(i).wait_for_view(2);
  nodes.node(1).signal(SIGTERM);
  const ProgramRun left = nodes.node(1).wait();
  CHECK(left.exit_code == 0);
  CHECK_THAT(left.out, Catch::Contains("never joins a real Hazelcast cluster"));
  CHECK_THAT(left.out, Catch::Contains("Members {size:3, ver:"));
  CHECK_FALSE(fs::exists(nodes.folder().path() / "c1"));
  nodes.control(2).wait_for_view(1);
  CHECK(nodes.control(2).ask(R"({"command": "shutdown"})").at("ok").as_bool());
  CHECK(nodes.node(2).wait().exit_code == 0);
  // A killed member's trace is readable too.
  for (const char* trace : {"t1.trace", "t3.trace"}) {
    const ProgramRun read = run_program(nodes.folder().path(), {"trace", trace});
    CHECK(read.exit_code == 0);
    CHECK_THAT(read.out, Catch::Contains("process_started"));
  }
}

TEST_CASE("a node that cannot run says why and returns 2", "[cli][node]") {
  const ScratchFolder folder;
  const auto error_of = [&folder](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "node");
    const ProgramRun run = run_program(folder.path(), std::move(arguments));
    CHECK(run.exit_code == 2);
    return run.err;
  };
  CHECK_THAT(error_of({}), Catch::Contains("say --node N (of the list) or --bind ADDRESS"));
  CHECK_THAT(error_of({"--scheme", "aws"}), Catch::Contains("--scheme"));
  CHECK_THAT(error_of({"--config", "missing.toml"}), Catch::Contains("missing.toml"));
  CHECK_THAT(error_of({"--bind", "127.0.0.1", "--trace", "no/such/t.trace"}),
             Catch::Contains("no/such/t.trace"));
  CHECK_THAT(error_of({"--bind", "127.0.0.1", "--control", "no/such/socket"}),
             Catch::Contains("no/such/socket"));
  CHECK_THAT(error_of({"--bind", "127.0.0.1", "--metrics", "9101"}),
             Catch::Contains("--metrics 9101"));
}

TEST_CASE("a full disk under the trace ends the member with 2", "[cli][node]") {
  const ScratchFolder folder;
  StartedProgram node(folder.path(), {"node", "--bind", "127.0.0.9:15811", "--trace", "/dev/full"});
  const ProgramRun run = node.wait();
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.out, Catch::Contains("the trace cannot be written"));
}

}  // namespace splitscope::tests
