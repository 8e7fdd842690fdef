#include "scenarios/kit/fault.hpp"

#include <array>
#include <utility>

namespace splitscope::scenarios {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 46> Names{{
    {FaultKind::Kill, "kill"},
    {FaultKind::Stop, "graceful shutdown"},
    {FaultKind::Start, "start"},
    {FaultKind::Restart, "restart"},
    {FaultKind::Pause, "pause"},
    {FaultKind::Resume, "resume"},
    {FaultKind::Slow, "slow"},
    {FaultKind::PowerOff, "power off"},
    {FaultKind::PowerOn, "power on"},
    {FaultKind::Reboot, "reboot"},
    {FaultKind::ChangeAddress, "address change"},
    {FaultKind::Partition, "partition"},
    {FaultKind::Cut, "one-way cut"},
    {FaultKind::Isolate, "isolate"},
    {FaultKind::Bridge, "bridge"},
    {FaultKind::Flap, "flap"},
    {FaultKind::Delay, "delay"},
    {FaultKind::Lose, "loss"},
    {FaultKind::LoseBurst, "burst loss"},
    {FaultKind::Duplicate, "duplicate"},
    {FaultKind::Reorder, "reorder"},
    {FaultKind::Throttle, "throttle"},
    {FaultKind::BlockMulticast, "block multicast"},
    {FaultKind::Reject, "reject"},
    {FaultKind::Hold, "hold"},
    {FaultKind::ClosePort, "close port"},
    {FaultKind::DropMessage, "drop message"},
    {FaultKind::DelayMessage, "delay message"},
    {FaultKind::DuplicateMessage, "duplicate message"},
    {FaultKind::HoldMessage, "hold message"},
    {FaultKind::ClockStep, "clock step"},
    {FaultKind::ClockDrift, "clock drift"},
    {FaultKind::WrongList, "wrong list"},
    {FaultKind::WrongDomain, "wrong domain"},
    {FaultKind::CloudThrottle, "cloud throttling"},
    {FaultKind::CloudLag, "cloud listing lag"},
    {FaultKind::CloudFail, "cloud failure"},
    {FaultKind::CloudEmpty, "cloud empty listing"},
    {FaultKind::CloudTruncate, "cloud short listing"},
    {FaultKind::CloudLosePage, "cloud lost page"},
    {FaultKind::CloudMetadataOff, "cloud metadata off"},
    {FaultKind::CloudHopLimit, "cloud hop limit"},
    {FaultKind::CloudExpire, "cloud expired credentials"},
    {FaultKind::CloudCut, "cloud cut"},
    {FaultKind::CloudSlow, "cloud slow"},
    {FaultKind::CloudTerminate, "cloud terminate"},
}};

}  // namespace

std::string_view to_text(FaultKind kind) {
  for (const auto& [value, name] : Names) {
    if (value == kind) return name;
  }
  return "unknown fault";
}

}  // namespace splitscope::scenarios
