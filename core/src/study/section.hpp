#pragma once

#include <string>
#include <vector>

#include "form.hpp"

namespace pegbox {

/// A key of the study file, as the reference tells it. Texts are one line of Markdown.
struct Key {
  std::string name;
  Form form;
  std::string initial;  ///< what holds where the key is left out; empty: nothing to be said
  std::string meaning;
  std::vector<std::string> beside = {};  ///< one of these keys has to stand beside it; empty: none has to
};

/// A map of the study file and all its keys.
struct Section {
  std::string name;                ///< `run`, as forms name it
  std::vector<std::string> paths;  ///< where it may stand: `run`, `space.NAME`; of the whole file an empty text
  std::vector<Key> keys;
  bool open = false;  ///< other keys are settings of the plug-in that it names
};

}  // namespace pegbox
