#include "model_bench.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/util/Exception.h>

#include "contract/setting_values.hpp"
#include "trial_random.hpp"

namespace pegbox {
namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::int64_t kRows = 8;

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

at::Tensor targets(Task task, std::int64_t outputs, at::Generator dice) {
  if (task == Task::classification) return at::arange(kRows, at::kLong).remainder(outputs);
  return at::randn({kRows, outputs}, std::move(dice));
}

Dataset made(const Shape& shape, Task task, std::int64_t outputs) {
  auto dice = at::detail::createCPUGenerator(1);
  Shape sizes = shape;
  sizes.insert(sizes.begin(), kRows);
  Dataset data;
  data.train.inputs = {at::randn(sizes, dice)};
  data.train.target = targets(task, outputs, dice);
  data.info.task = task;
  data.info.input_shape = shape;
  data.info.outputs = outputs;
  return data;
}

/// The first rows, pictures of bytes as the host gives them to a network.
Sample few(std::string name, const Dataset& data) {
  Sample sample{std::move(name), data.train.slice(0, std::min(kRows, data.train.rows())), data.info};
  for (at::Tensor& input : sample.rows.inputs) {
    constexpr double kBrightest = 255;
    if (input.scalar_type() == at::kByte) input = input.to(at::kFloat) / kBrightest;
  }
  return sample;
}

}  // namespace

ModelBench::ModelBench(const ModelPlugin& plugin) : ModelBench(plugin, working_settings(plugin)) {}

ModelBench::ModelBench(const ModelPlugin& plugin, const Settings& settings) : model_(plugin.create(settings)) {
  if (add_own()) return;
  const std::vector<Shape> shapes{{8}, {2, 16}, {1, 12, 12}};
  for (const Shape& shape : shapes) {
    add_made(shape, Task::classification, 3);
    add_made(shape, Task::regression, 2);
  }
  // A network for one well-known data set alone.
  const std::vector<Shape> well_known{{64}, {1, 8, 8}, {1, 28, 28}, {3, 32, 32}};
  for (std::size_t i = 0; samples_.empty() && i < well_known.size(); ++i) {
    add_made(well_known[i], Task::classification, 10);
  }
  for (const Shape& shape : shapes) {
    if (samples_.empty()) add_made(shape, Task::regression, 1);
  }
  if (samples_.empty()) {
    data_faults_.emplace_back(
        "it brings no data and takes none of those that were tried: rows of shape [8], [2, 16], [1, 12, 12], [64], "
        "[1, 8, 8], [1, 28, 28] and [3, 32, 32]");
  }
}

bool ModelBench::add_own() {
  try {
    const Dataset data = model_->data({});
    if (data.train.rows() == 0) return false;
    samples_.push_back(few("its own data", data));
    return true;
  } catch (const std::exception&) {
    return false;  // it needs data that the study names
  }
}

/// Trains once with the defaults to know whether the model takes such data.
void ModelBench::add_made(const Shape& shape, Task task, std::int64_t outputs) {
  const std::string name =
      (task == Task::classification ? "classes, rows of shape " : "numbers, rows of shape ") + shape_text(shape);
  const char* place = "refuses them";
  try {
    Sample sample = few(name, model_->data(made(shape, task, outputs)));
    const Params params = model_->space().defaults();
    const auto network = build(params, sample, 1);
    place = "builds a network that fails on them, where 'build' should refuse them";
    go_on(*network, sample, 1, /*steps=*/1);
    samples_.push_back(std::move(sample));
  } catch (const c10::Error& error) {
    data_faults_.push_back(name + ": it " + place + " with an error of LibTorch and no sentence of its own: " +
                           first_line(error.what_without_backtrace()));
  } catch (const std::out_of_range& error) {
    data_faults_.push_back(name + ": with its defaults it asks for what is not there: " + first_line(error.what()));
  } catch (const std::exception& error) {
    const std::string text = error.what();
    if (place != std::string("refuses them") || text.empty() || text.find('\n') != std::string::npos) {
      data_faults_.push_back(name + ": it " + place + " without a sentence of one line: " + first_line(text));
    }
  }
}

std::shared_ptr<Network> ModelBench::build(const Params& params, const Sample& sample, std::uint64_t seed) const {
  TrialRandom random(seed, at::kCPU);
  const TrialRandom::Use use(random);
  auto network = model_->build(params, sample.info);
  if (network == nullptr) throw std::runtime_error("the model built no network");
  return network;
}

Trained ModelBench::train(const Params& params, const Sample& sample, std::uint64_t seed, int steps) const {
  Trained trained{build(params, sample, seed), {}};
  trained.step = go_on(*trained.network, sample, seed + 1, steps);
  return trained;
}

Step ModelBench::go_on(Network& network, const Sample& sample, std::uint64_t seed, int steps) const {
  constexpr double kRate = 1e-3;
  TrialRandom random(seed, at::kCPU);
  const TrialRandom::Use use(random);
  network.train();
  Step step;
  for (int i = 0; i < steps; ++i) {
    network.zero_grad();
    step = model_->step(network, sample.rows, {});
    if (!step.loss.defined()) throw std::runtime_error("a step gives no loss");
    step.loss.backward();
    const at::NoGradGuard no_grad;
    for (const at::Tensor& weight : network.parameters()) {
      if (weight.grad().defined()) at::Tensor(weight).sub_(kRate * weight.grad());
    }
  }
  return step;
}

Metrics ModelBench::evaluate(Network& network, const Sample& sample) const {
  const at::NoGradGuard no_grad;
  network.eval();
  return model_->evaluate(network, Rows(sample.rows), sample.info);
}

std::vector<at::Tensor> tensors_of(const Network& network) {
  std::vector<at::Tensor> tensors;
  for (const auto& part : {network.parameters(), network.buffers()}) {
    for (const at::Tensor& tensor : part) tensors.push_back(tensor.detach().clone());
  }
  return tensors;
}

std::string difference(const Network& one, const Network& other) {
  const auto differing = [](const auto& first, const auto& second) -> std::string {
    for (const auto& item : first) {
      const at::Tensor* there = second.find(item.key());
      if (there == nullptr || !at::equal(item.value(), *there)) return item.key();
    }
    return {};
  };
  const std::string parameter = differing(one.named_parameters(), other.named_parameters());
  return parameter.empty() ? differing(one.named_buffers(), other.named_buffers()) : parameter;
}

}  // namespace pegbox
