# How pegbox itself is compiled; users of the SDK get none of this.
option(PEGBOX_WERROR "Treat warnings as errors" ON)
set(PEGBOX_SANITIZE "" CACHE STRING "Sanitizers for everything, as in -fsanitize=")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong for std::string in g++ 12 and 13 (GCC bug 105651).
  add_compile_options(-Wno-restrict)
endif()
if(PEGBOX_WERROR)
  add_compile_options(-Werror)
endif()
if(PEGBOX_SANITIZE)
  # g++ 12 warns of uninitialised variants that are not, once they are instrumented.
  add_compile_options(-fsanitize=${PEGBOX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${PEGBOX_SANITIZE})
endif()

# Sanitized code takes twice as long to compile optimised, which is worth it only where tests compute for minutes: in the
# folders that call this.
macro(pegbox_optimize_sanitized)
  if(PEGBOX_SANITIZE)
    add_compile_options(-O1)
  endif()
endmacro()

# Headers of LibTorch and of JSON take most of the time of a build from nothing; for working on a file it is better off.
option(PEGBOX_UNITY "Compile several sources as one where headers are heavy" OFF)
function(pegbox_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${PEGBOX_UNITY} UNITY_BUILD_BATCH_SIZE 10)
endfunction()

# The build tree is laid out as the installed one: bin/, lib/pegbox/, share/pegbox/.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(PEGBOX_LIBRARY_DIR ${PROJECT_BINARY_DIR}/lib/pegbox)
# What is installed finds LibTorch where it was linked from, as what is built does.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
