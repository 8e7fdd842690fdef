#include "engine/real/real_transport.hpp"

#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

// A client that is connected to a server of ours.
struct OurPair {
  real::Loop loop;
  Host server{loop, true};
  Host client{loop};

  OurPair() {
    client.peer->connect(server.listening_at());
    REQUIRE(
        run_until(loop, [this] { return !client.peer->log.empty() && !server.peer->log.empty(); }));
  }
};

// A client of ours that is connected to a raw socket.
struct RawPair {
  real::Loop loop;
  Host client{loop};
  RawSocket listener;
  std::unique_ptr<RawSocket> remote;

  RawPair() {
    client.peer->connect(listener.listen(5));
    REQUIRE(run_until(loop, [this] { return !client.peer->log.empty(); }));
    remote = std::make_unique<RawSocket>(listener.accept());
  }
  std::string last() const { return client.peer->log.back(); }
};

}  // namespace

TEST_CASE("frames of all sizes arrive whole and in order, both ways", "[real][transport]") {
  OurPair pair;
  CHECK(pair.client.peer->log == std::vector<std::string>{"connected"});
  CHECK(pair.server.peer->log == std::vector<std::string>{"accepted"});
  CHECK(pair.server.peer->accepted_from.address == Here);
  const std::vector<std::size_t> sizes{0, 1, 1000, 70'000, wire::FrameSizeMax - 16, 5};
  for (const std::size_t size : sizes) {
    const base::Message frame = pair.client.peer->frame(size);
    REQUIRE(
        run_until(pair.loop, [&] { return pair.client.peer->send(frame) == SendOutcome::Queued; }));
  }
  REQUIRE(run_until(pair.loop, [&] { return pair.server.peer->frames.size() == sizes.size(); }));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const base::Message expected = pair.client.peer->frame(sizes[i]);
    CHECK(pair.server.peer->frames[i].hash() == expected.hash());
  }
  CHECK(pair.server.peer->send(pair.server.peer->frame(3)) == SendOutcome::Queued);
  REQUIRE(run_until(pair.loop, [&] { return pair.client.peer->frames.size() == 1; }));
}

TEST_CASE("nobody listens: refused", "[real][transport]") {
  real::Loop loop;
  Host client(loop);
  base::Endpoint nobody;
  {
    RawSocket listener;
    nobody = listener.listen(1);
  }
  client.peer->connect(nobody);
  CHECK(client.peer->log.empty());
  REQUIRE(run_until(loop, [&client] { return !client.peer->log.empty(); }));
  CHECK(client.peer->log == std::vector<std::string>{"refused"});
  CHECK(client.peer->send(client.peer->frame(1)) == SendOutcome::Gone);
}

TEST_CASE("a full accept queue: timed out after the caller's limit", "[real][transport]") {
  real::Loop loop;
  Host client(loop);
  RawSocket listener;
  const base::Endpoint full = listener.listen(0);
  RawSocket taker;
  taker.connect(full);
  loop.run_for(5ms);
  const base::Instant since = loop.now();
  client.peer->connect(full, 80ms);
  REQUIRE(run_until(loop, [&client] { return !client.peer->log.empty(); }));
  CHECK(client.peer->log == std::vector<std::string>{"timed out"});
  CHECK(loop.now() - since >= 80ms);
}

TEST_CASE("the peer's process closes: closed, after what it sent", "[real][transport]") {
  OurPair pair;
  pair.server.peer->send(pair.server.peer->frame(100));
  pair.server.peer->environment().transport.close(pair.server.peer->connection);
  REQUIRE(run_until(pair.loop, [&] { return pair.client.peer->log.size() == 2; }));
  CHECK(pair.client.peer->log.back() == "closed");
  CHECK(pair.client.peer->frames.size() == 1);
  CHECK(pair.client.peer->send(pair.client.peer->frame(1)) == SendOutcome::Gone);
  // Who closes hears nothing more of it.
  CHECK(pair.server.peer->log == std::vector<std::string>{"accepted"});
}

TEST_CASE("the peer dies with data unread: reset, after what it sent", "[real][transport]") {
  RawPair pair;
  CHECK(pair.client.peer->send(pair.client.peer->frame(100)) == SendOutcome::Queued);
  pair.loop.run_for(5ms);
  pair.remote.reset();
  REQUIRE(run_until(pair.loop, [&] { return pair.client.peer->log.size() == 2; }));
  CHECK(pair.last() == "reset");
}

TEST_CASE("a reset that a send finds first is told all the same, once", "[real][transport]") {
  RawPair pair;
  CHECK(pair.client.peer->send(pair.client.peer->frame(100)) == SendOutcome::Queued);
  pair.loop.run_for(5ms);
  pair.remote.reset();
  // The kernel has the RST at once on loopback; the loop has not looked yet.
  CHECK(pair.client.peer->send(pair.client.peer->frame(100)) == SendOutcome::Gone);
  REQUIRE(run_until(pair.loop, [&] { return pair.client.peer->log.size() == 2; }));
  CHECK(pair.last() == "reset");
  pair.loop.run_for(5ms);
  CHECK(pair.client.peer->log.size() == 2);
}

TEST_CASE("bytes that are no frame: malformed, and the connection is gone", "[real][transport]") {
  real::Loop loop;
  Host server(loop, true);
  for (const std::string_view bytes :
       {std::string_view("HZC is how a Hazelcast member begins"),
        std::string_view("\0\0\0\x0f\0\1\0\1\0\0\0\0\0\0\0\0", 16),
        std::string_view("\0\x20\0\0\0\1\0\1\0\0\0\0\0\0\0\0", 16)}) {
    server.peer->log.clear();
    RawSocket stranger;
    stranger.connect(server.listening_at());
    REQUIRE(run_until(loop, [&server] { return !server.peer->log.empty(); }));
    REQUIRE(stranger.write(bytes));
    REQUIRE(run_until(loop, [&server] { return server.peer->log.size() == 2; }));
    CHECK(server.peer->log.back() == "malformed");
  }
}

TEST_CASE("a peer that does not read: congested, and writable once it does", "[real][transport]") {
  RawPair pair;
  const base::Message frame = pair.client.peer->frame(50'000);
  std::size_t taken = 0;
  while (pair.client.peer->send(frame) == SendOutcome::Queued) ++taken;
  REQUIRE(taken > 1);
  REQUIRE(taken < 1000);
  pair.loop.run_for(5ms);
  CHECK(pair.client.peer->send(frame) == SendOutcome::Congested);
  CHECK(pair.client.peer->log.size() == 1);
  std::size_t read = 0;
  REQUIRE(run_until(pair.loop, [&] {
    read += pair.remote->read_all();
    return pair.client.peer->log.size() == 2;
  }));
  CHECK(pair.last() == "writable");
  // Whole frames only, whatever the kernel took at first.
  REQUIRE(run_until(pair.loop, [&] {
    read += pair.remote->read_all();
    return read == taken * frame.size();
  }));
}

TEST_CASE("closing sends the rest of a frame first", "[real][transport]") {
  RawPair pair;
  const base::Message frame = pair.client.peer->frame(500'000);
  std::size_t taken = 0;
  while (pair.client.peer->send(frame) == SendOutcome::Queued) ++taken;
  pair.client.peer->environment().transport.close(pair.client.peer->connection);
  CHECK(pair.client.peer->send(frame) == SendOutcome::Gone);
  std::size_t read = 0;
  REQUIRE(run_until(pair.loop, [&] {
    read += pair.remote->read_all();
    return read == taken * frame.size();
  }));
  CHECK(pair.client.peer->log.size() == 1);
}

TEST_CASE("closed connections that cannot get rid of their rest are bounded", "[real][transport]") {
  real::Loop loop;
  Host client(loop);
  RawSocket listener;
  const base::Endpoint at = listener.listen(200);
  const base::Message frame = client.peer->frame(900'000);
  std::vector<std::unique_ptr<RawSocket>> remotes;
  for (std::size_t i = 0; i < real::RealTransport::LingeringCountMax + 1; ++i) {
    client.peer->log.clear();
    client.peer->connect(at);
    REQUIRE(run_until(loop, [&client] { return !client.peer->log.empty(); }));
    remotes.push_back(std::make_unique<RawSocket>(listener.accept()));
    while (client.peer->send(frame) == SendOutcome::Queued) continue;
    client.peer->environment().transport.close(client.peer->connection);
  }
  // The oldest was cut off in the middle of a frame, the next one is not.
  CHECK(run_until(loop, [&] {
    remotes[0]->read_all();
    return !remotes[0]->write("x");
  }));
  std::size_t read = 0;
  run_until(
      loop,
      [&] {
        read += remotes[1]->read_all();
        return read > 0 && read % frame.size() == 0;
      },
      2s);
  CHECK(read > 0);
  CHECK(read % frame.size() == 0);
}

TEST_CASE("a port in use is an error that names it", "[real][transport]") {
  real::Loop loop;
  Host first(loop, true);
  Host second(loop);
  auto result =
      second.peer->environment().transport.listen(first.listening_at().port, 10, *second.peer);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message ==
        "port " + std::to_string(first.listening_at().port) + " is in use on 127.0.0.1");
}

TEST_CASE("a killed process's listener can be opened again at once", "[real][transport]") {
  OurPair pair;
  const std::uint16_t port = pair.server.listening_at().port;
  pair.server.process.kill();
  REQUIRE(run_until(pair.loop, [&] { return pair.client.peer->log.size() == 2; }));
  CHECK(pair.client.peer->log.back() == "closed");
  Host again(pair.loop);
  CHECK(again.peer->environment().transport.listen(port, 10, *again.peer).has_value());
}

TEST_CASE("a connection comes from the process's own address", "[real][transport]") {
  real::Loop loop;
  Host server(loop, true);
  Host client(loop, false, base::ipv4(127, 0, 0, 7));
  client.peer->connect(server.listening_at());
  REQUIRE(run_until(loop, [&server] { return !server.peer->log.empty(); }));
  CHECK(server.peer->accepted_from.address == base::ipv4(127, 0, 0, 7));
}

TEST_CASE("each frame of a burst is an event of its own, and an exit ends the burst",
          "[real][transport]") {
  OurPair pair;
  for (int i = 0; i < 10; ++i) pair.client.peer->send(pair.client.peer->frame(10));
  std::vector<base::Instant> at;
  pair.server.peer->on_frame = [&](const base::Message&) {
    at.push_back(pair.loop.now());
    if (at.size() == 4) pair.server.peer->shut_down();
  };
  REQUIRE(run_until(pair.loop, [&] { return pair.server.process.is_over(); }));
  CHECK(at.size() == 4);
  CHECK(std::is_sorted(at.begin(), at.end()));
  CHECK(pair.server.process.exit() == env::ProgramHost::Exit::Graceful);
}

}  // namespace splitscope::tests
