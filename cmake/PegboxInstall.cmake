# What an installed pegbox has besides the binary, its plug-ins and its data: the package for find_package(pegbox). The
# tree can be moved as a whole: binary and library find the rest from their own place; LibTorch is known by its
# full path, and where that is not there looked for as core/src/catalog/libtorch.hpp says.
include(CMakePackageConfigHelpers)

set(pegbox_libtorch_version "")
if(PEGBOX_TRAINING)
  set(pegbox_libtorch_version "${LibTorch_VERSION}")
endif()

set(package lib/cmake/pegbox)
set(built_package ${PROJECT_BINARY_DIR}/${package})
configure_package_config_file(cmake/pegbox-config.cmake.in ${built_package}/pegbox-config.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${built_package}/pegbox-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT pegbox-targets NAMESPACE pegbox:: DESTINATION ${package})
install(FILES
  ${built_package}/pegbox-config.cmake ${built_package}/pegbox-config-version.cmake
  cmake/PegboxPlugins.cmake cmake/FindLibTorch.cmake
  DESTINATION ${package})
# A build is found as an installation is, at the same place beside its binary: `pegbox new` works from both.
export(EXPORT pegbox-targets NAMESPACE pegbox:: FILE ${built_package}/pegbox-targets.cmake)
configure_file(cmake/PegboxPlugins.cmake ${built_package}/PegboxPlugins.cmake COPYONLY)
configure_file(cmake/FindLibTorch.cmake ${built_package}/FindLibTorch.cmake COPYONLY)
install(FILES LICENSE DESTINATION share/doc/pegbox)
