// Real sockets and processes for the tests of the lab.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "engine/lab/lab.hpp"
#include "tests/support/namespaces.hpp"

namespace splitscope::lab::test {

// Records and runs of one test, apart from everybody else's.
class TemporaryFolders {
 public:
  TemporaryFolders() {
    std::string name = (std::filesystem::temp_directory_path() / "lab-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~TemporaryFolders() { std::filesystem::remove_all(root_); }
  TemporaryFolders(const TemporaryFolders&) = delete;
  TemporaryFolders& operator=(const TemporaryFolders&) = delete;

  std::filesystem::path records() const { return root_ / "records"; }
  LabOptions options(std::uint64_t seed = 1) const { return {seed, records(), root_}; }

 private:
  std::filesystem::path root_;
};

// A lab with one subnet of `count` hosts, all on: 10.77.0.11 and up.
inline std::unique_ptr<Lab> open_lab(const TemporaryFolders& folders, std::uint32_t count,
                                     const net::LinkModel& link = {}) {
  auto lab = Lab::open(folders.options());
  REQUIRE(lab.has_value());
  (*lab)->network().with_topology(
      [&link](net::Topology& topology) { topology.add_subnet({"lan", true, link}); });
  for (std::uint32_t i = 0; i < count; ++i) {
    const net::HostId host = (*lab)->add_host(0, base::Ipv4{base::ipv4(10, 77, 0, 11).value + i});
    REQUIRE((*lab)->power_on(host).has_value());
  }
  return std::move(*lab);
}

inline sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(base::ipv4(10, 77, 0, 11).value + host);
  return address;
}

// A socket that lives in the host's namespace, bound to `port` of it.
inline FileDescriptor socket_on(Lab& lab, std::uint32_t host, int type, std::uint16_t port = 0) {
  int made = -1;
  std::jthread([&] {
    if (::setns(lab.network_of(net::HostId{host}), CLONE_NEWNET) != 0) return;
    made = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  }).join();
  REQUIRE(made >= 0);
  const timeval patience{3, 0};
  ::setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (port != 0) {
    const sockaddr_in here = address_of(host, port);
    REQUIRE(::bind(made, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0);
  }
  return FileDescriptor(made);
}

inline bool connects(const FileDescriptor& socket, std::uint32_t host, std::uint16_t port) {
  const sockaddr_in there = address_of(host, port);
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

inline bool readable_within(int descriptor, std::chrono::milliseconds time) {
  pollfd wait{descriptor, POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(time.count())) == 1;
}

inline bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return condition();
}

}  // namespace splitscope::lab::test
