#pragma once

#include <string>
#include <vector>

#include <pegbox/space.hpp>

namespace pegbox {

struct ContractSpace {
  std::string name;
  SearchSpace space;
  bool continuous = false;  ///< has a real hyperparameter without a step, which a strategy may refuse
};

/// Spaces of every sort: all domains, conditions, a single point, one and 200 hyperparameters.
std::vector<ContractSpace> contract_spaces();

/// All domains and conditions on two levels; without `continuous` each real one has a step.
SearchSpace mixed_space(bool continuous);

}  // namespace pegbox
