# pegbox_embed(target FILES file…): texts inside the program. The target gets a source that defines `pegbox::embedded()`
# (core/src/cli/embedded.hpp), which has each file by its name as given here, from the current source folder.
function(pegbox_embed target)
  cmake_parse_arguments(ARG "" "" "FILES" ${ARGN})
  set(entries "")
  foreach(file IN LISTS ARG_FILES)
    file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${file} text)
    string(APPEND entries "      {\"${file}\", R\"embedded(${text})embedded\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  # Not by configure_file, which would fill in what the texts have between two @.
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp)
  file(WRITE ${source}.new "#include \"cli/embedded.hpp\"

namespace pegbox {

const std::map<std::string_view, std::string_view>& embedded() {
  static const std::map<std::string_view, std::string_view> files{
${entries}  };
  return files;
}

}  // namespace pegbox
")
  file(COPY_FILE ${source}.new ${source} ONLY_IF_DIFFERENT)
  target_sources(${target} PRIVATE ${source})
endfunction()
