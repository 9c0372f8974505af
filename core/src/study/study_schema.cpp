#include "study_schema.hpp"

#include <algorithm>
#include <stdexcept>

#include "data_choice.hpp"
#include "objectives.hpp"
#include "plugin_choice.hpp"
#include "run_choice.hpp"
#include "space_entry.hpp"
#include "study_fields.hpp"

namespace pegbox {

const std::vector<Section>& study_schema() {
  static const std::vector<Section> schema = [] {
    std::vector<Section> sections{
        {"study", {""}, keys_of(study_fields())}, plugin_section(), data_section(), objective_section()};
    for (Section& section : space_sections()) sections.push_back(std::move(section));
    sections.push_back(run_section());
    return sections;
  }();
  return schema;
}

const Key& key_at(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const bool outermost = dot == std::string_view::npos;
  const std::string_view owner = path.substr(0, outermost ? 0 : dot);
  const std::string_view name = path.substr(outermost ? 0 : dot + 1);
  for (const Section& section : study_schema()) {
    if (std::find(section.paths.begin(), section.paths.end(), owner) == section.paths.end()) continue;
    for (const Key& key : section.keys) {
      if (key.name == name) return key;
    }
  }
  throw std::logic_error("the study file has no key '" + std::string(path) + "'");
}

}  // namespace pegbox
