#include "option_checks.hpp"

#include <string>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

void refuse(const SearchSpace& space, const char* name, const std::string& why) {
  if (space.find(name)) throw StudyError("hyperparameter '" + std::string(name) + "' " + why);
}

std::string shape_of(const Dataset& data) {
  std::string text;
  for (const std::int64_t size : data.train.input().sizes().slice(1)) {
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  }
  return '[' + text + ']';
}

}  // namespace

void check_options(const SearchSpace& space, const Dataset& data) {
  if (data.info.task == Task::regression) {
    for (const char* name : {"label_smoothing", "class_weights"}) {
      refuse(space, name, "is for classes, but the targets of this study are numbers; leave it out");
    }
  }
  const auto axes = data.train.input().dim();
  if (axes != 3 && axes != 4) {
    for (const char* name : {"flip", "crop"}) {
      refuse(space, name,
             "is for sequences [channels, length] and images [channels, height, width], but a row of this "
             "data has the shape " +
                 shape_of(data) + "; leave it out, or give the data a 'shape'");
    }
  }
  if (!data.standardize) {
    refuse(space, "normalize", "has no effect: the model brings its data as it wants it; leave it out");
  }
}

}  // namespace pegbox
