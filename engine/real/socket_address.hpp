// Addresses of the project and of Asio, one into the other. Private to engine/real.
#pragma once

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "engine/base/endpoint.hpp"

namespace splitscope::real {

inline boost::asio::ip::address_v4 to_asio(base::Ipv4 address) {
  return boost::asio::ip::address_v4(address.value);
}
inline boost::asio::ip::tcp::endpoint to_asio_tcp(base::Endpoint endpoint) {
  return {to_asio(endpoint.address), endpoint.port};
}
inline base::Endpoint from_asio(const boost::asio::ip::tcp::endpoint& endpoint) {
  return {base::Ipv4{endpoint.address().to_v4().to_uint()}, endpoint.port()};
}

}  // namespace splitscope::real
