# Of what cpack is about to pack: the paths at which libraries were found on the machine that it was built on.
file(GLOB_RECURSE files ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/bin/pegbox ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.so)
foreach(file ${files})
  file(RPATH_REMOVE FILE ${file})
endforeach()
