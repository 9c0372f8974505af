#pragma once

#include <memory>
#include <vector>

#include <pegbox/settings.hpp>
#include <pegbox/space.hpp>

namespace pegbox {

class Loop;
class Model;

/// What a model says of itself before it is given any data.
struct ModelDescription {
  SearchSpace space;
  bool open = false;           ///< takes hyperparameters that it did not name: the study file may add any
  bool trains_itself = false;  ///< a `Loop`: its space is all that is searched
};

/// What a model's library exports: a `Model`, which the host trains, or a `Loop`, which trains itself; of the last two
/// functions one is null. Free of LibTorch, so that the host can hold it without.
struct ModelPlugin {
  std::vector<Setting> (*settings)();
  ModelDescription (*describe)(const Settings& settings);
  std::unique_ptr<Model> (*create)(const Settings& settings) = nullptr;
  std::unique_ptr<Loop> (*create_loop)(const Settings& settings) = nullptr;
};

}  // namespace pegbox
