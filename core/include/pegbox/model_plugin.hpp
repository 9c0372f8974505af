#pragma once

#include <memory>
#include <vector>

#include <pegbox/settings.hpp>
#include <pegbox/space.hpp>

namespace pegbox {

class Model;

/// What a model says of itself before it is given any data.
struct ModelDescription {
  SearchSpace space;
  bool open = false;  ///< takes hyperparameters that it did not name: the study file may add any
};

/// What a model's library exports. Free of LibTorch, so that the host can hold it without.
struct ModelPlugin {
  std::vector<Setting> (*settings)();
  ModelDescription (*describe)(const Settings& settings);
  std::unique_ptr<Model> (*create)(const Settings& settings);
};

}  // namespace pegbox
