// Values of our own inside Lua: full userdata, one metatable a type. Private to scenarios/script.
// Lua's errors are C++ exceptions in this build, so what a binding holds is destroyed when it
// fails.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <lua.hpp>

namespace splitscope::scenarios {

// The name of a type that scripts hold, as messages say it; specialised beside each type.
template <typename T>
inline constexpr const char* TypeName = nullptr;

template <typename T>
void push_value(lua_State* L, T value) {
  static_assert(TypeName<T> != nullptr && alignof(T) <= alignof(std::max_align_t));
  void* memory = lua_newuserdatauv(L, sizeof(T), 0);
  std::construct_at(static_cast<T*>(memory), std::move(value));
  luaL_setmetatable(L, TypeName<T>);
}

// The value at `index` if it is a T, else null. It lives as long as it is on the stack.
template <typename T>
T* test_value(lua_State* L, int index) {
  return static_cast<T*>(luaL_testudata(L, index, TypeName<T>));
}

template <typename T>
int destroy_value(lua_State* L) {
  static_cast<T*>(lua_touserdata(L, 1))->~T();
  return 0;
}

inline constexpr luaL_Reg NoMethods[] = {{nullptr, nullptr}};

// Calling a method that is not there is an error that names the nearest one.
void define_metatable(lua_State* L, const char* type, lua_CFunction destroy,
                      const luaL_Reg* methods);
void add_methods(lua_State* L, const char* type, const luaL_Reg* methods);
void add_metamethod(lua_State* L, const char* type, const char* name, lua_CFunction function);

template <typename T>
void define_type(lua_State* L, const luaL_Reg* methods) {
  define_metatable(L, TypeName<T>, destroy_value<T>, methods);
}

}  // namespace splitscope::scenarios
