// One host of the lab: an unnamed network namespace with a TAP device in it, whose other end is a
// file descriptor for the switch. Addresses live only inside. The namespace is gone as soon as the
// last descriptor and the last process in it are.
#pragma once

#include <cstdint>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/lab/file_descriptor.hpp"

namespace splitscope::lab {

struct HostNamespace {
  FileDescriptor network;  // for setns()
  FileDescriptor cable;    // one Ethernet frame a read or write, without any header; does not block
};

// The device is called eth0, its MAC is trace::mac_of(address), everything is on its link, and
// multicast goes there too. Errors say what the system refused.
base::Result<HostNamespace> make_host_namespace(base::Ipv4 address, std::uint32_t mtu = 1500);

// Prepares this process, which must have one thread only: root needs nothing, others get a user
// namespace of their own, in which they are root. The error says what the system forbids.
base::Result<void> enter_user_namespace_if_needed();

}  // namespace splitscope::lab
