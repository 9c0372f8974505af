#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "importance/importance.hpp"

namespace pegbox {

/// What an objective is at a point.
using Function = std::function<double(const Params&)>;

/// Complete trials of a function.
struct Tried {
  SearchSpace space;
  std::deque<Trial> trials;

  void add(const Params& params, double value);
  std::vector<const Trial*> pointers() const;
  Importances importances(const ImportanceOptions& options = {}) const;
};

/// The function at uniform points, with normal noise of this deviation.
Tried tried(const SearchSpace& space, const Function& function, int count, std::uint64_t seed = 1, double noise = 0);

/// x1, x2, … in [0, 1].
SearchSpace unit_cube(int dimensions);

/// The share of the hyperparameter, or of the pair in either order; -1 where it is not listed.
double share(const Importances& importances, const std::string& name);
double share(const Importances& importances, const std::string& first, const std::string& second);

}  // namespace pegbox
