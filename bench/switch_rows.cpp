#include "bench/switch_rows.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include "bench/measure.hpp"
#include "engine/lab/lab.hpp"

namespace splitscope::bench {
namespace {

using lab::FileDescriptor;

constexpr std::uint16_t SwitchPort = 5701;
constexpr base::Duration LinkDelay = std::chrono::microseconds{500};

sockaddr_in address_of(std::uint32_t host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(SwitchPort);
  address.sin_addr.s_addr = htonl(base::ipv4(10, 77, 0, 11).value + host);
  return address;
}

// Two hosts on a link without delay, each with a bound UDP socket.
struct Pair {
  std::filesystem::path folder;
  std::unique_ptr<lab::Lab> lab;
  FileDescriptor sockets[2];

  ~Pair() {
    lab.reset();
    std::filesystem::remove_all(folder);
  }
};

FileDescriptor socket_on(lab::Lab& lab, std::uint32_t host) {
  int made = -1;
  std::jthread([&] {
    if (::setns(lab.network_of(net::HostId{host}), CLONE_NEWNET) != 0) return;
    made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  }).join();
  const sockaddr_in here = address_of(host);
  ::bind(made, reinterpret_cast<const sockaddr*>(&here), sizeof here);
  const int room = 1 << 20;
  ::setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  return FileDescriptor(made);
}

bool set_up(Pair& pair, base::Duration delay) {
  std::string name = (std::filesystem::temp_directory_path() / "bench-lab-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return false;
  pair.folder = name;
  auto opened = lab::Lab::open({1, pair.folder / "records", pair.folder});
  if (!opened.has_value()) return false;
  pair.lab = std::move(*opened);
  pair.lab->network().with_topology([delay](net::Topology& topology) {
    topology.add_subnet({"lan", true, {.delay_min = delay, .delay_max = delay}});
  });
  for (std::uint32_t i = 0; i < 2; ++i) {
    const net::HostId host = pair.lab->add_host(0, base::Ipv4{base::ipv4(10, 77, 0, 11).value + i});
    if (const auto on = pair.lab->power_on(host); !on.has_value()) {
      std::fprintf(stderr, "switch rows are left out: %s\n", on.error().message.c_str());
      return false;
    }
    pair.sockets[i] = socket_on(*pair.lab, i);
  }
  return true;
}

void send_to(const FileDescriptor& socket, std::uint32_t host, const char* bytes,
             std::size_t size) {
  const sockaddr_in there = address_of(host);
  ::sendto(socket.get(), bytes, size, 0, reinterpret_cast<const sockaddr*>(&there), sizeof there);
}

}  // namespace

std::optional<double> switch_frames_per_second(double seconds) {
  Pair pair;
  if (!set_up(pair, {})) return std::nullopt;
  std::atomic<bool> ending = false;
  std::jthread sender([&] {
    const char payload[512]{};
    while (!ending) send_to(pair.sockets[0], 1, payload, sizeof payload);
  });
  char buffer[2048];
  const double start = wall_seconds();
  const std::uint64_t before = pair.lab->network().counters().delivered;
  while (wall_seconds() - start < seconds) {
    ::recv(pair.sockets[1].get(), buffer, sizeof buffer, MSG_DONTWAIT);
  }
  const std::uint64_t after = pair.lab->network().counters().delivered;
  const double took = wall_seconds() - start;
  ending = true;
  return static_cast<double>(after - before) / took;
}

std::optional<SwitchLatency> switch_latency(std::uint32_t datagrams) {
  Pair pair;
  if (!set_up(pair, LinkDelay)) return std::nullopt;
  std::vector<double> times;
  char buffer[2048];
  for (std::uint32_t i = 0; i < datagrams; ++i) {
    const double start = wall_seconds();
    send_to(pair.sockets[0], 1, "x", 1);
    pollfd wait{pair.sockets[1].get(), POLLIN, 0};
    if (::poll(&wait, 1, 1000) != 1) continue;
    ::recv(pair.sockets[1].get(), buffer, sizeof buffer, MSG_DONTWAIT);
    times.push_back((wall_seconds() - start) * 1e6 - static_cast<double>(LinkDelay.count()) / 1e3);
  }
  if (times.empty()) return std::nullopt;
  std::ranges::sort(times);
  return SwitchLatency{times[times.size() / 2], times[times.size() * 99 / 100]};
}

}  // namespace splitscope::bench
