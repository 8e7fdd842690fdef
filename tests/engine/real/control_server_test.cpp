#include "engine/real/control_server.hpp"

#include <csignal>
#include <filesystem>

#include "engine/real/signal_watch.hpp"
#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

namespace fs = std::filesystem;

// Answers with what it was asked; "push" pushes two lines too.
class Echo final : public real::ControlHandler {
 public:
  std::string on_request(real::ControlClient client, std::string_view line) override {
    clients.push_back(client);
    if (line == "push") {
      server->push(client, "pushed 1");
      server->push(client, "pushed 2");
    }
    return "answer to " + std::string(line);
  }
  void on_client_gone(real::ControlClient client) override { gone.push_back(client); }
  real::ControlServer* server = nullptr;
  std::vector<real::ControlClient> clients;
  std::vector<real::ControlClient> gone;
};

struct Control {
  Control() {
    path = (fs::temp_directory_path() / "splitscope-control-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    folder = path;
    path += "/socket";
    open();
  }
  ~Control() {
    server.reset();
    fs::remove_all(folder);
  }
  void open() {
    auto opened = real::ControlServer::open(loop, path, echo);
    REQUIRE(opened.has_value());
    server = std::move(*opened);
    echo.server = server.get();
  }
  std::unique_ptr<RawSocket> client() {
    auto client = std::make_unique<RawSocket>(socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(client->connect_unix(path));
    return client;
  }
  // What the client got once it has `lines` lines.
  std::string read(RawSocket& from, std::ptrdiff_t lines) {
    std::string text;
    CHECK(run_until(loop, [&] {
      text += from.read_text();
      return std::count(text.begin(), text.end(), '\n') >= lines;
    }));
    return text;
  }

  real::Loop loop;
  Echo echo;
  std::string folder;
  std::string path;
  std::unique_ptr<real::ControlServer> server;
};

}  // namespace

TEST_CASE("requests are answered in order, and what they push comes after the answer",
          "[real][control]") {
  Control control;
  const auto client = control.client();
  REQUIRE(client->write("one\ntw"));
  CHECK(control.read(*client, 1) == "answer to one\n");
  REQUIRE(client->write("o\npush\n"));
  CHECK(control.read(*client, 4) == "answer to two\nanswer to push\npushed 1\npushed 2\n");
}

TEST_CASE("a client that goes is told of; one that floods is cut off", "[real][control]") {
  Control control;
  {
    const auto client = control.client();
    REQUIRE(client->write("x\n"));
    control.read(*client, 1);
  }
  REQUIRE(run_until(control.loop, [&control] { return control.echo.gone.size() == 1; }));
  const auto flooder = control.client();
  const std::string part(60'000, 'x');
  REQUIRE(run_until(control.loop, [&] {
    flooder->write(part);
    return control.echo.gone.size() == 2;
  }));
}

TEST_CASE("a client that does not read is cut off at the limit, not before", "[real][control]") {
  Control control;
  const auto client = control.client();
  REQUIRE(client->write("x\n"));
  REQUIRE(run_until(control.loop, [&control] { return !control.echo.clients.empty(); }));
  const std::string line(std::size_t{1} << 20, 'y');
  for (std::size_t i = 0; i < real::ControlServer::OutboxBytesMax >> 20; ++i) {
    control.server->push(control.echo.clients.back(), line);
  }
  control.loop.run_for(2ms);
  CHECK(control.echo.gone.empty());
  control.server->push(control.echo.clients.back(), line);
  control.server->push(control.echo.clients.back(), line);
  CHECK(control.echo.gone.empty());
  CHECK(run_until(control.loop, [&control] { return control.echo.gone.size() == 1; }));
}

TEST_CASE("clients beyond the limit are closed", "[real][control]") {
  Control control;
  std::vector<std::unique_ptr<RawSocket>> clients;
  for (std::size_t i = 0; i < real::ControlServer::ClientCountMax; ++i) {
    clients.push_back(control.client());
  }
  control.loop.run_for(5ms);
  const auto one_more = control.client();
  REQUIRE(run_until(control.loop, [&] { return !one_more->write("x\n"); }));
  REQUIRE(clients.back()->write("x\n"));
  CHECK(control.read(*clients.back(), 1) == "answer to x\n");
}

TEST_CASE("a path in use is refused, one left behind is taken over", "[real][control]") {
  Control control;
  CHECK_FALSE(real::ControlServer::open(control.loop, control.path, control.echo).has_value());
  CHECK_FALSE(real::ControlServer::open(control.loop, "", control.echo).has_value());
  CHECK_FALSE(
      real::ControlServer::open(control.loop, std::string(200, 'p'), control.echo).has_value());
  const std::string kept = control.path + ".kept";
  fs::rename(control.path, kept);
  control.server.reset();
  CHECK(fs::exists(kept));
  fs::rename(kept, control.path);
  control.open();
  const auto client = control.client();
  REQUIRE(client->write("x\n"));
  CHECK(control.read(*client, 1) == "answer to x\n");
  control.server.reset();
  CHECK_FALSE(fs::exists(control.path));
}

TEST_CASE("SIGTERM is an event of the loop", "[real][control]") {
  struct Counter {
    void on_signal() { ++count; }
    int count = 0;
  } counter;
  real::Loop loop;
  {
    const real::SignalWatch watch(loop, base::Callback::to<&Counter::on_signal>(counter));
    raise(SIGTERM);
    CHECK(counter.count == 0);
    REQUIRE(run_until(loop, [&counter] { return counter.count == 1; }));
    raise(SIGTERM);
    REQUIRE(run_until(loop, [&counter] { return counter.count == 2; }));
  }
  loop.run_for(2ms);
}

}  // namespace splitscope::tests
