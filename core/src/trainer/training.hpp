#pragma once

#include <memory>

#include <torch/optim/optimizer.h>

#include <pegbox/model.hpp>

#include "trial_random.hpp"

namespace pegbox {

/// What a trial is made of between two epochs; kept in memory while it is paused.
struct TrialState {
  TrialRandom random;
  std::shared_ptr<Network> network;
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  Budget epoch = 0;  ///< epochs that it has trained
};

/// Memory of parameters, buffers and the optimizer's state.
std::int64_t bytes_of(const TrialState& state);

/// A freshly initialised trial: seeds, builds, moves to the device.
std::unique_ptr<TrialState> begin_trial(const Model& model, const DataInfo& info, const Trial& trial,
                                        const c10::Device& device);

/// Trains the next epoch and measures it. Training metrics (`train_` in front) are of the outputs as they were while
/// the weights moved. Throws `std::runtime_error` where a loss is not finite. The trial's random stream must be in use.
Report train_epoch(const Model& model, const Dataset& data, const Trial& trial, TrialState& state);

/// Gives `target` the weights and buffers of `source`. Throws `std::runtime_error` where they differ in shape.
void copy_weights(const Network& source, Network& target);

}  // namespace pegbox
