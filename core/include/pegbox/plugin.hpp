#pragma once

#include <string_view>
#include <vector>

#include <pegbox/settings.hpp>

/// Raised by one whenever anything in this folder changes what a plug-in and the host must agree on.
#define PEGBOX_SDK_VERSION 3

#define PEGBOX_TEXT_(x) #x
#define PEGBOX_TEXT(x) PEGBOX_TEXT_(x)

#define PEGBOX_EXPORT extern "C" __attribute__((visibility("default")))

/// Who built a plug-in and what it is, as text in a section of its own: the host reads it from the file and refuses a
/// stranger before any of its code is loaded. Lines `key=value`, closed by a zero byte; the layout never changes.
#define PEGBOX_STAMP(kind, name, summary, libtorch)                                                            \
  namespace {                                                                                                  \
  __attribute__((used, retain, section(".pegbox"))) constexpr char pegbox_stamp[] =                            \
      "pegbox plug-in\nkind=" kind "\nname=" name "\nsummary=" summary "\nsdk=" PEGBOX_TEXT(                   \
          PEGBOX_SDK_VERSION) "\nstring_abi=" PEGBOX_TEXT(_GLIBCXX_USE_CXX11_ABI) "\ncompiler=" __VERSION__    \
                                                                                  "\nlibtorch=" libtorch "\n"; \
  }

namespace pegbox {

/// Whether a plug-in is named by its file: the name holds a slash or ends in `.so`.
constexpr bool is_plugin_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".so");
}

/// `Type::settings()`, or none where the class has no such function.
template <class Type>
std::vector<Setting> declared_settings() {
  if constexpr (requires { Type::settings(); }) {
    return Type::settings();
  } else {
    return {};
  }
}

}  // namespace pegbox
