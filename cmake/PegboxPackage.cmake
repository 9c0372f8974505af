# `cpack` in a build folder: a tarball that runs from any folder, and a package for Debian 12. Neither carries LibTorch,
# which is larger than all the rest: `pegbox doctor --fetch` fetches it, or LIBTORCH names one.
set(CPACK_GENERATOR "TGZ;DEB")
set(CPACK_PACKAGE_NAME pegbox)
set(CPACK_PACKAGE_VENDOR pegbox)
set(CPACK_PACKAGE_CONTACT "the authors of pegbox")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME "pegbox-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
# Its own place says nothing on another machine.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/RemoveRunPaths.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.36), libstdc++6 (>= 12), libboost-program-options1.74.0, libtbb12, \
libyaml-cpp0.7, libsqlite3-0 (>= 3.40), zlib1g, libpng16-16, libjpeg62-turbo")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3-pip")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, libboost-dev")

include(CPack)
