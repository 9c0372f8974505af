#pragma once

#include <stdexcept>

namespace pegbox {

/// A plug-in cannot be used: exit code 5. The message is one sentence.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pegbox
