#pragma once

#include <string>

#include "study/section.hpp"

namespace pegbox {

/// A line of Markdown as a terminal shows it: without marks, of links their text.
std::string plain(const std::string& markdown);

/// A key in one line: its meaning, what limits its value, and its default.
std::string key_text(const Key& key);

/// All keys of the study file, a table for each of its maps.
std::string study_reference();

}  // namespace pegbox
