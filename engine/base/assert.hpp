// Assertions that are on in every build. They are for our own bugs only: what arrives from the
// network, a file or a user is checked and reported, never asserted.
#pragma once

#include <cstdint>
#include <string>

namespace splitscope::base {

// Says where a run stands, for the message of a failed assertion: seed, time, node, replay command.
class RunContext {
 public:
  virtual std::string describe() const = 0;

 protected:
  ~RunContext() = default;
};

// While it lives, a failed assertion on this thread is reported with `context`. Scopes nest.
// This is the one thread-local of the project; nothing reads it but the way to abort.
class AssertScope {
 public:
  explicit AssertScope(const RunContext& context);
  ~AssertScope();
  AssertScope(const AssertScope&) = delete;
  AssertScope& operator=(const AssertScope&) = delete;

 private:
  const RunContext* previous_;
};

// Prints the expression, its place and the run's context to stderr, then exits with code 70.
[[noreturn]] void assertion_failed(const char* expression, const char* file, std::uint32_t line);

}  // namespace splitscope::base

#define SPLITSCOPE_ASSERT(condition)                    \
  (__builtin_expect(static_cast<bool>(condition), true) \
       ? static_cast<void>(0)                           \
       : ::splitscope::base::assertion_failed(#condition, __FILE__, __LINE__))

#define SPLITSCOPE_UNREACHABLE() \
  ::splitscope::base::assertion_failed("unreachable", __FILE__, __LINE__)
