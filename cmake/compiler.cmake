# Flags that every target gets. Determinism needs -ffp-contract=off on every compiler.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wno-missing-field-initializers -Werror -ffp-contract=off
  -fno-omit-frame-pointer)
# clang reports std::stable_sort of libstdc++ 12 as deprecated where it is used; g++ keeps the
# warning.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wno-deprecated-declarations)
endif()

# Where a folder is one source, g++ takes a class with a private type for one that others see.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-subobject-linkage)
endif()

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Release keeps assertions: SPLITSCOPE_ASSERT does not look at NDEBUG, the library's own checks do.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

if(SPLITSCOPE_SANITIZE)
  add_compile_options(-fsanitize=${SPLITSCOPE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SPLITSCOPE_SANITIZE})
  # g++ 12 sees uninitialised members in <regex> and <functional> that are not, once instrumented.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
if(SPLITSCOPE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(SPLITSCOPE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
