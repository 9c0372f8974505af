#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <torch/optim/optimizer.h>

#include <pegbox/model.hpp>

#include "engine.hpp"
#include "fit_data.hpp"
#include "schedule.hpp"
#include "trial_random.hpp"

namespace pegbox {

/// A network in training: one of a trial's fits.
struct Fit {
  /// Its best epoch so far, by the study's first objective.
  struct Best {
    Budget epoch = 0;
    Metrics metrics;
    std::vector<at::Tensor> weights;  ///< parameters, then buffers
  };

  TrialRandom random;
  std::shared_ptr<Network> network;
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  Budget epoch = 0;
  Plateau plateau;
  std::optional<Best> best;  ///< only where the trial stops early
  bool ended = false;        ///< it has stopped, and has the weights of its best epoch
  Metrics metrics;           ///< of its last epoch
};

/// What the fits of all trials have in common.
struct FitPlan {
  const Model* model = nullptr;
  Budget epochs = 0;  ///< the study's largest budget of a trial
  Objective objective;
  at::Device device;
};

/// A freshly initialised network with its optimizer, from random streams of that seed. Throws `std::runtime_error`
/// where the model builds none.
std::unique_ptr<Fit> begin_fit(const FitPlan& plan, const DataInfo& info, const Params& params, std::uint64_t seed);

/// Memory of parameters, buffers, the optimizer's state and the best weights.
std::int64_t bytes_of(const Fit& fit);

void save_fit(const Fit& fit, torch::serialize::OutputArchive& archive);

/// Into a fit that was just begun. Throws some `std::exception` where the archive does not fit the network.
void load_fit(torch::serialize::InputArchive& archive, Fit& fit);

/// All weights of a network, parameters and then buffers, themselves.
std::vector<at::Tensor> weights_of(const Network& network);

/// Gives `target` the weights and buffers of `source`. Throws `std::runtime_error` where they differ in shape.
void copy_weights(const Network& source, Network& target);

}  // namespace pegbox
