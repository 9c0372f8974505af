#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/model.hpp>

using namespace pegbox;

/// Two hidden layers between one number and another.
class Wave : public Network {
 public:
  Wave(std::int64_t width, bool smooth) : first_(1, width), second_(width, width), last_(width, 1), smooth_(smooth) {
    register_module("first", first_);
    register_module("second", second_);
    register_module("last", last_);
  }

  torch::Tensor forward(torch::Tensor x) override { return last_(bend(second_(bend(first_(x))))); }

 private:
  torch::Tensor bend(const torch::Tensor& x) const { return smooth_ ? at::tanh(x) : at::relu(x); }

  torch::nn::Linear first_, second_, last_;
  bool smooth_;
};

/// Learns y = sin(x) on one period, and is judged between the places that it learned from.
class Sine : public Model {
 public:
  SearchSpace space() const override { return {{"width", Integer{4, 64, /*log=*/true}, 16}, {"smooth", Boolean{}}}; }

  Dataset data(Dataset) const override {
    const auto x = at::arange(-256, 256, at::kFloat).unsqueeze(1) * (M_PI / 256);
    const auto between = x + M_PI / 512;
    return {.train = {{x}, at::sin(x)},
            .validation = {{between}, at::sin(between)},
            .info = {.task = Task::regression, .input_shape = {1}, .outputs = 1}};
  }

  std::shared_ptr<Network> build(const Params& params, const DataInfo&) const override {
    return std::make_shared<Wave>(params.get<std::int64_t>("width"), params.get<bool>("smooth"));
  }
};

PEGBOX_MODEL(Sine, "sine", "a small perceptron that learns y = sin(x)")
