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

# Says at configure time what would fail when compiling, or be refused by the host. pegbox_LIBTORCH_VERSION is what an
# installed pegbox was built with.
function(_pegbox_check_libtorch name)
  if(NOT TARGET pegbox::model_sdk)
    message(FATAL_ERROR "pegbox_add_model(${name}): this pegbox was built without LibTorch and takes no models; "
      "build pegbox with PEGBOX_TRAINING=ON")
  elseif(NOT TARGET LibTorch::LibTorch)
    message(FATAL_ERROR "pegbox_add_model(${name}): no LibTorch was found; set LIBTORCH or CMAKE_PREFIX_PATH to a "
      "folder with LibTorch ${pegbox_LIBTORCH_VERSION}, which this pegbox was built with")
  elseif(pegbox_LIBTORCH_VERSION AND NOT LibTorch_VERSION VERSION_EQUAL pegbox_LIBTORCH_VERSION)
    message(WARNING "pegbox_add_model(${name}): pegbox will refuse this model, since it was built with LibTorch "
      "${pegbox_LIBTORCH_VERSION}, and ${LibTorch_ROOT} is LibTorch ${LibTorch_VERSION}; set LIBTORCH to the former")
  endif()
endfunction()

# What the model publishes is written into its library, so that the host can tell it without loading LibTorch.
function(pegbox_add_model name file)
  _pegbox_check_libtorch(${name})
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
