# External libraries, all from Debian packages. They stay private to the folders that name them.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(tomlplusplus REQUIRED)
find_package(pugixml REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
find_package(PkgConfig REQUIRED)

# PNG and PDF pictures.
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)

# The C++ build of Lua: its errors unwind, so destructors run.
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4-c++)
add_library(lua_cxx INTERFACE)
target_link_libraries(lua_cxx INTERFACE PkgConfig::LUA)
add_library(lua::cxx ALIAS lua_cxx)

# Asio and Beast are headers; engine/real compiles what can be compiled once in one source.
add_library(boost_asio INTERFACE)
target_link_libraries(boost_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(boost_asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
