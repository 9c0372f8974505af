# pegbox_embed(TARGET HEADER FILE…): builds text files into a target. For `report.css` the header declares
# `std::string_view report_css()` in namespace pegbox.
#
# As a script (cmake -P): writes the source OUTPUT that includes HEADER and holds FILES.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(pegbox_embed target header)
    set(files ${ARGN})
    list(TRANSFORM files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    cmake_path(GET header STEM stem)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp)
    set(script ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake)
    add_custom_command(OUTPUT ${output} DEPENDS ${files} ${script} VERBATIM
      COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${output}" "-DHEADER=${CMAKE_CURRENT_SOURCE_DIR}/${header}" "-DFILES=${files}"
              -P ${script}
      COMMENT "Embedding ${stem}")
    target_sources(${target} PRIVATE ${output})
  endfunction()
  return()
endif()

set(source "#include \"${HEADER}\"\n\nnamespace pegbox {\n")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  cmake_path(GET file FILENAME name)
  string(MAKE_C_IDENTIFIER ${name} name)
  string(APPEND source "\nstd::string_view ${name}() { return R\"~embedded~(${text})~embedded~\"; }\n")
endforeach()
file(WRITE ${OUTPUT} "${source}\n}  // namespace pegbox\n")
