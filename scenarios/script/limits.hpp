// What a script may use up: instructions, memory, the length of a text, and how much it may plan.
// Work done inside library functions is charged as instructions, since Lua counts only its own.
// Private to scenarios/script.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <lua.hpp>

namespace splitscope::scenarios {

struct Limits {
  static constexpr std::size_t TextMax = std::size_t{64} << 10;  // bytes of one text
  static constexpr std::size_t NotesMax = 100'000;
  static constexpr std::size_t NoteSizeMax = 4'096;
  static constexpr std::size_t TriggersMax = 10'000;
  static constexpr std::size_t MonitorsMax = 10'000;
  static constexpr std::size_t MeasurementsMax = 10'000;
  static constexpr std::size_t FaultsMax = 100'000;
  static constexpr std::size_t ClustersMax = 64;
  static constexpr std::uint32_t MembersMax = 2'000;    // of all clusters
  static constexpr std::uint32_t ConditionMax = 5'000;  // parts of one condition
  static constexpr lua_Integer ListMax = 100'000;       // entries that one call goes through
  static constexpr lua_Integer ValuesMax = 10'000;      // values that one call returns
};

struct Budget {
  std::uint64_t instructions_max = 0;
  std::uint64_t instructions = 0;
  std::size_t memory_max = 0;
  std::size_t memory = 0;
  // Why an allocation was refused; empty if none was.
  const char* refusal = "";

  bool is_spent() const { return instructions > instructions_max; }
};

// The allocator of a Lua state; `user` is its Budget.
void* bounded_allocate(void* user, void* block, std::size_t old_size, std::size_t new_size);
// Counts instructions from now on.
void count_instructions(lua_State* L);
// Work of a library function, in instructions; an error when they are spent.
void charge(lua_State* L, std::uint64_t work);
// The error of a protected call that did not return LUA_OK, taken off the stack. `path` is the
// script's, for errors that have no line.
std::string take_error(lua_State* L, int status, const std::string& path);

}  // namespace splitscope::scenarios
