#pragma once

#include <string>
#include <vector>

#include <torch/nn/module.h>

#include <pegbox/settings.hpp>
#include <pegbox/space.hpp>

namespace pegbox {

/// How the weights of a model begin: by its setting `init`, or by a hyperparameter of that name where the setting is
/// `search`.
///
/// - `default`: as LibTorch makes them
/// - `xavier`: uniform (X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
///   networks", 2010)
/// - `kaiming`: normal, by the number of inputs (K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", 2015)
/// - `orthogonal` (A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in
///   deep linear neural networks", 2014)
///
/// All but the default draw each matrix named `weight…`, of a recurrent layer each gate's on its own, and set to 0 what
/// is named `bias…`, but that of an LSTM's forget gate to 1 (R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical
/// exploration of recurrent network architectures", 2015). Norms and whatever has another name stay as they are.
class Initialisation {
 public:
  /// The setting, for the model's `settings()`.
  static Setting setting(const std::string& initial = "default");

  explicit Initialisation(const Settings& settings) : choice_(settings.get<std::string>("init")) {}

  /// Adds the hyperparameter, where there is one.
  void join(std::vector<Parameter>& parameters) const;

  /// Begins the weights of a module and all in it.
  void apply(torch::nn::Module& network, const Params& params) const;

 private:
  std::string choice_;
};

}  // namespace pegbox
