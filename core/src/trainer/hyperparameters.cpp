#include "hyperparameters.hpp"

namespace pegbox {

SearchSpace trainer_space() {
  return {{"learning_rate", Real{1e-4, 1e-1, /*log=*/true}, 1e-3},
          {"batch_size", Choice{{16, 32, 64, 128, 256}}, 32},
          {"optimizer", Choice{{"sgd", "adam", "adamw", "rmsprop", "adagrad"}}, "adam"},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {"sgd", "rmsprop"}}}},
          {"weight_decay", Real{1e-6, 1e-2, /*log=*/true}, 1e-4}};
}

SearchSpace trainer_options() {
  return {{"nesterov", Boolean{}, false},
          {"beta1", Real{0.5, 0.99}, 0.9},
          {"beta2", Real{0.9, 0.9999}, 0.999},
          {"schedule", Choice{{"none", "step", "cosine", "one_cycle", "plateau"}}, "none"},
          {"warmup", Real{0, 0.3}, 0.0},
          {"decay_factor", Real{0.05, 0.9}, 0.1},
          {"decay_every", Real{0.05, 0.5}, 0.3},
          {"decay_patience", Integer{1, 20}, 3},
          {"clip_norm", Real{0, 10}, 0.0},
          {"label_smoothing", Real{0, 0.3}, 0.0},
          {"class_weights", Choice{{"none", "balanced"}}, "none"},
          {"patience", Integer{0, 50}, 0},
          {"precision", Choice{{"float32", "bfloat16"}}, "float32"},
          {"normalize", Choice{{"standard", "range", "none"}}, "standard"},
          {"flip", Boolean{}, false},
          {"crop", Integer{0, 8}, 0}};
}

}  // namespace pegbox
