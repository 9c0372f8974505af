#include "hyperparameters.hpp"

namespace pegbox {

SearchSpace trainer_space() {
  return {{"learning_rate", Real{1e-4, 1e-1, /*log=*/true}, 1e-3},
          {"batch_size", Choice{{16, 32, 64, 128, 256}}, 32},
          {"optimizer", Choice{{"sgd", "adam", "adamw", "rmsprop"}}, "adam"},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {"sgd", "rmsprop"}}}},
          {"weight_decay", Real{1e-6, 1e-2, /*log=*/true}, 1e-4}};
}

}  // namespace pegbox
