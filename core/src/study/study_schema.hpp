#pragma once

#include <string_view>
#include <vector>

#include "section.hpp"

namespace pegbox {

/// All keys that a study file may have, in the order of the reference: the whole file's first. They are those that it
/// is read by.
const std::vector<Section>& study_schema();

/// The key at a path of names, such as `run.jobs`. The path has to be one.
const Key& key_at(std::string_view path);

}  // namespace pegbox
