// ns-3 on the work of bench/bare/SPEC.md. --mode raw: Simulator::Schedule alone; --mode udp:
// packets through UDP and IPv4 over a channel that reaches any node in one step, the best a user
// can do.
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>

#include "bench/bare/hb.hpp"

namespace {

using hb::Args;
using hb::Counters;
using hb::i64;
using hb::Msg;
using hb::u32;

constexpr u32 FirstAddress = 0x0A00'0001;

i64 now_ns() {
  return ns3::Simulator::Now().GetNanoSeconds();
}

class Mesh;

// A channel whose every frame goes to the one device it is for.
class DirectChannel final : public ns3::SimpleChannel {
 public:
  explicit DirectChannel(Mesh& mesh) : mesh_(mesh) {}
  void Send(ns3::Ptr<ns3::Packet> packet, std::uint16_t protocol, ns3::Mac48Address to,
            ns3::Mac48Address from, ns3::Ptr<ns3::SimpleNetDevice>) override;

 private:
  Mesh& mesh_;
};

class Mesh {
 public:
  Mesh(const Args& args, Counters& counters)
      : args_(args),
        counters_(counters),
        table_(args.n, args.gossip),
        sequence_(args.n, 0),
        uniform_(ns3::CreateObject<ns3::UniformRandomVariable>()),
        pick_(args.seed) {
    uniform_->SetStream(static_cast<i64>(args.seed));
    if (args.mode == "udp") build_stack();
    for (u32 node = 0; node < args.n; ++node) {
      ns3::Simulator::Schedule(ns3::NanoSeconds(hb::hb_phase(args.seed, node)), &Mesh::on_heartbeat,
                               this, node);
      ns3::Simulator::Schedule(ns3::NanoSeconds(hb::ck_phase(args.seed, node)), &Mesh::on_check,
                               this, node);
    }
  }
  ns3::Time latency() {
    return ns3::NanoSeconds(500'000 + static_cast<i64>(uniform_->GetValue() * 1e6));
  }
  ns3::Ptr<ns3::SimpleNetDevice> device(u32 node) { return devices_[node]; }

 private:
  void build_stack() {
    ns3::NodeContainer nodes;
    nodes.Create(args_.n);
    ns3::InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    ns3::Ipv4StaticRoutingHelper routing;
    stack.SetRoutingHelper(routing);
    stack.Install(nodes);
    const ns3::Ptr<DirectChannel> channel = ns3::Create<DirectChannel>(*this);
    for (u32 node = 0; node < args_.n; ++node) add_node(nodes.Get(node), node, channel);
  }
  void add_node(ns3::Ptr<ns3::Node> node, u32 index, ns3::Ptr<DirectChannel> channel) {
    const auto device = ns3::CreateObject<ns3::SimpleNetDevice>();
    device->SetAttribute("PointToPointMode", ns3::BooleanValue(true));
    device->SetAttribute("TxQueue",
                         ns3::StringValue("ns3::DropTailQueue<Packet>[MaxSize=100000p]"));
    device->SetAddress(ns3::Mac48Address::Allocate());
    node->AddDevice(device);
    device->SetChannel(channel);
    devices_.push_back(device);
    const auto ip = node->GetObject<ns3::Ipv4>();
    const u32 interface = ip->AddInterface(device);
    ip->AddAddress(interface, ns3::Ipv4InterfaceAddress(ns3::Ipv4Address(FirstAddress + index),
                                                        ns3::Ipv4Mask("255.0.0.0")));
    ip->SetUp(interface);
    const auto socket =
        ns3::Socket::CreateSocket(node, ns3::TypeId::LookupByName("ns3::UdpSocketFactory"));
    socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 9000));
    socket->SetRecvCallback(ns3::Callback<void, ns3::Ptr<ns3::Socket>>(
        [this, index](ns3::Ptr<ns3::Socket> readable) { on_readable(index, readable); }));
    sockets_.push_back(socket);
  }
  void on_readable(u32 node, ns3::Ptr<ns3::Socket> socket) {
    ns3::Address from;
    while (const ns3::Ptr<ns3::Packet> packet = socket->RecvFrom(from)) {
      Msg message;
      packet->CopyData(reinterpret_cast<std::uint8_t*>(&message), sizeof message);
      on_message(node, message);
    }
  }
  void on_message(u32 node, Msg message) {
    ++counters_.deliver;
    counters_.sum += message.seq;
    table_.heard(node, message.sender, now_ns());
  }
  void on_heartbeat(u32 node) {
    ++counters_.hb;
    Msg message{};
    message.sender = node;
    message.seq = sequence_[node]++;
    const u32 count = args_.gossip ? 8 : args_.n - 1;
    for (u32 i = 0; i < count; ++i) {
      u32 peer = args_.gossip ? pick_.below(args_.n - 1) : i;
      if (peer >= node) ++peer;
      if (sockets_.empty()) {
        ns3::Simulator::Schedule(latency(), &Mesh::on_message, this, peer, message);
      } else {
        sockets_[node]->SendTo(
            ns3::Create<ns3::Packet>(reinterpret_cast<std::uint8_t*>(&message), sizeof message), 0,
            ns3::InetSocketAddress(ns3::Ipv4Address(FirstAddress + peer), 9000));
      }
    }
    ns3::Simulator::Schedule(ns3::Seconds(5), &Mesh::on_heartbeat, this, node);
  }
  void on_check(u32 node) {
    ++counters_.check;
    counters_.timeouts += table_.check(node, now_ns());
    ns3::Simulator::Schedule(ns3::Seconds(1), &Mesh::on_check, this, node);
  }

  const Args& args_;
  Counters& counters_;
  hb::Table table_;
  std::vector<u32> sequence_;
  ns3::Ptr<ns3::UniformRandomVariable> uniform_;
  hb::Rng pick_;
  std::vector<ns3::Ptr<ns3::SimpleNetDevice>> devices_;
  std::vector<ns3::Ptr<ns3::Socket>> sockets_;
};

void DirectChannel::Send(ns3::Ptr<ns3::Packet> packet, std::uint16_t protocol, ns3::Mac48Address to,
                         ns3::Mac48Address from, ns3::Ptr<ns3::SimpleNetDevice>) {
  ns3::Ipv4Header header;
  packet->PeekHeader(header);
  const u32 node = header.GetDestination().Get() - FirstAddress;
  ns3::Simulator::ScheduleWithContext(node, mesh_.latency(), &ns3::SimpleNetDevice::Receive,
                                      mesh_.device(node), packet->Copy(), protocol, to, from);
}

}  // namespace

int main(int argc, char** argv) {
  const Args args = hb::parse(argc, argv);
  Counters counters;
  const double wall = hb::now_s();
  Mesh mesh(args, counters);
  ns3::Simulator::Stop(ns3::Seconds(args.T));
  const double before = hb::cpu_s();
  ns3::Simulator::Run();
  hb::report("ns-3", args, counters, hb::now_s() - wall, hb::cpu_s() - before);
}
