# pegbox_add_strategy(name file), pegbox_add_pruner(name file), pegbox_add_model(name file): a plug-in of pegbox, as the
# target `name` and the file `name.so`. The same functions build the bundled plug-ins and a user's own.

function(_pegbox_add_plugin name file sdk)
  add_library(${name} MODULE ${file})
  target_link_libraries(${name} PRIVATE ${sdk})
  # One symbol is exported, and a missing library is an error when linking, not when loading.
  target_link_options(${name} PRIVATE LINKER:-z,defs)
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
endfunction()

function(pegbox_add_strategy name file)
  _pegbox_add_plugin(${name} ${file} pegbox::sdk)
endfunction()

function(pegbox_add_pruner name file)
  _pegbox_add_plugin(${name} ${file} pegbox::sdk)
endfunction()

# What the model publishes is written into its library, so that the host can tell it without loading LibTorch.
function(pegbox_add_model name file)
  _pegbox_add_plugin(${name} ${file} pegbox::model_sdk)
  if(CMAKE_CROSSCOMPILING)
    return()
  endif()
  set(description ${CMAKE_CURRENT_BINARY_DIR}/${name}.model.json)
  add_dependencies(${name} pegbox::host)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
            $<TARGET_FILE:pegbox::host> plugins describe $<TARGET_FILE:${name}> > ${description}
    COMMAND ${CMAKE_OBJCOPY} --add-section .pegbox.model=${description} $<TARGET_FILE:${name}>
    COMMENT "Describing model ${name}" VERBATIM)
endfunction()
