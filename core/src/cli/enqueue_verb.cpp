#include <iostream>

#include <pegbox/error.hpp>

#include "stored_study.hpp"
#include "study/document.hpp"
#include "study/scalar.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

Params point_of(const std::vector<Options::Change>& said) {
  if (said.empty()) throw UsageError("which point? Say at least one hyperparameter by --set NAME=VALUE");
  Params point;
  for (const auto& [name, yaml, place] : said) point.set(name, scalar_value(parse_document(yaml, place)));
  return point;
}

}  // namespace

ExitCode enqueue_verb(const Options& options) {
  const Params said = point_of(options.point);
  const OpenStore store = open_store(options);
  const StoredStudy study = chosen_study(store);
  if (study.definition.empty()) {
    throw StudyError("another program made study '" + study.name +
                     "', so that its space is not known; put the point into its queue by that program");
  }
  const SearchSpace space = stored_space(study);
  const Params point = space.complete(said);
  const int number = store.storage->enqueue(study, point, space);
  if (options.format == Format::json) {
    std::cout << printed({{"study", study.name}, {"trial", number}, {"params", to_json(point)}});
  } else {
    std::cout << "trial " << number << " of study '" << study.name << "' waits\n";
  }
  return ExitCode::done;
}

}  // namespace pegbox
