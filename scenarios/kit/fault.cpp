#include "scenarios/kit/fault.hpp"

namespace splitscope::scenarios {

std::string_view to_text(FaultKind kind) {
  switch (kind) {
    case FaultKind::Kill:
      return "kill";
    case FaultKind::Stop:
      return "graceful shutdown";
    case FaultKind::Start:
      return "start";
    case FaultKind::Restart:
      return "restart";
    case FaultKind::Pause:
      return "pause";
    case FaultKind::Resume:
      return "resume";
    case FaultKind::Slow:
      return "slow";
    case FaultKind::PowerOff:
      return "power off";
    case FaultKind::PowerOn:
      return "power on";
    case FaultKind::Reboot:
      return "reboot";
    case FaultKind::ChangeAddress:
      return "address change";
    case FaultKind::Partition:
      return "partition";
    case FaultKind::Cut:
      return "one-way cut";
    case FaultKind::Isolate:
      return "isolate";
    case FaultKind::Bridge:
      return "bridge";
    case FaultKind::Flap:
      return "flap";
    case FaultKind::Delay:
      return "delay";
    case FaultKind::Lose:
      return "loss";
    case FaultKind::LoseBurst:
      return "burst loss";
    case FaultKind::Duplicate:
      return "duplicate";
    case FaultKind::Reorder:
      return "reorder";
    case FaultKind::Throttle:
      return "throttle";
    case FaultKind::BlockMulticast:
      return "block multicast";
    case FaultKind::Reject:
      return "reject";
    case FaultKind::Hold:
      return "hold";
    case FaultKind::ClosePort:
      return "close port";
    case FaultKind::DropMessage:
      return "drop message";
    case FaultKind::DelayMessage:
      return "delay message";
    case FaultKind::DuplicateMessage:
      return "duplicate message";
    case FaultKind::HoldMessage:
      return "hold message";
    case FaultKind::ClockStep:
      return "clock step";
    case FaultKind::ClockDrift:
      return "clock drift";
    case FaultKind::WrongList:
      return "wrong list";
    case FaultKind::WrongDomain:
      return "wrong domain";
  }
  return "unknown fault";
}

}  // namespace splitscope::scenarios
