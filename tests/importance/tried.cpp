#include "tried.hpp"

#include <utility>

#include <pegbox/random.hpp>

namespace pegbox {

void Tried::add(const Params& params, double value) {
  Trial trial;
  trial.number = static_cast<int>(trials.size());
  trial.state = State::complete;
  trial.params = params;
  trial.values = {value};
  trials.push_back(std::move(trial));
}

std::vector<const Trial*> Tried::pointers() const {
  std::vector<const Trial*> pointers;
  for (const Trial& trial : trials) pointers.push_back(&trial);
  return pointers;
}

Importances Tried::importances(const ImportanceOptions& options) const {
  return pegbox::importances(space, pointers(), {"loss"}, options);
}

Tried tried(const SearchSpace& space, const Function& function, int count, std::uint64_t seed, double noise) {
  Tried result{space, {}};
  Random random(seed, 0, "points");
  std::vector<double> point(space.size());
  for (int i = 0; i < count; ++i) {
    for (double& place : point) place = random.uniform();
    const Params params = space.decode(point);
    result.add(params, function(params) + noise * random.normal());
  }
  return result;
}

SearchSpace unit_cube(int dimensions) {
  std::vector<Parameter> parameters;
  for (int i = 1; i <= dimensions; ++i) parameters.push_back({"x" + std::to_string(i), Real{0, 1}});
  return {parameters};
}

double share(const Importances& importances, const std::string& name) {
  for (const Importance& one : importances.single) {
    if (one.name == name) return one.share;
  }
  return -1;
}

double share(const Importances& importances, const std::string& first, const std::string& second) {
  for (const PairImportance& pair : importances.pairs) {
    if (pair.first == first && pair.second == second) return pair.share;
    if (pair.first == second && pair.second == first) return pair.share;
  }
  return -1;
}

}  // namespace pegbox
