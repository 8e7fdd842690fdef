#include "engine/lab/host_namespace.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "engine/trace/frame_builder.hpp"

namespace splitscope::lab {
namespace {

constexpr const char* Device = "eth0";

std::unexpected<base::Error> refused(const std::string& what) {
  return base::failure(fmt::format("the lab cannot {}: {}", what, std::strerror(errno)));
}

ifreq request_for(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

sockaddr inet_address(std::uint32_t host_order) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(host_order);
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof address);
  return generic;
}

bool write_text(const std::string& path, const std::string& text) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

base::Result<void> bring_up(int socket, const char* device) {
  ifreq request = request_for(device);
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_MULTICAST;
  if (::ioctl(socket, SIOCSIFFLAGS, &request) != 0) {
    return refused(fmt::format("turn {} on", device));
  }
  return {};
}

base::Result<FileDescriptor> open_cable() {
  FileDescriptor cable(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!cable.is_open()) {
    return refused(
        "open /dev/net/tun (run it as root, or allow its users: chmod 666 /dev/net/tun)");
  }
  ifreq request = request_for(Device);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (::ioctl(cable.get(), TUNSETIFF, &request) != 0) return refused("make a TAP device");
  return cable;
}

base::Result<void> configure_device(int socket, base::Ipv4 address, std::uint32_t mtu) {
  ifreq request = request_for(Device);
  const trace::Mac mac = trace::mac_of(address);
  request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  std::memcpy(request.ifr_hwaddr.sa_data, mac.data(), mac.size());
  if (::ioctl(socket, SIOCSIFHWADDR, &request) != 0) return refused("set a hardware address");
  request = request_for(Device);
  request.ifr_mtu = static_cast<int>(mtu);
  if (::ioctl(socket, SIOCSIFMTU, &request) != 0) return refused("set an MTU");
  request = request_for(Device);
  request.ifr_addr = inet_address(address.value);
  if (::ioctl(socket, SIOCSIFADDR, &request) != 0) return refused("set an address");
  request.ifr_netmask = inet_address(0xffff'ff00);
  if (::ioctl(socket, SIOCSIFNETMASK, &request) != 0) return refused("set a network mask");
  return bring_up(socket, Device);
}

// Everybody else is asked for on the link; for those beyond it the router answers.
base::Result<void> add_default_route(int socket) {
  rtentry route{};
  std::string device = Device;
  route.rt_dst = inet_address(0);
  route.rt_genmask = inet_address(0);
  route.rt_flags = RTF_UP;
  route.rt_dev = device.data();
  if (::ioctl(socket, SIOCADDRT, &route) != 0) return refused("add a route");
  return {};
}

// In a thread of its own, which alone moves into the new namespace.
base::Result<HostNamespace> make_here(base::Ipv4 address, std::uint32_t mtu) {
  if (::unshare(CLONE_NEWNET) != 0) return refused("make a network namespace");
  HostNamespace host;
  host.network = FileDescriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!host.network.is_open()) return refused("open its network namespace");
  // Only IPv4 is carried; without it there is simply more noise.
  write_text("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  auto cable = open_cable();
  if (!cable.has_value()) return std::unexpected(cable.error());
  host.cable = std::move(*cable);
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return refused("open a socket");
  if (auto done = bring_up(socket.get(), "lo"); !done.has_value()) {
    return std::unexpected(done.error());
  }
  if (auto done = configure_device(socket.get(), address, mtu); !done.has_value()) {
    return std::unexpected(done.error());
  }
  if (auto done = add_default_route(socket.get()); !done.has_value()) {
    return std::unexpected(done.error());
  }
  return host;
}

}  // namespace

base::Result<HostNamespace> make_host_namespace(base::Ipv4 address, std::uint32_t mtu) {
  base::Result<HostNamespace> result = base::failure("the lab's thread did not run");
  std::jthread maker([&result, address, mtu] { result = make_here(address, mtu); });
  maker.join();
  return result;
}

base::Result<void> enter_user_namespace_if_needed() {
  if (::geteuid() == 0) return {};
  const std::string user = std::to_string(::geteuid());
  const std::string group = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER) != 0) {
    return refused(
        "make a user namespace (run it as root, or allow them: sysctl user.max_user_namespaces and "
        "kernel.unprivileged_userns_clone)");
  }
  if (!write_text("/proc/self/setgroups", "deny") ||
      !write_text("/proc/self/uid_map", "0 " + user + " 1") ||
      !write_text("/proc/self/gid_map", "0 " + group + " 1")) {
    return refused("map its user into a user namespace");
  }
  return {};
}

}  // namespace splitscope::lab
