// Members on real sockets of this machine's loopback, all in one loop.
#include "scenarios/node/member_process.hpp"

#include <algorithm>
#include <filesystem>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <sys/un.h>

#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using scenarios::MemberProcess;
using scenarios::MemberProcessOptions;
using scenarios::MemberReport;

class Lines final : public scenarios::LogSink {
 public:
  void on_log(std::string_view text) override { lines.emplace_back(text); }
  bool has(std::string_view part) const {
    return std::ranges::any_of(
        lines, [part](const std::string& line) { return line.find(part) != std::string::npos; });
  }
  std::vector<std::string> lines;
};

// Members 127.0.0.1, .2, ... on ports of their own test.
class Members {
 public:
  Members(std::uint16_t port, schemes::SchemeKind scheme) : port_(port) {
    config_.scheme = scheme;
    config_.cluster_name = "members-" + std::to_string(port);
    config_.port = port;
    config_.port_auto_increment = false;
    config_.multicast.group.port = port;
    config_.wka.members.clear();
    for (int i = 1; i <= 3; ++i) {
      config_.wka.members.push_back({"127.0.0." + std::to_string(i) + ":" + std::to_string(port)});
    }
    config_.properties = {{"hazelcast.wait.seconds.before.join", "0"},
                          {"hazelcast.max.wait.seconds.before.join", "0"},
                          {"hazelcast.merge.first.run.delay.seconds", "2"},
                          {"hazelcast.merge.next.run.delay.seconds", "2"}};
    std::string name = (fs::temp_directory_path() / "splitscope-members-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Members() {
    members_.clear();
    fs::remove_all(folder_);
  }
  void start(std::uint8_t number, std::string_view join_secret = {}) {
    MemberProcessOptions options;
    options.config = config_;
    options.process.node = base::NodeId{number - 1u};
    options.process.seed = 100u + port_ + number;
    options.process.addresses = {base::ipv4(127, 0, 0, number)};
    options.control_path = control_path(number);
    options.allow_faults = true;
    if (!join_secret.empty()) options.join_secret = *auth::JoinSecret::from_text(join_secret);
    members_.erase(number);
    auto process = MemberProcess::create(loop, options, log);
    if (!process.has_value()) FAIL(process.error().message);
    members_[number] = std::move(*process);
    members_[number]->start();
  }
  void start_three() {
    start(1);
    start(2);
    start(3);
  }
  MemberProcess& at(std::uint8_t number) { return *members_.at(number); }
  std::string control_path(std::uint8_t number) const {
    return folder_ + "/" + std::to_string(number);
  }
  // All of them believe in the same list, of exactly these.
  bool agree(const std::vector<std::uint8_t>& numbers) {
    const auto first = at(numbers.front()).report();
    if (!first.has_value() || !first->joined || first->view.size() != numbers.size()) return false;
    return std::ranges::all_of(numbers, [&](std::uint8_t number) {
      const auto report = at(number).report();
      const base::Endpoint own{base::ipv4(127, 0, 0, number), port_};
      return report.has_value() && report->view == first->view &&
             report->view_version == first->view_version &&
             std::ranges::any_of(report->view, [own](const MemberReport::Entry& entry) {
               return entry.endpoint == own;
             });
    });
  }
  bool wait_until_agreed(const std::vector<std::uint8_t>& numbers, base::Duration limit = 30s) {
    return run_until(loop, [&] { return agree(numbers); }, limit);
  }

  real::Loop loop;
  Lines log;

 private:
  std::uint16_t port_;
  schemes::ClusterConfig config_;
  std::string folder_;
  std::map<std::uint8_t, std::unique_ptr<MemberProcess>> members_;
};

// A client of a control socket.
class Client {
 public:
  Client(real::Loop& loop, const std::string& path)
      : loop_(loop), socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    REQUIRE(socket_.connect_unix(path));
  }
  json::object ask(const std::string& request) {
    REQUIRE(socket_.write(request + "\n"));
    return json::parse(line()).get_object();
  }
  std::string line() {
    REQUIRE(run_until(loop_, [this] {
      text_ += socket_.read_text();
      return text_.find('\n') != std::string::npos;
    }));
    const std::size_t end = text_.find('\n');
    const std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

 private:
  real::Loop& loop_;
  RawSocket socket_;
  std::string text_;
};

}  // namespace

TEST_CASE("three members form one view, drop a killed one, and let one leave", "[node][story]") {
  Members members(15'701, schemes::SchemeKind::Wka);
  members.start_three();
  REQUIRE(members.wait_until_agreed({1, 2, 3}));
  CHECK(members.log.has("Members {size:3, ver:"));
  members.at(3).kill();
  REQUIRE(members.wait_until_agreed({1, 2}));
  members.at(1).shut_down();
  REQUIRE(members.wait_until_agreed({2}));
  REQUIRE(run_until(members.loop, [&members] { return members.at(1).is_over(); }));
  CHECK(members.at(1).exit_code() == 0);
  members.start(3);
  REQUIRE(members.wait_until_agreed({2, 3}));
}

TEST_CASE("members find each other by multicast", "[node][story]") {
  Members members(15'711, schemes::SchemeKind::Multicast);
  members.start_three();
  REQUIRE(members.wait_until_agreed({1, 2, 3}));
}

TEST_CASE("with a join secret only members that know it are let in", "[node][secret]") {
  Members members(15'741, schemes::SchemeKind::Wka);
  members.start(1, "opensesame");
  members.start(2, "opensesame");
  REQUIRE(members.wait_until_agreed({1, 2}));
  members.start(3, "barley");
  // Alone it founds a cluster of its own, and tries to merge; the others never hear of it.
  REQUIRE(members.wait_until_agreed({3}));
  members.loop.run_for(5s);
  CHECK(members.agree({1, 2}));
  CHECK(members.agree({3}));
  CHECK(members.log.has("message_malformed"));
  members.start(3, "opensesame");
  REQUIRE(members.wait_until_agreed({1, 2, 3}));
}

TEST_CASE("the control socket answers, and streams facts from the first on", "[node][control]") {
  Members members(15'721, schemes::SchemeKind::Wka);
  members.start(1);
  members.start(2);
  REQUIRE(members.wait_until_agreed({1, 2}));
  Client client(members.loop, members.control_path(1));
  const json::object status = client.ask(R"({"command": "status"})");
  CHECK(status.at("ok").as_bool());
  CHECK(status.at("joined").as_bool());
  CHECK(status.at("endpoint").as_string() == "127.0.0.1:15721");
  CHECK(client.ask(R"({"command": "view"})").at("members").as_array().size() == 2);
  CHECK_FALSE(client.ask("nonsense").at("ok").as_bool());
  const json::object begun = client.ask(R"({"command": "facts", "from": 1})");
  CHECK(begun.at("missed").as_int64() == 0);
  const auto first = scenarios::parse_stream_line(client.line());
  REQUIRE(first.has_value());
  REQUIRE(first->fact.has_value());
  CHECK(first->fact->kind == base::EventKind::ProcessStarted);
  CHECK(first->fact->sequence == 1);
  // What follows the facts that were there is the state of now.
  std::uint64_t last_sequence = 1;
  std::optional<MemberReport> state;
  while (!state.has_value()) {
    const auto line = scenarios::parse_stream_line(client.line());
    REQUIRE(line.has_value());
    if (line->fact.has_value()) CHECK(line->fact->sequence == ++last_sequence);
    state = line->state;
  }
  CHECK(state->view.size() == 2);
  members.at(2).kill();
  REQUIRE(members.wait_until_agreed({1}));
  do {
    const auto line = scenarios::parse_stream_line(client.line());
    REQUIRE(line.has_value());
    state = line->state;
  } while (!state.has_value() || state->view.size() != 1);
  CHECK(client.ask(R"({"command": "shutdown"})").at("ok").as_bool());
  REQUIRE(run_until(members.loop, [&members] { return members.at(1).is_over(); }));
}

TEST_CASE("a rule on messages keeps a member out until it is removed", "[node][control]") {
  Members members(15'731, schemes::SchemeKind::Wka);
  members.start(1);
  REQUIRE(members.wait_until_agreed({1}));
  Client client(members.loop, members.control_path(1));
  CHECK(client
            .ask(R"({"command": "rule", "id": 1, "kind": "drop", "type": "JoinRequest",)"
                 R"( "from": ["127.0.0.2"]})")
            .at("ok")
            .as_bool());
  members.start(2);
  REQUIRE(run_until(members.loop, [&client] {
    const json::object rules = client.ask(R"({"command": "rules"})");
    return rules.at("rules").as_array().at(0).at("touched").as_int64() > 1;
  }));
  CHECK(members.at(1).report()->view.size() == 1);
  const json::object removed = client.ask(R"({"command": "unrule", "id": 1})");
  CHECK(removed.at("touched").as_int64() > 1);
  CHECK_FALSE(client.ask(R"({"command": "unrule", "id": 1})").at("ok").as_bool());
  REQUIRE(members.wait_until_agreed({1, 2}));
  const json::object stepped = client.ask(R"({"command": "clock", "step_ns": 3600000000000})");
  CHECK(stepped.at("wall_offset_ns").as_int64() == 3'600'000'000'000);
}

}  // namespace splitscope::tests
