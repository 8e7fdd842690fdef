// The one place that knows how a fact's arguments read for people:
// "12.345s n2 member_suspected member=10.0.0.1:5701 uuid=... reason=heartbeat".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/trace_event.hpp"

namespace splitscope::trace {

enum class ArgumentKind : std::uint8_t {
  Count,     // a plain number
  Endpoint,  // packed
  Uuid,      // this argument and the next
  Duration,  // ns, may be negative
  Signed,    // a plain number that may be negative
  Hash,      // sixteen hexadecimal digits
  Flag,      // yes or no
  Code,      // a number of an enumeration
};

// Enumerations that arguments take their codes from. Their texts belong to other layers.
enum class CodeSet : std::uint8_t {
  None,
  FaultKind,
  Phase,
  ExitReason,
  CloseReason,
  MessageType,
  JoinFailure,
  JoinRefusal,
  RemovalReason,
  SuspicionReason,
  MergeDecision,
  CloudCall,
};

struct Argument {
  std::string_view name;
  ArgumentKind kind = ArgumentKind::Count;
  CodeSet codes = CodeSet::None;
};

// In the order of TraceEvent::arguments; a uuid stands once for its two words. Empty for a kind
// without arguments or one that is not known.
std::span<const Argument> arguments_of(base::EventKind kind);

// Says codes in words: empty where it does not know one, which is then written as a number.
class CodeText {
 public:
  virtual std::string_view text_of(CodeSet set, std::uint64_t code) const = 0;

 protected:
  ~CodeText() = default;
};

// Receives a fact's arguments one by one as text.
class ArgumentVisitor {
 public:
  virtual void on_argument(const Argument& argument, const std::string& text) = 0;

 protected:
  ~ArgumentVisitor() = default;
};

// Those of a kind that is not known come as "argument1" and so on, if not zero. `codes` may be
// null.
void visit_arguments(const base::TraceEvent& fact, const CodeText* codes, ArgumentVisitor& visitor);

// "n1" for node 0; "run" for NoNode.
std::string node_text(base::NodeId node);
// One line, without a line end. `codes` may be null.
std::string to_line(const base::TraceEvent& fact, const CodeText* codes = nullptr);

}  // namespace splitscope::trace
