#pragma once

#include <string>

#include <pegbox/error.hpp>
#include <pegbox/plugin_error.hpp>

namespace pegbox {

/// Runs a check and says in front of its message where the cause stands.
template <class Function>
auto at_place(const std::string& place, const Function& function) -> decltype(function()) {
  try {
    return function();
  } catch (const StudyError& error) {
    throw StudyError(place + ": " + error.what());
  } catch (const PluginError& error) {
    throw PluginError(place + ": " + error.what());
  }
}

}  // namespace pegbox
