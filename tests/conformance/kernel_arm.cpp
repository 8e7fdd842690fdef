// The arm of this machine's kernel: each host is a network namespace of a lab, its process a
// RealProcess of this very thread, which is in the namespace while it opens sockets. A stopped
// process is one that gets no turn: its kernel goes on without it.
#include <charconv>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>

#include "arm.hpp"
#include "engine/lab/lab.hpp"
#include "engine/real/real_process.hpp"

namespace splitscope::conformance {
namespace {

namespace fs = std::filesystem;

constexpr base::Duration Turn = 1ms;  // Asio's waits are no shorter

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "splitscope-conformance-XXXXXX").string()) {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path path() const { return path_; }

 private:
  std::string path_;
};

// While it lives this thread is in the network of that host.
class Visit {
 public:
  Visit(int network, int home) : home_(home) { REQUIRE(setns(network, CLONE_NEWNET) == 0); }
  ~Visit() { CHECK(setns(home_, CLONE_NEWNET) == 0); }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  int home_;
};

// Told by the switch's thread.
class FrameLog final : public lab::FrameObserver {
 public:
  void on_frame(base::Instant at, net::HostId from, lab::FrameBytes frame,
                lab::FrameFate) override {
    constexpr std::size_t HeaderMin = 20;
    const lab::ParsedFrame parsed = lab::parse_frame(frame);
    if (parsed.kind != lab::FrameKind::Packet || parsed.is_fragment) return;
    if (parsed.packet.protocol != net::Protocol::Tcp) return;
    if (parsed.end < parsed.payload + HeaderMin) return;
    std::uint32_t sequence = 0;
    for (std::size_t i = 4; i < 8; ++i) {
      sequence = sequence << 8 | std::to_integer<std::uint32_t>(frame[parsed.payload + i]);
    }
    const auto words = std::to_integer<std::size_t>(frame[parsed.payload + 12] >> 4);
    const std::size_t length = parsed.end - parsed.payload - 4 * words;
    const std::lock_guard lock(mutex_);
    segments_.push_back(
        {at, from.value, parsed.packet.flags, sequence, static_cast<std::uint32_t>(length)});
  }
  std::vector<Segment> segments() const {
    const std::lock_guard lock(mutex_);
    return segments_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Segment> segments_;
};

template <typename Value>
void set_option(int socket, int level, int name, const Value& value) {
  CHECK(setsockopt(socket, level, name, &value, sizeof value) == 0);
}

int as_seconds(base::Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

void set_socket(int socket, const sim::TcpSettings& settings) {
  const auto user_timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(settings.user_timeout);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<unsigned>(user_timeout.count()));
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, int{settings.keep_alive});
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, as_seconds(settings.keep_alive_idle));
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, as_seconds(settings.keep_alive_interval));
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, static_cast<int>(settings.keep_alive_count));
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, int{settings.no_delay});
  set_option(socket, SOL_SOCKET, SO_LINGER, linger{settings.reset_on_close ? 1 : 0, 0});
  if (settings.send_buffer_bytes != 0) {
    set_option(socket, SOL_SOCKET, SO_SNDBUF, static_cast<int>(settings.send_buffer_bytes));
  }
}

// The congestion control of the recordings, where this kernel has it. Accepted connections have
// their listener's.
void choose_cubic(int socket) {
  constexpr std::string_view Name = "cubic";
  setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, Name.data(), Name.size());
}

// TCP sockets of this program that are bound to the address.
std::vector<int> sockets_at(base::Ipv4 address) {
  std::vector<int> result;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    const std::string name = entry.path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    int type = 0;
    socklen_t type_size = sizeof type;
    if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0) continue;
    sockaddr_in local{};
    socklen_t local_size = sizeof local;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &local_size) != 0) continue;
    if (type != SOCK_STREAM || local.sin_family != AF_INET) continue;
    if (ntohl(local.sin_addr.s_addr) == address.value) result.push_back(descriptor);
  }
  return result;
}

class KernelArm final : public Arm {
 public:
  explicit KernelArm(base::Duration one_way)
      : home_(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
    REQUIRE(home_.is_open());
    auto lab = lab::Lab::open({7, folder_.path() / "records", folder_.path()});
    if (!lab.has_value()) FAIL(lab.error().message);
    lab_ = std::move(*lab);
    lab_->network().with_topology([one_way](net::Topology& topology) {
      for (const char* name : {"near", "far", "island"}) {
        topology.add_subnet({name, true, {one_way, one_way, base::Probability::never()}});
      }
      topology.add_router({.subnets = {0, 1}});
    });
    lab_->network().set_observer(&log_);
  }
  ~KernelArm() override {
    hosts_.clear();
    lab_->network().set_observer(nullptr);
  }

  HostNumber add_host(const Station::Options& options) override {
    const HostNumber number = hosts_.size();
    hosts_.push_back(std::make_unique<Host>(lab_->clock().origin(), options));
    hosts_.back()->id = lab_->add_host(options.subnet, address(number));
    power_on(number);
    return number;
  }
  base::Ipv4 address(HostNumber host) const override {
    return base::Ipv4{base::ipv4(10, 77, 0, 11).value + (hosts_[host]->options.subnet << 8) +
                      static_cast<std::uint32_t>(host)};
  }
  Record& record(HostNumber host) override { return hosts_[host]->record; }
  void with(HostNumber number, const std::function<void(Station&)>& act) override {
    Host& host = *hosts_[number];
    {
      const Visit visit(lab_->network_of(host.id), home_.get());
      host.loop.begin_event();
      act(*host.station);
    }
    apply(number);
  }
  base::Instant now() const override { return lab_->clock().now(); }
  void run_for(base::Duration duration) override {
    const base::Instant end = now() + duration;
    do {
      for (const auto& host : hosts_) {
        if (host->process == nullptr || host->is_stopped) continue;
        host->loop.run_for(Turn);
        const base::Instant turned = now();
        longest_turn_ = std::max(longest_turn_, turned - last_turn_);
        last_turn_ = turned;
      }
    } while (now() < end);
  }
  // Each waits for its turn; and this machine does other things too.
  base::Duration slack() const override { return 10ms + 2 * longest_turn_; }
  std::vector<Segment> segments() const override { return log_.segments(); }
  net::RuleId install(const net::PacketRule& rule) override {
    return lab_->network().install(rule);
  }
  void remove(net::RuleId rule) override { lab_->network().remove(rule); }

  void kill(HostNumber host) override {
    hosts_[host]->process.reset();
    hosts_[host]->station = nullptr;
    hosts_[host]->is_stopped = false;
    last_turn_ = now();
  }
  void start(HostNumber number) override {
    Host& host = *hosts_[number];
    real::ProcessOptions options;
    options.addresses = {address(number)};
    host.process = std::make_unique<real::RealProcess>(host.loop, options);
    auto station =
        std::make_unique<Station>(host.process->environment(), host.options, host.record);
    host.station = station.get();
    const std::size_t logged = host.record.log.size();
    const Visit visit(lab_->network_of(host.id), home_.get());
    host.process->start(std::move(station));
    while (host.record.log.size() == logged) host.loop.run_for(Turn);
    apply(number);
    last_turn_ = now();  // starting takes as long as it takes
  }
  void stop(HostNumber host) override { hosts_[host]->is_stopped = true; }
  void resume(HostNumber host) override { hosts_[host]->is_stopped = false; }
  void power_off(HostNumber host) override {
    lab_->power_off(hosts_[host]->id);  // its cable first: nothing of the process's end is heard
    kill(host);
  }
  void power_on(HostNumber host) override {
    const auto on = lab_->power_on(hosts_[host]->id);
    if (!on.has_value()) FAIL(on.error().message);
    start(host);
  }
  void set_tcp(HostNumber host, const sim::TcpSettings& settings) override {
    hosts_[host]->settings = settings;
    apply(host);
    REQUIRE(write_setting(host, "tcp_retries2", std::to_string(settings.retries)));
    REQUIRE(write_setting(host, "tcp_syn_retries", std::to_string(settings.syn_retries)));
  }

 private:
  struct Host {
    Host(base::Duration run_start, const Station::Options& station_options)
        : loop(run_start), options(station_options) {}
    real::Loop loop;
    net::HostId id;
    Station::Options options;
    std::optional<sim::TcpSettings> settings;
    Record record;
    std::unique_ptr<real::RealProcess> process;
    Station* station = nullptr;
    bool is_stopped = false;
  };

  void apply(HostNumber number) {
    for (const int socket : sockets_at(address(number))) {
      choose_cubic(socket);
      if (hosts_[number]->settings.has_value()) set_socket(socket, *hosts_[number]->settings);
    }
  }
  bool write_setting(HostNumber host, const std::string& name, const std::string& value) {
    const Visit visit(lab_->network_of(hosts_[host]->id), home_.get());
    std::ofstream file("/proc/sys/net/ipv4/" + name);
    file << value;
    file.flush();
    return file.good();
  }

  Folder folder_;
  lab::FileDescriptor home_;
  FrameLog log_;
  std::unique_ptr<lab::Lab> lab_;
  std::vector<std::unique_ptr<Host>> hosts_;
  base::Instant last_turn_ = base::RunStart;
  base::Duration longest_turn_{};
};

}  // namespace

std::unique_ptr<Arm> make_kernel_arm(base::Duration one_way) {
  return std::make_unique<KernelArm>(one_way);
}

}  // namespace splitscope::conformance
