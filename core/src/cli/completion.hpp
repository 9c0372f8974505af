#pragma once

#include <string>

namespace pegbox {

/// Scripts that have a shell complete verbs, options, files, and the names of strategies, pruners and models.
std::string bash_completion();
std::string fish_completion();
std::string zsh_completion();

}  // namespace pegbox
