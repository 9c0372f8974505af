#include <algorithm>

#include <pegbox/nearest.hpp>

#include "condition.hpp"
#include "mistake.hpp"
#include "narrowing.hpp"
#include "study.hpp"

namespace pegbox {
namespace {

constexpr std::size_t kMostParameters = 1000;

StudyError unknown(const SearchSpace& base, const SearchSpace& options, const SpaceEntry& entry) {
  std::vector<std::string> names;
  for (const Parameter& parameter : base) names.push_back(parameter.name);
  for (const Parameter& parameter : options) names.push_back(parameter.name);
  return mistake(entry.name_place,
                 "there is no hyperparameter '" + entry.name + "'" + suggestion(entry.name, std::move(names)));
}

/// With the options that the section names.
SearchSpace proposed(const SearchSpace& base, const SearchSpace& options, const Node& section) {
  std::vector<Parameter> parameters(base.begin(), base.end());
  for (const auto& [name, node] : section.keys) {
    if (const auto option = options.find(name); option && !base.find(name)) parameters.push_back(options[*option]);
  }
  return SearchSpace(std::move(parameters));
}

void enter(const SearchSpace& base, const SearchSpace& options, bool open, const SpaceEntry& entry,
           std::vector<Draft>& drafts) {
  const auto known = base.find(entry.name);
  if (!known && !open) throw unknown(base, options, entry);
  if (!known) drafts.push_back({.parameter = added(entry), .before = {}});
  Draft& draft = known ? drafts[*known] : drafts.back();
  if (known) draft.parameter = narrowed(base[*known], base.initial(*known), entry);
  if (!entry.when) return;
  draft.parameter.when.clear();
  for (const auto& [condition, place] : *entry.when) {
    draft.parameter.when.push_back(condition);
    draft.when_places.push_back(place);
  }
}

}  // namespace

SearchSpace merged_space(const SearchSpace& base, bool open, const Node& section, const SearchSpace& options) {
  if (section.kind == Node::Kind::null) return base;
  if (section.kind != Node::Kind::map) throw mistake(section.place, "'space' is a map of hyperparameters");
  const SearchSpace all = proposed(base, options, section);
  std::vector<Draft> drafts;
  for (const Parameter& parameter : all) drafts.push_back({.parameter = parameter, .before = parameter.domain});
  for (const auto& entry : section.keys) {
    enter(all, options, open, read_space_entry(entry), drafts);
    if (drafts.size() <= kMostParameters) continue;
    throw mistake(entry.second.key_place, "a space has at most 1000 hyperparameters");
  }
  settle_conditions(drafts);
  std::vector<Parameter> parameters;
  for (Draft& draft : drafts) {
    if (draft.possible) parameters.push_back(std::move(draft.parameter));
  }
  return SearchSpace(std::move(parameters));
}

}  // namespace pegbox
