#include "option_checks.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <pegbox/error.hpp>

#include "tensor_values.hpp"

namespace pegbox {
namespace {

void refuse(const SearchSpace& space, const char* name, const std::string& why) {
  if (space.find(name)) throw StudyError("hyperparameter '" + std::string(name) + "' " + why);
}

/// Numbers between which an optimizer or a loss means anything.
struct Limit {
  const char* name;
  double low, high;
  bool below_high = false;  ///< and not `high` itself
};

constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr Limit kLimits[] = {{"learning_rate", 0, kAny},  {"batch_size", 1, kAny}, {"momentum", 0, 1, true},
                             {"weight_decay", 0, kAny},   {"beta1", 0, 1, true},   {"beta2", 0, 1, true},
                             {"warmup", 0, 1, true},      {"decay_factor", 0, 1},  {"decay_every", 0, 1},
                             {"decay_patience", 0, kAny}, {"clip_norm", 0, kAny},  {"label_smoothing", 0, 1, true},
                             {"patience", 0, kAny},       {"crop", 0, kAny}};

/// The least and the largest number that the domain has; nothing where it has none.
std::optional<std::pair<double, double>> reach(const Domain& domain) {
  if (const auto* real = std::get_if<Real>(&domain)) return std::pair(real->low, real->high);
  if (const auto* whole = std::get_if<Integer>(&domain)) {
    return std::pair(static_cast<double>(whole->low), static_cast<double>(whole->high));
  }
  const auto* choice = std::get_if<Choice>(&domain);
  if (choice == nullptr) return {};
  std::optional<std::pair<double, double>> found;
  for (const Value& value : choice->choices) {
    if (!is_number(value)) return {};
    const double number = as_number(value);
    found =
        found ? std::pair(std::min(found->first, number), std::max(found->second, number)) : std::pair(number, number);
  }
  return found;
}

void check_limits(const SearchSpace& space) {
  for (const auto& [name, low, high, below_high] : kLimits) {
    const auto index = space.find(name);
    const auto found = index ? reach(space[*index].domain) : std::nullopt;
    if (!found || (found->first >= low && (found->second < high || (found->second == high && !below_high)))) continue;
    const double wrong = found->first < low ? found->first : found->second;
    std::string range = "at least " + to_string(Value(low));
    if (high < kAny) range += std::string(below_high ? " and below " : " and at most ") + to_string(Value(high));
    refuse(space, name, "must be " + range + ", but the study has " + to_string(Value(wrong)));
  }
}

}  // namespace

void check_options(const SearchSpace& space, const Dataset& data) {
  check_limits(space);
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
                 shape_text(data.train.input().sizes().slice(1)) + "; leave it out, or give the data a 'shape'");
    }
  }
  if (!data.standardize) {
    refuse(space, "normalize", "has no effect: the model brings its data as it wants it; leave it out");
  }
}

}  // namespace pegbox
