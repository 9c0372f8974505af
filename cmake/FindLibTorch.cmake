# Finds a LibTorch of any origin: the archive from the project's site, a conda or pip installation, an unpacked wheel.
# (`find_package(Torch)` of a CUDA build asks for a CUDA toolkit, even to run on the CPU.)
#
# Searched: LIBTORCH (variable, then environment), CMAKE_PREFIX_PATH, LIBTORCH_HINT. Each may name the folder that holds
# include/ and lib/, or the one above it.
#
# Result: LibTorch_FOUND, LibTorch_VERSION, LibTorch_ROOT and the target LibTorch::LibTorch (CPU parts only; the CUDA
# library is opened at run time where a GPU is asked for).
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h
  HINTS ${LIBTORCH} ENV LIBTORCH ${CMAKE_PREFIX_PATH} ENV CMAKE_PREFIX_PATH ${LIBTORCH_HINT}
  PATH_SUFFIXES include torch/include ../../include
  NO_DEFAULT_PATH)
get_filename_component(LibTorch_ROOT "${LibTorch_INCLUDE_DIR}" DIRECTORY)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS "${LibTorch_ROOT}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS "${LibTorch_ROOT}/lib" NO_DEFAULT_PATH)

set(LibTorch_VERSION "")
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(NOT LibTorch_VERSION AND EXISTS "${LibTorch_INCLUDE_DIR}/${_header}")
    file(STRINGS "${LibTorch_INCLUDE_DIR}/${_header}" _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION "${_lines}")
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR LibTorch_VERSION
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "set LIBTORCH or CMAKE_PREFIX_PATH to a LibTorch folder, or run ./dev build, which fetches one")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  set(_includes "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  # The wheel's libraries find the NVIDIA run-time ones by their own rpath; the linker has to be told.
  target_link_options(LibTorch::LibTorch INTERFACE
    "LINKER:-rpath-link,${LibTorch_ROOT}/lib"
    "LINKER:-rpath-link,${LibTorch_ROOT}/../nvidia/cu13/lib")
  set_target_properties(LibTorch::LibTorch PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_includes}"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${_includes}"
    INTERFACE_LINK_LIBRARIES "${LibTorch_CPU_LIBRARY};${LibTorch_C10_LIBRARY}"
    INTERFACE_COMPILE_FEATURES cxx_std_20)
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
