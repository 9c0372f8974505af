#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pegbox/model.hpp>

#include "contract/contract_check.hpp"

namespace pegbox {

/// A few rows that a model is tried on.
struct Sample {
  std::string name;  ///< `classes, rows of shape [8]`
  Batch rows;
  DataInfo info;
};

/// A network after some steps, and the last one.
struct Trained {
  std::shared_ptr<Network> network;
  Step step;
};

/// A model with its default settings, and what it is tried on: data of its own where it brings some, else small made-up
/// tables, sequences and images, for classes and for numbers, as far as it takes them.
class ModelBench {
 public:
  explicit ModelBench(const ModelPlugin& plugin);
  ModelBench(const ModelPlugin& plugin, const Settings& settings);

  const Model& model() const { return *model_; }
  const std::vector<Sample>& samples() const { return samples_; }

  /// Data that it neither takes nor refuses with a sentence, and that it takes none.
  const Faults& data_faults() const { return data_faults_; }

  /// The sample for the i-th of many points.
  const Sample& sample(std::size_t i) const { return samples_[i % samples_.size()]; }

  /// A new network. Throws what the model throws.
  std::shared_ptr<Network> build(const Params& params, const Sample& sample, std::uint64_t seed) const;

  /// A new network after steps of gradient descent, all random numbers from that seed.
  Trained train(const Params& params, const Sample& sample, std::uint64_t seed, int steps) const;

  /// Some steps more, random numbers from that seed.
  Step go_on(Network& network, const Sample& sample, std::uint64_t seed, int steps) const;

  Metrics evaluate(Network& network, const Sample& sample) const;

 private:
  bool add_own();
  void add_made(const std::vector<std::int64_t>& shape, Task task, std::int64_t outputs);

  std::unique_ptr<Model> model_;
  std::vector<Sample> samples_;
  Faults data_faults_;
};

/// What the network consists of, copied.
std::vector<at::Tensor> tensors_of(const Network& network);

/// The name of the first parameter or buffer that differs in a bit; empty: none does.
std::string difference(const Network& one, const Network& other);

}  // namespace pegbox
