#pragma once

#include <memory>
#include <stdexcept>

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/version.h>

#include <pegbox/dataset.hpp>
#include <pegbox/model_plugin.hpp>
#include <pegbox/plugin.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// What a model builds. (A base of our own, since `torch::nn::AnyModule` cannot hold a `Sequential`.)
class Network : public torch::nn::Module {
 public:
  /// From a batch of the first input to a batch of outputs. A network that its model does not call so, since it has
  /// several inputs, leaves it out.
  virtual torch::Tensor forward(torch::Tensor /*input*/) {
    throw std::logic_error("the network has no 'forward' of one tensor: its model has to override 'predict'");
  }

  /// What `pegbox train` saves, for programs without pegbox: the network itself, unless it wraps another module.
  virtual torch::nn::Module& inner() { return *this; }
};

/// A module that was not written for pegbox, unchanged. `Type` is a class derived from `torch::nn::Module` whose
/// `forward` takes and returns one tensor.
template <class Type>
class Wrapped final : public Network {
 public:
  explicit Wrapped(std::shared_ptr<Type> module) : module_(register_module("module", std::move(module))) {}

  torch::Tensor forward(torch::Tensor input) override { return module_->forward(std::move(input)); }
  torch::nn::Module& inner() override { return *module_; }

 private:
  std::shared_ptr<Type> module_;
};

/// A network around a module: `return wrapped(std::make_shared<Net>(…));`, also of a holder such as `torch::nn::Linear`
/// or `torch::nn::Sequential`.
template <class Type>
std::shared_ptr<Network> wrapped(std::shared_ptr<Type> module) {
  return std::make_shared<Wrapped<Type>>(std::move(module));
}
template <class Contained>
std::shared_ptr<Network> wrapped(const torch::nn::ModuleHolder<Contained>& holder) {
  return wrapped(holder.ptr());
}

/// One training step's result.
struct Step {
  torch::Tensor loss;    ///< a number to go down from
  torch::Tensor output;  ///< for the training metrics; undefined: only `train_loss` is reported
};

/// What a study says of the loss, whatever the model. A model with a loss of its own may heed it.
struct LossOptions {
  double label_smoothing = 0;   ///< of classes: from 0 to below 1
  torch::Tensor class_weights;  ///< one for each class, on the targets' device; undefined: all count alike
};

/// A family of networks and how they learn. Const, shared by all trials, called from several threads at once. Random
/// numbers inside `build` and `step` (initialisation, dropout, `torch::randn`) come from the trial's own stream.
class Model {
 public:
  virtual ~Model() = default;

  /// The architecture's hyperparameters, with defaults and conditions.
  virtual SearchSpace space() const = 0;

  /// Whether the study file may add hyperparameters that `space` does not name.
  virtual bool open_space() const { return false; }

  /// The data to learn from. `named` is what the study's `data:` names, without rows where it names none; by default
  /// that is the data. A model that brings or reshapes data returns its own.
  virtual Dataset data(Dataset named) const { return named; }

  /// A network on the CPU, freshly initialised. Outputs: [rows, classes] logits, or [rows, outputs] numbers.
  virtual std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const = 0;

  /// By default cross entropy where the target holds classes, else the mean squared error.
  virtual torch::Tensor loss(const torch::Tensor& output, const torch::Tensor& target,
                             const LossOptions& options) const;

  /// The network's outputs for a batch. By default of the first input alone.
  virtual torch::Tensor predict(Network& network, const Batch& batch) const;

  /// One forward pass in training mode: by default the loss of what is predicted.
  virtual Step step(Network& network, const Batch& batch, const LossOptions& options) const;

  /// Measurements of outputs against targets, besides the loss. By default `accuracy`, or `rmse` (in the data's unit)
  /// and `r2`.
  virtual Metrics metrics(const torch::Tensor& output, const torch::Tensor& target, const DataInfo& info) const;

  /// Measurements of a network on held-out rows, in evaluation mode without gradients. By default `loss` and the
  /// metrics of what is predicted, 1,024 rows at a time.
  virtual Metrics evaluate(Network& network, const Rows& rows, const DataInfo& info) const;
};

/// A `Model` from its settings: constructible from `const Settings&`, or by default.
template <class Type>
std::unique_ptr<Model> make_model(const Settings& settings) {
  if constexpr (std::is_constructible_v<Type, const Settings&>) {
    return std::make_unique<Type>(settings);
  } else {
    return std::make_unique<Type>();
  }
}

template <class Type>
ModelDescription describe_model(const Settings& settings) {
  const auto model = make_model<Type>(settings);
  return {model->space(), model->open_space()};
}

}  // namespace pegbox

/// Makes the class this library's model. `Type` is constructible by default or from `const Settings&`, and may have
/// `static std::vector<Setting> settings()`. `name` and `summary` (one line) are string literals.
#define PEGBOX_MODEL(Type, name, summary)                         \
  PEGBOX_STAMP("model", name, summary, TORCH_VERSION)             \
  PEGBOX_EXPORT constinit const pegbox::ModelPlugin pegbox_model{ \
      &pegbox::declared_settings<Type>, &pegbox::describe_model<Type>, &pegbox::make_model<Type>, nullptr};
